/// Why a camera gives no pictures: a closed set, the values of the label `reason`.
public enum CameraFailure: String, Sendable, Hashable, Codable, CaseIterable {
    /// The host's name has no address.
    case dns
    case refused
    /// No answer while connecting.
    case timeout
    /// Accepts the connection and says nothing.
    case mute
    case unauthorized
    case notFound = "not_found"
    /// It has no session, or no bandwidth, for another viewer.
    case busy
    /// Agreed to play, and nothing came.
    case noMedia = "no_media"
    /// Media stopped while the session stayed open.
    case stalled
    /// The camera ended the connection.
    case closed
    /// An answer that is none of its kind of stream, or not one that we can work with.
    case `protocol`
    case tls
}

/// What a person is told about a camera, worst first.
public enum CameraState: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case offline = "Offline"
    case stalled = "Stalled"
    case notRecording = "Not recording"
    case degraded = "Degraded"
    case unknown = "Unknown"
    case online = "Online"

    public static func < (left: CameraState, right: CameraState) -> Bool { left.severity < right.severity }

    private var severity: Int { CameraState.allCases.firstIndex(of: self) ?? 0 }
}

/// All that is known about a camera at a moment: what the pages, the API and the command line show.
public struct CameraStatus: Sendable, Equatable, Codable {
    public let id: String
    /// Who watches it; `nil` for this host. Cameras of two nodes may have one identifier.
    public var node: CameraNode?
    /// Why its node tells nothing; `nil` while it does.
    public var nodeProblem: String?
    public var state: CameraState
    /// A sentence for people: why the state is what it is. Empty when all is well. Without credentials.
    public var reason: String
    public var failure: CameraFailure?
    /// What it shares with others that failed with it; `nil` where it failed alone, or is well.
    public var sharedCause: SharedCause?
    /// Since when the camera is in this state, in milliseconds since the Unix epoch.
    public var since: Int64
    /// Delivered frames a second over the last 10 s; `nil` where it is not known.
    public var fps: Double?
    /// The lowest rate that is expected; `nil` where nothing is.
    public var expectedFPS: Double?
    /// The highest one, of a camera whose rate varies.
    public var expectedFPSMax: Double?
    /// Bits a second over the last 10 s.
    public var bitrate: Double?
    /// Milliseconds since the Unix epoch.
    public var lastFrame: Int64?
    /// When the newest recorded segment was last written, in milliseconds since the Unix epoch.
    public var lastRecorded: Int64?
    /// Whether it is to be recorded at this moment; false of one that is recorded on motion, or outside its times, and `nil`
    /// where nobody says so.
    public var isFootageDue: Bool?
    /// Frames that should have come and did not, or came damaged, as a share of all, over the last minutes.
    public var dropRatio: Double?
    /// What its stream is; `nil` where that is not known.
    public var kind: StreamKind?
    public var codec: String?
    public var width: Int?
    public var height: Int?
    /// The stream's address without credentials.
    public var url: String?
    /// How the camera is watched: `recorder`, `probe` ….
    public var sources: [String]
    public var labels: [String: String]
    /// Its streams beside the main one; `nil` where the configuration names none. They make nothing of the camera's state.
    public var streams: [CameraStreamStatus]?

    public init(id: String, state: CameraState, since: Int64) {
        self.id = id
        self.state = state
        self.since = since
        reason = ""
        sources = []
        labels = [:]
    }
}

/// What is known of a stream of a camera beside its main one.
public struct CameraStreamStatus: Sendable, Equatable, Codable {
    /// As the configuration has it: the value of the label `stream`.
    public let name: String
    public var state: CameraState
    /// As ``CameraStatus/reason``.
    public var reason: String
    /// Delivered frames a second, and bits a second, over the last 10 s.
    public var fps: Double?
    public var bitrate: Double?
    public var codec: String?
    public var width: Int?
    public var height: Int?
    /// The stream's address without credentials.
    public var url: String?

    /// - Parameter status: what was judged of it as of a camera.
    package init(name: String, _ status: CameraStatus) {
        self.name = name
        state = status.state
        reason = status.reason
        fps = status.fps
        bitrate = status.bitrate
        codec = status.codec
        width = status.width
        height = status.height
        url = status.url
    }
}

extension CameraStatus {
    /// Below this share of the lowest expected rate a camera is too slow.
    package static let lowestRateShare = 0.8
    /// Above this share of lost frames a camera is Degraded.
    package static let highestDropRatio = 0.05

    /// What tells a camera from others, also from one of another node with the same identifier.
    package var key: String { node.map { "\(id) \($0.name)" } ?? id }

    /// A number as reasons say it: with one digit after the point, or none.
    package static func tenths(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return Int(exactly: tenths).map(String.init) ?? String(tenths)
    }
}

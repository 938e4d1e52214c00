public import ConfigText
public import Model

/// `watchpost.yml`: what is ours alone. Every key is optional.
public struct WatchpostConfig: Sendable {
    public struct Retention: Sendable, Hashable {
        public var retention: Duration
        /// Bytes.
        public var maxSize: Int64

        public init(retention: Duration, maxSize: Int64) {
            self.retention = retention
            self.maxSize = maxSize
        }
    }

    public enum Sync: String, Sendable, CaseIterable { case normal, full }

    public var listen: String?
    public var instance: String?
    public var externalURL: String?
    public var sync: Sync = .normal
    public var metrics = Retention(retention: .seconds(30 * 86_400), maxSize: 10_000_000_000)
    public var outOfOrder: Duration = .seconds(3_600)
    public var logs = Retention(retention: .seconds(14 * 86_400), maxSize: 10_000_000_000)
    public var traces = Retention(retention: .seconds(7 * 86_400), maxSize: 5_000_000_000)
    public var cameras: [CameraConfig] = []
    public var recordings: [RecordingConfig] = []
    public var recorders: [RecorderConfig] = []
    public var gateways: [GatewayConfig] = []
    /// A folder of `*.prom` files.
    public var textfile: String?
    public var sms: SMSConfig?
    public var forwardAlerts = false
    public var forwardLogs = false

    public init() {}
}

/// A camera that is watched.
public struct CameraConfig: Sendable, Hashable {
    public enum Watch: String, Sendable, CaseIterable { case recorder, probe, sample, describe, gateway }

    public enum Transport: String, Sendable, CaseIterable { case tcp, udp }

    public var id: String
    public var position: SourcePosition
    public var url: Secret?
    /// The expected frame rate; `nil`: from the stream's description.
    public var fps: Double?
    /// How the probe takes media.
    public var transport = Transport.tcp
    /// Empty: `recorder` where one is found or configured, else `probe`.
    public var watch: Set<Watch> = []
    /// Wanted footage.
    public var retention: Duration?
    public var labels: [String: String] = [:]

    public init(id: String, position: SourcePosition) {
        self.id = id
        self.position = position
    }
}

/// Telephones that get an SMS for each webhook at a listener of ours, by Twilio.
public struct SMSConfig: Sendable, Hashable {
    /// `host:port`.
    public var listen = "127.0.0.1:5000"
    public var accountSID: String
    public var authToken: Secret
    /// A telephone number, a name, or the identifier of a messaging service (`MG…`).
    public var from: String
    /// Telephone numbers: `+` and digits.
    public var to: [String]
    /// Messages an hour, over all telephones.
    public var maxPerHour = 30
    /// Without a slash at its end.
    public var apiURL = "https://api.twilio.com"

    public init(accountSID: String, authToken: Secret, from: String, to: [String]) {
        self.accountSID = accountSID
        self.authToken = authToken
        self.from = from
        self.to = to
    }
}

/// A gateway that is asked about its streams.
public struct GatewayConfig: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable { case mediamtx, go2rtc, frigate, zoneminder, motion }

    public var kind: Kind
    public var url: Secret
    /// Where playlists are, with `{camera}` for a stream's name.
    public var playlist: String?

    public init(kind: Kind, url: Secret, playlist: String? = nil) {
        self.kind = kind
        self.url = url
        self.playlist = playlist
    }
}

/// Where a camera's segments lie.
public struct RecordingConfig: Sendable, Hashable {
    public var camera: String
    public var path: String
    /// The planned length of a segment.
    public var segment: Duration

    public init(camera: String, path: String, segment: Duration) {
        self.camera = camera
        self.path = path
        self.segment = segment
    }
}

/// A recorder that we supervise. `{url}` and `{path}` in the command stand for the camera's URL and recordings path.
public struct RecorderConfig: Sendable, Hashable {
    public var camera: String
    public var command: [String]

    public init(camera: String, command: [String]) {
        self.camera = camera
        self.command = command
    }
}

package import Model

/// The probe's patience. Every value may be set; tests set short ones.
package struct ProbeTiming: Sendable, Equatable {
    /// How long a name may take to resolve, and a connection to come about.
    package var connectTimeout: Duration = .seconds(5)
    /// How long one answer may take.
    package var answerTimeout: Duration = .seconds(5)
    /// After PLAY was agreed: without media for so long, the failure is `noMedia`.
    package var noMediaAfter: Duration = .seconds(10)
    /// Once media came: without media for so long, the failure is `stalled`.
    package var stalledAfter: Duration = .seconds(5)
    /// A stalled session stays open for so long (from the moment it is called stalled) before it is made anew.
    package var stalledReconnect: Duration = .seconds(30)
    /// How often a camera in the mode `describe` is asked.
    package var describeEvery: Duration = .seconds(15)
    /// How often a camera that gives single pictures is asked for one.
    package var snapshotEvery: Duration = .seconds(5)
    /// For how long a camera in the mode `sample` is watched, and how long it is left alone then.
    package var sampleFor: Duration = .seconds(15)
    package var samplePause: Duration = .seconds(105)
    /// The first pause before another attempt; it doubles up to ``retryMax``.
    package var retryFirst: Duration = .seconds(1)
    package var retryMax: Duration = .seconds(30)
    /// The pause after a camera had no session for us; it doubles up to ``busyMax``: each try may take one from a viewer.
    package var busyFirst: Duration = .seconds(60)
    package var busyMax: Duration = .seconds(600)
    /// The pause after a refused login, for all cameras that share it; it doubles up to ``refusedLoginMax``: devices lock
    /// out who asks too often.
    package var refusedLoginFirst: Duration = .seconds(300)
    package var refusedLoginMax: Duration = .seconds(3_600)
    /// How long a picture must look frozen or black before it is suspected, and how long the camera's own
    /// normal must have been watched before.
    package var suspectAfter: Duration = .seconds(10)

    package init() {}
}

/// A camera to watch.
package struct ProbeTarget: Hashable, Sendable {
    /// How a camera is watched.
    package enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
        /// The stream is played, and its packets are counted.
        case media
        /// The camera is only asked from time to time to describe its stream.
        case describe
        /// The stream is played from time to time, so that the camera has its session for others in between.
        case sample
        /// Only whether it can be reached: a connection to `tcp://host:port`, or an answer of `http://…`.
        case reach
    }

    /// How media comes.
    package enum Transport: String, Hashable, Sendable, Codable, CaseIterable {
        /// In the connection itself; by UDP where a camera sends it no other way.
        case tcp
        case udp
    }

    package var id: String
    package var transport: Transport
    /// `rtsp://user:password@host:port/path`, or of `rtsps`, `http`, `https`, `rtmp`, `rtmps`; user and password
    /// percent-encoded.
    package var url: String
    package var mode: Mode

    package init(id: String, url: String, mode: Mode = .media, transport: Transport = .tcp) {
        self.transport = transport
        self.id = id
        self.url = url
        self.mode = mode
    }
}

/// What the probe knows about a camera at a moment.
package struct ProbeReading: Sendable, Equatable {
    /// What the picture seems to be, judged from frame sizes alone.
    package enum Suspicion: String, Sendable, Codable, CaseIterable {
        case frozen
        case black
    }

    /// Media arrives; in the mode `describe`: the camera answered.
    package var connected = false
    /// What the camera gives; `nil` before that is known.
    package var kind: StreamKind?
    /// `nil` while connected, and before the first attempt came to an end.
    package var failure: CameraFailure?
    /// A sentence for people; empty when all is well. Never with credentials.
    package var detail = ""
    /// When `connected` or `failure` last changed, in milliseconds since the Unix epoch.
    package var since: Int64 = 0
    /// Delivered frames a second over the last 10 s; 0 while down.
    package var fps = 0.0
    /// What the camera says it sends: of the session description, else of the sequence parameter set.
    package var describedFPS: Double?
    /// Bits a second over the last 10 s; 0 while down.
    package var bitrate = 0.0
    /// Milliseconds since the Unix epoch.
    package var lastFrame: Int64?
    /// Frames that came whole.
    package var framesTotal: UInt64 = 0
    /// Frames that should have come and did not, or came damaged.
    package var framesDropped: UInt64 = 0
    package var packetsLost: UInt64 = 0
    /// Bytes between packets that were no RTSP.
    package var bytesSkipped: UInt64 = 0
    /// The address that the camera has led to; `nil` where it stands at its own.
    package var leadsTo: String?
    /// Interarrival jitter (RFC 3550, section 6.4.1), taken on the first packet of each frame.
    package var jitterSeconds = 0.0
    package var keyframeIntervalSeconds: Double?
    package var keyframeAgeSeconds: Double?
    /// From the start of the connection to the first frame.
    package var firstFrameSeconds: Double?
    /// The camera's clock minus ours, of its RTCP sender reports; includes the time on the wire.
    package var clockOffsetSeconds: Double?
    /// `h264`, `h265`, `jpeg`, else the name in the session description, in small letters.
    package var codec: String?
    package var width: Int?
    package var height: Int?
    package var profile: String?
    /// Failed attempts, and stalls, since the camera is watched.
    package var failures: [CameraFailure: UInt64] = [:]
    package var pictureSuspect: Suspicion?

    package init() {}
}

/// What became of a camera in a span of time: how long it was up, what was recorded, and the gaps. Seconds, and
/// milliseconds since the Unix epoch.
public struct CameraRecord: Sendable, Equatable, Codable {
    public var camera: String
    public var start: Int64
    public var end: Int64
    /// Seconds for which media came from the camera, for which none came, and of which nothing is known.
    public var upSeconds = 0.0
    public var downSeconds = 0.0
    public var unknownSeconds = 0.0
    /// Time up as a share of the time of which something is known, in percent; `nil` where that is none.
    public var upPercent: Double?
    /// How often media came again after it had been gone.
    public var reconnects = 0
    /// How often its recorder was started anew.
    public var recorderRestarts = 0
    /// Whether anything is known of its footage.
    public var isRecorded = false
    /// Seconds of time that footage covers, whether it was due or not.
    public var footageSeconds = 0.0
    /// The part of it that names and times of files alone tell.
    public var estimatedSeconds = 0.0
    /// Seconds in which footage was due and of which it is known whether there was any.
    public var dueSeconds = 0.0
    /// Seconds in which footage was due and there was none.
    public var missingSeconds = 0.0
    /// Seconds of which nobody knows whether there was footage.
    public var footageUnknownSeconds = 0.0
    /// Footage as a share of the time in which it was due, in percent; `nil` where it never was, as on motion.
    public var footagePercent: Double?
    /// Spans in which footage was due and there was none, in the order of time; the longest ones where there are very many.
    public var gaps: [TimeSpan] = []
    /// How many gaps there are, those that are left out of ``gaps`` included.
    public var gapCount = 0

    public init(camera: String, start: Int64, end: Int64) {
        self.camera = camera
        self.start = start
        self.end = end
    }
}

/// The records of all cameras in a span of time.
public struct SiteRecord: Sendable, Equatable, Codable {
    /// The site's name.
    public var site: String
    /// Milliseconds since the Unix epoch.
    public var start: Int64
    public var end: Int64
    /// When it was made.
    public var madeAt: Int64
    /// By id.
    public var cameras: [CameraRecord]

    public init(site: String, start: Int64, end: Int64, madeAt: Int64, cameras: [CameraRecord]) {
        self.site = site
        self.start = start
        self.end = end
        self.madeAt = madeAt
        self.cameras = cameras
    }
}

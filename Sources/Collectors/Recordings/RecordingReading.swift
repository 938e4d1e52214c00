/// What a camera's recordings on disk tell at one moment.
struct RecordingReading: Sendable {
    var path = ""
    /// When the newest segment was last written, in milliseconds since the Unix epoch.
    var lastWrite: Int64?
    /// When the oldest segment was begun, or, where nobody says, last written.
    var oldest: Int64?
    /// Bytes of all segments.
    var bytes: Int64 = 0
    /// Seconds of footage that the filesystem will hold at the present pace of all its recordings, where they are
    /// deleted only when it is full; no longer than a quota leaves.
    var retentionForecast: Double?
    /// What was deleted last from the old end, within a day.
    var deletion: DeletionWatch.Deletion?
    /// Whether the segments of the past were looked through; before that, gaps are not known.
    var isHistoryKnown = false
    var bytesPerHour: Double?
    /// Frames seen in segments since we watch.
    var frames: UInt64 = 0
    /// Frames that segments show to be missing.
    var missingFrames: UInt64 = 0
    /// Frames a second in the last ten seconds of the segment that grows, or of the last closed one.
    var fps: Double?
    var gaps: UInt64 = 0
    var gapSeconds = 0.0
    /// `nil` until it is known.
    var footage: FootageCount?
    /// When video was last seen to be written; a file without a frame tells none.
    var lastVideo: Int64?
    /// When video was seen to be written the time before, so that it is known to go on; what a recorder writes out when
    /// it ends comes at once.
    var videoGoesOn: Int64?
    /// Whether frames are known while a segment grows.
    var tellsWhileGrowing = false
    /// Whether no video was written for longer than a segment takes.
    var isOverdue = false
    /// Whether segments are written all the same: with sound alone, or with nothing.
    var isWithoutVideo = false
    /// Why the folder cannot be watched, for people.
    var problem: String?
}

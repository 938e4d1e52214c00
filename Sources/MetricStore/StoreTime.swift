/// How time is cut into pieces for storage.
enum StoreTime {
    /// The span that is sealed together. Twelve make a day, so that none lies in two day files.
    static let window: Int64 = 7_200_000

    /// The start of the window in which a time lies.
    @inline(__always)
    static func windowStart(_ time: Int64) -> Int64 {
        let remainder = time % window
        return time &- (remainder < 0 ? remainder &+ window : remainder)
    }

    /// The first millisecond after the window in which a time lies.
    @inline(__always)
    static func windowEnd(_ time: Int64) -> Int64 { windowStart(time) &+ window }
}

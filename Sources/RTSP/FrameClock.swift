/// Tells from the RTP timestamps of frames how many are missing between two. It learns the camera's own interval,
/// and keeps silent for streams whose timestamps are not even, or not in the order of sending (B frames).
struct FrameClock {
    let rate: Int
    /// In units of the clock; 0 until it is known.
    private(set) var interval = 0.0
    private var deviation = 0.0
    private var strangers = 0
    private var learned = 0
    private var unorderedFor = 0

    init(rate: Int) { self.rate = rate }

    /// Frames that are missing before one that comes `difference` after the last one.
    mutating func missing(after difference: Int32) -> Int {
        let difference = Double(difference)
        if difference <= 0 { unorderedFor = 100 }
        guard difference > 0, difference < Double(rate) * 10 else { return 0 }
        if unorderedFor > 0 {
            unorderedFor -= 1
            return 0
        }
        guard interval > 0 else {
            interval = difference
            return 0
        }
        let ratio = difference / interval
        if ratio > 0.5, ratio < 1.7 {
            strangers = 0
            learned += 1
            deviation += (abs(difference - interval) - deviation) / 16
            interval += (difference - interval) / 16
            return 0
        }
        strangers += 1
        let wasKnown = learned >= 8
        if strangers >= 8 || !wasKnown {
            interval = difference
            deviation = 0
            strangers = 0
            learned = 0
        }
        guard wasKnown, ratio >= 1.7, deviation < interval * 0.25 || strangers == 0 else { return 0 }
        return Int(ratio.rounded()) - 1
    }
}

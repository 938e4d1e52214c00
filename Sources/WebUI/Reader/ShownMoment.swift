internal import LocalTime

/// A moment on a page: in the reader's zone, and in UTC for who points at it.
struct ShownMoment: Sendable {
    /// As programs read it.
    let machine: String
    /// `2026-11-23 21:03:59.120`
    let text: String
    /// `2026-11-23 14:03:59 UTC`
    let utc: String

    init(_ milliseconds: Int64) {
        // No calendar goes as far as a number does.
        guard milliseconds.magnitude < LogsAddress.farthest else {
            text = "\(milliseconds) ms"
            machine = ""
            utc = ""
            return
        }
        text = Shown.moment(milliseconds)
        utc = Shown.utc(milliseconds)
        machine = ClockText(milliseconds, secondsFromGMT: 0).moment.replacing(" ", with: "T") + "Z"
    }
}

/// The level of a filesystem over two days: whether those who delete old footage keep it where it is.
struct DiskLevel: Codable, Equatable {
    /// The most that was used within five minutes.
    private struct Peak: Codable, Equatable {
        var time: Int64
        var used: Double
    }

    private var peaks: [Peak] = []

    private static let interval: Int64 = 300_000
    /// Twice as long as recorders take that delete once a day.
    private static let span: Int64 = 172_800_000
    /// Sooner nobody can say that a level stands.
    private static let least: Int64 = 1_200_000
    /// So much of the whole comes and goes with segments.
    private static let tolerance = 0.002

    /// Takes how many bytes are used; milliseconds since the Unix epoch.
    /// - Returns: whether there is more to remember than before.
    mutating func add(_ used: Double, at now: Int64) -> Bool {
        // What is of the future was written down by a clock that was wrong.
        peaks.removeAll { $0.time > now || $0.time < now - Self.span }
        guard let last = peaks.last, now - last.time < Self.interval else {
            peaks.append(Peak(time: now, used: used))
            return true
        }
        peaks[peaks.count - 1].used = max(last.used, used)
        return false
    }

    /// Whether no more is used than before, since old footage was first seen to go.
    func stands(since first: Int64, total: Double, now: Int64) -> Bool {
        guard let begin = peaks.first.map({ max($0.time, first, now - Self.span) }), now - begin >= Self.least
        else { return false }
        let middle = begin + (now - begin) / 2
        let before = peaks.lazy.filter { (begin..<middle).contains($0.time) }.map(\.used).max()
        let since = peaks.lazy.filter { $0.time >= middle }.map(\.used).max()
        guard let before, let since else { return false }
        return since - before <= Self.tolerance * total
    }
}

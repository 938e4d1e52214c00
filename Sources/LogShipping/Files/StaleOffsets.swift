import Model

/// Offsets of files that were cut or are gone. They are kept for a while: of a copy that is found late, also by the next
/// run, they alone say what was read.
struct StaleOffsets {
    private var entries: [(offset: TailOffset, since: Int64)] = []

    /// How long a copy is waited for.
    private static let keptTime: Int64 = 60_000

    mutating func add(_ offset: TailOffset, now: Int64) { entries.append((offset, now)) }

    /// Takes out what no copy is waited for any more.
    mutating func takeDue(now: Int64) -> [TailOffset] {
        let due = entries.filter { now - $0.since >= Self.keptTime || now < $0.since }.map(\.offset)
        entries.removeAll { now - $0.since >= Self.keptTime || now < $0.since }
        return due
    }
}

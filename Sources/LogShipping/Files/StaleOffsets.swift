import Model

/// Offsets of files that were cut or are gone. They are kept for a while: of a copy that is found late, also by the next
/// run, they alone say what was read.
final class StaleOffsets {
    /// By the name that the store keeps each by.
    private var entries: [String: (offset: TailOffset, since: Int64)] = [:]

    /// How long a copy is waited for.
    private static let keptTime: Int64 = 60_000

    func add(_ offset: TailOffset, now: Int64) { entries[offset.source] = (offset, now) }

    /// Whether the store keeps something by a name that would be lost with another offset by the same name.
    func contains(_ source: String) -> Bool { entries[source] != nil }

    /// Takes out what no copy is waited for any more.
    func takeDue(now: Int64) -> [TailOffset] {
        let due = entries.values.filter { now - $0.since >= Self.keptTime || now < $0.since }.map(\.offset)
        for offset in due { entries[offset.source] = nil }
        return due
    }
}

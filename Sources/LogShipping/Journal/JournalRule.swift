/// What an input `journald` reads of the journal.
package struct JournalRule: Sendable {
    /// Where a journal is begun of which nothing was read yet.
    package enum Seek: Sendable, Hashable {
        case head, tail
        /// So long ago.
        case since(Duration)
    }

    package var seek = Seek.head
    /// Entries that all of these fit are read.
    package var matches: [JournalMatch] = []
    /// `save_remote_hostname`: whether the host of an entry is its `log.source.address`, too.
    package var savesRemoteHostName = false

    package init() {}
}

/// A condition on the fields of an entry.
package indirect enum JournalMatch: Sendable, Hashable {
    case field(String, String)
    /// A pattern as the shell has them.
    case pattern(String, String)
    case and([JournalMatch])
    case or([JournalMatch])

    /// `journalctl -u`: what a unit says, and what the system says about it.
    /// - Parameter unit: a name, or a pattern; a name without a type is that of a service.
    static func unit(_ name: String) -> JournalMatch {
        let isPattern = name.contains { "*?[".contains($0) }
        let unit = isPattern || name.contains(".") ? name : name + ".service"
        func named(_ field: String) -> JournalMatch { isPattern ? .pattern(field, unit) : .field(field, unit) }
        return .or([
            named("_SYSTEMD_UNIT"), .and([.field("_PID", "1"), named("UNIT")]),
            .and([.field("_UID", "0"), .or([named("COREDUMP_UNIT"), named("OBJECT_SYSTEMD_UNIT")])]),
        ])
    }

    /// Expressions `FIELD=value` as `journalctl` takes them: of one field either, of several all, and `+` between those of
    /// which one is enough.
    static func expressions(_ fields: [(name: String, value: String)?]) -> JournalMatch {
        let groups = fields.split { $0 == nil }
        return .or(
            groups.map { group in
                let byName = Dictionary(grouping: group.compactMap(\.self), by: \.name)
                return .and(
                    byName.sorted { $0.key < $1.key }.map { name, values in .or(values.map { .field(name, $0.value) }) }
                )
            })
    }

    func fits(_ entry: JournalEntry) -> Bool {
        switch self {
        case .field(let name, let value): entry.fields.contains { $0.name == name && $0.value == value }
        case .pattern(let name, let pattern):
            entry.fields.contains { $0.name == name && Glob.fits($0.value, pattern) }
        case .and(let matches): matches.allSatisfy { $0.fits(entry) }
        case .or(let matches): matches.contains { $0.fits(entry) }
        }
    }
}

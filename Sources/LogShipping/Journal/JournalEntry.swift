/// An entry of a journal: fields with their values, and what journald says about it.
struct JournalEntry {
    struct Field {
        let name: String
        let value: String
        /// Whether the end of the value is missing.
        let isCut: Bool
    }

    /// When journald took it, in microseconds since the Unix epoch.
    let time: UInt64
    /// Between which start and end of the host that was.
    let boot: String
    var fields: [Field] = []
    /// How many bytes were looked at for it.
    var bytes = 0
    /// Fields that could not be read, by what is wrong with them.
    var lost: [JournalDamage: Int] = [:]

    /// The first value under a name.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}

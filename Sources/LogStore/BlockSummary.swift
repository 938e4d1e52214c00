import Base
import Model

/// What is known of a sealed block without opening it: its fields, and the values of those that have few.
struct BlockSummary: Sendable {
    /// Fields of the block; those with few texts as values have them here in lower case, the others `nil`.
    let fields: [String: Set<String>?]

    private static let valueLimit = 48
    private static let lengthLimit = 80

    /// Whether an event of the block may have, for each field, one value of each set (in lower case).
    func mayHold(_ required: [String: [Set<String>]]) -> Bool {
        required.allSatisfy { name, sets in
            sets.allSatisfy { values in
                [name, "fields." + name].contains { name in
                    guard let held = fields[name] else { return false }
                    return held.map { !$0.isDisjoint(with: values) } ?? true
                }
            }
        }
    }

    static func encode(_ events: [LogEvent]) -> [UInt8] {
        var sets: [String: Set<String>] = [:]
        var unlisted: Set<String> = []
        for event in events {
            for (name, value) in event.fields where !unlisted.contains(name) {
                // Of a text with blanks its single words are asked for as well.
                if case .string(let text) = value, text.utf8.count <= lengthLimit, !text.contains(where: \.isWhitespace)
                {
                    sets[name, default: []].insert(text)
                    if sets[name]?.count ?? 0 <= valueLimit { continue }
                }
                unlisted.insert(name)
                sets[name] = nil
            }
        }
        var bytes: [UInt8] = []
        bytes.appendVarint(sets.count)
        for (name, values) in sets.sorted(by: { $0.key < $1.key }) {
            bytes.appendCounted(Array(name.utf8))
            bytes.appendVarint(values.count)
            for value in values.sorted() { bytes.appendCounted(Array(value.lowercased().utf8)) }
        }
        bytes.appendVarint(unlisted.count)
        for name in unlisted.sorted() { bytes.appendCounted(Array(name.utf8)) }
        return bytes
    }

    init?(_ bytes: [UInt8]) {
        let fields = bytes.withUnsafeBytes { bytes -> [String: Set<String>?]? in
            var reader = ByteReader(bytes)
            var fields: [String: Set<String>?] = [:]
            for _ in 0..<reader.count() {
                let name = String(decoding: reader.counted(), as: UTF8.self)
                let values = (0..<reader.count()).map { _ in String(decoding: reader.counted(), as: UTF8.self) }
                fields.updateValue(Set(values), forKey: name)
            }
            for _ in 0..<reader.count() {
                fields.updateValue(nil, forKey: String(decoding: reader.counted(), as: UTF8.self))
            }
            return reader.hasFailed ? nil : fields
        }
        guard let fields else { return nil }
        self.fields = fields
    }
}

import Base
import Model

/// What is known of a sealed block without opening it: its fields, and the values of those that have few.
struct BlockSummary: Sendable {
    /// Fields of the block; those with few texts as values have them here in lower case, the others `nil`.
    let fields: [String: Set<String>?]

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

/// Writes a ``BlockSummary`` from the columns of a block.
struct SummaryEncoder {
    private var sets: [String: Set<String>] = [:]
    private var unlisted: Set<String> = []

    private static let valueLimit = 48
    private static let lengthLimit = 80

    /// Adds what a column has.
    /// - Parameter values: the distinct ones with their tags; `nil` where they are many.
    mutating func add(_ name: String, _ values: [UnsafeRawBufferPointer]?) {
        if unlisted.contains(name) { return }
        var texts = sets[name] ?? []
        for value in values ?? [] {
            var reader = ByteReader(value)
            let isText = reader.byte() == EventRows.Tag.string
            let text = reader.counted()
            // Of a text with blanks its single words are asked for as well.
            guard isText, text.count <= Self.lengthLimit,
                !text.contains(where: { $0 >= 0x80 || $0 == 32 || (9...13).contains($0) })
            else { return drop(name) }
            texts.insert(String(decoding: text, as: UTF8.self).lowercased())
        }
        if values == nil || texts.count > Self.valueLimit { return drop(name) }
        sets[name] = texts
    }

    private mutating func drop(_ name: String) {
        unlisted.insert(name)
        sets[name] = nil
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(sets.count)
        for (name, values) in sets.sorted(by: { $0.key < $1.key }) {
            bytes.appendCounted(text: name)
            bytes.appendVarint(values.count)
            for value in values.sorted() { bytes.appendCounted(text: value) }
        }
        bytes.appendVarint(unlisted.count)
        for name in unlisted.sorted() { bytes.appendCounted(text: name) }
        return bytes
    }
}

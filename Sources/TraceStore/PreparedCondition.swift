import Model

/// A condition of a query, with what is worked out once for all blocks.
struct PreparedCondition: Sendable {
    let subject: SpanQuery.Subject
    let comparison: SpanQuery.Comparison
    let isNegated: Bool
    /// Names of the attribute, and the hashes of them as keys.
    let names: [(name: String, hash: UInt64)]
    /// The number that `equals` compares with.
    private let number: Double?
    /// The text that `equals` or `contains` compares with, where all of it is ASCII: in lower case for `contains`.
    private let ascii: [UInt8]?

    init(_ condition: SpanQuery.Condition) {
        subject = condition.subject
        comparison = condition.comparison
        isNegated = condition.isNegated
        if case .attribute(let name) = condition.subject {
            names = SpanAttributeNames.equivalents(of: name).map { ($0, HashFilter.hash(key: $0)) }
        } else {
            names = []
        }
        switch condition.comparison {
        case .equals(let text):
            number = Double(text)
            ascii = Self.ascii(text)
        case .contains(let text):
            number = nil
            ascii = text.isEmpty ? nil : Self.ascii(text.lowercased())
        default:
            number = nil
            ascii = nil
        }
    }

    /// `nil` where something is no ASCII, or a line's end of two characters may count as one.
    private static func ascii(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        return isPlain(bytes) ? bytes : nil
    }

    private static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool { bytes.allSatisfy { $0 < 0x80 && $0 != 13 } }

    /// Whether the comparison holds for a value.
    func holds(for value: SpanValue) -> Bool { comparison.holds(for: value) }

    /// The same for a text or JSON.
    func holds(forText bytes: UnsafeRawBufferPointer, _ kind: ColumnKind) -> Bool {
        switch comparison {
        case .exists: return true
        case .equals:
            if let ascii, Self.isPlain(bytes) { return ascii.count == bytes.count && bytes.elementsEqual(ascii) }
        case .contains:
            if let ascii, Self.isPlain(bytes) { return Self.contains(bytes, ascii) }
        case .number: break
        }
        return holds(for: kind == .json ? .json(String(decoding: bytes, as: UTF8.self)) : Self.text(bytes))
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> SpanValue {
        .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func contains(_ bytes: UnsafeRawBufferPointer, _ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        if bytes.count < part.count { return false }
        for start in 0...bytes.count - part.count where lower(bytes[start]) == first {
            if part.indices.allSatisfy({ lower(bytes[start + $0]) == part[$0] }) { return true }
        }
        return false
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

    /// The same for a number or a truth value.
    func holds(forNumber bits: UInt64, _ kind: ColumnKind) -> Bool {
        switch (kind, comparison) {
        case (_, .exists): true
        case (.integer, .equals): number == Double(Int64(bitPattern: bits))
        case (.integer, .number(let range)): range.contains(Double(Int64(bitPattern: bits)))
        case (.integer, _): holds(for: .integer(Int64(bitPattern: bits)))
        case (.number, .number(let range)): range.contains(Double(bitPattern: bits))
        case (.number, _): holds(for: .number(Double(bitPattern: bits)))
        default: holds(for: .boolean(bits != 0))
        }
    }

    /// Whether it may hold in a block, if it is not negated.
    func mayHold(
        _ keys: [String: (isListed: Bool, range: Int?)], _ ranges: [ClosedRange<Double>], filter: () throws -> [UInt8]?
    ) rethrows -> Bool {
        switch (subject, comparison) {
        case (.name, .equals(let text)):
            guard let filter = try filter() else { return true }
            return HashFilter.mayHold(HashFilter.spanName, equalTo: text, in: filter)
        case (.event, .equals(let text)):
            guard let filter = try filter() else { return true }
            return HashFilter.mayHold(HashFilter.eventName, equalTo: text, in: filter)
        case (.attribute, .equals(let text)):
            let there = names.filter { keys[$0.name] != nil }
            if there.isEmpty { return false }
            guard let filter = try filter() else { return true }
            return there.contains { key in
                HashFilter.mayHold(key.hash, equalTo: text, in: filter)
                    || number.map { HashFilter.mayHold(HashFilter.hash(key.hash, number: $0), in: filter) } ?? false
            }
        case (.attribute, .number(let wanted)):
            return names.contains { name in
                (keys[name.name]?.range).map { ranges[$0].overlaps(wanted) } ?? false
            }
        case (.attribute, _): return names.contains { keys[$0.name] != nil }
        default: return true
        }
    }
}

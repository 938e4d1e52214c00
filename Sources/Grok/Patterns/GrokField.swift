/// What a field becomes, as the third part of `%{NAME:field:type}` says.
package enum GrokType: Sendable, Hashable {
    case string, int, float
}

/// A field that a grok pattern may fill.
package struct GrokField: Sendable, Hashable {
    /// As it is written: `client_ip`, `[source][address]`, `[@metadata][time]`.
    package let name: String
    package let type: GrokType
    /// The pattern whose text it takes; for a group `(?<field>…)` the field's own name.
    package let pattern: String

    /// A group's name as it is in the expanded pattern: `NAME:field:type`, `NAME:field`, or `field`.
    init(groupName: String) {
        let parts = groupName.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        pattern = parts[0]
        name = parts.count > 1 && !parts[1].isEmpty ? parts[1] : parts[0]
        type = parts.count > 2 ? Self.types[parts[2]] ?? .string : .string
    }

    private static let types: [String: GrokType] = ["int": .int, "float": .float]
}

/// Numbers as Ruby's `to_i` and `to_f` read them: what a text begins with, and nothing where that is no number.
package enum GrokNumber: Sendable, Hashable {
    case int(Int)
    case float(Double)

    /// The number that a field of this type gets for `bytes`; `nil` for fields of text.
    package init?(_ bytes: some Collection<UInt8>, as type: GrokType) {
        switch type {
        case .string: return nil
        case .int: self = Self.int(bytes)
        case .float: self = .float(Self.float(bytes))
        }
    }

    /// Ruby's `to_i`; what is beyond 64 bits is a float.
    package static func int(_ bytes: some Collection<UInt8>) -> GrokNumber {
        var reader = Reader(bytes)
        let isNegative = reader.takeSign()
        let digits = reader.takeDigits()
        var value = 0
        for digit in digits {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.subtractingReportingOverflow(Int(digit) - 48)
            if isTooLarge || isOver {
                return .float((isNegative ? -1 : 1) * (Double(String(decoding: digits, as: UTF8.self)) ?? 0))
            }
            value = sum
        }
        // Counted below zero, where there is one number more.
        if isNegative { return .int(value) }
        let (positive, isOver) = value.multipliedReportingOverflow(by: -1)
        return isOver ? .float(-Double(value)) : .int(positive)
    }

    /// Ruby's `to_f`.
    package static func float(_ bytes: some Collection<UInt8>) -> Double {
        var reader = Reader(bytes)
        var text: [UInt8] = reader.takeSign() ? [45] : []
        let whole = reader.takeDigits()
        text += whole.isEmpty ? [48] : whole
        if reader.peek() == 46, let next = reader.peek(1), (48...57).contains(next) {
            reader.skip()
            text.append(46)
            text += reader.takeDigits()
        } else if whole.isEmpty {
            return 0
        }
        if let letter = reader.peek(), letter | 32 == 101 {
            reader.skip()
            let sign: [UInt8] = reader.takeSign() ? [45] : []
            let exponent = reader.takeDigits()
            if !exponent.isEmpty { text += [101] + sign + exponent }
        }
        return Double(String(decoding: text, as: UTF8.self)) ?? 0
    }

    private struct Reader<Bytes: Collection<UInt8>> {
        private var rest: Bytes.SubSequence

        init(_ bytes: Bytes) {
            rest = bytes.drop { $0 == 32 || (9...13).contains($0) }
        }

        func peek(_ ahead: Int = 0) -> UInt8? { rest.dropFirst(ahead).first }
        mutating func skip() { rest = rest.dropFirst() }

        /// Whether there is a minus; a plus is taken too.
        mutating func takeSign() -> Bool {
            guard let sign = rest.first, sign == 43 || sign == 45 else { return false }
            rest = rest.dropFirst()
            return sign == 45
        }

        /// Digits, with single underscores between them left out.
        mutating func takeDigits() -> [UInt8] {
            var digits: [UInt8] = []
            while let byte = rest.first {
                if (48...57).contains(byte) {
                    digits.append(byte)
                } else if byte != 95 || digits.isEmpty || !(peek(1).map { (48...57).contains($0) } ?? false) {
                    break
                }
                rest = rest.dropFirst()
            }
            return digits
        }
    }
}

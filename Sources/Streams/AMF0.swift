/// A value of the Action Message Format, version 0, in which RTMP has its commands and FLV its metadata.
indirect enum AMF0: Equatable {
    case number(Double)
    case boolean(Bool)
    case text(String)
    /// In the order in which they stand.
    case object([Member])
    case array([AMF0])
    /// Null, undefined, and what nobody asks for.
    case nothing

    struct Member: Equatable {
        var name: String
        var value: AMF0
    }

    subscript(name: String) -> AMF0? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var number: Double? { if case .number(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }

    // MARK: Writing

    func write(to output: inout [UInt8]) {
        switch self {
        case .number(let value):
            output.append(0)
            output.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (56 - 8 * $0)) })
        case .boolean(let value): output += [1, value ? 1 : 0]
        case .text(let value):
            output.append(2)
            Self.write(name: value, to: &output)
        case .object(let members):
            output.append(3)
            for member in members {
                Self.write(name: member.name, to: &output)
                member.value.write(to: &output)
            }
            output += [0, 0, 9]
        case .array(let values):
            output.append(10)
            output.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: values.count >> (24 - 8 * $0)) })
            for value in values { value.write(to: &output) }
        case .nothing: output.append(5)
        }
    }

    private static func write(name: String, to output: inout [UInt8]) {
        let bytes = name.utf8.prefix(Int(UInt16.max))
        output += [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)]
        output += bytes
    }
}

/// Reads values of AMF0 one after the other; what cannot be read ends it.
struct AMF0Reader {
    private let bytes: [UInt8]
    private var index = 0
    /// Values that may still be read: a message holds few.
    private var left = 1_000
    private static let depthMax = 8

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All values up to the first that cannot be read.
    static func values(_ bytes: [UInt8]) -> [AMF0] {
        var reader = AMF0Reader(bytes)
        var values: [AMF0] = []
        while let value = reader.next() { values.append(value) }
        return values
    }

    mutating func next() -> AMF0? { value(depth: 0) }

    private mutating func value(depth: Int) -> AMF0? {
        left -= 1
        guard left > 0, depth < Self.depthMax, let kind = integer(1) else { return nil }
        switch kind {
        case 0:
            guard let high = integer(4), let low = integer(4) else { return nil }
            return .number(Double(bitPattern: UInt64(high) << 32 | UInt64(low)))
        case 1: return integer(1).map { .boolean($0 != 0) }
        case 2: return text(lengthBytes: 2).map { .text($0) }
        case 3: return members(depth: depth)
        case 5, 6, 13: return .nothing
        case 7: return integer(2).map { _ in .nothing }
        case 8: return integer(4) == nil ? nil : members(depth: depth)
        case 10:
            guard let count = integer(4) else { return nil }
            var values: [AMF0] = []
            // Each takes a byte at least, so that what is there bounds their number.
            while values.count < count {
                guard let value = value(depth: depth + 1) else { return nil }
                values.append(value)
            }
            return .array(values)
        case 11: return skip(10) ? .nothing : nil
        case 12, 15: return text(lengthBytes: 4).map { .text($0) }
        default: return nil
        }
    }

    /// The members of an object. Of one that is cut off, those that came: metadata may be longer than is kept.
    private mutating func members(depth: Int) -> AMF0? {
        var members: [AMF0.Member] = []
        while let name = text(lengthBytes: 2) {
            if name.isEmpty, index < bytes.count, bytes[index] == 9 {
                index += 1
                return .object(members)
            }
            guard let value = value(depth: depth + 1) else { break }
            members.append(.init(name: name, value: value))
        }
        // What follows cannot be found any more.
        index = bytes.count
        return members.isEmpty ? nil : .object(members)
    }

    private mutating func integer(_ count: Int) -> Int? {
        guard bytes.count - index >= count else { return nil }
        defer { index += count }
        return bytes[index..<(index + count)].reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func text(lengthBytes: Int) -> String? {
        guard let length = integer(lengthBytes), bytes.count - index >= length else { return nil }
        defer { index += length }
        return String(decoding: bytes[index..<(index + length)], as: UTF8.self)
    }

    private mutating func skip(_ count: Int) -> Bool {
        guard bytes.count - index >= count else { return false }
        index += count
        return true
    }
}

internal import Base
internal import Model
internal import Tracing

extension Tracing.SpanAttribute {
    /// The value as OTLP has it.
    /// - Parameter bytesMax: what a text may have; the rest is cut off.
    func value(bytesMax: Int) -> SpanValue {
        switch self {
        case .int32(let number): .integer(Int64(number))
        case .int64(let number): .integer(number)
        case .double(let number): .number(number)
        case .bool(let flag): .boolean(flag)
        case .string(let text): .string(text.cut(toBytes: bytesMax))
        case .stringConvertible(let value): .string("\(value)".cut(toBytes: bytesMax))
        case .int32Array(let list): Self.json(list, bytesMax)
        case .int64Array(let list): Self.json(list, bytesMax)
        case .doubleArray(let list): Self.json(list.map { $0.isFinite ? "\($0)" : "\"\($0)\"" }, bytesMax)
        case .boolArray(let list): Self.json(list, bytesMax)
        case .stringArray(let list): Self.json(list.map(Self.quoted), bytesMax)
        // A list of `Int` comes as this, too.
        case .stringConvertibleArray(let list as [Int]): Self.json(list, bytesMax)
        case .stringConvertibleArray(let list): Self.json(list.map { Self.quoted("\($0)") }, bytesMax)
        default: .string("")
        }
    }

    /// A list as JSON; items that would make it too long are left out.
    private static func json(_ items: [some CustomStringConvertible], _ bytesMax: Int) -> SpanValue {
        var text = "["
        for item in items {
            let item = item.description
            if text.utf8.count + item.utf8.count + 2 > bytesMax { break }
            if text.utf8.count > 1 { text += "," }
            text += item
        }
        return .json(text + "]")
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 32: quoted += "\\u00" + Hexadecimal.digits(UInt8(scalar.value))
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension String {
    /// Its beginning, in whole characters of Unicode.
    func cut(toBytes count: Int) -> String {
        if utf8.count <= count { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: count)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

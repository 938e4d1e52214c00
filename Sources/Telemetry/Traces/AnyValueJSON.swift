internal import LogDocuments

/// Writes plain JSON as an `AnyValue` of OTLP's JSON: `[7]` is `{"arrayValue":{"values":[{"intValue":"7"}]}}`.
enum AnyValueJSON {
    /// - Returns: whether it is JSON, and within bounds; nothing is written otherwise.
    static func write(_ text: String, to bytes: inout [UInt8]) -> Bool {
        guard let value = try? DocumentReader.value(text, .init(depth: SpanBounds.depthMax, values: 100_000)) else {
            return false
        }
        write(value, to: &bytes)
        return true
    }

    private static func write(_ value: DocumentValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "{}".utf8
        case .boolean(let flag): bytes += (flag ? #"{"boolValue":true}"# : #"{"boolValue":false}"#).utf8
        case .integer(let number): bytes += "{\"intValue\":\"\(number)\"}".utf8
        case .number(let number):
            bytes += #"{"doubleValue":"#.utf8
            JSONText.write(number, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        case .string(let text):
            bytes += #"{"stringValue":"#.utf8
            JSONText.write(text.utf8, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        case .array(let elements):
            bytes += #"{"arrayValue":{"values":["#.utf8
            for (place, element) in elements.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element, to: &bytes)
            }
            bytes += "]}}".utf8
        case .object(let object):
            bytes += #"{"kvlistValue":{"values":["#.utf8
            for (place, member) in object.members.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += #"{"key":"#.utf8
                JSONText.write(member.name.utf8, to: &bytes)
                bytes += #","value":"#.utf8
                write(member.value, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
            bytes += "]}}".utf8
        }
    }
}

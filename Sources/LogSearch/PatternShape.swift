/// What is seen of a pattern by its text alone.
enum PatternShape {
    /// Whether all that a pattern describes is of letters and digits of ASCII, and it does not ask what stands beside. Says
    /// no where it is not sure.
    static func isOfRuns(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case let byte where isRunByte(byte): break
            case UInt8(ascii: "|"), UInt8(ascii: ")"), UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "+"): break
            case UInt8(ascii: "("):
                // Groups without a name; flags may say anything.
                guard position < bytes.count, bytes[position] == UInt8(ascii: "?") else { break }
                guard bytes[position...].starts(with: "?:".utf8) else { return false }
                position += 2
            case UInt8(ascii: "{"):
                guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")),
                    bytes[position..<end].allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ",") })
                else { return false }
                position = end + 1
            case UInt8(ascii: "\\"):
                guard position < bytes.count, bytes[position] == UInt8(ascii: "d") else { return false }
                position += 1
            case UInt8(ascii: "["):
                guard let end = endOfClass(bytes, position) else { return false }
                position = end
            default: return false
            }
        }
        return true
    }

    /// The place behind a class of letters and digits; `nil` where it has others.
    private static func endOfClass(_ bytes: [UInt8], _ start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            let first = bytes[position]
            if first == UInt8(ascii: "]") { return position == start ? nil : position + 1 }
            if bytes[position...].starts(with: "\\d".utf8) {
                position += 2
                continue
            }
            guard isRunByte(first) else { return nil }
            position += 1
            guard position < bytes.count, bytes[position] == UInt8(ascii: "-") else { continue }
            // From one digit, or letter of a case, to another of them.
            guard position + 1 < bytes.count, isRunByte(bytes[position + 1]), bytes[position + 1] >> 5 == first >> 5
            else { return nil }
            position += 2
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isRunByte(_ byte: UInt8) -> Bool { isDigit(byte) || (97...122).contains(byte | 0x20) }
}

import Model

/// What is seen of a pattern by its text alone.
enum PatternShape {
    /// A pattern without anchors at its ends: what is searched matches as a whole.
    static func withoutAnchors(_ text: String) -> String {
        var text = Substring(text)
        if text.first == "^" { text.removeFirst() }
        if text.last == "$", text.dropLast().last != "\\" { text.removeLast() }
        return String(text)
    }

    /// What a pattern may find; `nil` where it asks what stands beside.
    static func reach(of text: String) -> LogTextSearch.Reach? {
        if isOfRuns(text) { return .run }
        let bytes = Array(text.utf8)
        var reach = LogTextSearch.Reach.line
        var isInClass = false
        var position = 0
        func isNext(_ byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard position < bytes.count, !"bBAzZGQEC".utf8.contains(bytes[position]) else { return nil }
                // Of the other letters and digits some are blanks, and ends of lines with them.
                if isRunByte(bytes[position]), !"dw".utf8.contains(bytes[position]) { reach = .text }
                position += 1
            case UInt8(ascii: "[") where !isInClass:
                isInClass = true
                if isNext(UInt8(ascii: "^")) {
                    reach = .text
                    position += 1
                }
                // A bracket may stand first in its own class.
                if isNext(UInt8(ascii: "]")) { position += 1 }
            case UInt8(ascii: "[") where isNext(UInt8(ascii: ":")): reach = .text
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "^") where !isInClass, UInt8(ascii: "$") where !isInClass: return nil
            case UInt8(ascii: ".") where !isInClass: reach = .text
            case ..<32: reach = .text
            default: break
            }
        }
        return reach
    }

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

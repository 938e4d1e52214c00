internal import Base
internal import Model

/// The headers `traceparent` and `tracestate`: https://www.w3.org/TR/trace-context-2/
enum TraceParent {
    private static let stateBytesMax = 512
    private static let stateMembersMax = 32

    /// The context that the headers give; `nil` where `traceparent` is wrong. A wrong `tracestate` is left out.
    static func read(_ parent: String, state: String?) -> TraceContext? {
        // Blanks around a header's value are not part of it.
        let parts = trimmed(parent).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = lowercase(parts[0], digits: 2), version != 0xff,
            // A later version may have more, and says so with a further dash.
            parts.count == 4 || version > 0,
            parts[1].utf8.count == 32, let high = lowercase(parts[1].prefix(16), digits: 16),
            let low = lowercase(parts[1].suffix(16), digits: 16), let span = lowercase(parts[2], digits: 16),
            let flags = lowercase(parts[3], digits: 2)
        else { return nil }
        let context = TraceContext(
            trace: TraceID(high: high, low: low), span: SpanID(span), decision: flags & 1 != 0,
            // What further flags of later versions mean is not known.
            isRandom: version == 0 && flags & 2 != 0, state: state.flatMap(readState) ?? "", isRemote: true)
        return context.namesSpan ? context : nil
    }

    static func text(_ context: TraceContext) -> String {
        "00-\(context.traceID)-\(context.spanID)-0\(context.flags)"
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        var rest = Substring(text)
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }

    /// Hexadecimal digits in lower case, as the header must have them.
    private static func lowercase(_ text: Substring, digits: Int) -> UInt64? {
        guard text.utf8.count == digits else { return nil }
        var number: UInt64 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        return number
    }

    /// The members that are passed on; `nil` where one is wrong. Of a long list those at the end, the oldest, are left out.
    private static func readState(_ text: String) -> String? {
        var members: [Substring] = []
        var keys: Set<Substring> = []
        var bytes = 0
        guard text.utf8.count <= 1 << 14 else { return nil }
        for part in text.split(separator: ",") {
            let member = trimmed(part)
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: "="), isKey(member[..<equals]),
                isValue(member[member.index(after: equals)...]), keys.insert(member[..<equals]).inserted
            else { return nil }
            bytes += member.utf8.count + 1
            if bytes <= stateBytesMax + 1, members.count < stateMembersMax { members.append(member) }
        }
        return members.joined(separator: ",")
    }

    private static func isKey(_ key: Substring) -> Bool {
        guard (1...256).contains(key.utf8.count), let first = key.utf8.first else { return false }
        let isBegun = first &- 97 < 26 || first &- 48 < 10
        return isBegun && key.utf8.allSatisfy { $0 &- 97 < 26 || $0 &- 48 < 10 || "_-*/@".utf8.contains($0) }
    }

    private static func isValue(_ value: Substring) -> Bool {
        (1...256).contains(value.utf8.count)
            && value.utf8.allSatisfy {
                (0x20...0x7e).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
            }
    }
}

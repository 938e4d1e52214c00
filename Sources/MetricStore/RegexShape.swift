/// What can be told about a regular expression without running it: many of those in dashboards are lists of literals
/// (`cam-1|cam-2`), prefixes (`gate-.*`), or match anything.
enum RegexShape: Equatable {
    case literals([String])
    /// The text before `.*`, or before `.+` where something must follow.
    case prefix(String, needsMore: Bool)
    case other

    /// The most alternatives that are looked up one by one.
    private static let maxLiterals = 10_000

    init(_ pattern: String) {
        var body = pattern.utf8[...]
        if body.first == UInt8(ascii: "("), body.last == UInt8(ascii: ")"), body.count > 1 {
            let inner = body.dropFirst().dropLast()
            if inner.allSatisfy({ RegexShape.isLiteral($0) || $0 == UInt8(ascii: "|") }) { body = inner }
        }
        if body.allSatisfy({ RegexShape.isLiteral($0) || $0 == UInt8(ascii: "|") }) {
            let parts = body.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
            let literals = parts.map { String(decoding: $0, as: UTF8.self) }
            self = literals.count <= RegexShape.maxLiterals ? .literals(literals) : .other
            return
        }
        let tail = Array(body.suffix(2))
        guard tail.count == 2, tail[0] == UInt8(ascii: "."),
            tail[1] == UInt8(ascii: "*") || tail[1] == UInt8(ascii: "+"),
            body.dropLast(2).allSatisfy(RegexShape.isLiteral)
        else {
            self = .other
            return
        }
        self = .prefix(String(decoding: body.dropLast(2), as: UTF8.self), needsMore: tail[1] == UInt8(ascii: "+"))
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "|"):
            false
        default: true
        }
    }
}

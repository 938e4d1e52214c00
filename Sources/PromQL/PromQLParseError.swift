/// An expression that is not PromQL: what is wrong, and where.
public struct PromQLParseError: Error, Sendable, CustomStringConvertible {
    public let message: String
    /// Bytes of the expression that are meant.
    public let range: Range<Int>
    /// Both count from 1.
    public let line: Int
    public let column: Int

    init(_ message: String, at range: Range<Int>, in text: String) {
        self.message = message
        self.range = range
        let before = text.utf8.prefix(range.lowerBound)
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
    }

    /// `1:5: parse error: …`, as Prometheus words it.
    public var description: String { "\(line):\(column): parse error: \(message)" }
}

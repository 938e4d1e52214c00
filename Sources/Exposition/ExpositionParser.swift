internal import Glibc
public import Model

/// Takes what a parser finds. A scrape loop knows most series by their raw text, so labels are made only when asked.
public protocol ExpositionSink {
    /// - Parameters:
    ///   - series: the series as it stands in the page, from the name to the closing brace.
    ///   - timestamp: milliseconds since the Unix epoch, where the line has one.
    mutating func sample(series: UnsafeBufferPointer<UInt8>, value: Double, timestamp: Int64?) throws
    /// Bytes of the series' text with which `line` begins, if the sink expects just that series here: it has read the
    /// same text before, and nobody needs to look for its end again.
    func expectedLength(in line: UnsafeBufferPointer<UInt8>) -> Int?
    /// An exemplar of the series whose sample came just before; only OpenMetrics has them.
    /// - Parameter timestamp: milliseconds since the Unix epoch, where the exemplar has one.
    mutating func exemplar(labels: Labels, value: Double, timestamp: Int64?) throws
    mutating func metadata(name: String, kind: MetricKind)
    mutating func metadata(name: String, help: String)
}

extension ExpositionSink {
    public func expectedLength(in line: UnsafeBufferPointer<UInt8>) -> Int? { nil }
}

/// A page that is not of its format.
public struct ExpositionError: Error, Sendable, CustomStringConvertible {
    /// Counts from 1.
    public let line: Int
    public let reason: String

    public var description: String { "cannot read the metrics: line \(line): \(reason)" }
}

/// Reads Prometheus' text format and OpenMetrics, line by line, from bytes.
public enum ExpositionParser {
    /// Reads a whole page.
    /// - Throws: ``ExpositionError`` at the first line that is not of the format, and what the sink throws.
    public static func parse(
        _ page: [UInt8], format: ExpositionFormat, into sink: inout some ExpositionSink
    ) throws {
        try page.withUnsafeBufferPointer { try parse($0, format: format, into: &sink) }
    }

    public static func parse(
        _ page: UnsafeBufferPointer<UInt8>, format: ExpositionFormat, into sink: inout some ExpositionSink
    ) throws {
        var offset = 0
        var line = 0
        var hasEnded = false
        while offset < page.count {
            line += 1
            let end = lineEnd(in: page, from: offset)
            let text = UnsafeBufferPointer(rebasing: page[offset..<end])
            offset = end + 1
            if hasEnded { throw ExpositionError(line: line, reason: "there is text after # EOF") }
            let isStrict = format == .openMetrics
            if isBlank(text) {
                guard isStrict else { continue }
                throw ExpositionError(line: line, reason: "the line is empty")
            }
            var cursor = LineCursor(text, line: line, isStrict: isStrict)
            if text[0] == hash {
                hasEnded = try cursor.comment(into: &sink) && isStrict
            } else {
                try cursor.sample(into: &sink)
            }
        }
        if format == .openMetrics && !hasEnded {
            throw ExpositionError(line: line + 1, reason: "the page does not end with # EOF")
        }
    }

    /// The labels of a series' text, its name among them.
    public static func labels(of series: UnsafeBufferPointer<UInt8>) throws(ExpositionError) -> Labels {
        var cursor = LineCursor(series, line: 1, isStrict: false)
        return try cursor.labels()
    }

    /// As ``labels(of:)``, in the order of the page, also those whose value is empty.
    public static func writtenLabels(of series: UnsafeBufferPointer<UInt8>) throws(ExpositionError) -> [Label] {
        var cursor = LineCursor(series, line: 1, isStrict: false)
        return try cursor.writtenLabels()
    }

    private static let newline = UInt8(ascii: "\n")
    private static let hash = UInt8(ascii: "#")

    private static func lineEnd(in page: UnsafeBufferPointer<UInt8>, from offset: Int) -> Int {
        guard let base = page.baseAddress, let found = memchr(base + offset, Int32(newline), page.count - offset)
        else { return page.count }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private static func isBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if let first = text.first, first > UInt8(ascii: " ") { return false }
        return text.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
    }
}

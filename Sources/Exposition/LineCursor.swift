internal import Base
internal import Model

/// Reads one line of an exposition from left to right.
struct LineCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let line: Int
    private var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        self.bytes = bytes
        self.line = line
    }

    private func refuse(_ reason: String) -> ExpositionError { ExpositionError(line: line, reason: reason) }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 13 { offset += 1 }
    }

    /// The bytes up to the next blank.
    private mutating func word() -> UnsafeBufferPointer<UInt8> {
        let start = offset
        while let byte = current, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t"), byte != 13 { offset += 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<offset])
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    // MARK: Comments

    /// Reads `# HELP`, `# TYPE` and other comments; tells whether the line is `# EOF`.
    mutating func comment(into sink: inout some ExpositionSink) throws -> Bool {
        offset = 1
        skipBlanks()
        let keyword = String(decoding: word(), as: UTF8.self)
        if keyword == "EOF" { return true }
        guard keyword == "HELP" || keyword == "TYPE" else { return false }
        skipBlanks()
        let name = current == UInt8(ascii: "\"") ? try quoted() : String(decoding: word(), as: UTF8.self)
        guard !name.isEmpty else { throw refuse("# \(keyword) has no metric name") }
        skipBlanks()
        let rest = text(offset..<bytes.count)
        if keyword == "HELP" {
            sink.metadata(name: name, help: Self.unescaped(rest))
        } else {
            let word = rest.prefix { $0 != " " && $0 != "\r" }
            let known =
                word == "untyped"
                ? MetricKind.unknown : word == "gaugehistogram" ? .histogram : MetricKind(rawValue: String(word))
            guard let kind = known else { throw refuse("\"\(word)\" is not a metric type") }
            sink.metadata(name: name, kind: kind)
        }
        return false
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("\\\\", with: "\u{0}").replacing("\\n", with: "\n").replacing("\u{0}", with: "\\")
    }

    // MARK: Samples

    mutating func sample(isOpenMetrics: Bool, into sink: inout some ExpositionSink) throws {
        skipBlanks()
        let start = offset
        try skipSeries()
        let series = UnsafeBufferPointer(rebasing: bytes[start..<offset])
        skipBlanks()
        guard let value = Self.number(word()) else { throw refuse("the value is not a number") }
        skipBlanks()
        var timestamp: Int64?
        if let byte = current, byte != UInt8(ascii: "#") {
            timestamp = try time(word(), inSeconds: isOpenMetrics)
            skipBlanks()
        }
        if let byte = current, !(isOpenMetrics && byte == UInt8(ascii: "#")) {
            throw refuse("there is text after the value")
        }
        try sink.sample(series: series, value: value, timestamp: timestamp)
    }

    private func time(_ word: UnsafeBufferPointer<UInt8>, inSeconds: Bool) throws(ExpositionError) -> Int64 {
        guard let number = Self.number(word), number.isFinite else { throw refuse("the timestamp is not a number") }
        let milliseconds = inSeconds ? (number * 1_000).rounded() : number
        guard let exact = Int64(exactly: milliseconds) else { throw refuse("the timestamp is out of range") }
        return exact
    }

    /// Moves past name and braces, minding quotes.
    private mutating func skipSeries() throws(ExpositionError) {
        while let byte = current, byte != UInt8(ascii: "{"), byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
            offset += 1
        }
        guard current == UInt8(ascii: "{") else {
            if offset == 0 { throw refuse("a metric name is missing") }
            return
        }
        var isQuoted = false
        while let byte = current {
            offset += 1
            if isQuoted {
                if byte == UInt8(ascii: "\\") { offset += 1 } else if byte == UInt8(ascii: "\"") { isQuoted = false }
            } else if byte == UInt8(ascii: "\"") {
                isQuoted = true
            } else if byte == UInt8(ascii: "}") {
                return
            }
        }
        offset = min(offset, bytes.count)
        throw refuse("a closing brace is missing")
    }

    /// Whole numbers of few digits, which most values are, without the general way round.
    private static func number(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
        if !word.isEmpty, word.count < 16, word.allSatisfy({ (48...57).contains($0) }) {
            return Double(word.reduce(Int64(0)) { $0 * 10 + Int64($1 & 15) })
        }
        let text = String(decoding: word, as: UTF8.self)
        switch text.lowercased() {
        case "nan", "+nan", "-nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: return text.contains { $0 == "_" } ? nil : Double(text)
        }
    }

    // MARK: Labels

    /// The labels of a series' text.
    mutating func labels() throws(ExpositionError) -> Labels {
        var found: [Label] = []
        let start = offset
        while let byte = current, byte != UInt8(ascii: "{") { _ = byte; offset += 1 }
        var name = text(start..<offset).trimmed
        if !name.isEmpty && !LabelText.isClassicMetricName(name) { throw refuse("\"\(name)\" is not a metric name") }
        if current == UInt8(ascii: "{") {
            offset += 1
            while true {
                skipBlanks()
                if current == UInt8(ascii: "}") { break }
                guard current != nil else { throw refuse("a closing brace is missing") }
                if let label = try label(metricName: &name) { found.append(label) }
                skipBlanks()
                guard current == UInt8(ascii: ",") else { continue }
                offset += 1
            }
        }
        guard !name.isEmpty else { throw refuse("a metric name is missing") }
        guard Set(found.map(\.name)).count == found.count else { throw refuse("a label stands twice") }
        return Labels(found + [Label(Labels.metricName, name)])
    }

    /// One `name="value"`; a quoted text alone is the metric's name, in UTF-8.
    private mutating func label(metricName: inout String) throws(ExpositionError) -> Label? {
        let labelName: String
        if current == UInt8(ascii: "\"") {
            labelName = try quoted()
            skipBlanks()
            if current != UInt8(ascii: "=") {
                guard metricName.isEmpty else { throw refuse("the metric name stands twice") }
                metricName = labelName
                return nil
            }
        } else {
            let start = offset
            while let byte = current, byte != UInt8(ascii: "="), byte != UInt8(ascii: " "), byte != UInt8(ascii: "}") {
                _ = byte; offset += 1
            }
            labelName = text(start..<offset)
            guard LabelText.isClassicLabelName(labelName) else { throw refuse("\"\(labelName)\" is not a label name") }
            skipBlanks()
        }
        guard current == UInt8(ascii: "=") else { throw refuse("\"=\" is missing after the label \(labelName)") }
        offset += 1
        skipBlanks()
        guard current == UInt8(ascii: "\"") else { throw refuse("the value of the label \(labelName) is not quoted") }
        return Label(labelName, try quoted())
    }

    private mutating func quoted() throws(ExpositionError) -> String {
        offset += 1
        var content: [UInt8] = []
        while let byte = current {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = current else { break }
                offset += 1
                switch escaped {
                case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"), UInt8(ascii: "\""): content.append(escaped)
                default: content += [byte, escaped]
                }
            default: content.append(byte)
            }
        }
        throw refuse("a closing quote is missing")
    }
}

extension String {
    fileprivate var trimmed: String { String(self.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

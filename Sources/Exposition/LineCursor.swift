internal import Base
internal import Model

/// Reads one line of an exposition from left to right.
///
/// OpenMetrics demands single blanks, no other white space and nothing that it does not name; the text format
/// forgives more.
struct LineCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    private let line: Int
    private let isStrict: Bool
    var offset = 0

    /// - Parameter isStrict: for OpenMetrics.
    init(_ bytes: UnsafeBufferPointer<UInt8>, line: Int, isStrict: Bool) {
        self.bytes = bytes
        self.line = line
        self.isStrict = isStrict
    }

    func refuse(_ reason: String) -> ExpositionError { ExpositionError(line: line, reason: reason) }

    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// Moves past white space, where it may stand.
    mutating func skipBlanks() {
        while let byte = current, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 13 { offset += 1 }
    }

    /// Moves past what divides two fields.
    private mutating func separate() throws(ExpositionError) {
        guard isStrict else { return skipBlanks() }
        guard current == UInt8(ascii: " ") else { throw refuse("a blank is missing") }
        offset += 1
    }

    /// The bytes up to the next blank.
    private mutating func word() -> UnsafeBufferPointer<UInt8> {
        let start = offset
        while let byte = current, byte != UInt8(ascii: " "), isStrict || (byte != UInt8(ascii: "\t") && byte != 13) {
            offset += 1
        }
        return UnsafeBufferPointer(rebasing: bytes[start..<offset])
    }

    func text(_ range: Range<Int>) throws(ExpositionError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw refuse("a text is not valid UTF-8")
        }
        return text
    }

    // MARK: Comments

    /// Reads `# HELP`, `# TYPE`, `# UNIT` and other comments; tells whether the line is `# EOF`.
    mutating func comment(into sink: inout some ExpositionSink) throws(ExpositionError) -> Bool {
        offset = 1
        if isStrict { try separate() } else { skipBlanks() }
        let keyword = String(decoding: word(), as: UTF8.self)
        switch keyword {
        case "EOF" where current == nil: return true
        case "HELP", "TYPE": break
        case "UNIT" where isStrict: break
        default:
            // The text format lets anything follow the hash, OpenMetrics nothing.
            guard isStrict else { return false }
            throw refuse("# must be followed by HELP, TYPE, UNIT or EOF")
        }
        try separate()
        let name = try metadataName()
        guard !name.isEmpty else { throw refuse("# \(keyword) has no metric name") }
        if current != nil || isStrict { try separate() }
        var end = bytes.count
        if !isStrict, end > offset, bytes[end - 1] == 13 { end -= 1 }
        let rest = offset..<end
        switch keyword {
        case "HELP": sink.metadata(name: name, help: try help(rest))
        case "TYPE": sink.metadata(name: name, kind: try kind(try text(rest)))
        default:
            let unit = try text(rest)
            guard unit.isEmpty || name.hasSuffix("_" + unit) else {
                throw refuse("the unit \"\(unit)\" is not the end of the name \(name)")
            }
        }
        return false
    }

    private mutating func metadataName() throws(ExpositionError) -> String {
        if current == UInt8(ascii: "\"") { return try quoted() }
        let start = offset
        _ = word()
        let name = try text(start..<offset)
        guard !isStrict || LabelText.isClassicMetricName(name) else { throw refuse("\"\(name)\" is not a metric name") }
        return name
    }

    private func kind(_ text: String) throws(ExpositionError) -> MetricKind {
        let word = isStrict ? text : String(text.prefix { $0 != " " && $0 != "\t" })
        switch word {
        case "untyped" where !isStrict: return .unknown
        case "gaugehistogram": return .histogram
        default:
            guard let kind = MetricKind(rawValue: word) else { throw refuse("\"\(word)\" is not a metric type") }
            return kind
        }
    }

    private func help(_ range: Range<Int>) throws(ExpositionError) -> String {
        var content: [UInt8] = []
        var rest = bytes[range]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                content.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\\"): content.append(next)
            case UInt8(ascii: "\"") where isStrict: content.append(next)
            default: content += [byte, next]
            }
            rest.removeFirst()
        }
        guard let text = String(validating: content, as: UTF8.self) else { throw refuse("a text is not valid UTF-8") }
        return text
    }

    // MARK: Samples

    mutating func sample(into sink: inout some ExpositionSink) throws {
        let start: Int
        if let length = sink.expectedLength(in: bytes), endsSeries(at: length) {
            start = 0
            offset = length
        } else {
            if !isStrict { skipBlanks() }
            start = offset
            try skipSeries()
        }
        let series = UnsafeBufferPointer(rebasing: bytes[start..<offset])
        try separate()
        guard let value = NumberWord.value(word()) else { throw refuse("the value is not a number") }
        var timestamp: Int64?
        var exemplar: Exemplar?
        if isStrict {
            if current != nil { try separate() }
            if let byte = current, byte != UInt8(ascii: "#") {
                timestamp = try time(word())
                if current != nil { try separate() }
            }
            if current == UInt8(ascii: "#") {
                exemplar = try self.exemplar(of: series)
            } else if offset > 0, bytes[offset - 1] == UInt8(ascii: " ") {
                throw refuse("the line ends with a blank")
            }
        } else {
            skipBlanks()
            if current != nil { timestamp = try time(word()) }
            skipBlanks()
        }
        guard current == nil else { throw refuse("there is text after the value") }
        do {
            try sink.sample(series: series, value: value, timestamp: timestamp)
            if let exemplar {
                try sink.exemplar(labels: exemplar.labels, value: exemplar.value, timestamp: exemplar.timestamp)
            }
        } catch let error as ExpositionError {
            // The sink reads the series' labels, and does not know on which line they stand.
            throw refuse(error.reason)
        }
    }

    private func time(_ word: UnsafeBufferPointer<UInt8>) throws(ExpositionError) -> Int64 {
        guard isStrict else {
            guard let milliseconds = Int64(String(decoding: word, as: UTF8.self)) else {
                throw refuse("the timestamp is not a whole number of milliseconds")
            }
            return milliseconds
        }
        guard let seconds = NumberWord.value(word), seconds.isFinite else {
            throw refuse("the timestamp is not a number")
        }
        let milliseconds = (seconds * 1_000).rounded()
        return Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max)
    }

    /// An exemplar as it stands on the line.
    private struct Exemplar {
        let labels: Labels
        let value: Double
        let timestamp: Int64?
    }

    /// ` # {trace_id="…"} 0.5 1520879607.789`
    private mutating func exemplar(of series: UnsafeBufferPointer<UInt8>) throws(ExpositionError) -> Exemplar {
        let name = series.prefix { $0 != UInt8(ascii: "{") }
        let isQuotedName = name.isEmpty
        guard isQuotedName || name.hasSuffix("_total") || name.hasSuffix("_bucket") else {
            throw refuse("only counters and buckets have exemplars")
        }
        offset += 1
        try separate()
        guard current == UInt8(ascii: "{") else { throw refuse("the exemplar has no labels") }
        let labels = Labels(try braces())
        try separate()
        guard let value = NumberWord.value(word()) else { throw refuse("the exemplar's value is not a number") }
        guard current != nil else { return Exemplar(labels: labels, value: value, timestamp: nil) }
        try separate()
        return Exemplar(labels: labels, value: value, timestamp: try time(word()))
    }

    /// Whether a series' text can end here: a blank and what may be a value follow, and not braces after a blank.
    private func endsSeries(at end: Int) -> Bool {
        guard end + 1 < bytes.count, bytes[end] == UInt8(ascii: " ") else { return false }
        let next = bytes[end + 1]
        return next != UInt8(ascii: "{") && next > UInt8(ascii: " ")
    }

    /// Moves past name and braces, minding quotes.
    private mutating func skipSeries() throws(ExpositionError) {
        let start = offset
        while let byte = current, byte != UInt8(ascii: "{"), byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
            offset += 1
        }
        let end = offset
        if !isStrict { skipBlanks() }
        guard current == UInt8(ascii: "{") else {
            offset = end
            if offset == start { throw refuse("a metric name is missing") }
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
}

extension UnsafeBufferPointer<UInt8>.SubSequence {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

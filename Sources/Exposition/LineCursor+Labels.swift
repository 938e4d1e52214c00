internal import Model

extension LineCursor {
    /// The labels of a series' text, the metric's name among them.
    mutating func labels() throws(ExpositionError) -> Labels { Labels(try writtenLabels()) }

    /// The labels as they are written, the metric's name among them, also those whose value is empty.
    mutating func writtenLabels() throws(ExpositionError) -> [Label] {
        let start = offset
        while let byte = current, byte != UInt8(ascii: "{") { _ = byte; offset += 1 }
        var name = try text(start..<offset).trimmed
        if !name.isEmpty && !LabelText.isClassicMetricName(name) { throw refuse("\"\(name)\" is not a metric name") }
        var found: [Label] = []
        if current == UInt8(ascii: "{") { found = try braces(metricName: &name) }
        guard current == nil else { throw refuse("there is text after the labels") }
        guard !name.isEmpty else { throw refuse("a metric name is missing") }
        return found + [Label(Labels.metricName, name)]
    }

    /// Labels in braces where no metric's name may stand, as exemplars have them.
    mutating func braces() throws(ExpositionError) -> [Label] {
        var name = "exemplar"
        return try braces(metricName: &name)
    }

    private mutating func braces(metricName: inout String) throws(ExpositionError) -> [Label] {
        var found: [Label] = []
        offset += 1
        while true {
            skipBlanks()
            if current == UInt8(ascii: "}") { break }
            guard current != nil else { throw refuse("a closing brace is missing") }
            if let label = try label(metricName: &metricName) { found.append(label) }
            skipBlanks()
            if current == UInt8(ascii: "}") { break }
            guard current == UInt8(ascii: ",") else { throw refuse("a comma is missing between labels") }
            offset += 1
        }
        offset += 1
        guard Set(found.map(\.name)).count == found.count else { throw refuse("a label stands twice") }
        return found
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
            labelName = try text(start..<offset)
            guard LabelText.isClassicLabelName(labelName) else { throw refuse("\"\(labelName)\" is not a label name") }
            skipBlanks()
        }
        guard !labelName.isEmpty, labelName != Labels.metricName else {
            throw refuse("\"\(labelName)\" may not be a label's name")
        }
        guard current == UInt8(ascii: "=") else { throw refuse("\"=\" is missing after the label \(labelName)") }
        offset += 1
        skipBlanks()
        guard current == UInt8(ascii: "\"") else { throw refuse("the value of the label \(labelName) is not quoted") }
        return Label(labelName, try quoted())
    }

    /// The text in the quotes that begin here, without its escapes.
    mutating func quoted() throws(ExpositionError) -> String {
        offset += 1
        var content: [UInt8] = []
        while let byte = current {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw refuse("a text is not valid UTF-8")
                }
                return text
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
    fileprivate var trimmed: String {
        let blanks: Set<Character> = [" ", "\t"]
        return String(drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
    }
}

internal import Base
public import Model

/// Writes metric families as bytes of an exposition format.
public enum ExpositionWriter {
    /// Appends a family: its header, and a line for each of its samples.
    public static func append(_ family: MetricFamily, _ format: ExpositionFormat, to bytes: inout [UInt8]) {
        appendHeader(family.name, family.kind, family.help, format, to: &bytes)
        for point in family.points {
            appendSeries(point.labels, to: &bytes)
            bytes.append(UInt8(ascii: " "))
            FloatText.append(point.value, .general, to: &bytes)
            // The text format has no place for one.
            if format == .openMetrics, let exemplar = point.exemplar { append(exemplar, to: &bytes) }
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars-1
    private static func append(_ exemplar: Exemplar, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: " # {".utf8)
        for (index, label) in exemplar.labels.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(label.name, label.value, to: &bytes)
        }
        bytes.append(contentsOf: "} ".utf8)
        FloatText.append(exemplar.value, .general, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        FloatText.append(Double(exemplar.timestamp) / 1_000, .general, to: &bytes)
    }

    /// Appends the lines of HELP and TYPE that stand before a family's samples.
    public static func appendHeader(
        _ name: String, _ kind: MetricKind, _ help: String, _ format: ExpositionFormat, to bytes: inout [UInt8]
    ) {
        var name = name
        // OpenMetrics names the families of counters and infos without the suffix that their samples have.
        if format == .openMetrics {
            for (suffixed, suffix) in [(MetricKind.counter, "_total"), (.info, "_info")]
            where kind == suffixed && name.hasSuffix(suffix) {
                name.removeLast(suffix.count)
            }
        }
        bytes.append(contentsOf: "# HELP \(name) ".utf8)
        appendEscaped(help, quotes: format == .openMetrics, to: &bytes)
        bytes.append(contentsOf: "\n# TYPE \(name) \(self.kind(kind, format))\n".utf8)
    }

    /// A series as a line begins with it: `name{label="value"}`.
    public static func series(_ labels: Labels) -> [UInt8] {
        var bytes: [UInt8] = []
        appendSeries(labels, to: &bytes)
        return bytes
    }

    /// A page in the text format of samples of which nothing but themselves is known, each with its time.
    /// - Parameters:
    ///   - points: those of one metric together.
    ///   - outer: labels that a series gets where it has none of the name; an empty value is written too.
    public static func bytes(
        ofUntyped points: [(labels: Labels, sample: Sample)], adding outer: [(key: String, value: String)]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(points.count * 120)
        var family: String?
        for point in points {
            let name = point.labels.metricName
            if name != family {
                bytes.append(contentsOf: "# TYPE \(shownName(name)) untyped\n".utf8)
                family = name
            }
            appendSeries(
                point.labels, adding: outer.filter { point.labels.value(of: $0.key) == nil }, to: &bytes)
            bytes.append(UInt8(ascii: " "))
            FloatText.append(point.sample.value, .general, to: &bytes)
            bytes.append(contentsOf: " \(point.sample.timestamp)\n".utf8)
        }
        return bytes
    }

    private static func shownName(_ name: String) -> String {
        if LabelText.isClassicMetricName(name) { return name }
        var bytes: [UInt8] = []
        appendQuoted(name, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func kind(_ kind: MetricKind, _ format: ExpositionFormat) -> String {
        switch (kind, format) {
        case (.unknown, .text), (.info, .text), (.stateset, .text): kind == .unknown ? "untyped" : "gauge"
        default: kind.rawValue
        }
    }

    private static func appendSeries(
        _ labels: Labels, adding outer: [(key: String, value: String)] = [], to bytes: inout [UInt8]
    ) {
        let name = labels.metricName
        let isClassic = LabelText.isClassicMetricName(name)
        if isClassic { bytes.append(contentsOf: name.utf8) }
        var isFirst = true
        func separate() {
            bytes.append(UInt8(ascii: isFirst ? "{" : ","))
            isFirst = false
        }
        if !isClassic {
            separate()
            appendQuoted(name, to: &bytes)
        }
        for label in labels where label.name != Labels.metricName {
            separate()
            append(label.name, label.value, to: &bytes)
        }
        for label in outer {
            separate()
            append(label.key, label.value, to: &bytes)
        }
        if !isFirst { bytes.append(UInt8(ascii: "}")) }
    }

    /// Appends `name="value"`.
    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        if LabelText.isClassicLabelName(name) {
            bytes.append(contentsOf: name.utf8)
        } else {
            appendQuoted(name, to: &bytes)
        }
        bytes.append(UInt8(ascii: "="))
        appendQuoted(value, to: &bytes)
    }

    private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(text, quotes: true, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\"") where quotes: bytes.append(contentsOf: "\\\"".utf8)
            default: bytes.append(byte)
            }
        }
    }
}

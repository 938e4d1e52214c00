/// Names of OpenTelemetry as names of Prometheus, as a Prometheus makes them that is set up no other way:
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
enum OTLPNames {
    private static let units = [
        "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
        "ns": "nanoseconds", "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes",
        "TiBy": "tibibytes", "KBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
        "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams", "Cel": "celsius",
        "Hz": "hertz", "1": "", "%": "percent",
    ]
    private static let perUnits = [
        "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year",
    ]

    /// A metric's name: its words joined by underscores, then its unit, then `total` or `ratio`.
    static func metric(_ metric: OTLPMetrics.Metric) -> String {
        var words = self.words(metric.name, keeping: ":")
        for unit in unitWords(metric.unit) where !words.contains(unit) { words.append(unit) }
        let isCounter = metric.kind == .sum && metric.isMonotonic
        if isCounter { words = words.filter { $0 != "total" } + ["total"] }
        if metric.kind == .gauge, metric.unit == "1" { words = words.filter { $0 != "ratio" } + ["ratio"] }
        let name = words.joined(separator: "_")
        return name.first.map { $0.isNumber } ?? false ? "_" + name : name
    }

    private static func unitWords(_ unit: String) -> [String] {
        let parts = unit.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map {
            $0.filter { $0 != " " }
        }
        var result: [String] = []
        // What stands in braces is a remark.
        if let main = parts.first, !main.contains("{"), !main.isEmpty {
            result += words(units[main] ?? main, keeping: "")
        }
        if parts.count > 1, !parts[1].contains("{"), !parts[1].isEmpty {
            result += ["per"] + words(perUnits[parts[1]] ?? parts[1], keeping: "")
        }
        return result.filter { !$0.isEmpty }
    }

    private static func words(_ text: String, keeping kept: String) -> [String] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && !kept.contains($0) }.map(String.init)
    }

    static func label(_ name: String) -> String {
        let clean = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? $0 : "_" })
        if clean.first.map({ $0.isNumber }) ?? false { return "key_" + clean }
        if clean.hasPrefix("_"), !clean.hasPrefix("__") { return "key" + clean }
        return clean
    }
}

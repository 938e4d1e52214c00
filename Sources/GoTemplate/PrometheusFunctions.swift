package import Model

/// A series and its value at a moment, as templates see the answer of `query`.
package struct TemplateSample: Sendable {
    package let labels: Labels
    package let value: Double

    package init(labels: Labels, value: Double) {
        self.labels = labels
        self.value = value
    }

    var templateValue: TemplateValue {
        .map(TemplateMap(["Labels": .texts(labels.texts), "Value": .number(value)], missing: nil))
    }
}

extension Labels {
    /// Names and values as a dictionary.
    var texts: [String: String] { Dictionary(map { ($0.name, $0.value) }) { $1 } }
}

/// What the templates of Prometheus' rules may call:
/// https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
package enum PrometheusFunctions {
    /// The table for rules.
    /// - Parameters:
    ///   - externalURL: where people reach this server; for `externalURL`, `pathPrefix`, `graphLink`.
    ///   - now: milliseconds since the Unix epoch.
    ///   - query: evaluates an instant query at that time.
    package static func table(
        externalURL: String, now: Int64,
        query: @escaping @Sendable (_ expression: String) throws -> [TemplateSample]
    ) -> TemplateFunctions {
        let path = pathPrefix(of: externalURL)
        return TemplateFunctions.builtIn.adding(TextFunctions.table).adding(fixed).adding([
            "query": { .list(try query(try TemplateArguments($0, 1).text(0)).map(\.templateValue)) },
            "externalURL": { _ in .string(externalURL) },
            "pathPrefix": { _ in .string(path) },
            "now": { _ in .number(Double(now) / 1_000) },
        ])
    }

    private static let fixed: [String: TemplateFunctions.Function] = [
        "humanize": { .string(Humanizing.decimal(try TemplateArguments($0, 1).number(0))) },
        "humanize1024": { .string(Humanizing.binary(try TemplateArguments($0, 1).number(0))) },
        "humanizeDuration": { .string(Humanizing.duration(try TemplateArguments($0, 1).number(0))) },
        "humanizePercentage": { .string(Humanizing.percentage(try TemplateArguments($0, 1).number(0))) },
        "humanizeTimestamp": { .string(try Humanizing.timestamp(try TemplateArguments($0, 1).number(0))) },
        "toTime": { .time(try Humanizing.time(try TemplateArguments($0, 1).number(0))) },
        "toDuration": { values in
            let seconds = try TemplateArguments(values, 1).number(0) * 1e9
            guard let exact = Int64(exactly: seconds.rounded(.towardZero)) else {
                throw TemplateFailure("the number cannot be a duration")
            }
            return .duration(nanoseconds: exact)
        },
        "parseDuration": { values in
            let text = try TemplateArguments(values, 1).text(0)
            let isNegative = text.hasPrefix("-")
            guard let milliseconds = DurationText.milliseconds(isNegative ? text.dropFirst() : text[...]) else {
                throw TemplateFailure("not a valid duration string: \(GoText.quoted(text))")
            }
            return .number(Double(isNegative ? -milliseconds : milliseconds) / 1_000)
        },
        "first": { values in
            guard case .list(let samples) = try TemplateArguments(values, 1).values[0] else {
                throw TemplateFailure("first() wants a vector")
            }
            guard let first = samples.first else { throw TemplateFailure("first() called on vector with no elements") }
            return first
        },
        "value": { try field("Value", of: try TemplateArguments($0, 1).values[0]) },
        "label": { values in
            let arguments = try TemplateArguments(values, 2)
            return try label(try arguments.text(0), of: arguments.values[1])
        },
        "strvalue": { try label("__value__", of: try TemplateArguments($0, 1).values[0]) },
        "sortByLabel": { values in
            let arguments = try TemplateArguments(values, 2)
            guard case .list(let samples) = arguments.values[1] else {
                throw TemplateFailure("sortByLabel wants a vector")
            }
            let name = try arguments.text(0)
            let keyed = try samples.map { (try label(name, of: $0).printed, $0) }
            return .list(keyed.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1))
        },
        "args": { values in
            .map(TemplateMap(Dictionary(uniqueKeysWithValues: values.enumerated().map { ("arg\($0)", $1) })))
        },
        "graphLink": { .string(link(try TemplateArguments($0, 1).text(0), tab: 0)) },
        "tableLink": { .string(link(try TemplateArguments($0, 1).text(0), tab: 1)) },
        "urlQueryEscape": { .string(TemplateEscaping.query(try TemplateArguments($0, 1).text(0))) },
        "stripPort": { .string(withoutPort(try TemplateArguments($0, 1).text(0))) },
        "stripDomain": { .string(withoutDomain(try TemplateArguments($0, 1).text(0))) },
    ]

    private static func link(_ expression: String, tab: Int) -> String {
        "/graph?g0.expr=\(TemplateEscaping.query(expression))&g0.tab=\(tab)"
    }

    private static func field(_ name: String, of sample: TemplateValue) throws -> TemplateValue {
        guard case .map(let map) = sample, let value = map.entries[name] else {
            throw TemplateFailure("wrong type for value; expected a sample; got \(sample.typeName)")
        }
        return value
    }

    private static func label(_ name: String, of sample: TemplateValue) throws -> TemplateValue {
        guard case .map(let labels) = try field("Labels", of: sample) else { return .string("") }
        return labels.entries[name] ?? .string("")
    }

    private static func pathPrefix(of url: String) -> String {
        guard let scheme = url.range(ofText: "://") else { return "" }
        guard let slash = url[scheme.upperBound...].firstIndex(of: "/") else { return "" }
        var path = url[slash...].prefix { $0 != "?" && $0 != "#" }
        while path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    /// The host of `host:port` or `[address]:port`; other texts stay as they are.
    private static func withoutPort(_ text: String) -> String {
        if text.hasPrefix("[") {
            guard let bracket = text.lastIndex(of: "]"), text[bracket...].hasPrefix("]:") else { return text }
            return String(text[text.index(after: text.startIndex)..<bracket])
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : text
    }

    /// The host's first name, with the port if there is one; addresses stay as they are.
    private static func withoutDomain(_ text: String) -> String {
        let host = withoutPort(text)
        let isAddress = host.contains(":") || host.split(separator: ".").allSatisfy { UInt8($0) != nil }
        if isAddress { return text }
        let port = text.count > host.count ? text.dropFirst(host.count) : ""
        return String(host.prefix { $0 != "." }) + port
    }
}

extension String {
    fileprivate func range(ofText needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}

internal import Foundation

extension DashboardVariable {
    init?(_ node: JSONNode, _ losses: Losses) {
        guard let name = node["name"]?.words else {
            losses.add("a variable is left out: it has no name", node)
            return nil
        }
        let type = node["type"]?.text ?? "query"
        guard let kind = Kind(rawValue: type == "const" ? "constant" : type) else {
            losses.add("the variable \"\(name)\" has type \"\(type)\", which is not known here", node)
            return nil
        }
        self.init(name: name, title: node["label"]?.words ?? name, kind: kind)
        // 1 hides the name, 2 all of it; a constant is hidden in any case.
        let hide = node["hide"]?.whole ?? (node["hide"]?.bool == true ? 2 : 0)
        isHidden = hide == 2 || kind == .constant
        hasLabel = hide != 1
        regex = node["regex"]?.text ?? ""
        sort = node["sort"]?.whole ?? 0
        includesAll = node["includeAll"]?.bool ?? false
        allValue = node["allValue"]?.words
        isMulti = node["multi"]?.bool ?? false
        let chosen = node["current"]?["value"] ?? node["current"]?["text"]
        current = (chosen?.texts ?? []).filter { !$0.isEmpty }
        let text = node["query"]?.written ?? node["query"]?["query"]?.written ?? node["definition"]?.text ?? ""
        switch kind {
        case .query:
            let isForeign = node["datasource"]?["type"]?.words.map { !PanelReader.ours.contains($0) } ?? false
            query = isForeign ? nil : Self.query(text)
            if query == nil {
                losses.add("the query of the variable \"\(name)\" is not one of Prometheus: \(text)", node)
            }
        case .custom:
            let isJSON = node["valuesFormat"]?.text == "json"
            options = (isJSON ? Self.objects(text) : nil) ?? Self.choices(text, listed: node["options"])
        case .interval:
            options = Self.choices(text, listed: node["options"]).filter { !$0.value.hasPrefix("$__auto") }
            if node["auto"]?.bool == true {
                autoCount = max(1, node["auto_count"]?.whole ?? 30)
                autoMin = node["auto_min"]?.words ?? "10s"
            }
        case .constant, .textbox:
            let value = text.isEmpty ? current.first ?? "" : text
            options = [Option(text: value, value: value)]
            if kind == .textbox, let typed = current.first { options = [Option(text: typed, value: typed)] }
        case .datasource: options = [Option(text: "Watchpost", value: "watchpost")]
        }
    }

    /// Reads what Grafana's Prometheus data source documents: `label_names()`, `label_values(metric, label)`,
    /// `metrics(pattern)`, `query_result(query)`
    /// (https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/).
    static func query(_ text: String) -> Query? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        // Anything else than a call is asked for as series, of whose names and labels a pattern takes a part.
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else {
            let isSelector = text.wholeMatch(of: /(?s)[a-zA-Z_:$\[][\w:$\[\]]*\s*(?:\{.*\})?|\{.+\}/) != nil
            return isSelector ? .series(text) : nil
        }
        let name = text[..<open].trimmingCharacters(in: .whitespaces)
        let inside = text[text.index(after: open)..<text.index(before: text.endIndex)]
            .trimmingCharacters(in: .whitespacesAndNewlines)
        switch name {
        case "label_names": return .labelNames(pattern: inside)
        case "metrics": return .metrics(pattern: inside)
        case "query_result": return .result(inside)
        case "label_values":
            // The label is behind the last comma; a selector before it has commas of its own.
            guard let comma = inside.lastIndex(of: ",") else {
                return .labelValues(label: unquoted(inside), series: nil)
            }
            let label = unquoted(inside[inside.index(after: comma)...].trimmingCharacters(in: .whitespaces))
            let series = inside[..<comma].trimmingCharacters(in: .whitespacesAndNewlines)
            guard !label.isEmpty, !label.contains(where: { "{}()\"".contains($0) }) else { return nil }
            return .labelValues(label: label, series: series.isEmpty ? nil : series)
        default: return nil
        }
    }

    private static func unquoted(_ text: String) -> String {
        text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }

    /// A list of objects that have a text and a value each; `nil` where it is none.
    private static func objects(_ json: String) -> [Option]? {
        (try? JSONReader.read(json))?.list?.compactMap { node in
            guard let value = (node["value"] ?? node["text"] ?? node).written else { return nil }
            return Option(text: node["text"]?.written ?? value, value: value)
        }
    }

    /// `1m, 10m`, `text : value`, with `\,` for a comma that is part of one.
    private static func choices(_ text: String, listed: JSONNode?) -> [Option] {
        var parts = [""]
        var isEscaped = false
        for letter in text {
            if letter == ",", !isEscaped {
                parts.append("")
            } else if letter == "\\", !isEscaped {
                isEscaped = true
                continue
            } else {
                if isEscaped, letter != "," { parts[parts.count - 1].append("\\") }
                parts[parts.count - 1].append(letter)
            }
            isEscaped = false
        }
        let options = parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.map { part in
            guard let colon = part.firstRange(of: " : ") else { return Option(text: part, value: part) }
            return Option(
                text: part[..<colon.lowerBound].trimmingCharacters(in: .whitespaces),
                value: part[colon.upperBound...].trimmingCharacters(in: .whitespaces))
        }
        if !options.isEmpty { return options }
        return (listed?.list ?? []).compactMap { option in
            guard let value = option["value"]?.written, value != "$__all" else { return nil }
            return Option(text: option["text"]?.written ?? value, value: value)
        }
    }
}

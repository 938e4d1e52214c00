package import ConfigText
internal import Model

/// Reads a file of rule groups. Expressions and templates are checked by those who run them; here it is their place.
package enum RuleFileReader {
    /// Reads a file's text; without a word in it, or where it is not YAML (which is told to `problems`), it has no groups.
    package static func read(
        _ text: String, path: String, defaultQueryOffset: Duration = .zero, problems: ProblemList
    ) -> RuleFile? {
        guard let root = YAMLFile.root(of: text, path: path, problems: problems) else {
            return RuleFile(path: path, groups: [])
        }
        return read(root, path: path, defaultQueryOffset: defaultQueryOffset)
    }

    /// - Parameter defaultQueryOffset: of groups that say nothing of it.
    package static func read(_ root: YAMLValue, path: String, defaultQueryOffset: Duration) -> RuleFile? {
        root.mapping { reader in
            var positions: [String: SourcePosition] = [:]
            let groups = reader.mappings("groups") { group($0, path: path, defaultQueryOffset: defaultQueryOffset) }
            for (group, position) in groups {
                if let first = positions[group.name] {
                    reader.problems.error(
                        at: position, "the group \"\(group.name)\" stands twice in this file",
                        mend: "rename one; the first is on line \(first.line)")
                }
                positions[group.name] = position
            }
            return RuleFile(path: path, groups: groups.map(\.0))
        }
    }

    private static func group(
        _ reader: MappingReader, path: String, defaultQueryOffset: Duration
    ) -> (RuleGroupConfig, SourcePosition)? {
        let name = reader.required("name", mend: "write name")
        var group = RuleGroupConfig(name: name?.value ?? "", file: path)
        group.interval = reader.duration("interval", above: .zero)
        group.queryOffset = reader.duration("query_offset") ?? defaultQueryOffset
        assign(reader.count("limit"), to: &group.limit)
        for (key, value) in labels("labels", in: reader) { group.labels[key] = value.value }
        reader.notActedOn("partial_response_strategy", because: "it is Thanos'")
        group.rules = reader.mappings("rules", rule)
        return name.map { (group, $0.position) }
    }

    private static func rule(_ reader: MappingReader) -> RuleConfig? {
        let record = reader.located("record")
        let alert = reader.located("alert")
        let expr = reader.required("expr", mend: "write expr, a PromQL expression")
        let hold = reader.duration("for")
        let keepFiringFor = reader.duration("keep_firing_for")
        let labels = labels("labels", in: reader)
        let annotations = reader.textMap("annotations")
        guard let kind = kind(record: record, alert: alert, in: reader) else { return nil }
        if case .record = kind {
            for key in ["for", "keep_firing_for", "annotations"] where reader.has(key) {
                reader.problems.error(
                    at: reader.keyPosition(key), "a recording rule has \(key)",
                    mend: "remove it, or write alert for record")
            }
        }
        guard let expr else { return nil }
        var rule = RuleConfig(kind: kind, expr: expr)
        assign(hold, to: &rule.hold)
        assign(keepFiringFor, to: &rule.keepFiringFor)
        for (key, value) in labels { rule.labels[key] = value }
        for (key, value) in annotations { rule.annotations[key.value] = value }
        return rule
    }

    private static func kind(
        record: Located<String>?, alert: Located<String>?, in reader: MappingReader
    ) -> RuleConfig.Kind? {
        switch (record?.value ?? "", alert?.value ?? "") {
        case ("", ""):
            reader.error("the rule has neither record nor alert", mend: "write alert: NAME or record: NAME")
            return nil
        case ("", let alert): return .alert(alert)
        case (let record, ""):
            if record.contains("{") || record.contains("}") {
                reader.problems.error(
                    at: reader.keyPosition("record"), "\"\(record)\" is not a metric's name",
                    mend: "write the name alone; labels have a key of their own")
            }
            return .record(record)
        default:
            reader.bothStand("record", "alert")
            return nil
        }
    }

    private static func labels(_ key: String, in reader: MappingReader) -> [(String, Located<String>)] {
        let entries = LabelEntries.checked(reader.textMap(key), problems: reader.problems)
        for (name, _) in entries where name.value == Labels.metricName {
            reader.problems.error(
                at: name.position, "a rule cannot set the label __name__", mend: "name the metric with record")
        }
        return entries.map { ($0.key.value, $0.value) }
    }
}

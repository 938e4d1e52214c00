package import ConfigText
internal import Intervals
internal import Model

/// Reads `alertmanager.yml` as Alertmanager 0.27 and later do.
package enum AlertmanagerReader {
    package static func read(_ root: YAMLValue) -> AlertmanagerConfig? { root.mapping(top) }

    /// The file as it may be shown, without the secrets of its services.
    /// - Returns: the text; `nil` where it is not YAML.
    package static func shownText(of yaml: String) -> String? {
        RedactedYAML.text(
            of: yaml, alsoHiding: Services.all.reduce(into: []) { $0.formUnion($1.secretKeys) },
            showingHostsOf: Services.all.reduce(into: []) { $0.formUnion($1.addressKeys) })
    }

    private static func top(_ reader: MappingReader) -> AlertmanagerConfig? {
        let global = reader.mapping("global", AlertmanagerGlobal.read) ?? AlertmanagerGlobal()
        let receivers = receivers(reader, global: global)
        let intervals = timeIntervals(reader)
        let inhibitRules = reader.mappings("inhibit_rules", inhibitRule)
        let templates = reader.texts("templates")
        reader.notActedOn("tracing", because: "Watchpost sends no spans of its own")
        let names = Set(receivers.map(\.name))
        let routes = RouteReader(receivers: names, timeIntervals: Set(intervals.keys))
        guard reader.has("route") else {
            reader.error("there is no route", mend: "write route with a receiver")
            return nil
        }
        guard let route = reader.mapping("route", routes.root) else { return nil }
        var config = AlertmanagerConfig(route: route, receivers: receivers)
        config.resolveTimeout = global.resolveTimeout
        config.inhibitRules = inhibitRules
        config.timeIntervals = intervals
        config.templates = templates.map { Located(reader.resolved($0.value), at: $0.position) }
        return config
    }

    private static func receivers(_ reader: MappingReader, global: AlertmanagerGlobal) -> [ReceiverConfig] {
        let receiverReader = ReceiverReader(global: global)
        var seen: Set<String> = []
        return reader.mappings("receivers") { entry in
            guard let receiver = receiverReader.receiver(entry) else { return nil }
            if !seen.insert(receiver.name).inserted {
                reader.problems.error(
                    at: entry.keyPosition("name"), "the receiver \"\(receiver.name)\" stands twice", mend: "rename one")
            }
            return receiver
        }
    }

    private static func timeIntervals(_ reader: MappingReader) -> [String: [TimeIntervalConfig]] {
        var intervals: [String: [TimeIntervalConfig]] = [:]
        for key in ["time_intervals", "mute_time_intervals"] {
            for (name, spans) in reader.mappings(key, TimeIntervalReader.named) {
                if intervals[name.value] != nil {
                    reader.problems.error(
                        at: name.position, "the time interval \"\(name.value)\" stands twice", mend: "rename one")
                }
                intervals[name.value] = spans
            }
        }
        return intervals
    }

    private static func inhibitRule(_ reader: MappingReader) -> InhibitRuleConfig? {
        _ = reader.text("name")
        let sources = MatcherReader.read(reader, prefix: "source_")
        let targets = MatcherReader.read(reader, prefix: "target_")
        let equal = reader.texts("equal")
        for name in equal where name.value.isEmpty {
            reader.problems.error(at: name.position, "equal has an empty name", mend: "write a label's name")
        }
        reader.notActedOn("sources", because: "a rule has one source here", mend: "write a rule for each source")
        var rule = InhibitRuleConfig(sourceMatchers: sources, targetMatchers: targets, equal: equal.map(\.value))
        rule.position = reader.position
        return rule
    }
}

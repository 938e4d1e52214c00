internal import ConfigText
internal import Model

/// Reads the routing tree, handing down to each child what it leaves open.
struct RouteReader {
    let receivers: Set<String>
    let timeIntervals: Set<String>

    func root(_ reader: MappingReader) -> RouteConfig? {
        if reader.text("receiver") ?? "" == "" {
            reader.error("the root route has no receiver", mend: "write receiver: NAME")
        }
        for key in ["match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals"]
        where reader.value(key).map({ !$0.isEmptyCollection }) ?? false {
            reader.problems.error(
                at: reader.keyPosition(key), "the root route has \(key), and must take every alert",
                mend: "put it on a route below")
        }
        if reader.boolean("continue") == true {
            reader.problems.error(
                at: reader.keyPosition("continue"), "the root route has continue: true, and nothing comes after it",
                mend: "remove it")
        }
        return route(reader, parent: RouteConfig(receiver: ""))
    }

    private func route(_ reader: MappingReader, parent: RouteConfig) -> RouteConfig {
        var route = parent
        route.routes = []
        if let receiver = reader.located("receiver"), !receiver.value.isEmpty {
            route.receiver = receiver.value
            if !receivers.contains(receiver.value) {
                reader.problems.error(
                    at: receiver.position, "there is no receiver \"\(receiver.value)\"",
                    mend: NearestName.of(receiver.value, among: receivers).map { "did you mean \"\($0)\"?" }
                        ?? "add it to receivers")
            }
        }
        groupBy(reader, into: &route)
        assign(reader.duration("group_wait"), to: &route.groupWait)
        assign(reader.duration("group_interval", above: .zero), to: &route.groupInterval)
        assign(reader.duration("repeat_interval", above: .zero), to: &route.repeatInterval)
        route.matchers = MatcherReader.read(reader)
        route.continues = reader.boolean("continue") ?? false
        route.muteTimeIntervals = intervals("mute_time_intervals", in: reader)
        route.activeTimeIntervals = intervals("active_time_intervals", in: reader)
        route.routes = reader.mappings("routes") { self.route($0, parent: route) }
        return route
    }

    private func groupBy(_ reader: MappingReader, into route: inout RouteConfig) {
        let names = reader.texts("group_by")
        if names.isEmpty { return }
        var seen: Set<String> = []
        for name in names {
            if name.value.isEmpty {
                reader.problems.error(at: name.position, "group_by has an empty name", mend: "write a label's name")
            }
            if !seen.insert(name.value).inserted {
                reader.problems.error(
                    at: name.position, "group_by has \"\(name.value)\" twice", mend: "keep one")
            }
        }
        if seen.contains("...") {
            if seen.count > 1 {
                reader.problems.error(
                    at: reader.keyPosition("group_by"),
                    "group_by has \"...\", which is all labels, and others beside it",
                    mend: "write ['...'] alone")
            }
            route.groupBy = nil
        } else {
            route.groupBy = names.map(\.value)
        }
    }

    private func intervals(_ key: String, in reader: MappingReader) -> [String] {
        reader.texts(key).map { name in
            if !timeIntervals.contains(name.value) {
                reader.problems.error(
                    at: name.position, "there is no time interval \"\(name.value)\"",
                    mend: NearestName.of(name.value, among: timeIntervals).map { "did you mean \"\($0)\"?" }
                        ?? "add it to time_intervals")
            }
            return name.value
        }
    }
}

internal import ConfigText
internal import Patterns

/// Reads a condition of a processor: `when`, or `if`.
struct ConditionReader {
    let problems: ProblemList

    func read(_ value: YAMLValue) -> FilebeatCondition? {
        let entries = value.entries()
        guard let (name, options) = entries.first, entries.count == 1 else {
            if value.isMapping {
                value.error(
                    "\(value.path) has \(entries.count) conditions",
                    mend: "write one, or a list of them under and or or")
            }
            return nil
        }
        let before = problems.all.count
        let condition = self.condition(name, options)
        // One part that is wrong makes the whole mean something else.
        return problems.all[before...].contains { $0.severity == .error } ? nil : condition
    }

    private func condition(_ name: Located<String>, _ options: YAMLValue) -> FilebeatCondition? {
        switch name.value {
        case "equals": return .equals(leaves(options).compactMap { leaf in leaf.1.text().map { (leaf.0, $0) } })
        case "contains": return .contains(leaves(options).compactMap { leaf in leaf.1.text().map { (leaf.0, $0) } })
        case "regexp": return .regexp(leaves(options).compactMap { leaf in leaf.1.pattern().map { (leaf.0, $0) } })
        case "range": return range(options)
        case "has_fields": return .hasFields(some(options.texts(orOne: true), options).map(\.value))
        case "network": return network(options)
        case "and": return .and(some(options.list { read($0) }, options))
        case "or": return .or(some(options.list { read($0) }, options))
        case "not": return read(options).map { .not($0) }
        default:
            let known = ["equals", "contains", "regexp", "range", "has_fields", "network", "and", "or", "not"]
            let nearest = NearestName.of(name.value, among: known)
            problems.error(
                at: name.position, "unknown condition \"\(name.value)\"",
                mend: nearest.map { "did you mean \($0)?" } ?? "write one of \(known.joined(separator: ", "))")
            return nil
        }
    }

    /// A condition of nothing would hold for every event.
    private func some<Item>(_ items: [Item], _ options: YAMLValue) -> [Item] {
        if items.isEmpty { options.error("\(options.path) is empty", mend: "write what it is to hold for") }
        return items
    }

    private func range(_ options: YAMLValue) -> FilebeatCondition {
        .range(
            leaves(options).compactMap { name, value in
                let parts = name.split(separator: ".")
                guard parts.count > 1, let bound = parts.last.flatMap({ FilebeatCondition.Bound(rawValue: String($0)) })
                else {
                    value.error("\(value.path) has no bound", mend: "write field.gte, field.gt, field.lte or field.lt")
                    return nil
                }
                return value.number().map { (parts.dropLast().joined(separator: "."), bound, $0) }
            })
    }

    private func network(_ options: YAMLValue) -> FilebeatCondition {
        .network(
            leaves(options).map { name, value in
                let ranges = value.texts(orOne: true).compactMap { text in
                    let range = NetworkRange(text.value)
                    if range == nil {
                        problems.error(
                            at: text.position, "\"\(text.value)\" is no network",
                            mend: "write private, public, loopback or another name, or a range as 10.0.0.0/8")
                    }
                    return range
                }
                return (name, ranges)
            })
    }

    /// The fields of a condition with what is wanted of each, nested ones under dotted names.
    private func leaves(_ value: YAMLValue) -> [(String, YAMLValue)] {
        let entries = value.entries()
        if entries.isEmpty, value.isMapping || value.isNull {
            value.error("\(value.path) names no field", mend: "write a field")
        }
        return entries.flatMap { key, value -> [(String, YAMLValue)] in
            if value.isMapping { return leaves(value).map { ("\(key.value).\($0.0)", $0.1) } }
            return [(key.value, value)]
        }
    }
}

import Model

/// An event while processors work on it.
struct EventDraft {
    var event: LogEvent
    /// What a line of text says about itself: conditions see it, though Filebeat's events do not have it. It becomes part
    /// of the event behind the processors, as they might name the same fields.
    var facts: [String: LogValue] = [:]
    /// Where and when the line was read.
    let context: LineContext

    /// The value of a field; of those that both have the event's own.
    func value(_ name: String) -> LogValue? { event.fields[name] ?? facts[name] }

    /// Whether there is a field of that name, or one below it.
    func has(_ name: String) -> Bool {
        if name == "@timestamp" || event.fields[name] != nil { return true }
        let prefix = name + "."
        return event.fields.keys.contains { $0.hasPrefix(prefix) }
    }

    mutating func keep(_ isWanted: (String) -> Bool) {
        event.fields = event.fields.filter { isWanted($0.key) }
        facts = facts.filter { isWanted($0.key) }
    }

    mutating func remove(_ name: String) {
        let prefix = name + "."
        keep { $0 != name && !$0.hasPrefix(prefix) }
    }

    /// The field and those below it, by what stands behind the name: empty for the field itself.
    func subtree(_ name: String) -> [(rest: String, value: LogValue)] {
        if let value = event.fields[name] { return [("", value)] }
        let prefix = name + "."
        return event.fields.compactMap { field in
            field.key.hasPrefix(prefix) ? (String(field.key.dropFirst(name.count)), field.value) : nil
        }
    }

    mutating func put(_ subtree: [(rest: String, value: LogValue)], at name: String) {
        for (rest, value) in subtree { event.fields[name + rest] = value }
    }

    /// Says why a processor could not do what it was to do.
    mutating func fail(_ reason: String) { event.fields["error.message"] = .string(reason) }

    /// Merges the fields of an object into the root, as Filebeat does with those of JSON.
    mutating func merge(
        _ fields: some Sequence<(key: String, value: LogValue)>, overwriting: Bool, tellsErrors: Bool
    ) {
        for (name, value) in fields {
            if name == "@timestamp" {
                guard overwriting else { continue }
                if let time = JSONFacts.time(value, context) {
                    event.timestamp = time
                } else if tellsErrors {
                    event.fields["error.type"] = .string("json")
                    event.fields["error.message"] = .string("@timestamp not overwritten: it is no time")
                }
            } else if overwriting || event.fields[name] == nil {
                event.fields[name] = value
            }
        }
    }
}

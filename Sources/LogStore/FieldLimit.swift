import Model

/// Keeps the number of distinct field names in a block within bounds: a log whose every line has names of its own
/// would otherwise cost memory and time by names and events.
enum FieldLimit {
    /// Most names a block has besides ``overflowName``.
    static let mostNames = 1_000
    /// The field that takes what has no column: `name=value` of each, with blanks between.
    static let overflowName = "other_fields"

    private static let own = ["message", "level", "camera_id", "tags", "trace.id", "span.id"]
    private static let ownPrefixes = ["log.", "host.", "agent.", "input.", "ecs.", "fields.", "error."]

    /// The events as they are, or with their rarest fields put together into one text.
    static func apply(_ events: [LogEvent]) -> [LogEvent] {
        var counts: [String: Int] = [:]
        for event in events { for name in event.fields.keys { counts[name, default: 0] += 1 } }
        counts[overflowName] = nil
        if counts.count <= mostNames { return events }
        let kept = Set(
            counts.sorted { left, right in
                if left.value != right.value { return left.value > right.value }
                let (isLeftOwn, isRightOwn) = (isOwn(left.key), isOwn(right.key))
                return isLeftOwn == isRightOwn ? left.key < right.key : isLeftOwn
            }.prefix(mostNames).map(\.key))
        return events.map { event in
            let rare = event.fields.keys.filter { $0 != overflowName && !kept.contains($0) }.sorted()
            if rare.isEmpty { return event }
            var event = event
            var parts: [String] = []
            if let known = event.fields[overflowName] { parts.append(text(known)) }
            for name in rare {
                if let value = event.fields[name] { parts.append(name + "=" + text(value)) }
            }
            event.fields = event.fields.filter { $0.key == overflowName || kept.contains($0.key) }
            event.fields[overflowName] = .string(parts.joined(separator: " "))
            return event
        }
    }

    private static func isOwn(_ name: String) -> Bool {
        own.contains(name) || LogFields.isReserved(name) || ownPrefixes.contains { name.hasPrefix($0) }
    }

    private static func text(_ value: LogValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .boolean(let value): String(value)
        case .array(let values): "[" + values.map(text).joined(separator: ",") + "]"
        case .null: "null"
        }
    }
}

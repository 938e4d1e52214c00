package import Model

extension LogEvent {
    /// Gives the event `level`, by which all events are found, where one of its fields names a level under one of the usual
    /// names. What was written stays, as `log.level` where it was `level` itself.
    /// - Parameter prefix: what stands in front of the event's own names, as `json.`.
    package mutating func nameLevel(_ prefix: String = "") {
        guard let level = JSONFacts.level(prefix, { fields[$0] }) else { return }
        if level.field == "level" {
            if !level.isCanonical {
                if fields["log.level"] == nil { fields["log.level"] = level.written }
                fields["level"] = .string(level.name.rawValue)
            }
        } else if fields["level"] == nil {
            fields["level"] = .string(level.name.rawValue)
        }
    }

    /// Gives an event without a level the one that its message says at its beginning.
    package mutating func nameLevelOfMessage() {
        guard fields["level"] == nil else { return }
        let facts = LineFacts(message, LineContext(zone: .utc, now: timestamp, path: ""))
        guard let level = facts.level else { return }
        fields["level"] = .string(level.rawValue)
        if fields["log.level"] == nil, let written = facts.writtenLevel { fields["log.level"] = written }
    }

    /// Takes the credentials out of all texts.
    package mutating func redact() { fields.changeOwn { _, value in EventBuilder.redacted(value) } }
}

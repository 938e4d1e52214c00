import Base
import Foundation
import Model
internal import Patterns

/// Makes events of lines by the settings of an input.
struct EventBuilder: Sendable {
    let input: FilebeatInput
    /// Fields that all events of the input have.
    private let fields: [String: LogValue]
    private let processors: [FilebeatProcessor]
    /// Of times that name none.
    private let zone: LineZone

    init(_ input: FilebeatInput, _ config: FilebeatConfig, _ metadata: HostMetadata) {
        self.input = input
        processors = input.processors + config.processors
        zone = input.timeZone.flatMap(LineZone.named) ?? config.timeZone.flatMap(LineZone.named) ?? .host
        var fields = metadata.common
        let isSwitchedOff = config.hostMetadataUnlessTagged.map(input.tags.contains) ?? false
        if config.addHostMetadata, !isSwitchedOff { fields.merge(metadata.host) { $1 } }
        fields["input.type"] = .string(input.kind.rawValue)
        if !input.tags.isEmpty { fields["tags"] = .array(input.tags.map(LogValue.string)) }
        for (name, value) in input.fields {
            fields[input.fieldsUnderRoot ? name : "fields." + name] = .string(value)
        }
        self.fields = fields
    }

    /// A line with what its JSON says, if the input is of JSON.
    func entry(_ line: LineCutter.Line) -> Entry {
        var entry = Entry(line)
        guard let settings = input.json else { return entry }
        if entry.message.isEmpty { return entry }
        do {
            entry.fields = try JSONReader.fields(entry.message)
            entry.isJSON = true
            if let key = settings.messageKey {
                guard case .string(let text) = entry.fields[key] else {
                    addError("Error decoding JSON: key '\(key)' not found or not a text", to: &entry)
                    return entry
                }
                entry.message = text
            }
        } catch {
            addError("Error decoding JSON: \(error.reason) at byte \(error.offset)", to: &entry)
        }
        return entry
    }

    private func addError(_ text: String, to entry: inout Entry) {
        entry.isJSON = false
        entry.fields = [:]
        guard input.json?.addErrorKey ?? false else { return }
        entry.fields = ["error.message": .string(text), "error.type": .string("json")]
    }

    /// The event of an entry; `nil` where the input's filters leave it out.
    func event(_ entry: Entry, path: String, now: Int64) -> LogEvent? {
        if entry.message.isEmpty, entry.fields.isEmpty { return nil }
        if !entry.isJSON || input.json?.messageKey != nil {
            if !input.includeLines.isEmpty, !input.includeLines.contains(where: { $0.isFound(in: entry.message) }) {
                return nil
            }
            if input.excludeLines.contains(where: { $0.isFound(in: entry.message) }) { return nil }
        }
        var event = LogEvent(timestamp: entry.timestamp ?? now, fields: fields)
        event.fields["log.file.path"] = .string(path)
        event.fields["log.offset"] = .integer(entry.offset)
        if !entry.flags.isEmpty { event.fields["log.flags"] = .array(entry.flags.map(LogValue.string)) }
        if entry.isJSON {
            addJSON(entry, LineContext(zone: zone(of: entry), now: now, path: path), to: &event)
        } else {
            event.fields["message"] = .string(entry.message)
            event.fields.merge(entry.fields) { $1 }
            let facts = LineFacts(entry.message, LineContext(zone: zone, now: now, path: path))
            if entry.timestamp == nil, let time = facts.timestamp { event.timestamp = time }
            event.fields.merge(facts.fields.filter { event[$0.key] == nil }) { old, _ in old }
        }
        // They look at the line as it is; what they leave of it loses its credentials then.
        guard EventProcessor.keeps(&event, processors) else { return nil }
        if entry.isJSON || !processors.isEmpty { nameFacts(of: &event) }
        for (name, value) in event.fields where fields[name] == nil && name != "log.file.path" {
            event.fields[name] = EventBuilder.redacted(value)
        }
        return event
    }

    private func zone(of entry: Entry) -> LineZone {
        guard case .string(let name)? = entry.fields["event.timezone"] else { return zone }
        return LineZone.named(name) ?? zone
    }

    private func addJSON(_ entry: Entry, _ context: LineContext, to event: inout LogEvent) {
        let settings = input.json ?? FilebeatInput.JSON()
        var fields = entry.fields
        if let key = settings.messageKey { fields[key] = .string(entry.message) }
        if entry.timestamp == nil, let time = time(of: fields, settings, context) { event.timestamp = time }
        for (name, value) in fields {
            if !settings.keysUnderRoot {
                event.fields["json." + name] = value
            } else if name == "@timestamp" {
                guard settings.overwriteKeys else { continue }
                if let time = JSONFacts.time(value, context) {
                    event.timestamp = time
                } else if settings.addErrorKey {
                    event.fields["error.type"] = .string("json")
                    event.fields["error.message"] = .string(
                        "@timestamp not overwritten (parse error on \(EventBuilder.text(of: EventBuilder.redacted(value))))"
                    )
                }
            } else if settings.overwriteKeys || event.fields[name] == nil {
                event.fields[name] = value
            }
        }
    }

    /// The time that a line has under another name than `@timestamp`, of which Filebeat has its own rule.
    private func time(of fields: [String: LogValue], _ settings: FilebeatInput.JSON, _ context: LineContext) -> Int64? {
        if settings.keysUnderRoot, fields["@timestamp"] != nil { return nil }
        return JSONFacts(fields, prefix: "", context).timestamp
    }

    /// Gives an event of JSON the level under the name that all have, and its text.
    private func nameFacts(of event: inout LogEvent) {
        let prefix = (input.json?.keysUnderRoot ?? true) ? "" : "json."
        if let level = JSONFacts.level(event.fields, prefix) {
            if level.field == "level" {
                if !level.isCanonical {
                    if event.fields["log.level"] == nil { event.fields["log.level"] = level.written }
                    event.fields["level"] = .string(level.name.rawValue)
                }
            } else if event.fields["level"] == nil {
                event.fields["level"] = .string(level.name.rawValue)
            }
        }
        if event.fields["message"] == nil, let text = JSONFacts.message(event.fields) {
            event.fields["message"] = .string(text)
        }
    }

    private static func text(of value: LogValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .boolean(let value): String(value)
        case .array: "an array"
        case .null: "null"
        }
    }

    private static func redacted(_ value: LogValue) -> LogValue {
        switch value {
        case .string(let text): .string(Redaction.urls(in: text))
        case .array(let values): .array(values.map(redacted))
        default: value
        }
    }
}

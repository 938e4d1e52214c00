import Base
import Foundation
import Model
internal import Patterns

/// Makes events of lines by the settings of an input.
struct EventBuilder: Sendable {
    let input: FilebeatInput
    /// Fields that all events of the input have.
    private let shared: LogFields.Shared
    private let sharesOwnNames: Bool
    /// Whether events are lines of files, and say of which and where.
    private let isOfFiles: Bool
    /// Whether a pipeline finds out what the events say of themselves.
    private let isForPipeline: Bool
    private let processors: [FilebeatProcessor]
    /// Of times that name none.
    let zone: LineZone

    init(_ input: FilebeatInput, _ config: FilebeatConfig, _ metadata: HostMetadata) {
        self.input = input
        processors = input.processors + config.processors
        let zoneName = input.timeZone ?? processors.lazy.compactMap(\.timeZone).first
        zone = zoneName.flatMap(LineZone.named) ?? config.timeZone.flatMap(LineZone.named) ?? .host
        var fields = metadata.common
        let isSwitchedOff = config.hostMetadataUnlessTagged.map(input.tags.contains) ?? false
        if config.addHostMetadata, !isSwitchedOff { fields.merge(metadata.host) { $1 } }
        isForPipeline = config.isForPipeline || input.isForPipeline
        if isForPipeline { fields["@version"] = .string("1") }
        fields["input.type"] = .string(input.kind.rawValue)
        if !input.tags.isEmpty { fields["tags"] = .array(input.tags.map(LogValue.string)) }
        for (name, value) in input.fields {
            fields[input.fieldsUnderRoot ? name : "fields." + name] = .string(value)
        }
        for (name, value) in input.moduleFields { fields[name] = .string(value) }
        isOfFiles = input.listening == nil && input.journal == nil
        shared = LogFields.Shared(fields)
        sharesOwnNames = Self.ownNames.contains { fields[$0] != nil }
    }

    /// The parsers for a file of the input; `nil` where it has none.
    func parsers() -> ParserChain? { input.parsers.isEmpty ? nil : ParserChain(input, zone: zone) }

    /// Whether all events of the input have this value under the name already.
    func isShared(_ name: String, _ value: LogValue) -> Bool {
        shared.index(of: name).map { shared.entries[$0].value == value } ?? false
    }

    /// The event of an entry; `nil` where the input's filters leave it out.
    /// - Parameter path: the file, or the sender, whose lines are in order.
    func event(_ entry: Entry, path: String, now: Int64) -> LogEvent? {
        // An entry of a journal may be fields alone.
        if entry.isLeftOut || entry.isEmpty && input.journal == nil { return nil }
        if entry.json == nil || entry.json?.messageKey != nil {
            if !input.includeLines.isEmpty, !input.includeLines.contains(where: { $0.isFound(in: entry.message) }) {
                return nil
            }
            if input.excludeLines.contains(where: { $0.isFound(in: entry.message) }) { return nil }
        }
        var event = LogEvent(timestamp: entry.timestamp ?? now, fields: LogFields(sharing: shared))
        if isOfFiles {
            add("log.file.path", .string(path), to: &event)
            add("log.offset", .integer(entry.offset), to: &event)
        }
        if !entry.flags.isEmpty { add("log.flags", .array(entry.flags.map(LogValue.string)), to: &event) }
        for (name, value) in entry.ownFields { event.fields[name] = value }
        let context = LineContext(zone: zone(of: entry), now: now, path: path)
        var facts: [String: LogValue] = [:]
        if let settings = entry.json {
            addJSON(entry, settings, context, to: &event)
        } else {
            if entry.ownFields.isEmpty {
                add("message", .string(entry.message), to: &event)
            } else {
                event.fields["message"] = .string(entry.message)
            }
            if !isForPipeline {
                let found = LineFacts(entry.message, context)
                if entry.timestamp == nil, let time = found.timestamp { event.timestamp = time }
                facts = found.fields
            }
        }
        if !processors.isEmpty {
            // They look at the line as it is; what they leave of it loses its credentials then.
            var draft = EventDraft(event: event, facts: facts, context: context)
            guard EventProcessor.keeps(&draft, processors) else { return nil }
            event = draft.event
            facts = draft.facts
        }
        if !isForPipeline { nameFacts(of: &event, facts, entry.json) }
        event.fields.changeOwn { name, value in
            switch value {
            case .string where name != "log.file.path": EventBuilder.redacted(value)
            case .array: EventBuilder.redacted(value)
            default: nil
            }
        }
        return event
    }

    /// Names of every event that the input's own fields may have too.
    private static let ownNames = ["log.file.path", "log.offset", "log.flags", "message"]

    /// Adds one of ``ownNames``.
    private func add(_ name: String, _ value: LogValue, to event: inout LogEvent) {
        if sharesOwnNames { event.fields[name] = value } else { event.fields.append(name, value) }
    }

    private func zone(of entry: Entry) -> LineZone {
        guard case .string(let name)? = entry.fields["event.timezone"] else { return zone }
        return LineZone.named(name) ?? zone
    }

    private func addJSON(
        _ entry: Entry, _ settings: FilebeatInput.JSON, _ context: LineContext, to event: inout LogEvent
    ) {
        var fields = entry.fields
        if let key = settings.messageKey { fields[key] = .string(entry.message) }
        if entry.timestamp == nil, let time = time(settings, context, { fields[$0] }) { event.timestamp = time }
        for (name, value) in fields {
            if !settings.keysUnderRoot || LogFields.isReserved(name) {
                // Under its own name a reserved one would be hidden, and taken for what the store says of the event.
                event.fields["\(settings.target.isEmpty ? "json" : settings.target).\(name)"] = value
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
    private func time(
        _ settings: FilebeatInput.JSON, _ context: LineContext, _ fields: JSONFacts.Lookup
    ) -> Int64? {
        if settings.keysUnderRoot, fields("@timestamp") != nil { return nil }
        return JSONFacts.time("", context, fields)
    }

    /// Gives an event the level under the name that all have, and what a line of text says about itself.
    private func nameFacts(of event: inout LogEvent, _ facts: [String: LogValue], _ json: FilebeatInput.JSON?) {
        // The word that was written for a level belongs to the one among the facts.
        let isLeveled = event["level"] != nil
        for (name, value) in facts where event[name] == nil && !(isLeveled && name == "log.level") {
            event.fields[name] = value
        }
        if json != nil || !processors.isEmpty || event.fields["log.syslog.severity.code"] != nil {
            event.nameLevel(json.map { $0.keysUnderRoot ? "" : $0.target + "." } ?? "")
        }
        guard json?.keysUnderRoot ?? false, event.fields["message"] == nil else { return }
        if let text = JSONFacts.message({ event.fields[$0] }) { event.fields["message"] = .string(text) }
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

    static func redacted(_ value: LogValue) -> LogValue {
        switch value {
        case .string(let text): .string(Redaction.urls(in: text))
        case .array(let values): .array(values.map(redacted))
        default: value
        }
    }
}

extension FilebeatProcessor {
    /// `event.timezone`, where it is added to every event.
    fileprivate var timeZone: String? {
        guard condition == nil, case .addFields(let fields) = action else { return nil }
        return fields["event.timezone"]
    }
}

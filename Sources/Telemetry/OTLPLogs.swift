internal import Base
internal import Foundation
internal import LogDocuments
package import Model

/// Log records as OTLP has them, whichever of its two forms they came in, as events:
/// https://github.com/open-telemetry/opentelemetry-proto (`logs.proto`).
///
/// A text as body is the `message`, anything else is there as JSON. Attributes keep their own dotted names, those of the
/// resource too (`service.name`, `host.name`); one that an event has otherwise is `attributes.NAME`. `log.level` is what was
/// written as severity, `log.logger` the scope, `trace.id` and `span.id` the span, `event.action` the event's name, and
/// `event.created` when it was observed, where that is another time.
package struct OTLPLogs: Sendable {
    /// A record as it was read.
    struct Record {
        /// Nanoseconds since the Unix epoch; 0 for none.
        var time: UInt64 = 0
        var observed: UInt64 = 0
        var severity = 0
        var severityText = ""
        var body: DocumentValue?
        var attributes = Document()
        /// In hexadecimal digits; empty without a trace.
        var traceID = ""
        var spanID = ""
        var eventName = ""
    }

    /// The most bytes of a record's message.
    static let messageBytesMax = 1 << 20

    package private(set) var events: [LogEvent] = []
    /// Records that were left out, and why.
    package private(set) var rejected = 0
    package private(set) var reasons: [String] = []

    private let now: Int64
    private var resource: [String: LogValue] = [:]
    private var shared = LogFields.Shared([:])

    private static let ownNames = DocumentFields.all.union([
        "message", "@timestamp", "level", "log.level", "log.logger", "trace.id", "span.id", "event.action",
        "event.created",
    ])

    /// - Parameter now: the time of records that have none, in milliseconds since the Unix epoch.
    init(now: Int64) { self.now = now }

    /// Begins a resource: what is added next comes from it.
    mutating func begin(resource attributes: Document) {
        resource = [:]
        var fields = LogFields()
        fields.add(attributes)
        for (name, value) in fields {
            resource[Self.ownNames.contains(name) ? "resource." + name : name] = Self.redacted(value)
        }
        begin(scope: "")
    }

    /// Begins a scope of the resource: what is added next was written by it.
    mutating func begin(scope name: String) {
        var fields = resource
        if !name.isEmpty { fields["log.logger"] = .string(name) }
        shared = LogFields.Shared(fields)
    }

    /// Adds a record of the scope that was begun last.
    mutating func add(_ record: Record) {
        let message = Self.message(record)
        guard message.utf8.count <= Self.messageBytesMax else {
            return reject("a record's body has more than the limit of \(Self.messageBytesMax) bytes")
        }
        let time = record.time > 0 ? record.time : record.observed
        var event = LogEvent(
            timestamp: time > 0 ? Self.milliseconds(time) : now, fields: LogFields(sharing: shared))
        event.fields.append("message", .string(Redaction.urls(in: message)))
        if let level = Self.level(record.severity) { event.fields.append("level", .string(level)) }
        if !record.severityText.isEmpty { event.fields.append("log.level", .string(record.severityText)) }
        if !record.traceID.isEmpty { event.fields.append("trace.id", .string(record.traceID)) }
        if !record.spanID.isEmpty { event.fields.append("span.id", .string(record.spanID)) }
        if !record.eventName.isEmpty { event.fields.append("event.action", .string(record.eventName)) }
        if record.time > 0, record.observed > 0, Self.milliseconds(record.observed) != event.timestamp {
            event.fields.append("event.created", .string(Self.text(of: record.observed)))
        }
        var attributes = LogFields()
        attributes.add(record.attributes)
        for (name, value) in attributes {
            let isTaken = Self.ownNames.contains(name) || event.fields[name] != nil
            event.fields[isTaken ? "attributes." + name : name] = Self.redacted(value)
        }
        events.append(event)
    }

    /// Changes each event.
    package mutating func changeEvents(_ change: (inout LogEvent) -> Void) {
        for index in events.indices { change(&events[index]) }
    }

    mutating func reject(_ reason: String) {
        rejected += 1
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    private static func message(_ record: Record) -> String {
        switch record.body {
        case .string(let text): text
        case .null, nil: record.eventName
        case let value?: value.json
        }
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> Int64 { Int64(nanoseconds / 1_000_000) }

    /// As `@timestamp` is written.
    private static func text(of nanoseconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds(nanoseconds)) / 1_000).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    /// The level of a severity's number: four numbers each, from 1 on.
    private static func level(_ severity: Int) -> String? {
        let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
        return (1...24).contains(severity) ? levels[(severity - 1) / 4] : nil
    }

    private static func redacted(_ value: LogValue) -> LogValue {
        switch value {
        case .string(let text): .string(Redaction.urls(in: text))
        case .array(let values): .array(values.map(redacted))
        default: value
        }
    }
}

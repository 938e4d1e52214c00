import Model

/// Makes events of messages by the settings of an input.
struct MessageBuilder: Sendable {
    private let builder: EventBuilder
    /// Of the input `syslog`.
    private let rule: SyslogRule?

    /// Names that Filebeat's input has beside those of its parser.
    private static let otherNames = [
        "log.syslog.hostname": "hostname", "log.syslog.appname": "process.name",
        "log.syslog.severity.code": "event.severity",
    ]

    init(_ builder: EventBuilder) {
        self.builder = builder
        rule = builder.input.syslog
    }

    /// The event of a message; `nil` where the input's settings leave it out.
    func event(_ message: ReceivedMessage) -> LogEvent? {
        var entry = Entry(
            LineCutter.Line(
                text: String(decoding: message.bytes, as: UTF8.self), offset: 0, end: 0, isTruncated: message.isCut))
        if let rule { read(&entry, rule, message) }
        entry.ownFields["log.source.address"] = .string(message.sender)
        return builder.event(entry, path: message.sender, now: message.time)
    }

    private func read(_ entry: inout Entry, _ rule: SyslogRule, _ message: ReceivedMessage) {
        let context = LineContext(zone: rule.zone ?? builder.zone, now: message.time, path: message.sender)
        if let found = rule.message(entry.message, context) {
            entry.message = found.text
            entry.timestamp = found.time
            entry.ownFields = found.fields
        } else if let found = rule.priorityAlone(entry.message) {
            // Many cameras and switches send a priority and then what they like.
            entry.message = found.text
            entry.ownFields = found.fields
        }
        for (name, other) in Self.otherNames { entry.ownFields[other] = entry.ownFields[name] }
        if case .string(let text)? = entry.ownFields["log.syslog.procid"] {
            entry.ownFields["process.pid"] = Int64(text).map(LogValue.integer) ?? .string(text)
        }
    }
}

import DatePatterns
import LogDocuments

/// `syslog`: messages as RFC 3164 has them, with its times or those of ISO 8601.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-inputs-syslog
struct SyslogReader: MessageReader {
    private let input: PipelineInput
    private let settings: SyslogInput
    private let names: Names
    private let zone: TimeZoneRule
    private let patterns: [DatePattern]

    /// What the fields are called.
    private struct Names {
        let host, priority, facility, facilityLabel, severity, severityLabel, source, program, pid: FieldReference

        init(usesSchema: Bool) {
            func field(_ schema: String, _ legacy: String) -> FieldReference {
                FieldReference(usesSchema ? schema : legacy)
            }
            host = field("[host][ip]", "host")
            priority = field("[log][syslog][priority]", "priority")
            facility = field("[log][syslog][facility][code]", "facility")
            facilityLabel = field("[log][syslog][facility][name]", "facility_label")
            severity = field("[log][syslog][severity][code]", "severity")
            severityLabel = field("[log][syslog][severity][name]", "severity_label")
            source = field("[host][hostname]", "logsource")
            program = field("[process][name]", "program")
            pid = field("[process][pid]", "pid")
        }
    }

    private static let timestamp = FieldReference("timestamp")
    private static let timestamp8601 = FieldReference("timestamp8601")
    private static let service = FieldReference("[service][type]")
    private static let failureTag = "_grokparsefailure_sysloginput"
    /// user, notice: what a message without a priority counts as.
    private static let standard = 13

    init(_ input: PipelineInput, _ settings: SyslogInput) {
        self.input = input
        self.settings = settings
        names = Names(usesSchema: input.usesSchema)
        zone = settings.timeZone.flatMap { TimeZoneRule.named($0) } ?? .host
        patterns = ["MMM  d HH:mm:ss", "MMM dd HH:mm:ss", "ISO8601"].compactMap { [zone] text in
            try? DatePattern(text, zone: zone, locale: .english)
        }
    }

    func complete(_ event: inout PipelineEvent, _ peer: Peer) {
        input.decoration.apply(to: &event)
        event[names.host] = .string(peer.host)
        let text = event[InputCodec.message]?.string ?? ""
        var priority = Self.standard
        if let found = SyslogLine(text) {
            priority = found.priority
            event[InputCodec.message] = .string(found.message)
            event[names.source] = .string(found.source)
            if let program = found.program { event[names.program] = .string(program) }
            if let pid = found.pid {
                event[names.pid] = input.usesSchema ? Int64(pid).map { .integer($0) } : .string(pid)
            }
            if input.usesSchema { event[Self.service] = .string("system") }
            setTime(of: &event, found)
        } else {
            event.addTag(Self.failureTag)
        }
        event[names.priority] = .integer(Int64(priority))
        event[names.severity] = .integer(Int64(priority & 7))
        event[names.facility] = .integer(Int64(priority >> 3))
        guard settings.usesLabels else { return }
        if settings.severityLabels.indices.contains(priority & 7) {
            event[names.severityLabel] = .string(settings.severityLabels[priority & 7])
        }
        if settings.facilityLabels.indices.contains(priority >> 3) {
            event[names.facilityLabel] = .string(settings.facilityLabels[priority >> 3])
        }
    }

    private func setTime(of event: inout PipelineEvent, _ found: SyslogLine) {
        event[Self.timestamp] = .string(found.time)
        if found.isISO8601, !input.usesSchema { event[Self.timestamp8601] = .string(found.time) }
        let now = event.timestamp
        for pattern in patterns {
            guard let time = try? pattern.milliseconds(of: found.time, now: now, zone: zone) else { continue }
            event.timestamp = time
            return
        }
        event.addTag("_dateparsefailure")
    }
}

/// A message as RFC 3164 has it: `<34>Oct 11 22:14:15 mymachine su[17]: 'su root' failed`.
struct SyslogLine: Equatable {
    var priority: Int
    var time: String
    var isISO8601: Bool
    var source: String
    var program: String?
    var pid: String?
    var message: String

    /// `nil` for a text of another form.
    init?(_ text: String) {
        var rest = Substring(text)
        guard rest.first == "<", let close = rest.firstIndex(of: ">"),
            let priority = Int(rest[rest.index(after: rest.startIndex)..<close]), (0...191).contains(priority)
        else { return nil }
        self.priority = priority
        rest = rest[rest.index(after: close)...]
        guard let time = Self.time(rest) else { return nil }
        self.time = String(time)
        isISO8601 = time.first?.isNumber ?? false
        rest = rest[time.endIndex...]
        guard rest.first == " " else { return nil }
        rest = rest.dropFirst()
        if let facility = Self.facility(rest) { rest = rest[facility...] }
        let source = rest.prefix { !$0.isWhitespace }
        let name = source.last == ":" ? source.dropLast() : source
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:".contains($0)) })
        else { return nil }
        self.source = String(name)
        rest = rest[name.endIndex...]
        if let found = Self.program(rest) {
            program = String(found.name)
            pid = found.pid.map { String($0) }
            rest = rest[found.end...]
        }
        guard rest.first == ":" || rest.first == " " else { return nil }
        if rest.first == ":" { rest = rest.dropFirst() }
        guard rest.first == " " else { return nil }
        message = String(rest.dropFirst())
    }

    /// The time at the beginning: `Oct 11 22:14:15`, with any blanks in front of the day, or one of ISO 8601.
    private static func time(_ text: Substring) -> Substring? {
        if text.first?.isNumber ?? false {
            let time = text.prefix { !$0.isWhitespace }
            return time.count >= 16 && time.contains("-") && time.contains(":") ? time : nil
        }
        var rest = text.drop { $0.isLetter && $0.isASCII }
        guard (3...9).contains(text.distance(from: text.startIndex, to: rest.startIndex)), rest.first == " " else {
            return nil
        }
        rest = rest.drop { $0 == " " }
        let day = rest.prefix { $0.isNumber }
        guard (1...2).contains(day.count), rest[day.endIndex...].first == " " else { return nil }
        let clock = rest[day.endIndex...].dropFirst().prefix { $0.isNumber || $0 == ":" || $0 == "." }
        guard clock.count >= 8, clock.filter({ $0 == ":" }).count == 2 else { return nil }
        return text[..<clock.endIndex]
    }

    /// Where a facility ends that some write in front of the host: `<3.6> `.
    private static func facility(_ text: Substring) -> Substring.Index? {
        guard text.first == "<", let close = text.firstIndex(of: ">") else { return nil }
        let inner = text[text.index(after: text.startIndex)..<close]
        guard inner.allSatisfy({ $0.isNumber || $0 == "." }), text[close...].dropFirst().first == " " else {
            return nil
        }
        return text.index(close, offsetBy: 2)
    }

    /// The program of ` su[17]`, where a colon stands behind it.
    private static func program(_ rest: Substring) -> (name: Substring, pid: Substring?, end: Substring.Index)? {
        guard rest.first == " " else { return nil }
        let text = rest.dropFirst()
        let name = text.prefix { $0.isASCII && !$0.isWhitespace && $0 != "[" && $0 != "]" && $0 != ":" }
        guard !name.isEmpty else { return nil }
        var end = name.endIndex
        var pid: Substring?
        if text[end...].first == "[", let close = text[end...].firstIndex(of: "]") {
            let number = text[text.index(after: end)..<close]
            guard !number.isEmpty, number.allSatisfy(\.isNumber) else { return nil }
            pid = number
            end = text.index(after: close)
        }
        return text[end...].first == ":" ? (name, pid, end) : nil
    }
}

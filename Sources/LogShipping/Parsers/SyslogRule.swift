import Base
import Model

/// `syslog`, as a parser and as a processor: takes a line apart as RFC 3164 or RFC 5424 has it. In a file the priority may be
/// missing.
package struct SyslogRule: Sendable {
    package enum Format: String, Sendable, CaseIterable { case auto, rfc3164, rfc5424 }

    var format = Format.auto
    /// Of the processor.
    var field = "message"
    /// Of times that name none; `nil` is the input's.
    var zone: LineZone?
    var addsErrorKey = true
    var overwritesKeys = true
    var tolerance = FilebeatProcessor.Tolerance()

    struct Message {
        var fields: [String: LogValue] = [:]
        var text = ""
        var time: Int64?
    }

    func read(into entry: inout Entry, _ context: LineContext) {
        guard let found = message(entry.message, context) else {
            if addsErrorKey { entry.ownFields["error.message"] = .string("the line is not one of syslog") }
            return
        }
        entry.message = found.text
        entry.timestamp = found.time ?? entry.timestamp
        entry.ownFields.merge(found.fields) { $1 }
    }

    func apply(to draft: inout EventDraft) {
        let context = LineContext(zone: zone ?? draft.context.zone, now: draft.context.now, path: draft.context.path)
        guard case .string(let text)? = draft.event.fields[field] else {
            if draft.event.fields[field] != nil || !tolerance.ignoresMissing {
                draft.fail("syslog: \(field) is no text")
            }
            return
        }
        guard let found = message(text, context) else { return draft.fail("syslog: \(field) is not a line of syslog") }
        if let time = found.time { draft.event.timestamp = time }
        draft.event.fields["message"] = .string(found.text)
        draft.event.fields.merge(found.fields) { [overwritesKeys] old, new in overwritesKeys ? new : old }
    }

    private static let severities = [
        "Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug",
    ]
    private static let facilities = [
        "kernel", "user-level", "mail", "system", "security/authorization", "syslogd", "line printer", "network news",
        "UUCP", "clock", "security/authorization", "FTP", "NTP", "log audit", "log alert", "clock", "local0", "local1",
        "local2", "local3", "local4", "local5", "local6", "local7",
    ]

    /// The parts of a line; `nil` where it is none of syslog.
    func message(_ line: String, _ context: LineContext) -> Message? {
        var text = line
        return text.withUTF8 { bytes in
            var reading = Reading(bytes: bytes, context: context)
            let hasPriority = reading.readPriority()
            if format != .rfc3164, hasPriority, reading.takesVersion() { return reading.structured() }
            if format == .rfc5424 { return nil }
            return reading.traditional()
        }
    }

    /// The priority of a message that is otherwise none of syslog, and what is behind it.
    func priorityAlone(_ line: String) -> Message? {
        var text = line
        return text.withUTF8 { bytes in
            var reading = Reading(bytes: bytes, context: LineContext(zone: .utc, now: 0, path: ""))
            guard reading.readPriority() else { return nil }
            reading.message.text = reading.rest
            return reading.message
        }
    }

    private struct Reading {
        let bytes: UnsafeBufferPointer<UInt8>
        let context: LineContext
        var position = 0
        var message = Message()

        private var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

        private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

        /// What is behind the position, without blanks in front.
        var rest: String { String(decoding: bytes[position...].drop { $0 == 32 }, as: UTF8.self) }

        mutating func readPriority() -> Bool {
            guard next == UInt8(ascii: "<"), let close = bytes.prefix(5).firstIndex(of: UInt8(ascii: ">")),
                let number = Int(text(1..<close)), (0...191).contains(number)
            else { return false }
            position = close + 1
            message.fields["log.syslog.priority"] = .integer(Int64(number))
            message.fields["log.syslog.facility.code"] = .integer(Int64(number / 8))
            message.fields["log.syslog.facility.name"] = .string(SyslogRule.facilities[number / 8])
            message.fields["log.syslog.severity.code"] = .integer(Int64(number % 8))
            message.fields["log.syslog.severity.name"] = .string(SyslogRule.severities[number % 8])
            return true
        }

        mutating func takesVersion() -> Bool {
            guard next == UInt8(ascii: "1"), position + 1 < bytes.count, bytes[position + 1] == 32 else { return false }
            position += 2
            message.fields["log.syslog.version"] = .string("1")
            return true
        }

        private mutating func word() -> String? {
            let start = position
            while position < bytes.count, bytes[position] != 32 { position += 1 }
            let word = text(start..<position)
            if position < bytes.count { position += 1 }
            return word == "-" || word.isEmpty ? nil : word
        }

        /// RFC 5424: time, host, program, process, kind, structured data, text.
        mutating func structured() -> Message? {
            if let time = word() {
                guard let found = TimeText.whole(time, context) else { return nil }
                message.time = found
            }
            for name in ["hostname", "appname", "procid", "msgid"] {
                if let value = word() { message.fields["log.syslog.\(name)"] = .string(value) }
            }
            guard position <= bytes.count else { return nil }
            if next == UInt8(ascii: "[") {
                guard readData() else { return nil }
            } else if word() != nil {
                return nil
            }
            if next == 32 { position += 1 }
            if bytes[min(position, bytes.count)...].starts(with: [0xef, 0xbb, 0xbf]) { position += 3 }
            message.text = text(min(position, bytes.count)..<bytes.count)
            return message
        }

        private mutating func readData() -> Bool {
            while next == UInt8(ascii: "[") {
                position += 1
                let start = position
                while position < bytes.count, bytes[position] != 32, bytes[position] != 93 { position += 1 }
                let id = text(start..<position)
                while next == 32 {
                    position += 1
                    guard let equals = bytes[position...].firstIndex(of: 61), equals + 1 < bytes.count,
                        bytes[equals + 1] == 34
                    else { return false }
                    let name = text(position..<equals)
                    position = equals + 2
                    var value: [UInt8] = []
                    while position < bytes.count, bytes[position] != 34 {
                        if bytes[position] == 92, position + 1 < bytes.count { position += 1 }
                        value.append(bytes[position])
                        position += 1
                    }
                    guard next == 34 else { return false }
                    position += 1
                    message.fields["log.syslog.structured_data.\(id).\(name)"] = .string(
                        String(decoding: value, as: UTF8.self))
                }
                guard next == 93 else { return false }
                position += 1
            }
            return true
        }

        /// Whether the next word is `program[process]:`, in front of which some devices write no host.
        private var isTag: Bool {
            let word = bytes[position...].prefix(64).prefix { $0 != 32 }
            return word.count > 1 && word.last == 58 && !word.dropLast().contains(58)
        }

        /// RFC 3164: time, host, `program[process]:`, text.
        mutating func traditional() -> Message? {
            guard let found = TimeText.read(bytes, at: position, context), found.form == .plain else { return nil }
            message.time = found.time
            position = found.end
            guard next == 32 else { return nil }
            position += 1
            if !isTag, let host = word() { message.fields["log.syslog.hostname"] = .string(host) }
            let tag = bytes[position...].prefix(64).prefix { $0 != 58 && $0 != 32 && $0 != 91 }
            var end = tag.endIndex
            if end < bytes.count, !tag.isEmpty, bytes[end] == 58 || bytes[end] == 91 {
                message.fields["log.syslog.appname"] = .string(text(tag.startIndex..<tag.endIndex))
                if bytes[end] == 91, let close = bytes[end...].firstIndex(of: 93) {
                    message.fields["log.syslog.procid"] = .string(text(end + 1..<close))
                    end = close + 1
                }
                if end < bytes.count, bytes[end] == 58 { end += 1 }
                position = end
                if next == 32 { position += 1 }
            }
            message.text = text(position..<bytes.count)
            return message
        }
    }
}

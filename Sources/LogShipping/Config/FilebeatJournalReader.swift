internal import Base
internal import ConfigText

/// Reads the input `journald`.
enum FilebeatJournalReader {
    private static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "security", "console", "solaris-cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
        "local7",
    ]

    static func read(_ reader: MappingReader, _ common: FilebeatReader.Common) -> FilebeatInputReader.Entry? {
        let paths = reader.texts("paths", orOne: true).map(\.value)
        let id = reader.text("id") ?? ""
        var input = FilebeatInput(
            id: id.isEmpty ? FilebeatInput.name(of: .journald, paths: paths) : id, kind: .journald,
            position: reader.position, paths: paths)
        input.journal = rule(reader)
        FilebeatInputReader.readFields(reader, common: common, into: &input)
        FilebeatParserReader.readParsers(reader, into: &input)
        for parser in input.parsers {
            switch parser {
            case .multiline, .container:
                reader.problems.error(
                    at: reader.keyPosition("parsers"), "multiline and container are not done on entries of the journal",
                    mend: "remove it; an entry may have several lines")
            case .ndjson, .syslog, .includeMessage: break
            }
        }
        var processors = FilebeatProcessorReader(reader.problems)
        input.processors = processors.read(reader.value("processors"))
        input.unknown = processors.unknown
        reader.accepted(
            "backoff", "max_backoff", "merge", "publisher_pipeline", "index", "pipeline", "keep_null", "chroot",
            "journalctl_path", "type", "enabled")
        FilebeatReader.warnOfOthers(reader)
        return FilebeatInputReader.Entry(input: input)
    }

    private static func rule(_ reader: MappingReader) -> JournalRule {
        var rule = JournalRule()
        rule.seek = seek(reader)
        rule.savesRemoteHostName = reader.boolean("save_remote_hostname") ?? false
        if let matches = reader.value("include_matches").flatMap(matches) { rule.matches.append(matches) }
        func anyOf(_ key: String, _ match: (Located<String>) -> JournalMatch?) {
            let wanted = reader.texts(key, orOne: true)
            // One that is wrong must not let in what was to be left out: the input is not started then.
            if !wanted.isEmpty { rule.matches.append(.or(wanted.compactMap(match))) }
        }
        anyOf("units") { .unit($0.value) }
        anyOf("syslog_identifiers") { .field("SYSLOG_IDENTIFIER", $0.value) }
        anyOf("transports") { .field("_TRANSPORT", $0.value) }
        anyOf("facilities") { facility in
            let number = Int(facility.value) ?? facilities.firstIndex(of: facility.value.lowercased())
            if let number, (0..<24).contains(number) { return .field("SYSLOG_FACILITY", "\(number)") }
            reader.problems.error(
                at: facility.position, "\"\(facility.value)\" is no facility of syslog",
                mend: "write a number from 0 to 23, or a name as auth, daemon or local0")
            return nil
        }
        return rule
    }

    private static func seek(_ reader: MappingReader) -> JournalRule.Seek {
        let word = reader.choice("seek", among: ["head", "tail", "since", "cursor"])
        let fallback = reader.choice("cursor_seek_fallback", among: ["head", "tail", "since"])
        let since = since(reader)
        // A saved place always comes first, as with Filebeat's cursor.
        switch word == nil || word == "cursor" ? fallback : word {
        case "tail": return .tail
        case "since":
            if let since { return .since(since) }
            if !reader.has("since") { reader.error("the input has no since", mend: "write since: -24h") }
            return .head
        default: return .head
        }
    }

    private static func since(_ reader: MappingReader) -> Duration? {
        guard let value = reader.value("since"), let text = value.text() else { return nil }
        if let milliseconds = DurationNotation.go(text.hasPrefix("-") ? String(text.dropFirst()) : text) {
            return .milliseconds(milliseconds)
        }
        value.error("\(value.path) is not a duration: \"\(text)\"", mend: "write -24h for what came in the last day")
        return nil
    }

    // MARK: include_matches

    /// A list of expressions, or a mapping with `match`, `and` and `or`.
    private static func matches(_ value: YAMLValue) -> JournalMatch? {
        if !value.isMapping { return expressions(value) }
        return value.mapping { reader -> JournalMatch? in
            var all: [JournalMatch] = []
            if let list = reader.value("match") { all.append(expressions(list)) }
            let both = reader.list("and") { matches($0) }
            let either = reader.list("or") { matches($0) }
            if !both.isEmpty { all.append(.and(both)) }
            if !either.isEmpty { all.append(.or(either)) }
            if all.isEmpty { reader.error("\(reader.path) has no expression", mend: "write match: ['_PID=1']") }
            return .and(all)
        }
    }

    private static func expressions(_ value: YAMLValue) -> JournalMatch {
        .expressions(
            value.texts(orOne: true).map { expression -> (name: String, value: String)? in
                if expression.value == "+" { return nil }
                if let equals = expression.value.firstIndex(of: "="),
                    let name = JournalFields.journaldName(of: String(expression.value[..<equals]))
                {
                    return (name, String(expression.value[expression.value.index(after: equals)...]))
                }
                value.problems.error(
                    at: expression.position, "\"\(expression.value)\" is no expression of the journal",
                    mend: "write FIELD=value, as in _SYSTEMD_UNIT=nginx.service, or +")
                return ("", "")
            })
    }
}

internal import Base
internal import ConfigText
internal import Patterns

/// Reads what is done with the lines of an input before they are events: `parsers` of a filestream; `json`, `docker-json` and
/// `multiline` of an input `log`.
enum FilebeatParserReader {
    static func read(_ reader: MappingReader, into input: inout FilebeatInput) {
        if input.kind == .container { input.parsers.append(.container(container(reader, ofInput: true))) }
        if let docker = reader.mapping("docker-json", { container($0, ofInput: false) }) {
            input.parsers.append(.container(docker))
        }
        // In this order, whatever theirs is in the file.
        if let json = reader.mapping("json", json) { input.parsers.append(.ndjson(json)) }
        if let multiline = reader.mapping("multiline", multiline) { input.parsers.append(.multiline(multiline)) }
        if input.kind == .filestream {
            for key in ["multiline", "json"] where reader.has(key) {
                reader.problems.warn(
                    at: reader.keyPosition(key), "Filebeat's filestream does not look at \(key) here",
                    mend: "write it under parsers" + (key == "json" ? " as ndjson" : ""))
            }
        }
        readParsers(reader, into: &input)
    }

    static func readParsers(_ reader: MappingReader, into input: inout FilebeatInput) {
        for item in reader.list("parsers", { $0 }) { input.parsers += parsers(item) }
    }

    private static let options: [String: [String]] = [
        "ndjson": [
            "keys_under_root", "overwrite_keys", "add_error_key", "message_key", "expand_keys", "target",
            "ignore_decoding_error", "document_id",
        ],
        "multiline": [
            "type", "pattern", "negate", "match", "max_lines", "timeout", "flush_pattern", "count_lines",
            "skip_newline",
        ],
        "container": ["stream", "format"], "syslog": ["format", "timezone", "log_errors", "add_error_key"],
        "include_message": ["patterns"],
    ]

    private static func parsers(_ item: YAMLValue) -> [FilebeatInput.Parser] {
        let entries = item.entries()
        if MisplacedOptions.tell(entries, options: options) { return [] }
        return entries.compactMap { parser($0.key, $0.value) }
    }

    private static func parser(_ name: Located<String>, _ options: YAMLValue) -> FilebeatInput.Parser? {
        switch name.value {
        case "ndjson": return options.isNull ? .ndjson(.underRoot) : options.mapping(json).map { .ndjson($0) }
        case "multiline": return options.mapping(multiline).map { .multiline($0) }
        case "container":
            return options.isNull
                ? .container(.init()) : options.mapping { container($0, ofInput: false) }.map { .container($0) }
        case "syslog": return options.isNull ? .syslog(.init()) : options.mapping(syslog).map { .syslog($0) }
        case "include_message":
            return options.mapping { reader in
                let patterns = FilebeatInputReader.patterns("patterns", in: reader)
                if !reader.has("patterns") { reader.error("\(reader.path) has no patterns", mend: "write patterns") }
                return .includeMessage(patterns)
            }
        default:
            let nearest = NearestName.of(name.value, among: Array(self.options.keys))
            options.problems.error(
                at: name.position, "unknown parser \"\(name.value)\"",
                mend: nearest.map { "did you mean \($0)?" }
                    ?? "write one of \(self.options.keys.sorted().joined(separator: ", "))")
            return nil
        }
    }

    // MARK: Multiline

    private static func multiline(_ reader: MappingReader) -> FilebeatInput.Multiline? {
        let type = reader.choice("type", among: ["pattern", "count", "while_pattern"]) ?? "pattern"
        let negate = reader.boolean("negate")
        let match = reader.choice("match", FilebeatInput.Multiline.Match.self)
        let flushPattern = reader.pattern("flush_pattern")
        let maxLines = reader.integer("max_lines", atLeast: 1)
        let timeout = FilebeatInputReader.duration("timeout", in: reader)
        let skipNewline = reader.boolean("skip_newline")
        let count = reader.integer("count_lines", atLeast: 1)
        let pattern: Pattern?
        if type == "count" {
            pattern = try? Pattern("")
            if count == nil { reader.error("\(reader.path) has no count_lines", mend: "write count_lines") }
        } else {
            if !reader.has("pattern") { reader.error("\(reader.path) has no pattern", mend: "write pattern") }
            pattern = reader.pattern("pattern")
        }
        reader.accepted("pattern")
        FilebeatReader.warnOfOthers(reader)
        guard let pattern else { return nil }
        var multiline = FilebeatInput.Multiline(pattern: pattern, match: match ?? .after)
        if type == "count" { multiline.kind = .count(count ?? 1) }
        if type == "while_pattern" { multiline.kind = .whilePattern }
        assign(negate, to: &multiline.negate)
        assign(flushPattern, to: &multiline.flushPattern)
        assign(maxLines, to: &multiline.maxLines)
        assign(timeout, to: &multiline.timeout)
        assign(skipNewline, to: &multiline.skipNewline)
        return multiline
    }

    // MARK: JSON

    private static func json(_ reader: MappingReader) -> FilebeatInput.JSON? {
        var json = FilebeatInput.JSON()
        // The parser has no keys_under_root: without a target it always puts the keys there.
        let isParser = reader.path.contains("ndjson")
        let target = reader.text("target") ?? ""
        let isUnderRoot = reader.boolean("keys_under_root")
        json.keysUnderRoot = isParser ? target.isEmpty : isUnderRoot ?? false
        if isParser, !target.isEmpty { json.target = target }
        if isParser, let isUnderRoot, isUnderRoot != json.keysUnderRoot {
            reader.problems.warn(
                at: reader.keyPosition("keys_under_root"), "Filebeat's ndjson does not look at keys_under_root",
                mend: "write target: a name for the keys, or target: \"\" for the root")
        }
        assign(reader.boolean("overwrite_keys"), to: &json.overwriteKeys)
        assign(reader.boolean("add_error_key"), to: &json.addErrorKey)
        assign(reader.boolean("expand_keys"), to: &json.expandKeys)
        assign(reader.text("message_key").flatMap { $0.isEmpty ? nil : $0 }, to: &json.messageKey)
        assign(reader.boolean("ignore_decoding_error"), to: &json.ignoreDecodingError)
        reader.accepted("document_id")
        if json.keysUnderRoot, !json.overwriteKeys {
            reader.warn(
                "\(reader.path) drops the lines' own @timestamp: the time of an event becomes that of reading it",
                mend: "write overwrite_keys: true")
        }
        FilebeatReader.warnOfOthers(reader)
        return json
    }

    /// Filters look at the text of a line, which JSON has only under a key that is named.
    static func checkFilters(_ reader: MappingReader, _ input: FilebeatInput) {
        var hasJSON = false
        var needsText: String?
        for parser in input.parsers {
            switch parser {
            case .ndjson(let json): hasJSON = hasJSON || json.messageKey == nil
            case .multiline where hasJSON: needsText = "multiline"
            case .includeMessage where hasJSON: needsText = "include_message"
            default: break
            }
        }
        if hasJSON, !input.includeLines.isEmpty || !input.excludeLines.isEmpty { needsText = "line filters" }
        guard needsText != nil else { return }
        reader.error(
            "json with multiline or line filters has no message_key",
            mend: "write json.message_key, the key of the text")
    }

    // MARK: Others

    private static func container(_ reader: MappingReader, ofInput: Bool) -> FilebeatInput.Container {
        var container = FilebeatInput.Container()
        assign(reader.choice("stream", FilebeatInput.Container.Stream.self), to: &container.stream)
        assign(reader.choice("format", FilebeatInput.Container.Format.self), to: &container.format)
        assign(reader.boolean("partial"), to: &container.joinsPartial)
        if !ofInput { FilebeatReader.warnOfOthers(reader) }
        return container
    }

    static func syslog(_ reader: MappingReader) -> SyslogRule? {
        var rule = SyslogRule()
        assign(reader.choice("format", SyslogRule.Format.self), to: &rule.format)
        assign(reader.boolean("add_error_key"), to: &rule.addsErrorKey)
        if let value = reader.value("timezone"), let name = value.text(), name != "Local" {
            rule.zone = LineZone.named(name)
            if rule.zone == nil {
                value.error(
                    "\(value.path) \"\(name)\" is no time zone", mend: "write a name as Asia/Ho_Chi_Minh, or +07:00")
            }
        }
        reader.accepted("log_errors")
        FilebeatReader.warnOfOthers(reader)
        return rule
    }
}

extension FilebeatInput.JSON {
    /// As the parser `ndjson` is without options.
    fileprivate static var underRoot: FilebeatInput.JSON {
        var json = FilebeatInput.JSON()
        json.keysUnderRoot = true
        return json
    }
}

/// Tells of options that stand beside the name whose they are, as they are indented too little.
enum MisplacedOptions {
    /// - Returns: whether there are any; they are told.
    static func tell(_ entries: [(key: Located<String>, value: YAMLValue)], options: [String: [String]]) -> Bool {
        for (name, value) in entries where value.isNull {
            guard let own = options[name.value],
                let stray = entries.first(where: { own.contains($0.key.value) && options[$0.key.value] == nil })
            else { continue }
            value.problems.error(
                at: stray.key.position, "\(stray.key.value) stands beside \(name.value) and not below it",
                mend: "indent it and its like by two columns more")
            return true
        }
        return false
    }
}

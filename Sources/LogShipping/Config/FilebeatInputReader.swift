internal import Base
internal import ConfigText
internal import Patterns

/// Reads an entry of `filebeat.inputs`.
enum FilebeatInputReader {
    /// An entry that was read; without an input where it is switched off or of a kind that we do not have.
    struct Entry { let input: FilebeatInput? }

    private static let otherKinds = [
        "aws-cloudwatch", "aws-s3", "azure-blob-storage", "azure-eventhub", "benchmark", "cel", "cloudfoundry",
        "cometd",
        "container", "docker", "entity-analytics", "etw", "gcp-pubsub", "gcs", "http_endpoint", "httpjson", "journald",
        "kafka", "mqtt", "netflow", "o365audit", "redis", "salesforce", "stdin", "streaming", "syslog", "tcp", "udp",
        "unix",
        "unifiedlogs", "winlog", "lumberjack", "websocket",
    ]

    static func read(_ reader: MappingReader, common: FilebeatReader.Common) -> Entry? {
        let isOn = reader.boolean("enabled") ?? true
        let type = reader.located("type")
        guard let kind = FilebeatInput.Kind(rawValue: type?.value ?? "log") else {
            refuseKind(type, in: reader)
            return nil
        }
        if type == nil { reader.error("the input has no type", mend: "write type: filestream") }
        let paths = reader.texts("paths", orOne: true)
        if paths.isEmpty { reader.error("the input has no paths", mend: "write paths, a list of files") }
        if kind == .log, isOn {
            reader.problems.warn(
                at: type?.position ?? reader.position, "type: log is off by default in Filebeat 9",
                mend: "write type: filestream with an id, and multiline and json under parsers")
        }
        let id = reader.text("id")
        if kind == .filestream, id ?? "" == "" {
            reader.warn("the filestream has no id, and Filebeat needs one", mend: "write id: a name of its own")
        }
        let names = paths.map(\.value)
        var input = FilebeatInput(
            id: id.flatMap { $0.isEmpty ? nil : $0 } ?? FilebeatInput.name(of: kind, paths: names), kind: kind,
            position: reader.position, paths: names)
        readLines(reader, into: &input)
        readFields(reader, common: common, into: &input)
        readFiles(reader, into: &input)
        readParsers(reader, into: &input)
        checkJSON(reader, input)
        acceptOthers(reader)
        return Entry(input: isOn ? input : nil)
    }

    private static func refuseKind(_ type: Located<String>?, in reader: MappingReader) {
        reader.takeOthers()
        guard let type else { return }
        if otherKinds.contains(type.value) {
            reader.problems.warn(
                at: type.position, "the input type \"\(type.value)\" is known and not acted on",
                mend: "write its lines to a file and follow that")
            return
        }
        let nearest = NearestName.of(type.value, among: otherKinds + ["log", "filestream"])
        reader.problems.error(
            at: type.position, "unknown input type \"\(type.value)\"",
            mend: nearest.map { "did you mean \($0)?" } ?? "write filestream")
    }

    private static func patterns(_ key: String, in reader: MappingReader) -> [Pattern] {
        guard let value = reader.value(key) else { return [] }
        return value.isScalar ? [value.pattern()].compactMap(\.self) : value.list { $0.pattern() }
    }

    private static func readLines(_ reader: MappingReader, into input: inout FilebeatInput) {
        input.includeLines = patterns("include_lines", in: reader)
        input.excludeLines = patterns("exclude_lines", in: reader)
        assign(size("max_bytes", in: reader) ?? size("message_max_bytes", in: reader), to: &input.maxBytes)
        if let encoding = reader.text("encoding"), !["plain", "utf-8", "utf8"].contains(encoding.lowercased()) {
            reader.notActedOn("encoding", because: "lines are read as UTF-8", mend: "write the log as UTF-8")
            // Patterns would not find what they are to leave out.
            input.skippedProcessor = "encoding"
            if reader.has("include_lines") || reader.has("exclude_lines") {
                reader.error(
                    "lines of the encoding \(encoding) cannot be filtered", mend: "write the log as UTF-8")
            }
        }
    }

    private static func readFields(
        _ reader: MappingReader, common: FilebeatReader.Common, into input: inout FilebeatInput
    ) {
        input.fields = common.fields
        for (name, value) in reader.value("fields").map(FilebeatReader.flatFields) ?? [] { input.fields[name] = value }
        input.fieldsUnderRoot = reader.boolean("fields_under_root") ?? common.fieldsUnderRoot
        input.tags = common.tags + reader.texts("tags", orOne: true).map(\.value)
        if let name = input.fields["event.timezone"] {
            if LineZone.named(name) != nil {
                input.timeZone = name
            } else {
                reader.problems.warn(
                    at: reader.keyPosition("fields"), "event.timezone \"\(name)\" is no time zone",
                    mend: "write a name as Asia/Ho_Chi_Minh, or +07:00")
            }
        }
    }

    private static func readFiles(_ reader: MappingReader, into input: inout FilebeatInput) {
        input.excludeFiles = patterns("exclude_files", in: reader)
        assign(reader.boolean("symlinks"), to: &input.followsLinks)
        assign(duration("scan_frequency", in: reader), to: &input.scanFrequency)
        assign(duration("ignore_older", in: reader), to: &input.ignoreOlder)
        assign(reader.boolean("clean_removed"), to: &input.cleanRemoved)
        assign(reader.boolean("tail_files"), to: &input.tailFiles)
        assign(duration("close_inactive", in: reader), to: &input.closeInactive)
        assign(reader.boolean("close_removed"), to: &input.closeRemoved)
        assign(reader.boolean("close_renamed"), to: &input.closeRenamed)
        assign(reader.boolean("close_eof"), to: &input.closeEOF)
        reader.read("close") { close in
            close.read("on_state_change") { change in
                assign(duration("inactive", in: change), to: &input.closeInactive)
                assign(change.boolean("removed"), to: &input.closeRemoved)
                assign(change.boolean("renamed"), to: &input.closeRenamed)
                change.accepted("check_interval")
            }
            close.read("reader") { ending in
                assign(ending.boolean("on_eof"), to: &input.closeEOF)
                ending.notActedOn("after_interval", because: "files are closed when they are quiet, gone or read")
            }
        }
        reader.read("prospector") { prospector in
            prospector.read("scanner") { scanner in
                assign(duration("check_interval", in: scanner), to: &input.scanFrequency)
                input.excludeFiles += patterns("exclude_files", in: scanner)
                scanner.notActedOn(
                    "include_files", because: "every file of paths is read", mend: "write paths that name fewer")
                scanner.notActedOn("resend_on_touch", because: "each line is stored once")
                assign(scanner.boolean("symlinks"), to: &input.followsLinks)
                scanner.accepted("fingerprint", "recursive_glob")
            }
        }
        if let cleanInactive = duration("clean_inactive", in: reader), cleanInactive > .zero,
            cleanInactive <= input.ignoreOlder + input.scanFrequency
        {
            reader.problems.error(
                at: reader.keyPosition("clean_inactive"),
                "clean_inactive is not longer than ignore_older and scan_frequency",
                mend: "raise clean_inactive, or remove it")
        }
    }

    private static func readParsers(_ reader: MappingReader, into input: inout FilebeatInput) {
        assign(reader.mapping("multiline", multiline), to: &input.multiline)
        assign(reader.mapping("json", json), to: &input.json)
        if input.kind == .filestream {
            for key in ["multiline", "json"] where reader.has(key) {
                reader.problems.warn(
                    at: reader.keyPosition(key), "Filebeat's filestream does not look at \(key) here",
                    mend: "write it under parsers" + (key == "json" ? " as ndjson" : ""))
            }
        }
        for (name, options) in reader.list("parsers", { $0.entries() }).flatMap(\.self) {
            switch name.value {
            case "ndjson" where input.multiline != nil:
                reader.problems.warn(
                    at: name.position, "JSON behind multiline is read line by line all the same",
                    mend: "write each JSON object on one line")
                assign(options.isNull ? .init() : options.mapping(json), to: &input.json)
            case "multiline": assign(options.mapping(multiline), to: &input.multiline)
            case "ndjson": assign(options.isNull ? .init() : options.mapping(json), to: &input.json)
            case "include_message":
                reader.problems.error(
                    at: name.position, "the parser include_message is not done here", mend: "write include_lines")
            case "container", "syslog":
                input.skippedProcessor = input.skippedProcessor ?? name.value
                reader.problems.warn(
                    at: name.position, "the parser \(name.value) is known and not acted on",
                    mend: "do the same in logstash/*.conf")
            default:
                reader.problems.error(
                    at: name.position, "unknown parser \"\(name.value)\"", mend: "write multiline or ndjson")
            }
        }
        var processors = FilebeatProcessorReader(reader.problems, skipped: input.skippedProcessor)
        input.processors = processors.read(reader.value("processors"))
        input.skippedProcessor = processors.skipped
    }

    private static func multiline(_ reader: MappingReader) -> FilebeatInput.Multiline? {
        if let type = reader.choice("type", among: ["pattern", "count", "while_pattern"]), type != "pattern" {
            reader.takeOthers()
            reader.problems.error(
                at: reader.keyPosition("type"), "multiline.type \(type) is not done here: lines are joined by pattern",
                mend: "write type: pattern, with pattern and match")
            return nil
        }
        reader.accepted("count_lines")
        let negate = reader.boolean("negate")
        let match = reader.choice("match", FilebeatInput.Multiline.Match.self)
        let flushPattern = reader.pattern("flush_pattern")
        let maxLines = reader.integer("max_lines", atLeast: 1)
        let timeout = duration("timeout", in: reader)
        let skipNewline = reader.boolean("skip_newline")
        if !reader.has("pattern") { reader.error("\(reader.path) has no pattern", mend: "write pattern") }
        guard let pattern = reader.pattern("pattern") else { return nil }
        var multiline = FilebeatInput.Multiline(pattern: pattern, match: match ?? .after)
        assign(negate, to: &multiline.negate)
        assign(flushPattern, to: &multiline.flushPattern)
        assign(maxLines, to: &multiline.maxLines)
        assign(timeout, to: &multiline.timeout)
        assign(skipNewline, to: &multiline.skipNewline)
        return multiline
    }

    private static func json(_ reader: MappingReader) -> FilebeatInput.JSON? {
        var json = FilebeatInput.JSON()
        // The parser has no keys_under_root: without a target it always puts the keys there.
        let isParser = reader.path.contains("ndjson")
        let target = reader.text("target")
        assign(reader.boolean("keys_under_root") ?? (isParser ? target ?? "" == "" : nil), to: &json.keysUnderRoot)
        if let target, !target.isEmpty {
            reader.notActedOn("target", because: "the keys go under json", mend: "write target: \"\"")
        }
        assign(reader.boolean("overwrite_keys"), to: &json.overwriteKeys)
        assign(reader.boolean("add_error_key"), to: &json.addErrorKey)
        assign(reader.boolean("expand_keys"), to: &json.expandKeys)
        assign(reader.text("message_key"), to: &json.messageKey)
        assign(reader.boolean("ignore_decoding_error"), to: &json.ignoreDecodingError)
        reader.accepted("document_id")
        if json.keysUnderRoot, !json.overwriteKeys {
            reader.warn(
                "\(reader.path) drops the lines' own @timestamp: the time of an event becomes that of reading it",
                mend: "write overwrite_keys: true")
        }
        return json
    }

    private static func checkJSON(_ reader: MappingReader, _ input: FilebeatInput) {
        guard let json = input.json, json.messageKey ?? "" == "" else { return }
        if (input.multiline != nil && input.kind == .log) || !input.includeLines.isEmpty || !input.excludeLines.isEmpty
        {
            reader.error(
                "json with multiline or line filters has no message_key",
                mend: "write json.message_key, the key of the text")
        }
    }

    /// Keys that fine-tune how Filebeat itself works.
    private static func acceptOthers(_ reader: MappingReader) {
        reader.accepted(
            "backoff", "max_backoff", "backoff_factor", "harvester_buffer_size", "harvester_limit", "recursive_glob",
            "buffer_size", "take_over", "scan", "rotation", "publisher_pipeline", "index", "pipeline", "keep_null",
            "allow_deprecated_use", "close_on_state_change")
        reader.notActedOn("close_timeout", because: "files are closed when they are quiet, gone or read")
        reader.notActedOn("file_identity", because: "a file is known by its device, inode and first bytes")
        reader.notActedOn("line_terminator", because: "lines end with a line feed")
        reader.notActedOn("ignore_inactive", because: "files are read whatever their age", mend: "write ignore_older")
        reader.notActedOn("compression", "gzip_experimental", because: "compressed files are not read")
        reader.notActedOn("delete", because: "no file is ever deleted")
    }

    private static func duration(_ key: String, in reader: MappingReader) -> Duration? {
        guard let value = reader.value(key), let text = value.text() else { return nil }
        if let milliseconds = DurationNotation.go(text) { return .milliseconds(milliseconds) }
        value.error(
            "\(value.path) is not a duration: \"\(text)\"", mend: "write a number with ms, s, m or h, as in 10s")
        return nil
    }

    private static func size(_ key: String, in reader: MappingReader) -> Int? {
        guard let value = reader.value(key), let text = value.text() else { return nil }
        if let bytes = Int(text) ?? SizeNotation.powersOf1024(text).map({ Int($0) }), bytes > 0 { return bytes }
        value.error("\(value.path) is not a size: \"\(text)\"", mend: "write bytes, or 10MiB")
        return nil
    }
}

internal import Base
internal import ConfigText
internal import Patterns

/// Reads an entry of `filebeat.inputs`.
enum FilebeatInputReader {
    /// An entry that was read; without an input where it is switched off or of a kind that we do not have.
    struct Entry { let input: FilebeatInput? }

    private static let otherKinds = [
        "aws-cloudwatch", "aws-s3", "azure-blob-storage", "azure-eventhub", "benchmark", "cel", "cloudfoundry",
        "cometd", "entity-analytics", "etw", "gcp-pubsub", "gcs", "http_endpoint", "httpjson", "kafka", "mqtt",
        "netflow", "o365audit", "redis", "salesforce", "stdin", "streaming", "unix",
        "unifiedlogs", "winlog", "lumberjack", "websocket",
    ]

    static func read(_ reader: MappingReader, common: FilebeatReader.Common) -> Entry? {
        // Filebeat does not look at what is switched off.
        if reader.boolean("enabled") == false {
            reader.takeOthers()
            return Entry(input: nil)
        }
        let type = reader.located("type") ?? formerType(reader)
        if type?.value == "docker" { return docker(reader, common) }
        guard let kind = FilebeatInput.Kind(rawValue: type?.value ?? "log") else {
            refuseKind(type, in: reader)
            return nil
        }
        if kind == .journald { return FilebeatJournalReader.read(reader, common) }
        if [.syslog, .udp, .tcp].contains(kind) { return FilebeatListenerReader.read(reader, kind, common) }
        if type == nil { reader.error("the input has no type", mend: "write type: filestream") }
        let paths = reader.texts("paths", orOne: true)
        if paths.isEmpty { reader.error("the input has no paths", mend: "write paths, a list of files") }
        if kind == .log {
            reader.problems.warn(
                at: type?.position ?? reader.position, "type: log is off by default in Filebeat 9",
                mend: "write type: filestream with an id, and multiline and json under parsers")
        }
        return entry(reader, kind, paths.map(\.value), common)
    }

    private static func entry(
        _ reader: MappingReader, _ kind: FilebeatInput.Kind, _ paths: [String],
        _ common: FilebeatReader.Common
    ) -> Entry {
        let id = reader.text("id")
        if kind == .filestream, id ?? "" == "" {
            reader.warn("the filestream has no id, and Filebeat needs one", mend: "write id: a name of its own")
        }
        var input = FilebeatInput(
            id: id.flatMap { $0.isEmpty ? nil : $0 } ?? FilebeatInput.name(of: kind, paths: paths), kind: kind,
            position: reader.position, paths: paths)
        readLines(reader, into: &input)
        readFields(reader, common: common, into: &input)
        readFiles(reader, into: &input)
        FilebeatParserReader.read(reader, into: &input)
        var processors = FilebeatProcessorReader(reader.problems)
        input.processors = processors.read(reader.value("processors"))
        input.unknown = processors.unknown
        FilebeatParserReader.checkFilters(reader, input)
        acceptOthers(reader)
        FilebeatReader.warnOfOthers(reader)
        return Entry(input: input)
    }

    /// The settings of an input that a module makes.
    static func settings(
        _ reader: MappingReader, paths: [String], _ common: FilebeatReader.Common
    ) -> Entry? {
        reader.accepted("type", "paths", "enabled")
        return entry(reader, .log, paths, common)
    }

    /// `input_type`, as it was called in Filebeat 5.
    private static func formerType(_ reader: MappingReader) -> Located<String>? {
        guard let former = reader.located("input_type") else { return nil }
        reader.problems.warn(
            at: reader.keyPosition("input_type"), "input_type is called type since Filebeat 6", mend: "write type")
        return former
    }

    /// The input `docker` of Filebeat 6 and 7: the files of containers, by their ids.
    private static func docker(_ reader: MappingReader, _ common: FilebeatReader.Common) -> Entry? {
        reader.warn(
            "type: docker is gone from Filebeat 8",
            mend: "write type: filestream with /var/lib/docker/containers/*/*.log and the parser container")
        var ids: [String] = []
        var folder = "/var/lib/docker/containers"
        var stream: FilebeatInput.Container.Stream?
        reader.read("containers") { containers in
            ids = containers.texts("ids", orOne: true).map(\.value)
            assign(containers.text("path"), to: &folder)
            stream = containers.choice("stream", FilebeatInput.Container.Stream.self)
        }
        let joins = reader.boolean("combine_partial") ?? true
        reader.accepted("combine_partials", "cri")
        if ids.isEmpty { reader.error("the input has no containers.ids", mend: "write containers.ids: ['*']") }
        var entry = entry(reader, .container, ids.map { "\(folder)/\($0)/*.log" }, common)
        guard var input = entry.input else { return entry }
        input.parsers = input.parsers.map { parser in
            guard case .container(var container) = parser else { return parser }
            assign(stream, to: &container.stream)
            container.joinsPartial = joins
            return .container(container)
        }
        entry = Entry(input: input)
        return entry
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
        let nearest = NearestName.of(type.value, among: otherKinds + FilebeatInput.Kind.allCases.map(\.rawValue))
        reader.problems.error(
            at: type.position, "unknown input type \"\(type.value)\"",
            mend: nearest.map { "did you mean \($0)?" } ?? "write filestream")
    }

    static func patterns(_ key: String, in reader: MappingReader) -> [Pattern] {
        guard let value = reader.value(key) else { return [] }
        return value.isScalar ? [value.pattern()].compactMap(\.self) : value.list { $0.pattern() }
    }

    private static func readLines(_ reader: MappingReader, into input: inout FilebeatInput) {
        input.includeLines = patterns("include_lines", in: reader)
        input.excludeLines = patterns("exclude_lines", in: reader)
        assign(size("max_bytes", in: reader) ?? size("message_max_bytes", in: reader), to: &input.maxBytes)
        if let value = reader.value("encoding"), let name = value.text() {
            if let encoding = LineFormat.Encoding(name: name) {
                input.lineFormat.encoding = encoding
            } else {
                value.error(
                    "the encoding \"\(name)\" is not read here", mend: "write utf-8, utf-16le, latin1, gbk or another")
            }
        }
        assign(reader.choice("line_terminator", LineFormat.Terminator.self), to: &input.lineFormat.terminator)
    }

    static func readFields(
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
        assign(count("harvester_limit", in: reader), to: &input.harvesterLimit)
        readCompression(reader, into: &input)
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
                input.includeFiles = patterns("include_files", in: scanner)
                scanner.notActedOn("resend_on_touch", because: "each line is stored once")
                assign(scanner.boolean("symlinks"), to: &input.followsLinks)
                scanner.accepted("fingerprint", "recursive_glob")
                FilebeatReader.warnOfOthers(scanner)
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

    /// Keys that fine-tune how Filebeat itself works.
    private static func acceptOthers(_ reader: MappingReader) {
        reader.accepted(
            "backoff", "max_backoff", "backoff_factor", "harvester_buffer_size", "recursive_glob",
            "buffer_size", "take_over", "scan", "rotation", "publisher_pipeline", "index", "pipeline", "keep_null",
            "allow_deprecated_use", "close_on_state_change")
        reader.notActedOn("close_timeout", because: "files are closed when they are quiet, gone or read")
        reader.notActedOn("file_identity", because: "a file is known by its device, inode and first bytes")
        reader.notActedOn("ignore_inactive", because: "files are read whatever their age", mend: "write ignore_older")
        reader.notActedOn("delete", because: "no file is ever deleted")
    }

    private static func readCompression(_ reader: MappingReader, into input: inout FilebeatInput) {
        reader.accepted("gzip_experimental")
        guard let value = reader.value("compression"), let text = value.text() else { return }
        switch text {
        case "", "auto", "gzip": break
        case "none": input.readsCompressed = false
        default: value.error("the compression \"\(text)\" is not known", mend: "write auto, gzip or none")
        }
    }

    static func count(_ key: String, in reader: MappingReader) -> Int? {
        guard let value = reader.value(key), let text = value.text() else { return nil }
        if let count = Int(text), count >= 0 { return count }
        value.error("\(value.path) is not a count: \"\(text)\"", mend: "write a whole number, 0 for no limit")
        return nil
    }

    static func duration(_ key: String, in reader: MappingReader) -> Duration? {
        guard let value = reader.value(key), let text = value.text() else { return nil }
        if let milliseconds = DurationNotation.go(text) { return .milliseconds(milliseconds) }
        value.error(
            "\(value.path) is not a duration: \"\(text)\"", mend: "write a number with ms, s, m or h, as in 10s")
        return nil
    }

    static func size(_ key: String, in reader: MappingReader) -> Int? {
        guard let value = reader.value(key), let text = value.text() else { return nil }
        if let bytes = Int(text) ?? SizeNotation.powersOf1024(text).map({ Int($0) }), bytes > 0 { return bytes }
        value.error("\(value.path) is not a size: \"\(text)\"", mend: "write bytes, or 10MiB")
        return nil
    }
}

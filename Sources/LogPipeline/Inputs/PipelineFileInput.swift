package import ConfigText
import Grok
import LogDocuments
internal import Model
package import Patterns

/// An input `file` of a pipeline. Its files are followed as those of Filebeat are, and each line is read once over restarts.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-inputs-file
package struct PipelineFileInput: Sendable {
    /// The field by which a line that was read says of which input it is.
    package static let idField = "@metadata.input"

    /// Lines that are one event.
    package struct Lines: Sendable {
        package let pattern: Pattern
        package let negates: Bool
        package let joinsPrevious: Bool
        package let linesMax: Int
    }

    package let id: String
    package let position: SourcePosition
    /// Patterns of paths.
    package let paths: [String]
    /// Names of files that are left out.
    package let excluded: [Pattern]
    /// Whether files that are there at the start are read from their beginning.
    package let readsFromStart: Bool
    /// Files that were not written to for so long are left alone; `nil` for none.
    package let ignoredAfter: Duration?
    package let lines: Lines?
    private let codec: InputCodec
    private let decoration: InputDecoration
    private let usesSchema: Bool

    private static let path = FieldReference("[log][file][path]")
    private static let legacyPath = FieldReference("path")
    private static let offset = FieldReference("[log][offset]")
    private static let hostName = FieldReference("[host][name]")
    private static let legacyHost = FieldReference("host")

    init(
        id: String, paths: [String], excluded: [Pattern], readsFromStart: Bool, ignoredAfter: Duration?, lines: Lines?,
        codec: InputCodec, decoration: InputDecoration, usesSchema: Bool, position: SourcePosition
    ) {
        self.id = id
        self.paths = paths
        self.excluded = excluded
        self.readsFromStart = readsFromStart
        self.ignoredAfter = ignoredAfter
        self.lines = lines
        self.codec = codec
        self.decoration = decoration
        self.usesSchema = usesSchema
        self.position = position
    }

    /// Makes of what was read the events that Logstash makes.
    func read(_ line: LogEvent, _ body: (PipelineEvent) -> Void) {
        var text = line.message
        var isJoined = false
        if case .array(let flags)? = line.fields["log.flags"] { isJoined = flags.contains(.string("multiline")) }
        text.withUTF8 { bytes in
            codec.events(bytes, now: line.timestamp) { event in
                var event = event
                put(line.fields["log.file.path"], at: usesSchema ? Self.path : Self.legacyPath, &event)
                put(line.fields["host.name"], at: usesSchema ? Self.hostName : Self.legacyHost, &event)
                if usesSchema { put(line.fields["log.offset"], at: Self.offset, &event) }
                if isJoined { event.addTag("multiline") }
                decoration.apply(to: &event)
                body(event)
            }
        }
    }

    private func put(_ value: LogValue?, at field: FieldReference, _ event: inout PipelineEvent) {
        if let value, !event.contains(field) { event[field] = DocumentValue(value) }
    }
}

extension PipelineInputReader {
    /// The input of a plugin `file`; `nil` where something is wrong in it, which is told.
    func file(_ plugin: PluginSyntax, id: String, pipeline: String) -> PipelineFileInput? {
        let errors = problems.errors.count
        var settings = PluginSettings(plugin, usesSchema: usesSchema, problems)
        let schema = settings.schema()
        let name = settings.string("id") ?? id
        let codec = codec(&settings, schema)
        let paths = settings.list("path") ?? []
        let position = settings.raw("path")?.value.position ?? settings.position
        if paths.isEmpty {
            problems.error(at: position, "file has no \"path\"", mend: "add path => [\"/var/log/*.log\"]")
        }
        for path in paths where !path.hasPrefix("/") {
            problems.error(at: position, "\"\(path.prefix(100))\" is no whole path", mend: "begin it with /")
        }
        let isReading = settings.choice("mode", ["tail", "read"], "tail") == "read"
        let start = settings.choice("start_position", ["beginning", "end"], "end")
        if settings.choice("file_completed_action", ["delete", "log", "log_and_delete"], "log") != "log", isReading {
            problems.warn(
                at: settings.position, "files that were read are not deleted here", mend: "remove file_completed_action"
            )
        }
        let excluded = (settings.list("exclude") ?? []).compactMap { try? Pattern("(?:^|/)\(Self.expression($0))$") }
        let ignored = settings.number("ignore_older").map { Duration.milliseconds(Int64(min($0, 1e9) * 1_000)) }
        let decoration = InputDecoration(
            type: settings.string("type"), tags: settings.list("tags") ?? [],
            fields: (settings.pairs("add_field") ?? []).map { (FieldName($0.name), $0.value.interpolated) })
        settings.ignore(
            "check_archive_validity", "close_older", "delimiter", "discover_interval", "exit_after_read",
            "file_chunk_count", "file_chunk_size", "file_completed_log_path", "file_sort_by", "file_sort_direction",
            "max_open_files", "sincedb_clean_after", "sincedb_path", "sincedb_write_interval", "stat_interval",
            "enable_metric")
        settings.finish()
        var lines: PipelineFileInput.Lines?
        if let rule = codec.multiline {
            if let pattern = rule.pattern.approximation {
                lines = .init(
                    pattern: pattern, negates: rule.negates, joinsPrevious: rule.joinsPrevious, linesMax: rule.linesMax)
            } else {
                problems.error(
                    at: settings.position, "the pattern of multiline refers to its own groups, which files cannot",
                    mend: "write it without")
            }
        }
        guard problems.errors.count == errors else { return nil }
        return PipelineFileInput(
            id: name, paths: paths, excluded: excluded, readsFromStart: isReading || start == "beginning",
            ignoredAfter: ignored, lines: lines, codec: codec, decoration: decoration, usesSchema: schema,
            position: settings.position)
    }

    /// A shell's pattern of a name as a regular expression.
    private static func expression(_ glob: String) -> String {
        var text = ""
        for character in glob {
            switch character {
            case "*": text += "[^/]*"
            case "?": text += "[^/]"
            case _ where character.isLetter || character.isNumber || "_-/".contains(character): text.append(character)
            default: text += "\\\(character)"
            }
        }
        return text
    }
}

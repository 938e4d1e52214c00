internal import Base
package import ConfigText
package import Listening
package import Patterns

/// `filebeat.yml`, as far as we act on it.
package struct FilebeatConfig: Sendable {
    package var inputs: [FilebeatInput] = []
    /// Inputs that are not started, as something in them is wrong.
    package var refused: [RefusedLogInput] = []
    /// Whether nothing of the file could be read.
    package var isUnreadable = false
    /// What is done with the events of all inputs, behind the inputs' own.
    package var processors: [FilebeatProcessor] = []
    /// Whether `add_host_metadata` is among the processors, with the tag that switches it off for an event.
    package var addHostMetadata = false
    package var hostMetadataUnlessTagged: String?
    /// The name of the output (`output.logstash`), for the status page.
    package var output: Located<String>?
    /// The port of the first of its hosts, where it names one.
    package var outputPort: Int?
    /// Whether events go through a pipeline: then they are what Filebeat sends, and say of themselves what it finds in them.
    package var isForPipeline = false
    /// `time_zone` of `watchpost.yml`: where times are of that name no zone; `nil` is the host's.
    package var timeZone: String?

    package init() {}
}

/// One input: files or journals that are followed or messages that are taken, and what is done with their lines.
package struct FilebeatInput: Sendable {
    package struct Multiline: Sendable {
        package enum Match: String, Sendable, CaseIterable { case after, before }

        package enum Kind: Sendable, Hashable {
            case pattern
            /// So many lines are one event.
            case count(Int)
            /// Lines that fit are one event, others one each.
            case whilePattern
        }

        package var kind = Kind.pattern
        package var pattern: Pattern
        package var negate = false
        package var match: Match
        package var flushPattern: Pattern?
        package var maxLines = 500
        package var timeout: Duration = .seconds(5)
        package var skipNewline = false

        package init(pattern: Pattern, match: Match) {
            self.pattern = pattern
            self.match = match
        }
    }

    package struct JSON: Sendable, Hashable {
        package var keysUnderRoot = false
        /// The field under which the keys come, unless it is the root.
        package var target = "json"
        package var overwriteKeys = false
        package var addErrorKey = false
        package var expandKeys = false
        package var messageKey: String?
        package var ignoreDecodingError = false

        package init() {}
    }

    package struct Container: Sendable, Hashable {
        package enum Stream: String, Sendable, CaseIterable { case all, stdout, stderr }
        package enum Format: String, Sendable, CaseIterable { case auto, docker, cri }

        package var stream = Stream.all
        package var format = Format.auto
        package var joinsPartial = true

        package init() {}
    }

    /// What is done with lines before they are events.
    package enum Parser: Sendable {
        case ndjson(JSON)
        case multiline(Multiline)
        case container(Container)
        case syslog(SyslogRule)
        /// Lines that none of these fits are left out.
        case includeMessage([Pattern])
    }

    package enum Kind: String, Sendable, CaseIterable { case log, filestream, container, syslog, udp, tcp, journald }

    /// The name of an input that has none of its own.
    package static func name(of kind: Kind, paths: [String]) -> String {
        "\(kind.rawValue):\(paths.joined(separator: ","))"
    }

    /// Whether the name comes of the paths, and is another when they change.
    package var isNamedByPaths: Bool { id == FilebeatInput.name(of: kind, paths: paths) }

    /// `id` of a filestream; for the others made from the type and the paths.
    package var id: String
    package var kind: Kind
    package var position: SourcePosition
    /// Patterns of files, the folders of journals, or the address at which messages are taken.
    package var paths: [String]
    package var excludeFiles: [Pattern] = []
    /// `prospector.scanner.include_files`: only files that one of these fits, if there are any.
    package var includeFiles: [Pattern] = []
    /// `symlinks`, or `prospector.scanner.symlinks`: whether symbolic links are read like the files to which they lead.
    package var followsLinks = false
    package var includeLines: [Pattern] = []
    package var excludeLines: [Pattern] = []
    /// Flattened to dotted names, without the `fields.` in front.
    package var fields: [String: String] = [:]
    package var fieldsUnderRoot = false
    /// What a module adds, by whole names.
    package var moduleFields: [String: String] = [:]
    /// Whether its events go through a pipeline, whatever those of others do.
    package var isForPipeline = false
    package var tags: [String] = []
    /// `event.timezone` among the fields: where times are of that name no zone.
    package var timeZone: String?
    package var processors: [FilebeatProcessor] = []
    /// Fields that processors would make which are not done.
    var unknown = UnknownFields()
    /// `encoding` and `line_terminator`.
    package var lineFormat = LineFormat()
    /// In the order in which they are written.
    package var parsers: [Parser] = []
    /// Where messages are taken from the network, of an input that follows no files.
    package var listening: LogListening?
    /// What is read of the journal, of an input that follows it.
    package var journal: JournalRule?
    /// How an input `syslog` takes its messages apart.
    package var syslog: SyslogRule?
    package var scanFrequency: Duration = .seconds(10)
    package var closeInactive: Duration = .seconds(300)
    package var closeRemoved = true
    package var closeRenamed = false
    package var closeEOF = false
    package var ignoreOlder: Duration = .zero
    package var cleanRemoved = true
    package var tailFiles = false
    /// How many files are read at once; 0 is no limit of the input's own.
    package var harvesterLimit = 0
    /// Whether a file that gzip compressed is read as its text. Not with `compression: none`.
    package var readsCompressed = true
    package var maxBytes = 10_485_760

    package init(id: String, kind: Kind, position: SourcePosition, paths: [String]) {
        self.id = id
        self.kind = kind
        self.position = position
        self.paths = paths
    }
}

extension FilebeatInput {
    /// Whether a file that the paths name is not to be read.
    func leavesOut(_ path: String) -> Bool {
        if !includeFiles.isEmpty, !includeFiles.contains(where: { $0.isFound(in: path) }) { return true }
        return excludeFiles.contains { $0.isFound(in: path) }
    }

    /// The first `multiline` among the parsers; a new one comes last.
    package var multiline: Multiline? {
        get {
            for case .multiline(let settings) in parsers { return settings }
            return nil
        }
        set {
            let index = parsers.firstIndex { if case .multiline = $0 { true } else { false } }
            put(newValue.map(Parser.multiline), at: index)
        }
    }

    /// The first `ndjson` among the parsers; a new one comes last.
    package var json: JSON? {
        get {
            for case .ndjson(let settings) in parsers { return settings }
            return nil
        }
        set {
            let index = parsers.firstIndex { if case .ndjson = $0 { true } else { false } }
            put(newValue.map(Parser.ndjson), at: index)
        }
    }

    private mutating func put(_ parser: Parser?, at index: Int?) {
        if let index { parsers.remove(at: index) }
        if let parser { parsers.insert(parser, at: index ?? parsers.count) }
    }
}

public import Base
public import ConfigText
public import Patterns

/// `filebeat.yml`, as far as we act on it.
public struct FilebeatConfig: Sendable {
    public var inputs: [FilebeatInput] = []
    /// Inputs that are not started, as something in them is wrong.
    public var refused: [RefusedLogInput] = []
    /// Whether nothing of the file could be read.
    public var isUnreadable = false
    /// What is done with the events of all inputs, behind the inputs' own.
    public var processors: [FilebeatProcessor] = []
    /// Whether `add_host_metadata` is among the processors, with the tag that switches it off for an event.
    public var addHostMetadata = false
    public var hostMetadataUnlessTagged: String?
    /// The name of the output (`output.logstash`), for the status page.
    public var output: Located<String>?

    public init() {}
}

/// One input: files that are followed, and what is done with their lines.
public struct FilebeatInput: Sendable {
    public struct Multiline: Sendable {
        public enum Match: String, Sendable, CaseIterable { case after, before }

        public var pattern: Pattern
        public var negate = false
        public var match: Match
        public var flushPattern: Pattern?
        public var maxLines = 500
        public var timeout: Duration = .seconds(5)
        public var skipNewline = false

        public init(pattern: Pattern, match: Match) {
            self.pattern = pattern
            self.match = match
        }
    }

    public struct JSON: Sendable, Hashable {
        public var keysUnderRoot = false
        public var overwriteKeys = false
        public var addErrorKey = false
        public var expandKeys = false
        public var messageKey: String?
        public var ignoreDecodingError = false

        public init() {}
    }

    public enum Kind: String, Sendable { case log, filestream }

    /// The name of an input that has none of its own.
    public static func name(of kind: Kind, paths: [String]) -> String {
        "\(kind.rawValue):\(paths.joined(separator: ","))"
    }

    /// Whether the name comes of the paths, and is another when they change.
    public var isNamedByPaths: Bool { id == FilebeatInput.name(of: kind, paths: paths) }

    /// `id` of a filestream; for the others made from the type and the paths.
    public var id: String
    public var kind: Kind
    public var position: SourcePosition
    public var paths: [String]
    public var excludeFiles: [Pattern] = []
    /// `symlinks`, or `prospector.scanner.symlinks`: whether symbolic links are read like the files to which they lead.
    public var followsLinks = false
    public var includeLines: [Pattern] = []
    public var excludeLines: [Pattern] = []
    /// Flattened to dotted names, without the `fields.` in front.
    public var fields: [String: String] = [:]
    public var fieldsUnderRoot = false
    public var tags: [String] = []
    public var processors: [FilebeatProcessor] = []
    public var multiline: Multiline?
    public var json: JSON?
    public var scanFrequency: Duration = .seconds(10)
    public var closeInactive: Duration = .seconds(300)
    public var closeRemoved = true
    public var closeRenamed = false
    public var closeEOF = false
    public var ignoreOlder: Duration = .zero
    public var cleanRemoved = true
    public var tailFiles = false
    public var maxBytes = 10_485_760
    /// The first parser or processor of the input that is not done.
    var skippedProcessor: String?

    public init(id: String, kind: Kind, position: SourcePosition, paths: [String]) {
        self.id = id
        self.kind = kind
        self.position = position
        self.paths = paths
    }
}

internal import Base

/// What an attribute of a span holds.
public enum SpanValue: Hashable, Sendable {
    case string(String)
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case bytes([UInt8])
    /// A list or a map, as JSON.
    case json(String)
}

/// A name and what it holds.
public struct SpanAttribute: Hashable, Sendable {
    public var key: String
    public var value: SpanValue

    public init(_ key: String, _ value: SpanValue) {
        self.key = key
        self.value = value
    }
}

/// Who made spans: a service on a host, as its attributes tell.
public struct SpanResource: Hashable, Sendable {
    public var attributes: [SpanAttribute]

    public init(attributes: [SpanAttribute] = []) { self.attributes = attributes }

    /// The name of services that have none, as Jaeger gives it.
    public static let noServiceName = "OTLPResourceNoServiceName"

    /// The service's name: the attribute `service.name`, or ``noServiceName``.
    public var serviceName: String {
        for attribute in attributes where attribute.key == "service.name" {
            if case .string(let name) = attribute.value, !name.isEmpty { return name }
        }
        return Self.noServiceName
    }
}

/// The library that made spans.
public struct SpanScope: Hashable, Sendable {
    public var name: String
    public var version: String
    public var attributes: [SpanAttribute]

    public init(name: String = "", version: String = "", attributes: [SpanAttribute] = []) {
        self.name = name
        self.version = version
        self.attributes = attributes
    }
}

/// A piece of work in a trace: https://opentelemetry.io/docs/specs/otel/trace/api/#span
public struct Span: Hashable, Sendable {
    /// The numbers are those of OTLP.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case unspecified = 0
        case `internal` = 1
        case server = 2
        case client = 3
        case producer = 4
        case consumer = 5

        /// As Jaeger and the conventions write it: `server`; empty for ``unspecified``.
        public var name: String { self == .unspecified ? "" : "\(self)" }

        /// As OTLP writes it: `SPAN_KIND_SERVER`.
        public var longName: String { "SPAN_KIND_" + (self == .unspecified ? "UNSPECIFIED" : name.uppercased()) }
    }

    /// The numbers are those of OTLP.
    public enum Status: UInt8, Hashable, Sendable, CaseIterable {
        case unset = 0
        case ok = 1
        case error = 2

        /// As OTLP writes it: `STATUS_CODE_ERROR`.
        public var longName: String { "STATUS_CODE_" + "\(self)".uppercased() }
    }

    /// Something that happened during a span.
    public struct Event: Hashable, Sendable {
        /// Nanoseconds since the Unix epoch.
        public var time: Int64
        public var name: String
        public var attributes: [SpanAttribute]

        public init(time: Int64, name: String, attributes: [SpanAttribute] = []) {
            self.time = time
            self.name = name
            self.attributes = attributes
        }
    }

    /// Another span that has to do with this one, of this trace or another.
    public struct Link: Hashable, Sendable {
        public var traceID: TraceID
        public var spanID: SpanID
        public var traceState: String
        public var attributes: [SpanAttribute]

        public init(traceID: TraceID, spanID: SpanID, traceState: String = "", attributes: [SpanAttribute] = []) {
            self.traceID = traceID
            self.spanID = spanID
            self.traceState = traceState
            self.attributes = attributes
        }
    }

    public var traceID: TraceID
    public var spanID: SpanID
    /// Zero in a root.
    public var parentID = SpanID(0)
    public var name = ""
    public var kind = Kind.unspecified
    /// Nanoseconds since the Unix epoch.
    public var start: Int64
    /// Nanoseconds since the Unix epoch; never before ``start``.
    public var end: Int64
    public var status = Status.unset
    public var statusMessage = ""
    public var attributes: [SpanAttribute] = []
    public var events: [Event] = []
    public var links: [Link] = []
    /// The header `tracestate`.
    public var traceState = ""
    /// The trace flags, and whether the parent is of another process (OTLP's `flags`).
    public var flags: UInt32 = 0
    public var droppedAttributes: UInt32 = 0
    public var droppedEvents: UInt32 = 0
    public var droppedLinks: UInt32 = 0
    public var resource = SpanResource()
    public var scope = SpanScope()

    public init(traceID: TraceID, spanID: SpanID, start: Int64, end: Int64) {
        self.traceID = traceID
        self.spanID = spanID
        self.start = start
        self.end = max(start, end)
    }

    /// Nanoseconds.
    public var duration: Int64 { end - start }
    public var isRoot: Bool { parentID.isZero }
    public var service: String { resource.serviceName }

    /// The attribute of that name: the span's own, else the resource's; `nil` for none.
    public subscript(name: String) -> SpanValue? {
        attributes.first { $0.key == name }?.value ?? resource.attributes.first { $0.key == name }?.value
    }

    /// The camera of which the span speaks, whatever the attribute is called; `nil` for none.
    public var camera: String? {
        for name in SpanAttributeNames.camera {
            if let value = self[name] { return value.text }
        }
        return nil
    }
}

extension SpanValue {
    /// As people write it; bytes in hexadecimal digits.
    public var text: String {
        switch self {
        case .string(let text), .json(let text): text
        case .boolean(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): "\(number)"
        case .bytes(let bytes): bytes.withUnsafeBytes { Hexadecimal.text($0) }
        }
    }
}

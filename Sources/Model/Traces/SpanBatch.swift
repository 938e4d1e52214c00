/// Where some bytes stand in ``SpanBatch/bytes``.
public struct ByteSlice: Hashable, Sendable {
    public var offset: UInt32
    public var count: UInt32

    public init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }

    public static let empty = ByteSlice(offset: 0, count: 0)
}

/// Where some rows stand in a list of a ``SpanBatch``.
public struct RowSlice: Hashable, Sendable {
    public var start: UInt32
    public var count: UInt32

    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    public static let empty = RowSlice(start: 0, count: 0)
    public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// Spans that came together, as flat rows over one buffer of bytes: no text is made, nothing is allocated a span. A message
/// of OTLP is itself the buffer.
///
/// What decodes holds: all slices lie in their lists, every span's scope and every scope's resource exists, numbers of spans
/// and traces are not zero, an end is never before its start. Texts are UTF-8 where a sender kept to it: who makes texts of
/// them repairs them (`String(decoding:as:)`).
public struct SpanBatch: Sendable {
    public struct Attribute: Sendable {
        /// The numbers stand in stored files.
        public enum Kind: UInt8, Sendable {
            /// ``value`` is a slice.
            case string = 0
            case boolean = 1
            case integer = 2
            /// ``value`` is the bit pattern.
            case number = 3
            case bytes = 4
            /// A list or map; ``value`` is a slice of JSON.
            case json = 5
        }

        public var key: ByteSlice
        public var kind: Kind
        public var value: UInt64

        public init(key: ByteSlice, kind: Kind, value: UInt64) {
            self.key = key
            self.kind = kind
            self.value = value
        }

        public init(key: ByteSlice, kind: Kind, slice: ByteSlice) {
            self.init(key: key, kind: kind, value: UInt64(slice.offset) << 32 | UInt64(slice.count))
        }

        /// The value of the kinds `string`, `bytes` and `json`.
        public var slice: ByteSlice {
            ByteSlice(offset: UInt32(truncatingIfNeeded: value >> 32), count: UInt32(truncatingIfNeeded: value))
        }
    }

    public struct Resource: Sendable {
        public var attributes: RowSlice
        /// The attribute `service.name`; empty without one.
        public var service: ByteSlice

        public init(attributes: RowSlice, service: ByteSlice) {
            self.attributes = attributes
            self.service = service
        }
    }

    public struct Scope: Sendable {
        /// Its place in ``SpanBatch/resources``.
        public var resource: UInt32
        public var name: ByteSlice
        public var version: ByteSlice
        public var attributes: RowSlice

        public init(resource: UInt32, name: ByteSlice, version: ByteSlice, attributes: RowSlice) {
            self.resource = resource
            self.name = name
            self.version = version
            self.attributes = attributes
        }
    }

    public struct Event: Sendable {
        /// Nanoseconds since the Unix epoch.
        public var time: Int64
        public var name: ByteSlice
        public var attributes: RowSlice

        public init(time: Int64, name: ByteSlice, attributes: RowSlice) {
            self.time = time
            self.name = name
            self.attributes = attributes
        }
    }

    public struct Link: Sendable {
        public var traceID: TraceID
        public var spanID: SpanID
        public var traceState: ByteSlice
        public var attributes: RowSlice

        public init(traceID: TraceID, spanID: SpanID, traceState: ByteSlice, attributes: RowSlice) {
            self.traceID = traceID
            self.spanID = spanID
            self.traceState = traceState
            self.attributes = attributes
        }
    }

    public struct Row: Sendable {
        public var traceID: TraceID
        public var spanID: SpanID
        public var parentID: SpanID
        /// Nanoseconds since the Unix epoch.
        public var start: Int64
        public var end: Int64
        public var name = ByteSlice.empty
        public var statusMessage = ByteSlice.empty
        public var traceState = ByteSlice.empty
        public var attributes = RowSlice.empty
        public var events = RowSlice.empty
        public var links = RowSlice.empty
        /// Its place in ``SpanBatch/scopes``.
        public var scope: UInt32
        public var flags: UInt32 = 0
        public var droppedAttributes: UInt32 = 0
        public var droppedEvents: UInt32 = 0
        public var droppedLinks: UInt32 = 0
        public var kind = Span.Kind.unspecified
        public var status = Span.Status.unset

        public init(traceID: TraceID, spanID: SpanID, parentID: SpanID, start: Int64, end: Int64, scope: UInt32) {
            self.traceID = traceID
            self.spanID = spanID
            self.parentID = parentID
            self.start = start
            self.end = end
            self.scope = scope
        }
    }

    public var bytes: [UInt8]
    public var resources: [Resource] = []
    public var scopes: [Scope] = []
    public var spans: [Row] = []
    public var attributes: [Attribute] = []
    public var events: [Event] = []
    public var links: [Link] = []

    /// - Parameter bytes: what slices of the rows to come refer to; less than 4 GiB.
    public init(bytes: [UInt8] = []) { self.bytes = bytes }
}

extension SpanBatch {
    /// Makes a batch of spans; equal resources and scopes that follow each other are there once.
    public init(_ spans: [Span]) {
        self.init()
        for span in spans { append(span) }
    }

    /// Adds a span.
    public mutating func append(_ span: Span) {
        if scopes.isEmpty || resource(Int(scopes[scopes.count - 1].resource)) != span.resource {
            let attributes = append(span.resource.attributes)
            let service = self.attributes[attributes.range].first {
                text($0.key) == "service.name" && $0.kind == .string
            }
            resources.append(Resource(attributes: attributes, service: service?.slice ?? .empty))
            append(span.scope)
        } else if scope(scopes.count - 1) != span.scope {
            append(span.scope)
        }
        var row = Row(
            traceID: span.traceID, spanID: span.spanID, parentID: span.parentID, start: span.start,
            end: max(span.start, span.end), scope: UInt32(scopes.count - 1))
        row.name = append(span.name)
        row.statusMessage = append(span.statusMessage)
        row.traceState = append(span.traceState)
        row.attributes = append(span.attributes)
        let events = span.events.map { Event(time: $0.time, name: append($0.name), attributes: append($0.attributes)) }
        row.events = RowSlice(start: UInt32(self.events.count), count: UInt32(events.count))
        self.events += events
        let links = span.links.map {
            Link(
                traceID: $0.traceID, spanID: $0.spanID, traceState: append($0.traceState),
                attributes: append($0.attributes))
        }
        row.links = RowSlice(start: UInt32(self.links.count), count: UInt32(links.count))
        self.links += links
        row.flags = span.flags
        row.droppedAttributes = span.droppedAttributes
        row.droppedEvents = span.droppedEvents
        row.droppedLinks = span.droppedLinks
        row.kind = span.kind
        row.status = span.status
        self.spans.append(row)
    }

    private mutating func append(_ scope: SpanScope) {
        scopes.append(
            Scope(
                resource: UInt32(resources.count - 1), name: append(scope.name), version: append(scope.version),
                attributes: append(scope.attributes)))
    }

    private mutating func append(_ text: String) -> ByteSlice { append(bytes: text.utf8) }

    private mutating func append(bytes content: some Collection<UInt8>) -> ByteSlice {
        if content.isEmpty { return .empty }
        defer { bytes.append(contentsOf: content) }
        return ByteSlice(offset: UInt32(bytes.count), count: UInt32(content.count))
    }

    private mutating func append(_ list: [SpanAttribute]) -> RowSlice {
        let start = attributes.count
        for attribute in list {
            let key = append(attribute.key)
            switch attribute.value {
            case .string(let text): attributes.append(Attribute(key: key, kind: .string, slice: append(text)))
            case .json(let text): attributes.append(Attribute(key: key, kind: .json, slice: append(text)))
            case .bytes(let content):
                attributes.append(Attribute(key: key, kind: .bytes, slice: append(bytes: content)))
            case .boolean(let flag): attributes.append(Attribute(key: key, kind: .boolean, value: flag ? 1 : 0))
            case .integer(let number):
                attributes.append(Attribute(key: key, kind: .integer, value: UInt64(bitPattern: number)))
            case .number(let number): attributes.append(Attribute(key: key, kind: .number, value: number.bitPattern))
            }
        }
        return RowSlice(start: UInt32(start), count: UInt32(attributes.count - start))
    }
}

extension SpanBatch {
    /// A slice's text, repaired where it is no UTF-8.
    public func text(_ slice: ByteSlice) -> String {
        String(decoding: bytes[Int(slice.offset)..<Int(slice.offset) + Int(slice.count)], as: UTF8.self)
    }

    /// The attributes of a slice.
    public func attributes(_ slice: RowSlice) -> [SpanAttribute] {
        attributes[slice.range].map { attribute in
            let value: SpanValue =
                switch attribute.kind {
                case .string: .string(text(attribute.slice))
                case .json: .json(text(attribute.slice))
                case .bytes:
                    .bytes(
                        Array(
                            bytes[
                                Int(attribute.slice.offset)..<Int(attribute.slice.offset) + Int(attribute.slice.count)]
                        ))
                case .boolean: .boolean(attribute.value != 0)
                case .integer: .integer(Int64(bitPattern: attribute.value))
                case .number: .number(Double(bitPattern: attribute.value))
                }
            return SpanAttribute(text(attribute.key), value)
        }
    }

    /// The resource at a place.
    public func resource(_ index: Int) -> SpanResource {
        SpanResource(attributes: attributes(resources[index].attributes))
    }

    /// The scope at a place.
    public func scope(_ index: Int) -> SpanScope {
        let scope = scopes[index]
        return SpanScope(name: text(scope.name), version: text(scope.version), attributes: attributes(scope.attributes))
    }

    /// The span at a place.
    public func span(_ index: Int) -> Span {
        let row = spans[index]
        var span = Span(traceID: row.traceID, spanID: row.spanID, start: row.start, end: row.end)
        span.parentID = row.parentID
        span.name = text(row.name)
        span.kind = row.kind
        span.status = row.status
        span.statusMessage = text(row.statusMessage)
        span.attributes = attributes(row.attributes)
        span.events = events[row.events.range].map {
            Span.Event(time: $0.time, name: text($0.name), attributes: attributes($0.attributes))
        }
        span.links = links[row.links.range].map {
            Span.Link(
                traceID: $0.traceID, spanID: $0.spanID, traceState: text($0.traceState),
                attributes: attributes($0.attributes))
        }
        span.traceState = text(row.traceState)
        span.flags = row.flags
        span.droppedAttributes = row.droppedAttributes
        span.droppedEvents = row.droppedEvents
        span.droppedLinks = row.droppedLinks
        span.resource = resource(Int(scopes[Int(row.scope)].resource))
        span.scope = scope(Int(row.scope))
        return span
    }
}

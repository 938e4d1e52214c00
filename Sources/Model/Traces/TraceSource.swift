/// A span that a search found, with what lists and charts show of it.
public struct SpanHit: Sendable, Hashable {
    public var traceID: TraceID
    public var spanID: SpanID
    /// Nanoseconds since the Unix epoch.
    public var start: Int64
    /// Nanoseconds.
    public var duration: Int64
    public var isError: Bool
    public var service: String
    public var name: String
    public var camera: String?

    public init(_ span: Span) {
        traceID = span.traceID
        spanID = span.spanID
        start = span.start
        duration = span.duration
        isError = span.status == .error
        service = span.service
        name = span.name
        camera = span.camera
    }

    public init(
        traceID: TraceID, spanID: SpanID, start: Int64, duration: Int64, isError: Bool, service: String, name: String,
        camera: String?
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.start = start
        self.duration = duration
        self.isError = isError
        self.service = service
        self.name = name
        self.camera = camera
    }
}

/// How much of what matches is given.
public struct SpanLimit: Sendable, Hashable {
    /// So many spans at most, the newest by their start.
    public var spans: Int
    /// So many different traces at most: the spans of the first so many that come up, newest first.
    public var traces: Int

    public init(spans: Int = .max, traces: Int = .max) {
        self.spans = spans
        self.traces = traces
    }
}

/// What a search found.
public struct SpanHits: Sendable {
    /// Newest first by their start.
    public var hits: [SpanHit]
    /// Whether there are others.
    public var isCut: Bool

    public init(hits: [SpanHit] = [], isCut: Bool = false) {
        self.hits = hits
        self.isCut = isCut
    }
}

/// A trace as it is stored.
public struct Trace: Sendable {
    /// Sorted by start, then by their number. A span that was sent twice is there once.
    public var spans: [Span]
    /// Whether it has more spans than were asked for.
    public var isCut: Bool

    public init(spans: [Span], isCut: Bool = false) {
        self.spans = spans
        self.isCut = isCut
    }
}

/// What a service does: the name of spans, and their kind.
public struct SpanOperation: Sendable, Hashable {
    public var name: String
    public var kind: Span.Kind

    public init(name: String, kind: Span.Kind) {
        self.name = name
        self.kind = kind
    }
}

/// What traces are read from: a store, or spans in memory. Calls wait for a disk and compute: not for the cooperative pool.
public protocol TraceSource: Sendable {
    /// The spans that a query wants, newest first.
    /// - Throws: what the source throws when it cannot be read.
    func search(_ query: SpanQuery, _ limit: SpanLimit) throws -> SpanHits

    /// A trace; `nil` where no span of it is there.
    /// - Parameter spansMax: no more than so many spans: of a larger one those that are found first, so that it is shown in part.
    /// - Throws: what the source throws when it cannot be read.
    func trace(_ id: TraceID, spansMax: Int) throws -> Trace?

    /// Names of services with spans between `start` and `end` (nanoseconds since the Unix epoch), perhaps with some of
    /// times near them; sorted.
    /// - Throws: what the source throws when it cannot be read.
    func services(start: Int64, end: Int64) throws -> [String]

    /// What a service, or (`nil`) any, does in that time; sorted by name.
    /// - Throws: what the source throws when it cannot be read.
    func operations(of service: String?, start: Int64, end: Int64) throws -> [SpanOperation]

    /// Names of attributes in that time; sorted.
    /// - Throws: what the source throws when it cannot be read.
    func attributeNames(start: Int64, end: Int64) throws -> [String]

    /// Texts of an attribute in that time, at most so many of the newest; sorted.
    /// - Throws: what the source throws when it cannot be read.
    func attributeValues(_ name: String, start: Int64, end: Int64, limit: Int) throws -> [String]
}

/// What takes spans.
public protocol SpanAppender: Sendable {
    /// Keeps spans: when it returns they survive the end of the process.
    /// - Throws: what the store throws where it cannot: nothing of the batch is kept then, and it may be sent again.
    func append(_ batch: SpanBatch) throws
}

public import Model

/// What a trace is, in a line.
public struct TraceSummary: Sendable, Hashable {
    public struct Service: Sendable, Hashable {
        public var name: String
        public var spans: Int
        public var errors: Int
        /// Nanoseconds in which it worked itself: its spans without those below them.
        public var selfTime: Int64
    }

    public var id: TraceID
    /// Of the root, or of the first span where the root is not there.
    public var service: String
    public var name: String
    /// Whether the root is there.
    public var hasRoot: Bool
    /// Nanoseconds since the Unix epoch.
    public var start: Int64
    /// Nanoseconds, from the first start to the last end.
    public var duration: Int64
    public var spans: Int
    /// Whether there are more spans than these.
    public var isCut: Bool
    public var errors: Int
    /// What went wrong first, where the others follow from it: the first failed span of those without a failed one below
    /// them, and the message of its status, if it has one.
    public var error: String?
    /// Those with the most spans first.
    public var services: [Service]
    /// The cameras of which its spans speak, at most ``camerasMax``, by how often.
    public var cameras: [String]

    public static let camerasMax = 20

    /// - Parameter isCut: whether there are more spans than these.
    public init(_ id: TraceID, _ tree: TraceTree, isCut: Bool) {
        self.id = id
        self.isCut = isCut
        let root = tree.root
        service = root.map { tree.span($0).service } ?? ""
        name = root.map { tree.span($0).name } ?? ""
        hasRoot = root.map { $0.oddity == nil } ?? false
        start = tree.start
        duration = tree.end - tree.start
        spans = tree.spans.count
        var services: [String: Service] = [:]
        var cameras: [String: Int] = [:]
        // Resources are few and texts of names are made anew for each span: neighbours share theirs.
        var resource: SpanResource?
        var serviceName = ""
        errors = 0
        // Rows come parents first, so that a span's rows end where one comes that is no deeper.
        var (errorDepth, isErrorFound) = (-1, false)
        for (row, selfTime) in zip(tree.rows, tree.selfTimes) {
            let span = tree.span(row)
            if resource != span.resource {
                resource = span.resource
                serviceName = span.service
            }
            if row.depth <= errorDepth { isErrorFound = true }
            var entry = services[serviceName] ?? Service(name: serviceName, spans: 0, errors: 0, selfTime: 0)
            entry.spans += 1
            entry.selfTime += selfTime
            if span.status == .error {
                entry.errors += 1
                errors += 1
                if !isErrorFound {
                    errorDepth = row.depth
                    error = span.statusMessage.isEmpty ? span.name : "\(span.name): \(span.statusMessage)"
                }
            }
            services[serviceName] = entry
            if let camera = span.camera, !camera.isEmpty { cameras[camera, default: 0] += 1 }
        }
        self.services = services.values.sorted { ($1.spans, $0.name) < ($0.spans, $1.name) }
        self.cameras = cameras.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.camerasMax).map(\.key)
    }

    public init(_ id: TraceID, _ trace: Trace) { self.init(id, TraceTree(adjusting: trace.spans), isCut: trace.isCut) }
}

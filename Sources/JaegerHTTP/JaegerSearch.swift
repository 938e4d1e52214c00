internal import HTTPTypes
internal import Model

/// Which traces a search wants.
struct JaegerSearch: Sendable {
    var query: SpanQuery
    /// So many traces, behind the first so many.
    var limit: Int
    var offset = 0
    /// Traces that are wanted whatever they hold; nothing else counts then.
    var ids: [TraceID] = []
    /// Whether the spans are wanted as they were sent.
    var isRaw: Bool

    /// Where nothing says since when: two days.
    private static let standardLookback: Int64 = 2 * 86_400_000_000_000

    /// The search of `/api/traces`.
    /// - Parameter now: nanoseconds since the Unix epoch.
    init(_ parameters: JaegerParameters, now: Int64, _ bounds: JaegerBounds) throws {
        var query = SpanQuery()
        let lookback = try Self.lookback(parameters)
        query.end = try parameters.time("end", unit: 1_000) ?? .max
        query.start = try parameters.time("start", unit: 1_000) ?? min(now, query.end) - lookback
        query.conditions = try Self.conditions(
            service: parameters.text("service"), operation: parameters.text("operation"),
            shortest: try parameters.duration("minDuration"), longest: try parameters.duration("maxDuration"))
        query.conditions += try JaegerParameters.conditions(
            of: parameters.tags() + parameters.tagObjects("tags"))
        self.query = query
        limit = try parameters.whole("limit", least: 1) ?? 100
        offset = try parameters.whole("offset", least: 0) ?? 0
        ids = try parameters.all("traceID").map(parameters.traceID)
        isRaw = try parameters.flag("raw")
        try check(("start", "end"), bounds)
    }

    /// The search of `/api/v3/traces` and `/api/v3/trace-summaries`.
    init(ofV3 parameters: JaegerParameters, _ bounds: JaegerBounds) throws {
        for name in ["query.filter", "query.orderBy", "query.pagination.pageToken"] where parameters.text(name) != nil {
            throw JaegerError(.notImplemented, "the parameter \"\(name)\" is not supported; leave it out")
        }
        guard let start = try parameters.moment("query.startTimeMin", "query.start_time_min"),
            let end = try parameters.moment("query.startTimeMax", "query.start_time_max")
        else {
            throw JaegerError(
                .badRequest,
                "min and max start time are required: query.startTimeMin and query.startTimeMax are missing")
        }
        query = SpanQuery(start: start, end: end)
        query.conditions = try Self.conditions(
            service: parameters.text("query.serviceName", "query.service_name"),
            operation: parameters.text("query.operationName", "query.operation_name"),
            shortest: try parameters.duration("query.durationMin", "query.duration_min"),
            longest: try parameters.duration("query.durationMax", "query.duration_max"))
        query.conditions += try JaegerParameters.conditions(of: parameters.tagObjects("query.attributes"))
        limit =
            try parameters.whole(
                "query.searchDepth", "query.search_depth", "query.numTraces", "query.num_traces", least: 1) ?? 100
        isRaw = try parameters.flag("query.rawTraces", "query.raw_traces")
        try check(("query.startTimeMin", "query.startTimeMax"), bounds)
    }

    private mutating func check(_ names: (start: String, end: String), _ bounds: JaegerBounds) throws {
        guard query.start <= query.end else {
            throw JaegerError(.badRequest, "\"\(names.start)\" is behind \"\(names.end)\"")
        }
        guard offset <= bounds.offset else {
            throw JaegerError(
                .badRequest, "invalid parameter \"offset\": \(bounds.offset) at most; ask for a shorter time")
        }
        guard ids.count <= bounds.traces else {
            throw JaegerError(.badRequest, "there are more than \(bounds.traces) parameters \"traceID\"")
        }
        limit = min(limit, bounds.traces)
    }

    /// `lookback` counts where there is no `start`; pages write `custom` there when there is one.
    private static func lookback(_ parameters: JaegerParameters) throws -> Int64 {
        guard let text = parameters.text("lookback"), parameters.text("start") == nil, text != "custom" else {
            return standardLookback
        }
        guard let lookback = GoDuration.nanoseconds(text) else {
            throw JaegerError.bad("lookback", text, "not a length of time: write one such as 1h or 2d")
        }
        return lookback
    }

    private static func conditions(
        service: String?, operation: String?, shortest: Int64?, longest: Int64?
    ) throws -> [SpanQuery.Condition] {
        var conditions: [SpanQuery.Condition] = []
        if let service { conditions.append(.init(.service, .equals(service))) }
        if let operation { conditions.append(.init(.name, .equals(operation))) }
        if shortest != nil || longest != nil {
            let (least, most) = (Double(shortest ?? 0), longest.map(Double.init) ?? .infinity)
            guard least <= most else {
                throw JaegerError(
                    .badRequest, "the longest duration is shorter than the shortest one that is asked for")
            }
            conditions.append(.init(.duration, .number(least...most)))
        }
        return conditions
    }
}

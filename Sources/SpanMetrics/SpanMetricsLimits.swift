/// How much ``SpanMetrics`` remembers: what names and numbers others send must not fill the memory, nor the store of metrics.
public struct SpanMetricsLimits: Sendable {
    /// Label sets of spans: service, name, kind and status. Each is twenty series.
    public var setsMax = 2_000
    /// Label sets of one service, so that one whose names have numbers in them leaves room for the others.
    public var setsOfServiceMax = 200
    /// Names of services, and as many of databases and addresses.
    public var servicesMax = 500
    /// Pairs of services. Each is forty series.
    public var edgesMax = 500
    /// A label set or pair that has had no span for so long gives its place to a new one where there is no other, in
    /// milliseconds.
    public var idleMax: Int64 = 900_000
    /// Spans that wait for their other half, and those that may have more of them.
    public var waitingMax = 1 << 17
    /// How long they wait, in milliseconds.
    public var waitMax: Int64 = 120_000
    /// Times that are longer are a clock that was set, in nanoseconds: no such time is put into a histogram.
    public var durationMax: Int64 = 86_400_000_000_000
    /// So long a bucket keeps an exemplar before it takes a new one, in milliseconds: the store keeps a number of them that does
    /// not grow with the spans.
    public var exemplarAge: Int64 = 60_000

    public init() {}
}

internal import Instruments
public import Model
public import TraceSearch

/// The service graph as the stored metrics of spans tell it: those that this server counted, and a collector's.
///
/// A counter that a source shows for the first time counts from zero: this server's own are stored with the zero at which they
/// began, and those of a process that was started anew begin again.
public struct StoredServiceGraph: ServiceGraphSource {
    private let source: any SampleSource

    /// - Parameter source: the metrics.
    public init(source: any SampleSource) { self.source = source }

    /// How far before a range the value is looked for from which a counter goes on, in milliseconds.
    private static let lookback: Int64 = 300_000
    /// At most so many samples are asked for at once, of 16 bytes each.
    private static let samplesMax = 10_000_000
    /// A long range is read in parts of this length, so that its samples are not all in memory at once; a very long one in so
    /// many parts.
    private static let partMin: Int64 = 1_800_000
    private static let partsMax: Int64 = 2_000

    /// - Throws: what the store throws.
    public func graph(in range: TimeRange) throws -> ServiceGraph {
        let edges = ["client", "server", "connection_type"]
        let requests = try increases(of: Catalogue.tracesServiceGraphRequestTotal.name, by: edges, in: range)
        let failed = try increases(of: Catalogue.tracesServiceGraphRequestFailedTotal.name, by: edges, in: range)
        let server = try histograms(of: Catalogue.tracesServiceGraphRequestServerSeconds.name, by: edges, in: range)
        let client = try histograms(of: Catalogue.tracesServiceGraphRequestClientSeconds.name, by: edges, in: range)
        var graph = ServiceGraph(range: range)
        for (names, calls) in requests where calls > 0 {
            var figures = CallFigures(calls: calls, failed: failed[names] ?? 0)
            // What a call takes is told by who answers it; of a database only its caller tells.
            let times = [server, client].lazy.compactMap { $0[names] }.first { $0.total > 0 }
            if let times { figures.setTimes(times, unit: 1) }
            graph.links.append(
                ServiceLink(
                    client: names[0], server: names[1], connection: .init(rawValue: names[2]) ?? .direct,
                    figures: figures))
        }
        graph.links.sort {
            ($0.client, $0.server, $0.connection.rawValue) < ($1.client, $1.server, $1.connection.rawValue)
        }
        graph.services = try services(in: range)
        return graph
    }

    /// - Throws: what the store throws.
    public func links(end: Int64, lookback: Int64) throws -> [ServiceDependency] {
        let calls = try increases(
            of: Catalogue.tracesServiceGraphRequestTotal.name, by: ["client", "server"],
            in: TimeRange(lookback: lookback, before: end))
        return calls.compactMap { names, calls in
            let count = Int(exactly: calls.rounded()) ?? 0
            return count > 0 ? ServiceDependency(parent: names[0], child: names[1], callCount: count) : nil
        }.sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
    }

    private func services(in range: TimeRange) throws -> [String: CallFigures] {
        let kinds = [Span.Kind.server, .consumer].map(\.longName)
        let labels = ["service_name", "span_kind", "status_code"]
        var services: [String: CallFigures] = [:]
        for kind in kinds {
            let matcher = Matcher.equal("span_kind", kind)
            let calls = try increases(
                of: Catalogue.tracesSpanMetricsCallsTotal.name, by: labels, matcher, in: range)
            for (names, calls) in calls where calls > 0 {
                services[names[0], default: CallFigures()].calls += calls
                if names[2] == Span.Status.error.longName {
                    services[names[0], default: CallFigures()].failed += calls
                }
            }
        }
        var times: [String: BucketCounts] = [:]
        for kind in kinds {
            let histograms = try histograms(
                of: Catalogue.tracesSpanMetricsDurationMilliseconds.name, by: ["service_name"],
                .equal("span_kind", kind), in: range)
            for (names, counts) in histograms { times[names[0], default: BucketCounts()].add(counts) }
        }
        for (name, counts) in times where services[name] != nil {
            services[name, default: CallFigures()].setTimes(counts, unit: 0.001)
        }
        return services
    }

    // MARK: Counters

    private func histograms(
        of name: String, by labels: [String], _ matchers: Matcher..., in range: TimeRange
    ) throws -> [[String]: BucketCounts] {
        var histograms: [[String]: BucketCounts] = [:]
        let buckets = try increases(
            [.equal(Labels.metricName, name + "_bucket")] + matchers, by: labels + ["le"], in: range)
        for (names, count) in buckets {
            guard let bound = names.last.flatMap(Double.init) else { continue }
            histograms[Array(names.dropLast()), default: BucketCounts()].add(count, upTo: bound)
        }
        return histograms
    }

    private func increases(
        of name: String, by labels: [String], _ matchers: Matcher..., in range: TimeRange
    ) throws -> [[String]: Double] {
        try increases([.equal(Labels.metricName, name)] + matchers, by: labels, in: range)
    }

    /// By how much counters grew in a range, by the values of some labels.
    private func increases(_ matchers: [Matcher], by labels: [String], in range: TimeRange) throws -> [[String]: Double]
    {
        // Nobody stored anything before 1970, nor in ten thousand years.
        let (first, last) = (max(0, range.start), min(range.end, 1 << 48))
        let part = max(Self.partMin, (last - first) / Self.partsMax)
        var growths: [Labels: Growth] = [:]
        var start = first - Self.lookback
        while start <= last {
            let end = min(start + part, last)
            let columns = try source.select(
                matchers, in: TimeRange(start: start, end: end), sampleLimit: Self.samplesMax)
            for column in columns {
                column.withSamples { times, values in
                    growths[column.labels, default: Growth()].add(times, values, after: first)
                }
            }
            start = end + 1
        }
        var sums: [[String]: Double] = [:]
        for (series, growth) in growths { sums[labels.map { series[$0] }, default: 0] += growth.increase }
        return sums
    }
}

/// By how much a counter grew.
private struct Growth {
    var increase = 0.0
    private var last: Double?

    mutating func add(
        _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>, after start: Int64
    ) {
        for (time, value) in zip(times, values) {
            // A stale marker: the series has ended, and begins anew.
            if value.isNaN {
                last = nil
                continue
            }
            if time > start {
                let base = last ?? 0
                increase += value < base ? value : value - base
            }
            last = value
        }
    }
}

/// The buckets of a histogram.
struct BucketCounts: Sendable {
    /// How many were at most as large as a bound.
    private var counts: [Double: Double] = [:]

    mutating func add(_ count: Double, upTo bound: Double) { counts[bound, default: 0] += count }

    mutating func add(_ other: BucketCounts) {
        for (bound, count) in other.counts { add(count, upTo: bound) }
    }

    var total: Double { counts[.infinity] ?? 0 }

    /// As `histogram_quantile` has it: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
    func quantile(_ share: Double) -> Double? {
        let buckets = counts.sorted { $0.key < $1.key }
        guard let end = buckets.last, end.key == .infinity, end.value > 0, buckets.count > 1 else { return nil }
        let rank = share * end.value
        let at = buckets.firstIndex { $0.value >= rank } ?? buckets.count - 1
        // Of what is beyond the highest bound nobody knows how far.
        if at == buckets.count - 1 { return buckets[at - 1].key }
        let below = at == 0 ? (key: min(0, buckets[0].key), value: 0) : buckets[at - 1]
        let inside = buckets[at].value - below.value
        if inside <= 0 { return buckets[at].key }
        return below.key + (buckets[at].key - below.key) * (rank - below.value) / inside
    }
}

extension CallFigures {
    /// - Parameter unit: of the bounds, in seconds.
    fileprivate mutating func setTimes(_ counts: BucketCounts, unit: Double) {
        p50 = counts.quantile(0.5).map { $0 * unit }
        p95 = counts.quantile(0.95).map { $0 * unit }
        p99 = counts.quantile(0.99).map { $0 * unit }
    }
}

internal import Instruments
public import Model

extension SpanMetrics {
    /// The metrics as they stand now, for a registry: `registry.addSource { spanMetrics.families() }`.
    public func families() -> [MetricFamily] {
        let counts = snapshot()
        let (calls, edges) = (counts.calls, counts.edges)
        return [
            Catalogue.tracesSpanMetricsCallsTotal.family(
                zip(calls.sets, calls.labels).map {
                    MetricPoint(labels: $1.calls, value: Double($0.calls), since: $0.since)
                }),
            Catalogue.tracesSpanMetricsDurationMilliseconds.family(
                calls.sets.indices.flatMap { set in
                    calls.durations.points(
                        set, calls.labels[set].duration, since: calls.sets[set].since,
                        unit: Self.nanosecondsAMillisecond)
                }),
            Catalogue.tracesServiceGraphRequestTotal.family(
                zip(edges.counts, edges.labels).map {
                    MetricPoint(labels: $1.requests, value: Double($0.requests), since: $0.since)
                }),
            Catalogue.tracesServiceGraphRequestFailedTotal.family(
                zip(edges.counts, edges.labels).map {
                    MetricPoint(labels: $1.failed, value: Double($0.failed), since: $0.since)
                }),
            Catalogue.tracesServiceGraphRequestServerSeconds.family(
                edges.counts.indices.flatMap { row in
                    edges.server.points(
                        row, edges.labels[row].server, since: edges.counts[row].since, unit: Self.nanosecondsASecond)
                }),
            Catalogue.tracesServiceGraphRequestClientSeconds.family(
                edges.counts.indices.flatMap { row in
                    edges.client.points(
                        row, edges.labels[row].client, since: edges.counts[row].since, unit: Self.nanosecondsASecond)
                }),
            Catalogue.tracesServiceGraphUnpairedSpansTotal.family(Double(counts.unpaired)),
            Catalogue.tracesServiceGraphDroppedSpansTotal.family(Double(counts.dropped)),
            Catalogue.tracesServiceGraphWaitingSpans.family(Double(counts.waiting)),
            Catalogue.tracesSpanMetricsOthersTotal.family(Double(calls.others)),
            Catalogue.tracesSpanMetricsOddDurationsTotal.family(Double(counts.oddDurations)),
        ]
    }
}

extension DurationTable {
    /// The samples of a histogram, with an exemplar on each bucket that has one.
    /// - Parameters:
    ///   - since: since when it counts, in milliseconds since the Unix epoch.
    ///   - unit: of the sum and of exemplars, in nanoseconds.
    func points(_ row: Int, _ labels: HistogramLabels, since: Int64, unit: Double) -> [MetricPoint] {
        var points: [MetricPoint] = []
        points.reserveCapacity(Self.width + 2)
        var total: UInt64 = 0
        for (bucket, labels) in labels.buckets.enumerated() {
            total += counts[row * Self.width + bucket]
            points.append(
                MetricPoint(
                    labels: labels, value: Double(total),
                    exemplar: marks[row * Self.width + bucket].exemplar(unit: unit), since: since))
        }
        points.append(MetricPoint(labels: labels.sum, value: sums[row] / unit, since: since))
        points.append(MetricPoint(labels: labels.count, value: Double(total), since: since))
        return points
    }
}

extension DurationTable.Mark {
    fileprivate func exemplar(unit: Double) -> Exemplar? {
        if time == .min { return nil }
        return Exemplar(
            labels: [SpanMetrics.traceLabel: traceID.description, SpanMetrics.spanLabel: spanID.description],
            value: Double(duration) / unit, timestamp: time)
    }
}

extension SpanMetrics {
    /// Names of exemplars' labels, as OpenTelemetry's exporters have them.
    fileprivate static let traceLabel = "trace_id"
    fileprivate static let spanLabel = "span_id"
}

extension MetricDefinition {
    fileprivate func family(_ points: [MetricPoint]) -> MetricFamily {
        MetricFamily(name: name, kind: kind, help: help, points: points)
    }
}

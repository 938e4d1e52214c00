internal import Base
internal import Instruments
internal import Model
internal import TraceSearch

/// The labels of a histogram's samples.
struct HistogramLabels: Sendable {
    let buckets: [Labels]
    let sum: Labels
    let count: Labels

    /// - Parameter unit: in nanoseconds.
    init(_ definition: MetricDefinition, _ values: [String], unit: Double) {
        let bounds = DurationTable.bounds.map { Double($0) / unit } + [.infinity]
        buckets = bounds.map {
            Labels(definition, values, suffix: "_bucket", Label("le", FloatText.general($0)))
        }
        sum = Labels(definition, values, suffix: "_sum")
        count = Labels(definition, values, suffix: "_count")
    }
}

/// The labels of the samples of a label set of spans.
struct CallLabels: Sendable {
    let calls: Labels
    let duration: HistogramLabels

    init(service: String, name: String, kind: Span.Kind, status: Span.Status) {
        let values = [service, name, kind.longName, status.longName]
        calls = Labels(Catalogue.tracesSpanMetricsCallsTotal, values)
        duration = HistogramLabels(
            Catalogue.tracesSpanMetricsDurationMilliseconds, values, unit: SpanMetrics.nanosecondsAMillisecond)
    }
}

/// The labels of the samples of an edge.
struct EdgeLabels: Sendable {
    let requests: Labels
    let failed: Labels
    let server: HistogramLabels
    let client: HistogramLabels

    init(client: String, server: String, connection: ServiceLink.Connection) {
        let values = [client, server, connection.rawValue]
        requests = Labels(Catalogue.tracesServiceGraphRequestTotal, values)
        failed = Labels(Catalogue.tracesServiceGraphRequestFailedTotal, values)
        self.server = HistogramLabels(
            Catalogue.tracesServiceGraphRequestServerSeconds, values, unit: SpanMetrics.nanosecondsASecond)
        self.client = HistogramLabels(
            Catalogue.tracesServiceGraphRequestClientSeconds, values, unit: SpanMetrics.nanosecondsASecond)
    }
}

extension Labels {
    /// Of a sample of a metric.
    fileprivate init(_ definition: MetricDefinition, _ values: [String], suffix: String = "", _ more: Label...) {
        self.init(
            [Label(Labels.metricName, definition.name + suffix)]
                + zip(definition.labelNames, values).map { Label($0, $1) }
                + more)
    }
}

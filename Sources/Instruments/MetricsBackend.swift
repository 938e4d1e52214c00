public import CoreMetrics
internal import Model
internal import Synchronization

/// A backend of swift-metrics that puts what libraries measure into a registry:
/// `MetricsSystem.bootstrap(MetricsBackend(registry))`.
///
/// Dots and dashes of labels become underscores; a counter's name ends with `_total` and a timer's with `_seconds`;
/// timers and aggregating recorders become histograms, the others gauges.
public struct MetricsBackend: MetricsFactory {
    private let registry: Registry
    private let buckets: [Double]

    /// - Parameter buckets: upper bounds for recorders that aggregate; timers have those of HTTP requests.
    public init(_ registry: Registry, buckets: [Double] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]) {
        self.registry = registry
        self.buckets = buckets
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CountingHandler(counter: counter(label, dimensions))
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        CountingHandler(counter: counter(label, dimensions))
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        GaugeHandler(gauge: gauge(label, dimensions))
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return GaugeHandler(gauge: gauge(label, dimensions)) }
        return HistogramHandler(histogram: histogram(Self.name(label), buckets, dimensions))
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = Self.name(label, suffix: "_seconds")
        return HistogramHandler(histogram: histogram(name, Catalogue.httpRequestDurationSeconds.buckets, dimensions))
    }

    // Series stay: what a library has counted is true after it lets go of its counter.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: Names

    private static func name(_ label: String, suffix: String = "") -> String {
        var name = String(label.unicodeScalars.map { Self.isNameScalar($0) ? Character($0) : "_" })
        if name.first.map({ $0.isNumber }) ?? true { name = "_" + name }
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> Counter {
        let (names, values) = Self.labels(dimensions)
        let name = registry.freeName(Self.name(label, suffix: "_total"), for: .counter)
        let definition = MetricDefinition(name, .counter, labels: names, "Counted by a library as \(label).")
        return registry.counter(definition, labelValues: values)
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> Gauge {
        let (names, values) = Self.labels(dimensions)
        let name = registry.freeName(Self.name(label), for: .gauge)
        return registry.gauge(
            MetricDefinition(name, .gauge, labels: names, "Measured by a library as \(label)."), labelValues: values)
    }

    private func histogram(_ name: String, _ buckets: [Double], _ dimensions: [(String, String)]) -> Histogram {
        let (names, values) = Self.labels(dimensions)
        let name = registry.freeName(name, for: .histogram)
        return registry.histogram(
            MetricDefinition(name, .histogram, labels: names, buckets: buckets, "Measured by a library."),
            labelValues: values)
    }

    private static func labels(_ dimensions: [(String, String)]) -> (names: [String], values: [String]) {
        let named = Dictionary(dimensions.map { (name($0.0), $0.1) }) { $1 }.sorted { $0.key < $1.key }
        return (named.map(\.key), named.map(\.value))
    }
}

extension Registry {
    /// `name`, or one like it where another kind of metric has it already.
    fileprivate func freeName(_ name: String, for kind: MetricKind) -> String {
        var free = name
        while let taken = self.kind(of: free), taken != kind { free += "_" + kind.rawValue }
        return free
    }
}

private final class CountingHandler: CounterHandler, FloatingPointCounterHandler {
    private let counter: Counter

    init(counter: Counter) { self.counter = counter }

    func increment(by amount: Int64) { counter.increment(by: Double(max(0, amount))) }

    func increment(by amount: Double) { counter.increment(by: max(0, amount)) }

    func reset() { counter.set(total: 0) }
}

private final class GaugeHandler: MeterHandler, RecorderHandler {
    private let gauge: Gauge

    init(gauge: Gauge) { self.gauge = gauge }

    func set(_ value: Int64) { gauge.set(Double(value)) }

    func set(_ value: Double) { gauge.set(value) }

    func increment(by amount: Double) { gauge.add(amount) }

    func decrement(by amount: Double) { gauge.add(-amount) }

    func record(_ value: Int64) { gauge.set(Double(value)) }

    func record(_ value: Double) { gauge.set(value) }
}

private final class HistogramHandler: RecorderHandler, TimerHandler {
    private let histogram: Histogram

    init(histogram: Histogram) { self.histogram = histogram }

    func record(_ value: Int64) { histogram.observe(Double(value)) }

    func record(_ value: Double) { histogram.observe(value) }

    func recordNanoseconds(_ duration: Int64) { histogram.observe(Double(duration) / 1e9) }
}

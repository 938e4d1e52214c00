public import Model
internal import Synchronization

/// All instruments of a process, by metric and label values. `/metrics` shows it.
public final class Registry: Sendable {
    enum Instrument: Sendable {
        case gauge(Gauge)
        case counter(Counter)
        case histogram(Histogram)
    }

    /// A metric and its series.
    struct Family: Sendable {
        let definition: MetricDefinition
        var series: [[String]: RegisteredSeries] = [:]
        /// The same by label values, until one comes or goes.
        var sorted: [RegisteredSeries]?

        mutating func inOrder() -> [RegisteredSeries] {
            if let sorted { return sorted }
            let fresh = series.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
            sorted = fresh
            return fresh
        }
    }

    private struct State {
        var families: [String: Family] = [:]
        var sources: [@Sendable () -> [MetricFamily]] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// The gauge of `definition` with these label values, made at the first call.
    public func gauge(_ definition: MetricDefinition, _ labelValues: String...) -> Gauge {
        gauge(definition, labelValues: labelValues)
    }

    public func gauge(_ definition: MetricDefinition, labelValues: [String]) -> Gauge {
        precondition(
            definition.kind != .counter && definition.kind != .histogram, "BUG: \(definition.name) is no gauge")
        guard case .gauge(let gauge) = instrument(definition, labelValues, { .gauge(Gauge()) }) else { return Gauge() }
        return gauge
    }

    public func counter(_ definition: MetricDefinition, _ labelValues: String...) -> Counter {
        counter(definition, labelValues: labelValues)
    }

    public func counter(_ definition: MetricDefinition, labelValues: [String]) -> Counter {
        precondition(definition.kind == .counter, "BUG: \(definition.name) is no counter")
        guard case .counter(let counter) = instrument(definition, labelValues, { .counter(Counter()) }) else {
            return Counter()
        }
        return counter
    }

    public func histogram(_ definition: MetricDefinition, _ labelValues: String...) -> Histogram {
        histogram(definition, labelValues: labelValues)
    }

    public func histogram(_ definition: MetricDefinition, labelValues: [String]) -> Histogram {
        precondition(definition.kind == .histogram, "BUG: \(definition.name) is no histogram")
        let made = instrument(definition, labelValues) { .histogram(Histogram(bounds: definition.buckets)) }
        guard case .histogram(let histogram) = made else { return Histogram(bounds: definition.buckets) }
        return histogram
    }

    private func instrument(
        _ definition: MetricDefinition, _ labelValues: [String], _ make: () -> Instrument
    ) -> Instrument {
        precondition(
            labelValues.count == definition.labelNames.count,
            "BUG: \(definition.name) has the labels \(definition.labelNames)")
        return state.withLock { state in
            let known = state.families[definition.name]?.definition.labelNames
            // Libraries may give a metric other labels from one call to the next.
            let key = known == nil || known == definition.labelNames ? labelValues : definition.labelNames + labelValues
            if let made = state.families[definition.name]?.series[key] { return made.instrument }
            let instrument = make()
            let series = RegisteredSeries(definition, labelValues, instrument)
            state.families[definition.name, default: Family(definition: definition)].series[key] = series
            state.families[definition.name]?.sorted = nil
            return instrument
        }
    }

    /// Ends the series with these label values: it is shown no more.
    public func remove(_ definition: MetricDefinition, labelValues: [String]) {
        state.withLock { state in
            guard state.families[definition.name]?.series.removeValue(forKey: labelValues) != nil else { return }
            state.families[definition.name]?.sorted = nil
        }
    }

    /// Ends every series whose first label has this name and value.
    public func removeAll(whereFirstLabelIs value: String, named name: String) {
        state.withLock { state in
            for (metric, family) in state.families where family.definition.labelNames.first == name {
                state.families[metric]?.series = family.series.filter { $0.key.first != value }
                state.families[metric]?.sorted = nil
            }
        }
    }

    /// The kind of the metric of this name; `nil` if there is none.
    func kind(of name: String) -> MetricKind? { state.withLock { $0.families[name]?.definition.kind } }

    /// Shows what `source` returns too, each time that somebody looks: metrics that are kept elsewhere.
    public func addSource(_ source: @escaping @Sendable () -> [MetricFamily]) {
        state.withLock { $0.sources.append(source) }
    }

    /// Everything as it stands now, sorted by name and by label values; metrics without a series are left out.
    public func gather() -> [MetricFamily] {
        let (families, others) = snapshot()
        let own = families.map { family in
            MetricFamily(
                name: family.definition.name, kind: family.definition.kind, help: family.definition.help,
                points: family.series.flatMap { series in
                    zip(series.labels, series.values()).map { MetricPoint(labels: $0, value: $1) }
                })
        }
        return (own + others).sorted { $0.name < $1.name }
    }

    /// The metrics of our own with their series in order, and those of other sources that have other names.
    func snapshot() -> (own: [(definition: MetricDefinition, series: [RegisteredSeries])], others: [MetricFamily]) {
        let (own, sources) = state.withLock { state in
            let names = state.families.filter { !$0.value.series.isEmpty }.keys.sorted()
            let own = names.compactMap { name -> (definition: MetricDefinition, series: [RegisteredSeries])? in
                guard let series = state.families[name]?.inOrder(), let family = state.families[name] else {
                    return nil
                }
                return (family.definition, series)
            }
            return (own, state.sources)
        }
        var names = Set(own.map(\.definition.name))
        let others = sources.flatMap { $0() }.filter { names.insert($0.name).inserted }
        return (own, others)
    }
}

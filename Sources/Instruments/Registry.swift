internal import Base
public import Model
internal import Synchronization

/// All instruments of a process, by metric and label values. `/metrics` shows it.
public final class Registry: Sendable {
    private enum Instrument: Sendable {
        case gauge(Gauge)
        case counter(Counter)
        case histogram(Histogram)
    }

    private struct Family {
        let definition: MetricDefinition
        var instruments: [[String]: Instrument] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

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
        return families.withLock { families in
            let made = families[definition.name]?.instruments[labelValues]
            if let made { return made }
            let instrument = make()
            families[definition.name, default: Family(definition: definition)].instruments[labelValues] = instrument
            return instrument
        }
    }

    /// Ends the series with these label values: it is shown no more.
    public func remove(_ definition: MetricDefinition, labelValues: [String]) {
        families.withLock { _ = $0[definition.name]?.instruments.removeValue(forKey: labelValues) }
    }

    /// Ends every series whose first label has this name and value.
    public func removeAll(whereFirstLabelIs value: String, named name: String) {
        families.withLock { families in
            for (metric, family) in families where family.definition.labelNames.first == name {
                families[metric]?.instruments = family.instruments.filter { $0.key.first != value }
            }
        }
    }

    /// Everything as it stands now, sorted by name and by label values; metrics without a series are left out.
    public func gather() -> [MetricFamily] {
        let all = families.withLock { Array($0.values) }
        return all.filter { !$0.instruments.isEmpty }.sorted { $0.definition.name < $1.definition.name }.map { family in
            let definition = family.definition
            let sorted = family.instruments.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            return MetricFamily(
                name: definition.name, kind: definition.kind, help: definition.help,
                points: sorted.flatMap { Self.points(definition, $0.key, $0.value) })
        }
    }

    private static func points(
        _ definition: MetricDefinition, _ labelValues: [String], _ instrument: Instrument
    ) -> [MetricPoint] {
        func labels(_ suffix: String = "", le: String? = nil) -> Labels {
            var labels = zip(definition.labelNames, labelValues).map { Label($0, $1) }
            labels.append(Label(Labels.metricName, definition.name + suffix))
            if let le { labels.append(Label("le", le)) }
            return Labels(labels)
        }
        switch instrument {
        case .gauge(let gauge): return [MetricPoint(labels: labels(), value: gauge.value)]
        case .counter(let counter): return [MetricPoint(labels: labels(), value: counter.value)]
        case .histogram(let histogram):
            let state = histogram.snapshot()
            var total: UInt64 = 0
            var points = zip(histogram.bounds + [.infinity], state.counts).map { bound, count in
                total += count
                return MetricPoint(labels: labels("_bucket", le: FloatText.general(bound)), value: Double(total))
            }
            points.append(MetricPoint(labels: labels("_sum"), value: state.sum))
            points.append(MetricPoint(labels: labels("_count"), value: Double(total)))
            return points
        }
    }
}

internal import Base
package import Model

extension OTLPMetrics {
    /// Samples of Prometheus, and what has no form there.
    package struct Translation: Sendable {
        package var samples: [(labels: Labels, sample: Sample)] = []
        /// Each with its series: of a histogram the bucket in which its value falls.
        package var exemplars: [(labels: Labels, exemplar: Exemplar)] = []
        /// Points that were left out, and why.
        package var rejected = 0
        package var reasons: [String] = []

        /// Bytes of all labels that were made. A point's labels stand in each of its buckets and exemplars, a metric's
        /// name in each of its points: a short request could make any number of them.
        private var labelBytes = 0
        private static let labelBytesMax = 64 << 20
        static let tooLong = "a series has more than \(Labels.seriesBytesMax) bytes of labels"

        mutating func add(_ labels: Labels, _ sample: Sample) {
            if hasRoom(labels) { samples.append((labels, sample)) }
        }

        mutating func add(_ labels: Labels, _ exemplar: Exemplar) {
            if hasRoom(labels) { exemplars.append((labels, exemplar)) }
        }

        private mutating func hasRoom(_ labels: Labels) -> Bool {
            guard labels.packed.count <= Labels.seriesBytesMax else {
                reject(1, Self.tooLong)
                return false
            }
            guard labelBytes + labels.packed.count <= Self.labelBytesMax else {
                reject(1, "the limit of \(Self.labelBytesMax) bytes of labels is exceeded; send smaller batches")
                return false
            }
            labelBytes += labels.packed.count
            return true
        }

        mutating func reject(_ count: Int, _ reason: String) {
            rejected += count
            if !reasons.contains(reason) { reasons.append(reason) }
        }
    }

    /// The samples of all points, with `job` and `instance` by the resource's service, and `target_info` of the rest of
    /// what is known of the resource.
    package func samples() -> Translation {
        var translation = Translation()
        for resource in resources {
            let identity = Self.identity(resource.attributes)
            // Before it is copied into each sample; so below.
            guard identity.reduce(0, { $0 + $1.value.utf8.count }) <= Labels.seriesBytesMax else {
                translation.reject(resource.metrics.reduce(0) { $0 + $1.points.count }, Translation.tooLong)
                continue
            }
            var latest: UInt64 = 0
            for metric in resource.metrics {
                Self.translate(metric, identity, into: &translation)
                latest = max(latest, metric.points.map(\.time).max() ?? 0)
            }
            Self.addInfo(resource.attributes, identity, at: latest, into: &translation)
        }
        return translation
    }

    private static let identifying: Set = ["service.namespace", "service.name", "service.instance.id"]

    private static func identity(_ attributes: Attributes) -> [Label] {
        let job = [attributes["service.namespace"], attributes["service.name"]].compactMap { $0 }.filter { !$0.isEmpty }
        return [Label("job", job.joined(separator: "/")), Label("instance", attributes["service.instance.id"] ?? "")]
    }

    private static func addInfo(
        _ attributes: Attributes, _ identity: [Label], at time: UInt64, into translation: inout Translation
    ) {
        let others = attributes.filter { !identifying.contains($0.key) }
        guard time > 0, !others.isEmpty, identity.contains(where: { !$0.value.isEmpty }) else { return }
        let labels = self.labels(others, identity, name: "target_info")
        translation.add(labels, Sample(timestamp: milliseconds(time), value: 1))
    }

    private static func translate(_ metric: Metric, _ identity: [Label], into translation: inout Translation) {
        let count = metric.points.count
        guard metric.name.utf8.count + metric.unit.utf8.count <= Labels.seriesBytesMax else {
            return translation.reject(count, Translation.tooLong)
        }
        guard let kind = metric.kind, !metric.name.isEmpty else {
            translation.reject(count, "a metric has no name or no kind")
            return
        }
        let needsStart = kind == .sum || kind == .histogram || kind == .exponentialHistogram
        if needsStart, metric.temporality != 2 {
            translation.reject(
                count, "\(metric.name) counts since its last report; set the exporter to cumulative temporality")
            return
        }
        if kind == .exponentialHistogram {
            translation.reject(
                count, "\(metric.name) is an exponential histogram, which is not stored; use explicit buckets")
            return
        }
        let name = OTLPNames.metric(metric)
        for point in metric.points {
            guard point.attributes.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) <= Labels.seriesBytesMax
            else {
                translation.reject(1, Translation.tooLong)
                continue
            }
            let time = milliseconds(point.time)
            func add(_ suffix: String, _ value: Double, _ extra: [Label] = []) {
                let labels = self.labels(point.attributes, identity + extra, name: name + suffix)
                let shown = point.hasNoValue ? StaleMarker.value : value
                translation.add(labels, Sample(timestamp: time, value: shown))
            }
            func addExemplars(_ suffix: String, _ exemplars: some Sequence<OTLPExemplar>, _ extra: [Label] = []) {
                for exemplar in exemplars {
                    let labels = self.labels(point.attributes, identity + extra, name: name + suffix)
                    translation.add(labels, exemplar.exemplar)
                }
            }
            switch kind {
            case .gauge, .sum:
                guard point.value != nil || point.hasNoValue else {
                    translation.reject(1, "a point of \(metric.name) has no value")
                    continue
                }
                add("", point.value ?? 0)
                addExemplars("", point.exemplars)
            case .histogram:
                guard point.bucketCounts.isEmpty || point.bucketCounts.count == point.bounds.count + 1 else {
                    translation.reject(1, "a point of \(metric.name) has not one bucket more than bounds")
                    continue
                }
                var total: UInt64 = 0
                for (bound, count) in zip(point.bounds, point.bucketCounts) {
                    total &+= count
                    add("_bucket", Double(total), [Label("le", FloatText.plain(bound))])
                }
                add("_bucket", Double(point.count), [Label("le", "+Inf")])
                for exemplar in point.exemplars {
                    let bound = point.bucketCounts.isEmpty ? nil : point.bounds.first { exemplar.value <= $0 }
                    addExemplars("_bucket", [exemplar], [Label("le", bound.map(FloatText.plain) ?? "+Inf")])
                }
                if let sum = point.sum { add("_sum", sum) }
                add("_count", Double(point.count))
            case .summary:
                for (quantile, value) in point.quantiles {
                    add("", value, [Label("quantile", FloatText.plain(quantile))])
                }
                add("_sum", point.sum ?? 0)
                add("_count", Double(point.count))
            case .exponentialHistogram: break
            }
        }
    }

    /// Attributes whose names become one are joined, in the order of their own names.
    private static func labels(_ attributes: Attributes, _ others: [Label], name: String) -> Labels {
        var values: [String: String] = [:]
        for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
            let name = OTLPNames.label(key)
            values[name] = values[name].map { $0 + ";" + value } ?? value
        }
        for label in others { values[label.name] = label.value }
        values[Labels.metricName] = name
        return Labels(values.map { Label($0.key, $0.value) })
    }

    private static func milliseconds(_ nanoseconds: UInt64) -> Int64 { Int64(nanoseconds / 1_000_000) }
}

internal import Exposition
internal import Model

/// What becomes of a sample's labels on the way from the page to the store: the target's labels put in, those of the
/// same name kept or renamed, relabelling, limits.
struct SampleRules {
    let honorTimestamps: Bool
    let sampleLimit: Int
    private let config: ScrapeConfig
    private let targetLabels: Labels
    private let relabeller: Relabeller

    init(target: Target, config: ScrapeConfig) {
        honorTimestamps = config.honorTimestamps
        sampleLimit = config.sampleLimit
        self.config = config
        targetLabels = target.labels
        relabeller = Relabeller(config.metricRelabelConfigs)
    }

    /// The labels to store for a series' text, or `nil` where relabelling drops it.
    func labels(ofText text: [UInt8]) throws -> Labels? {
        try text.withUnsafeBufferPointer { try labels(of: $0) }
    }

    /// The labels to store for a series' text, or `nil` where relabelling drops it.
    func labels(of text: UnsafeBufferPointer<UInt8>) throws -> Labels? {
        guard text.count <= Labels.seriesBytesMax else {
            let start = String(decoding: text.prefix(50), as: UTF8.self)
            throw ScrapeFailure(
                .labelLimit,
                "the limit of label bytes is exceeded: a series has \(text.count), and \(Labels.seriesBytesMax) are "
                    + "allowed; make the labels fewer or shorter: \(start)…")
        }
        let written = try ExpositionParser.writtenLabels(of: text)
        var builder = LabelsBuilder(Labels(written))
        mergeTargetLabels(into: &builder, besides: written)
        guard relabeller.apply(to: &builder) else { return nil }
        let labels = builder.build()
        if labels.isEmpty { return nil }
        guard !labels.metricName.isEmpty else {
            throw ScrapeFailure(
                .malformed, "cannot store a series: metric_relabel_configs took its name away; keep __name__")
        }
        try check(labels)
        return labels
    }

    private func mergeTargetLabels(into builder: inout LabelsBuilder, besides written: [Label]) {
        if config.honorLabels {
            // A label that the page has as an empty text says that the series is to have none.
            for label in targetLabels where !written.contains(where: { $0.name == label.name }) {
                builder.set(label.name, label.value)
            }
            return
        }
        for label in targetLabels {
            let own = builder[label.name]
            if !own.isEmpty {
                var name = "exported_" + label.name
                while !builder[name].isEmpty || targetLabels.value(of: name) != nil { name = "exported_" + name }
                builder.set(name, own)
            }
            builder.set(label.name, label.value)
        }
    }

    private func check(_ labels: Labels) throws(ScrapeFailure) {
        guard config.labelLimit > 0 || config.labelNameLengthLimit > 0 || config.labelValueLengthLimit > 0 else {
            return
        }
        func refuse(_ code: ScrapeFailure.Code, _ limit: String, _ found: Int, _ most: Int) -> ScrapeFailure {
            ScrapeFailure(
                code,
                "\(limit) exceeded: a series of \(labels.metricName.prefix(50)) has \(found), and \(most) are allowed")
        }
        var count = 0
        for label in labels {
            count += 1
            if config.labelNameLengthLimit > 0, label.name.utf8.count > config.labelNameLengthLimit {
                throw refuse(
                    .labelNameLengthLimit, "label_name_length_limit", label.name.utf8.count, config.labelNameLengthLimit
                )
            }
            if config.labelValueLengthLimit > 0, label.value.utf8.count > config.labelValueLengthLimit {
                throw refuse(
                    .labelValueLengthLimit, "label_value_length_limit", label.value.utf8.count,
                    config.labelValueLengthLimit)
            }
        }
        if config.labelLimit > 0, count > config.labelLimit {
            throw refuse(.labelLimit, "label_limit", count, config.labelLimit)
        }
    }

    /// The labels of `up` and its kin.
    func reportLabels(_ name: String) -> Labels { targetLabels.setting(Labels.metricName, name) }
}

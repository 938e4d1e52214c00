public import Model

extension MetricDefinition {
    /// The metric with one value and no labels.
    public func family(_ value: Double) -> MetricFamily { family([("", value)]) }

    /// The metric with a value for each value of its one label.
    public func family(_ values: [(label: String, value: Double)]) -> MetricFamily {
        let points = values.map { label, value in
            var labels = [Label(Labels.metricName, name)]
            if let labelName = labelNames.first { labels.append(Label(labelName, label)) }
            return MetricPoint(labels: Labels(labels), value: value)
        }
        return MetricFamily(name: name, kind: kind, help: help, points: points)
    }
}

internal import Base
internal import Model

/// What classic histograms, series with a label `le`, answer.
extension Evaluator {
    /// The buckets of one histogram.
    private struct Histogram {
        let like: Column
        var buckets: [(bound: Double, column: Column)]

        /// Bounds and counts at one step.
        func present(_ index: Int) -> [(bound: Double, count: Double)] {
            buckets.filter { $0.column.has(index) }.map { ($0.bound, $0.column.values[index]) }
        }
    }

    private func histograms(_ argument: Expression, _ steps: Steps) throws -> [Histogram] {
        var order: [Labels] = []
        var groups: [Labels: Histogram] = [:]
        for column in try vector(argument, steps) {
            let le = column.labels["le"]
            guard let bound = ValueFunctions.bound(le) else {
                warn(
                    "bucket label \"le\" is missing or has a malformed value of \(LabelText.quoted(le))"
                        + " for metric name \(LabelText.quoted(column.labels.metricName))",
                    at: argument)
                continue
            }
            let key = column.labels.setting("le", "")
            if groups[key] == nil {
                order.append(key)
                var like = Column(absent: key, count: steps.count)
                like.dropsName = column.dropsName
                groups[key] = Histogram(like: like, buckets: [])
            }
            groups[key]?.buckets.append((bound, column))
        }
        return order.compactMap { groups[$0] }.map { histogram in
            Histogram(like: histogram.like, buckets: histogram.buckets.sorted { $0.bound < $1.bound })
        }
    }

    /// - Parameter quantiles: each with the label in which it is told, if it is.
    func histogramQuantiles(
        _ argument: Expression, _ quantiles: [(label: String?, expression: Expression)], _ steps: Steps
    ) throws -> [Column] {
        let wanted = try quantiles.map { ($0.label, try scalar($0.expression, steps)) }
        for (index, quantile) in wanted.enumerated() { warnOfQuantiles(quantile.1, at: quantiles[index].expression) }
        var result: [Column] = []
        for histogram in try histograms(argument, steps) {
            for (label, values) in wanted {
                var column = withoutName(histogram.like)
                if let label, let first = values.first {
                    guard column.labels.value(of: label) == nil else {
                        throw PromQLError(
                            .execution, "the label \(LabelText.quoted(label)) of histogram_quantiles exists already")
                    }
                    column.labels = column.labels.setting(label, Self.shownQuantile(first))
                }
                for index in 0..<steps.count {
                    try Self.checkWanted(index)
                    let present = histogram.present(index)
                    if present.isEmpty { continue }
                    let quantile = BucketQuantile.of(values[index], present)
                    column.values[index] = quantile.value
                    if quantile.isMended { informOfMending(histogram.like.labels.metricName, at: argument) }
                }
                result.append(column)
            }
        }
        return result
    }

    private func informOfMending(_ metric: String, at place: Expression) {
        inform(
            "input to histogram_quantile needed to be fixed for monotonicity "
                + "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + " for metric name \(LabelText.quoted(metric))",
            at: place)
    }

    /// As labels of OpenMetrics have numbers: `1.0`.
    private static func shownQuantile(_ value: Double) -> String {
        let text = FloatText.general(value)
        return value.isFinite && !text.contains(".") && !text.contains("e") ? text + ".0" : text
    }

    func histogramFraction(_ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let lower = try scalar(arguments[0], steps)
        let upper = try scalar(arguments[1], steps)
        return try histograms(arguments[2], steps).map { histogram in
            var column = histogram.like
            for index in 0..<steps.count {
                try Self.checkWanted(index)
                let present = histogram.present(index)
                if present.isEmpty { continue }
                column.values[index] = BucketQuantile.fraction(from: lower[index], to: upper[index], present)
            }
            return column
        }
    }
}

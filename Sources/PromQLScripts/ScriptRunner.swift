internal import Base
internal import Foundation
internal import Model
package import PromQL

/// Runs scripts in the language of Prometheus' promqltest, and tells what did not come out as they say.
package struct ScriptRunner {
    /// What became of the evaluations of a script.
    package struct Report: Sendable {
        package fileprivate(set) var passed = 0
        /// Evaluations of native histograms, which are not judged.
        package fileprivate(set) var skipped = 0
        /// By line of the `eval`.
        package fileprivate(set) var failures: [(line: Int, text: String)] = []
    }

    private let features: Set<PromQLFeature>
    private let engine: PromQLEngine

    /// - Parameter features: what the expressions may use; the public scripts use all.
    package init(features: Set<PromQLFeature> = Set(PromQLFeature.allCases), engine: PromQLEngine = PromQLEngine()) {
        self.features = features
        self.engine = engine
    }

    /// Runs the text of a script.
    /// - Throws: ``ScriptError`` for a script that cannot be read; then nothing of it was judged.
    package func run(_ text: String) throws -> Report {
        var source = MemorySource()
        var report = Report()
        for command in try Script(text).commands {
            switch command {
            case .clear: source = MemorySource()
            case .load(let interval, let series, let withCustomBuckets):
                Self.load(series, every: interval, withCustomBuckets, into: source)
            case .eval(let evaluation):
                _ = source.takeTouchedHistogram()
                let failure = self.failure(of: evaluation, source)
                if source.takeTouchedHistogram() || evaluation.series.contains(where: \.isHistogram) {
                    report.skipped += 1
                } else if evaluation.expression.contains(/[<>]\//) {
                    // Operators that cut native histograms.
                    report.skipped += 1
                } else if let failure {
                    report.failures.append((evaluation.line, "\(evaluation.expression): \(failure)"))
                } else {
                    report.passed += 1
                }
            }
        }
        return report
    }

    private static func load(
        _ series: [SeriesNotation], every interval: Int64, _ withCustomBuckets: Bool, into source: MemorySource
    ) {
        var replaced: [Labels: SeriesNotation] = [:]
        for one in series { replaced[one.labels] = one }
        for (labels, one) in replaced {
            if one.isHistogram { source.loadHistogram(labels) }
            if withCustomBuckets, labels.metricName.hasSuffix("_bucket") {
                let name = String(labels.metricName.dropLast("_bucket".count))
                source.loadHistogram(labels.setting("le", "").setting(Labels.metricName, name))
            }
            var samples: [Int64: Double] = [:]
            for (index, value) in one.values.enumerated() { samples[Int64(index) * interval] = value }
            source.load(labels, samples)
        }
    }

    // MARK: One evaluation

    private func failure(of evaluation: Script.Evaluation, _ source: MemorySource) -> String? {
        do {
            let expression = try PromQLParser.parse(evaluation.expression, features: features)
            let result: QueryResult
            switch evaluation.steps {
            case .instant(let time): result = try engine.instant(expression, at: time, from: source)
            case .range(let start, let end, let step):
                result = try engine.range(expression, start: start, end: end, step: step, from: source)
            }
            if evaluation.expects(.fail) != nil { return "it must fail and does not" }
            if let failure = Self.notesFailure(result, evaluation) { return failure }
            if let failure = Self.valueFailure(result, evaluation) { return failure }
            return try middleStepFailure(evaluation, expression, source)
        } catch {
            guard evaluation.expects(.fail) != nil else { return "fails: \(error)" }
            for fail in evaluation.expectations where fail.kind == .fail {
                if !Self.fits("\(error)", fail) { return "fails with \"\(error)\"" }
            }
            return nil
        }
    }

    /// A query of one moment gives the same as the step in the middle of a range.
    private func middleStepFailure(
        _ evaluation: Script.Evaluation, _ expression: PromQL.Expression, _ source: MemorySource
    ) throws -> String? {
        guard case .instant(let time) = evaluation.steps, evaluation.expects(.ordered) == nil,
            !evaluation.expression.contains("range()"), expression.type == .vector || expression.type == .scalar,
            evaluation.expects(.range) == nil
        else { return nil }
        let result = try engine.range(expression, start: time - 60_000, end: time + 60_000, step: 60_000, from: source)
        guard case .matrix(let columns) = result.value else { return "as a range it gives no matrix" }
        let samples = columns.compactMap { column in
            column.timestamps.firstIndex(of: time).map {
                InstantSample(labels: column.labels, sample: Sample(timestamp: time, value: column.values[$0]))
            }
        }
        let failure: String? =
            if let scalar = evaluation.scalar, expression.type == .scalar {
                samples.count == 1 && Self.isNear(samples[0].sample.value, scalar) ? nil : "got \(samples)"
            } else {
                Self.vectorFailure(samples, evaluation)
            }
        return failure.map { "as the middle of a range: \($0)" }
    }

    private static func notesFailure(_ result: QueryResult, _ evaluation: Script.Evaluation) -> String? {
        for expectation in evaluation.expectations {
            switch expectation.kind {
            case .warn where !result.warnings.contains(where: { fits($0, expectation) }):
                return
                    "the warning \(expectation.message ?? expectation.pattern ?? "") is missing in \(result.warnings)"
            case .info where !result.infos.contains(where: { fits($0, expectation) }):
                return "the info \(expectation.message ?? expectation.pattern ?? "") is missing in \(result.infos)"
            case .noWarn where !result.warnings.isEmpty: return "warns of \(result.warnings)"
            case .noInfo where !result.infos.isEmpty: return "informs of \(result.infos)"
            default: continue
            }
        }
        return nil
    }

    private static func fits(_ text: String, _ expectation: Script.Evaluation.Expectation) -> Bool {
        if let message = expectation.message { return text == message || text.contains(message) }
        guard let pattern = expectation.pattern else { return true }
        return (try? Regex(pattern)).map { text.contains($0) } ?? false
    }

    // MARK: Values

    private static func valueFailure(_ result: QueryResult, _ evaluation: Script.Evaluation) -> String? {
        switch result.value {
        case .scalar(let sample):
            guard let scalar = evaluation.scalar else { return "got the scalar \(sample.value)" }
            return isNear(sample.value, scalar) ? nil : "got \(sample.value), not \(scalar)"
        case .string(let text, _):
            let wanted = evaluation.expects(.string)?.message ?? ""
            let literal = (try? PromQLParser.parse(wanted))?.prettyPrinted
            return literal == LabelText.quoted(text) ? nil : "got the string \(text)"
        case .vector(let samples):
            if evaluation.scalar != nil { return "got a vector: \(samples)" }
            if evaluation.expects(.ordered) != nil, samples.map(\.labels) != evaluation.series.map(\.labels) {
                return "got the order \(samples.map(\.labels))"
            }
            return vectorFailure(samples, evaluation)
        case .matrix(let columns): return matrixFailure(columns, evaluation)
        }
    }

    private static func vectorFailure(_ samples: [InstantSample], _ evaluation: Script.Evaluation) -> String? {
        let shown = samples.map { "\($0.labels) \($0.sample.value)" }
        guard samples.count == evaluation.series.count else { return "got \(shown)" }
        for sample in samples {
            guard let wanted = evaluation.series.first(where: { $0.labels == sample.labels }) else {
                return "got \(sample.labels) that is not wanted; \(shown)"
            }
            guard let value = wanted.values.first ?? nil, isNear(sample.sample.value, value) else {
                return "got \(sample.labels) \(sample.sample.value), not \(wanted.values)"
            }
        }
        return nil
    }

    private static func matrixFailure(_ columns: [SeriesColumn], _ evaluation: Script.Evaluation) -> String? {
        var (start, step): (Int64, Int64) = (0, 1)
        if case .range(let first, _, let interval) = evaluation.steps { (start, step) = (first, interval) }
        if let text = evaluation.expects(.range)?.message,
            let match = text.wholeMatch(of: /vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)/)
        {
            guard let first = try? Script.duration(match.1), let interval = try? Script.duration(match.3) else {
                return "cannot read \(text)"
            }
            (start, step) = (first, interval)
        }
        let shown = columns.map { "\($0.labels) \(Array(zip($0.timestamps, $0.values)))" }
        let wanted = evaluation.series.filter { $0.values.contains { $0 != nil } }
        guard columns.count == wanted.count else { return "got \(shown)" }
        for series in wanted {
            guard let column = columns.first(where: { $0.labels == series.labels }) else {
                return "\(series.labels) is missing; got \(shown)"
            }
            let points = series.values.enumerated().compactMap { index, value in
                value.map { (start + Int64(index) * step, $0) }
            }
            guard points.map(\.0) == column.timestamps,
                zip(points.map(\.1), column.values).allSatisfy({ isNear($0, $1) })
            else { return "got \(shown), not \(points)" }
        }
        return nil
    }

    static func isNear(_ left: Double, _ right: Double) -> Bool {
        if left == right || left.isNaN && right.isNaN { return true }
        let sum = left.magnitude + right.magnitude
        let difference = (left - right).magnitude
        if left == 0 || right == 0 || sum < .leastNormalMagnitude { return difference < 1e-6 * .leastNormalMagnitude }
        return difference / min(sum, .greatestFiniteMagnitude) < 1e-6
    }
}

internal import Base
internal import ConfigText
internal import Model
internal import PromQL
internal import PromQLScripts
internal import Rules
internal import Synchronization

/// Plays the unit tests of rules: the series are loaded, the rules evaluated from epoch 0 at each interval, and what
/// fires is held against what should.
package enum RuleTester {
    /// What a file's tests came to.
    package struct Report: Sendable {
        package var passed = 0
        /// What was expected and came otherwise, in words, with its place.
        package var failures: [String] = []
    }

    /// - Throws: ``ConfigRefused`` for rules that cannot be read.
    package static func run(_ file: RuleTestFile) async throws -> Report {
        var report = Report()
        for test in file.tests { try await run(test, of: file, into: &report) }
        return report
    }

    /// A clock that the evaluation sets.
    private final class TestTime: TimeSource {
        private let time = Mutex<Int64>(0)

        func now() -> Int64 { time.withLock { $0 } }

        func set(_ value: Int64) { time.withLock { $0 = value } }
    }

    private static func run(_ test: RuleTestFile.Test, of file: RuleTestFile, into report: inout Report) async throws {
        let source = MemorySource()
        for (series, values) in test.series {
            do {
                try source.load("\(series.value) \(values)", interval: test.interval.milliseconds)
            } catch {
                report.failures.append("\(series.position): \(error)")
                return
            }
        }
        let time = TestTime()
        let engine = PromQLEngine()
        let manager = RuleManager(
            engine: engine, source: source, appender: MemoryAppender(source), timeSource: time, restoresAlerts: false)
        var settings = RuleManager.Settings()
        settings.evaluationInterval = file.evaluationInterval
        settings.externalLabels = test.externalLabels
        settings.externalURL = test.externalURL
        settings.features = Set(PromQLFeature.allCases)
        try manager.update(file.rules, settings)

        let interval = file.evaluationInterval.milliseconds
        let last = (test.alertTests.map(\.time) + test.expressionTests.map(\.time)).map(\.milliseconds).max() ?? 0
        for moment in stride(from: Int64(0), through: last, by: Int(interval)) {
            time.set(moment)
            await manager.evaluate(at: moment)
            let failing = failures(of: file, manager, at: .milliseconds(moment))
            if !failing.isEmpty {
                // What follows rests on results that are not there; promtool ends here, too.
                report.failures += failing
                return
            }
            for alertTest in test.alertTests where (moment..<moment + interval).contains(alertTest.time.milliseconds) {
                check(alertTest, test, manager, into: &report)
            }
        }
        for expressionTest in test.expressionTests { check(expressionTest, test, source, engine, into: &report) }
    }

    /// The rules whose last evaluation failed, each with its place and why.
    private static func failures(of file: RuleTestFile, _ manager: RuleManager, at time: Duration) -> [String] {
        let written = file.rules.flatMap(\.groups).flatMap(\.rules)
        return zip(written, manager.snapshot().flatMap(\.rules)).filter { $1.health == .err }.map { config, rule in
            "\(config.expr.position): \(rule.name) at \(shown(time)): \(rule.lastError)"
        }
    }

    // MARK: Alerts

    private static func check(
        _ alertTest: RuleTestFile.AlertTest, _ test: RuleTestFile.Test, _ manager: RuleManager,
        into report: inout Report
    ) {
        let firing = manager.alerts().filter { $0.rule.name == alertTest.alert && $0.alert.state == .firing }.map {
            RuleTestFile.ExpectedAlert(labels: texts($0.alert.labels), annotations: $0.alert.annotations)
        }
        let expected = alertTest.expected.map { alert in
            var alert = alert
            alert.labels["alertname"] = alertTest.alert
            return alert
        }
        let wanted = expected.map(shown).sorted()
        let got = firing.map(shown).sorted()
        if wanted == got {
            report.passed += 1
        } else {
            report.failures.append(
                failure(
                    at: alertTest.position, test, "\(alertTest.alert) at \(shown(alertTest.time))", wanted: wanted,
                    got: got))
        }
    }

    private static func texts(_ labels: Labels) -> [String: String] {
        Dictionary(labels.map { ($0.name, $0.value) }) { $1 }
    }

    private static func shown(_ alert: RuleTestFile.ExpectedAlert) -> String {
        func shown(_ texts: [String: String]) -> String {
            "{"
                + texts.sorted { $0.key < $1.key }.map { "\($0.key)=\(LabelText.quoted($0.value))" }.joined(
                    separator: ", ") + "}"
        }
        return "labels \(shown(alert.labels)) annotations \(shown(alert.annotations))"
    }

    // MARK: Expressions

    private static func check(
        _ expressionTest: RuleTestFile.ExpressionTest, _ test: RuleTestFile.Test, _ source: MemorySource,
        _ engine: PromQLEngine, into report: inout Report
    ) {
        let place = expressionTest.expression.position
        let text = expressionTest.expression.value
        do {
            let expression = try PromQLParser.parse(text, features: Set(PromQLFeature.allCases))
            let result = try engine.instant(expression, at: expressionTest.time.milliseconds, from: source)
            var got: [(labels: Labels, value: Double)] = []
            switch result.value {
            case .vector(let samples): got = samples.map { ($0.labels, $0.sample.value) }
            case .scalar(let sample): got = [(.empty, sample.value)]
            default: break
            }
            let wanted = try expressionTest.expected.map {
                (labels: try MemorySource.labels($0.labels), value: $0.value)
            }
            let isSame =
                wanted.count == got.count
                && wanted.allSatisfy { want in
                    got.contains { $0.labels == want.labels && isNear($0.value, want.value) }
                }
            if isSame {
                report.passed += 1
            } else {
                func shown(_ rows: [(labels: Labels, value: Double)]) -> [String] {
                    rows.map { "\($0.labels) \(FloatText.plain($0.value))" }.sorted()
                }
                report.failures.append(
                    failure(
                        at: place, test, "\(text) at \(self.shown(expressionTest.time))", wanted: shown(wanted),
                        got: shown(got)))
            }
        } catch {
            report.failures.append("\(place): \(text): \(error)")
        }
    }

    private static func isNear(_ left: Double, _ right: Double) -> Bool {
        left == right || left.isNaN && right.isNaN
            || abs(left - right) <= 1e-12 * max(left.magnitude, right.magnitude)
    }

    private static func shown(_ time: Duration) -> String { DurationText.text(milliseconds: time.milliseconds) }

    private static func failure(
        at place: SourcePosition, _ test: RuleTestFile.Test, _ what: String, wanted: [String], got: [String]
    ) -> String {
        func list(_ lines: [String]) -> String { lines.isEmpty ? " nothing" : lines.map { "\n      " + $0 }.joined() }
        let name = test.name.isEmpty ? "" : "\(test.name): "
        return "\(place): \(name)\(what)\n    expected:\(list(wanted))\n    came:\(list(got))"
    }
}

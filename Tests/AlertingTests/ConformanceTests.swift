import Foundation
import Model
import Patterns
import State
import TestSupport
import Testing

@testable import Alerting

/// Test data in Alertmanager's formats: our own, and its own where the environment says it lies.
@Suite("Alertmanager's own test data")
struct ConformanceTests {
    @Test("matchers mean what Alertmanager takes them for")
    func matchers() throws {
        struct Case: Decodable {
            let input: String
            let want: [[String]]
            let err: Bool
        }
        let operations: [String: Matcher.Operation] = [
            "MatchEqual": .equal, "MatchNotEqual": .notEqual, "MatchRegexp": .regex, "MatchNotRegexp": .notRegex,
        ]
        let cases = try Conformance.contents(of: "alertmanager/matchers.json")
            .flatMap { try JSONDecoder().decode([Case].self, from: $0) }
        for example in cases {
            let parsed = try? MatcherText.parse(example.input)
            #expect((parsed == nil) == example.err, "\(example.input)")
            guard let parsed, !example.err else { continue }
            let want = try example.want.map { part in
                try Matcher(part[1], try #require(operations[part[0]]), part[2])
            }
            #expect(parsed == want, "\(example.input)")
        }
    }

    /// The scenarios' configurations, which the data has as YAML.
    static func config(_ name: String) throws -> AlertmanagerConfig? {
        switch name {
        case "repeat":
            return AlertmanagerConfig(
                route: route("default", repeats: 1), receivers: [receiver("default", sendResolved: true)])
        case "send_resolved_false_filter":
            var config = AlertmanagerConfig(
                route: route("default", interval: 5_000, repeats: 4 * 3_600_000),
                receivers: [receiver("default", sendResolved: true, false)])
            config.resolveTimeout = .seconds(10)
            return config
        case "inhibit_both_resolve_together":
            var config = AlertmanagerConfig(
                route: route("default", by: [], repeats: 1_000), receivers: [receiver("default", sendResolved: true)])
            config.inhibitRules = [
                InhibitRuleConfig(
                    sourceMatchers: [.equal("alertname", "JobDown")],
                    targetMatchers: [.equal("alertname", "InstanceDown")], equal: ["job", "zone"])
            ]
            return config
        case "silence_delete":
            return AlertmanagerConfig(
                route: route("default", by: [], repeats: 1), receivers: [receiver("default", sendResolved: true)])
        default: return nil
        }
    }

    @Test("timed scenarios tell the same alerts at the same times")
    func scenarios() throws {
        let scenarios = try Conformance.contents(of: "alertmanager/scenarios.json")
            .flatMap { try #require(try JSONSerialization.jsonObject(with: $0) as? [[String: Any]]) }
        for scenario in scenarios {
            let name = try #require(scenario["name"] as? String)
            // The others are played over HTTP, by `ScenarioTests`.
            guard let config = try Self.config(name) else { continue }
            try Self.play(scenario, name, config)
        }
    }

    private static func play(_ scenario: [String: Any], _ name: String, _ config: AlertmanagerConfig) throws {
        var driver = CoreDriver(config)
        for event in try #require(scenario["ev"] as? [[Any]]) {
            let now = try milliseconds(event[0])
            driver.run(until: now)
            switch event[1] as? String {
            case "push":
                let items = try #require(event[2] as? [[String: Any]])
                driver.push(try items.map { try alert($0, now: now) }, at: now)
            case "silence":
                let parts = try #require(event[2] as? [Any])
                let matcher = try Matcher(
                    try #require(parts[2] as? String), .regex, try #require(parts[3] as? String))
                driver.core.set(
                    Silence(
                        id: "s", matchers: [matcher], startsAt: try milliseconds(parts[0]),
                        endsAt: try milliseconds(parts[1]), updatedAt: now, createdBy: "", comment: ""))
            default:
                var silence = try #require(driver.core.silences["s"])
                silence.endsAt = now
                driver.core.set(silence)
            }
        }
        let wants = try #require(scenario["want"] as? [[Any]])
        let stop = (scenario["stop"] ?? scenario["last"]).map { try? milliseconds($0) } ?? nil
        let end = try wants.map { try milliseconds($0[2]) }.max() ?? 0
        driver.run(until: stop ?? end)
        for want in wants {
            let (url, from, to) = (try #require(want[0] as? Int), try milliseconds(want[1]), try milliseconds(want[2]))
            let expected = try #require(want[3] as? [[String: Any]]).map { item in
                let labels = item["labels"] as? [String: String] ?? [:]
                let isOver = !(item["e"] is NSNull)
                return (labels["alertname"] ?? "") + (labels["lbl"] ?? "") + (isOver ? " over" : "")
            }
            let found = driver.sent.contains { sent in
                sent.integration == "webhook[\(url)]" && sent.time >= from - 200 && sent.time <= to + 200
                    && sent.alerts.sorted() == expected.sorted()
            }
            #expect(found, "\(name): \(expected) between \(from) and \(to) is not in \(driver.sent)")
        }
        #expect(driver.sent.count == wants.count, "\(name): \(driver.sent)")
    }

    private static func milliseconds(_ value: Any) throws -> Int64 {
        Int64((try #require((value as? NSNumber)?.doubleValue) * 1_000).rounded())
    }

    private static func alert(_ item: [String: Any], now: Int64) throws -> Alert {
        let labels = try #require(item["labels"] as? [String: String])
        let start = try (item["s"] as? NSNumber).map { try milliseconds($0) }
        let end = try (item["e"] as? NSNumber).map { try milliseconds($0) }
        return Alert(
            labels: Labels(labels.map { Label($0.key, $0.value) }), annotations: [:], startsAt: start ?? now,
            endsAt: end ?? 0, generatorURL: "")
    }
}

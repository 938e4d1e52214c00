import Model
import Testing

@testable import Rules

/// What rules make of results: series, labels, annotations, errors.
@Suite("Results of rules")
struct RuleResultTests {
    @Test("a recording rule stores the result under its name with its labels, and ends series that are gone")
    func recording() async throws {
        let rule = RuleConfig.test(
            .record("down:max"), "max by (camera) (down)", labels: ["camera": "", "kind": "max"])
        let named = RuleConfig.test(.record("down:copy"), "down > 0", labels: ["kind": "{{ $value }}"])
        let bench = try Bench(.test(named, rule, labels: ["site": "hcm", "kind": "group"]))
        await bench.evaluate(["c1": 1], at: 0)
        await bench.evaluate(["c1": 2], at: 15)
        await bench.evaluate(["c1": nil], at: 30, 45)
        // The labels of a recording rule are no templates, in Prometheus either.
        #expect(
            bench.shown("down:copy") == [#"{camera="c1", kind="{{ $value }}", site="hcm"}: 1@0, 2@15, end@30"#])
        #expect(bench.shown("down:max") == [#"{kind="max", site="hcm"}: 1@0, 2@15, end@30"#])
        #expect(!bench.rule().isAlert && bench.rule().health == .ok && bench.sink.alerts.isEmpty)
        #expect(bench.rule().labels == ["site": "hcm", "kind": "{{ $value }}"])
    }

    @Test("a result that the store refuses is an error of the rule, and its alerts go on")
    func refused() async throws {
        let bench = try Bench(.test(.test(.record("a"), "vector(1)"), .test(.alert("Down"), "vector(1)")))
        bench.store.refuse(before: .max)
        await bench.evaluate(at: 0)
        #expect(bench.rule(0).health == .err)
        #expect(bench.rule(1).health == .err && bench.rule(1).lastError.contains("clock"))
        #expect(bench.rule(1).state == .firing && bench.sink.alerts.count == 1)
        bench.store.refuse(before: .min)
        await bench.evaluate(at: 15)
        #expect(bench.rule(1).health == .ok)
        let counts = bench.group.view.counts
        #expect(counts.evaluations == 4 && counts.failures == 2 && counts.iterations == 2, "\(counts)")
    }

    @Test("rules of a group see what those before them stored")
    func order() async throws {
        let bench = try Bench(
            .test(
                .test(.record("a"), "vector(2)"), .test(.record("b"), "a * 3"), .test(.alert("C"), "b == 6")))
        await bench.evaluate(at: 0)
        #expect(bench.shown("b") == ["{}: 6@0"])
        #expect(bench.rule(2).state == .firing)
    }

    @Test("a scalar is stored as a series without labels of its own")
    func scalar() async throws {
        let bench = try Bench(.test(.test(.record("now"), "1 + 2"), .test(.record("none"), "absent_metric")))
        await bench.evaluate(at: 0)
        #expect(bench.shown("now") == ["{}: 3@0"] && bench.shown("none").isEmpty)
    }

    @Test("a query_offset moves what is stored")
    func queryOffset() async throws {
        let bench = try Bench(.test(.test(.record("copy"), "down"), offset: .seconds(30)))
        await bench.evaluate(["c1": 1], at: 0, 15, 30)
        #expect(bench.shown("copy") == [#"{camera="c1"}: 1@0"#])
    }

    @Test("labels and annotations of an alert are templates")
    func templates() async throws {
        let rule = RuleConfig.test(
            .alert("Down"), "down > 0",
            labels: ["severity": "{{ if gt $value 1.0 }}critical{{ else }}warning{{ end }}", "camera": ""],
            annotations: [
                "summary":
                    "Camera {{ $labels.camera }} is {{ printf \"%.1f\" $value }} in {{ $externalLabels.cluster }}",
                "link": "{{ $externalURL }}/cameras/{{ .Labels.camera }}",
                "query": "{{ with query \"down\" }}{{ . | first | value }}{{ end }}",
                "broken": "{{ query \"down\" | first | label 7 }}",
                "plain": "as it is",
            ])
        let bench = try Bench(.test(rule, labels: ["team": "{{ $labels.camera }}-team", "severity": "none"]))
        await bench.evaluate(["c1": 2], at: 0)
        let alert = try #require(bench.rule().alerts.first)
        #expect(
            alert.labels == ["alertname": "Down", "severity": "critical", "team": "c1-team"])
        #expect(alert.annotations["summary"] == "Camera c1 is 2.0 in hcm")
        #expect(alert.annotations["link"] == "http://w/cameras/c1")
        #expect(alert.annotations["query"] == "2" && alert.annotations["plain"] == "as it is")
        // The alert is more important than its words.
        #expect(alert.annotations["broken"]?.hasPrefix("<error expanding template: ") == true)
        #expect(bench.rule().health == .ok)
    }

    @Test("annotations and value follow the condition while an alert is active")
    func annotationsFollow() async throws {
        let rule = RuleConfig.test(.alert("Down"), "down > 0", annotations: ["v": "{{ $value }}"])
        let bench = try Bench(.test(rule))
        await bench.evaluate(["c1": 1], at: 0)
        await bench.evaluate(["c1": 5], at: 15)
        #expect(bench.rule().alerts.map(\.value) == [5])
        #expect(bench.rule().alerts.map { $0.annotations["v"] } == ["5"])
    }

    @Test("what is sent has the external labels beneath its own, and a link to its expression")
    func sent() async throws {
        let bench = try Bench(.test(.test(.alert("Down"), "down == 1", labels: ["severity": "critical"])))
        await bench.evaluate(["c1": 1], at: 0)
        let alert = try #require(bench.sink.alerts.first)
        #expect(
            alert.labels == ["alertname": "Down", "camera": "c1", "cluster": "hcm", "severity": "critical"])
        #expect(alert.generatorURL == "http://w/graph?g0.expr=down%20%3D%3D%201")
        #expect(bench.rule().alerts.first?.labels["cluster"] == "")
    }

    struct Duplicate: Sendable {
        let rule: RuleConfig
        let error: String
    }

    @Test(
        "two series that a rule's labels make one are an error, and nothing is stored",
        arguments: [
            Duplicate(rule: .test(.record("r"), "down", labels: ["camera": "all"]), error: "two series"),
            Duplicate(rule: .test(.alert("A"), "down", labels: ["camera": "all"]), error: "two alerts"),
        ])
    func duplicates(_ example: Duplicate) async throws {
        let bench = try Bench(.test(example.rule))
        await bench.evaluate(["c1": 1], at: 0)
        #expect(bench.rule().health == .ok)
        await bench.evaluate(["c1": 1, "c2": 1], at: 15)
        #expect(bench.rule().health == .err)
        #expect(bench.rule().lastError.hasPrefix("\(example.error) have the same labels"), "\(bench.rule().lastError)")
        #expect(bench.rule().lastError.contains(#"camera="all""#))
        #expect((bench.shown("r") + bench.shown("ALERTS")).allSatisfy { $0.hasSuffix(": 1@0") })
        await bench.evaluate(["c1": nil, "c2": 1], at: 30)
        #expect(bench.rule().health == .ok)
    }

    @Test("a recording rule beyond its group's limit stores nothing and ends nothing")
    func limitOfSeries() async throws {
        let bench = try Bench(.test(.test(.record("copy"), "down"), limit: 1))
        await bench.evaluate(["c1": 1], at: 0)
        await bench.evaluate(["c2": 1], at: 15)
        #expect(bench.rule().lastError == "the rule gives 2 series, and its group's limit is 1")
        await bench.evaluate(["c2": nil], at: 30)
        #expect(bench.shown("copy") == [#"{camera="c1"}: 1@0, 1@30"#])
        #expect(bench.rule().health == .ok)
    }

    @Test("an alerting rule beyond its group's limit has no alerts, as Prometheus documents")
    func limitOfAlerts() async throws {
        let bench = try Bench(.test(.test(.alert("A"), "down == 1", hold: .seconds(30)), limit: 1))
        await bench.evaluate(["c1": 1], at: 0, 15)
        await bench.evaluate(["c1": 1, "c2": 1], at: 30)
        #expect(bench.rule().health == .err && bench.alerts.isEmpty && bench.sent().isEmpty)
        await bench.evaluate(["c1": 1, "c2": 0], at: 45)
        #expect(bench.alerts == ["c1 pending"])
    }

    @Test("a rule that fails holds up no other")
    func oneFails() async throws {
        let bench = try Bench(
            .test(
                .test(.record("bad"), "down * on (camera) (down or -down)", labels: [:]),
                .test(.record("r"), "down", labels: ["camera": "all"]), .test(.record("good"), "count(down)")))
        await bench.evaluate(["c1": 1, "c2": 1], at: 0)
        #expect(bench.rule(1).health == .err && bench.rule(2).health == .ok)
        #expect(bench.shown("good") == ["{}: 2@0"])
        #expect(bench.group.view.lastEvaluation == Bench.start)
    }

    @Test("a group is shown with its settings")
    func view() throws {
        let rule = RuleConfig.test(.alert("A"), "up == 0", hold: .seconds(90), keepFiringFor: .seconds(60))
        let view = try Bench(.test(rule, name: "cameras", interval: .seconds(30), limit: 5)).group.view
        #expect(view.name == "cameras" && view.file == "rules/a.yml" && view.interval == 30 && view.limit == 5)
        #expect(view.lastEvaluation == nil)
        let shown = try #require(view.rules.first)
        #expect(shown.isAlert && shown.name == "A" && shown.expression == "up == 0")
        #expect(shown.hold == 90 && shown.keepFiringFor == 60 && shown.health == .unknown && shown.state == .inactive)
    }
}

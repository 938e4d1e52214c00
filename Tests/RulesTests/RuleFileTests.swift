import ConfigText
import Model
import PromQL
import Rules
import TestSupport
import Testing

/// Errors of rule files, each at its place.
@Suite("Rule files")
struct RuleFileTests {
    /// What is wrong with the rules of a file.
    private static func problems(_ text: String) throws -> [String] {
        let problems = ProblemList()
        let file = RuleFileReader.read(text, path: "rules/a.yml", problems: problems)
        if !problems.errors.isEmpty { throw ConfigRefused(problems: problems.all) }
        do throws(ConfigRefused) {
            try RuleManager.check(file.map { [$0] } ?? [])
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rule: String
        let place: String
        let what: String

        init(_ name: String, _ rule: String, at place: String, _ what: String) {
            (testDescription, self.rule, self.place, self.what) = (name, rule, place, what)
        }
    }

    /// Rules begin in line 4, column 9, after `      - `.
    @Test(
        "an error stands at its place, with a mend",
        arguments: [
            Wrong("end of text", "record: r\n        expr: sum(up", at: "5:21", "cannot parse the expression: "),
            Wrong("within a line", "record: r\n        expr: up + + bar)", at: "5:25", "cannot parse the expression: "),
            Wrong(
                "quoted, behind letters of two bytes", "record: r\n        expr: 'up{a=\"é\"} )'", at: "5:26",
                "cannot parse the expression: "),
            Wrong(
                "several lines", "record: r\n        expr: |\n          up\n            )", at: "6:11",
                "cannot parse the expression: "),
            Wrong("a matrix", "alert: A\n        expr: up[5m]", at: "5:15", "the expression gives a range vector"),
            Wrong("a string", "alert: A\n        expr: '\"text\"'", at: "5:16", "the expression gives a string"),
            Wrong(
                "a label", "alert: A\n        expr: up\n        labels: {severity: '{{ if }}'}", at: "6:29",
                "cannot read the template of severity: "),
            Wrong(
                "an annotation", "alert: A\n        expr: up\n        annotations:\n          summary: '{{ .x '",
                at: "7:21", "cannot read the template of summary: "),
            Wrong(
                "an unknown function", "alert: A\n        expr: up\n        annotations: {a: '{{ shout 1 }}'}",
                at: "6:27", "cannot read the template of a: "),
        ])
    func wrong(_ example: Wrong) throws {
        let problems = try Self.problems("groups:\n  - name: g\n    rules:\n      - \(example.rule)\n")
        #expect(problems.count == 1, "\(problems)")
        let problem = try #require(problems.first)
        #expect(problem.hasPrefix("rules/a.yml:\(example.place): error: \(example.what)"), "\(problem)")
        #expect(problem.contains("; "), "\(problem)")
    }

    @Test("every error of every rule is told of")
    func all() throws {
        let problems = try Self.problems(
            """
            groups:
              - name: g
                rules:
                  - {record: a, expr: 'sum('}
                  - {alert: b, expr: up, annotations: {x: '{{', y: '{{ nope }}'}}
                  - {record: good, expr: up}
              - name: h
                rules: [{alert: c, expr: 'rate(up)'}]
            """)
        #expect(problems.count == 4, "\(problems)")
        #expect(problems.map { $0.split(separator: ":")[1] } == ["4", "5", "5", "8"])
    }

    @Test("labels of a recording rule may hold what looks like a template")
    func recordingLabels() throws {
        #expect(
            try Self.problems("groups: [{name: g, rules: [{record: a, expr: up, labels: {x: '{{ no'}}]}]").isEmpty)
    }

    @Test("rules may use the parts of the language that are on, and no others")
    func features() throws {
        let store = MemoryStore()
        let manager = RuleManager(engine: PromQLEngine(), source: store, appender: store)
        let files = [
            RuleFile(path: "rules/a.yml", groups: [.test(.test(.record("r"), "mad_over_time(up[5m])"))])
        ]
        var settings = RuleManager.Settings()
        #expect(throws: ConfigRefused.self) { try manager.update(files, settings) }
        #expect(throws: ConfigRefused.self) { try RuleManager.check(files) }
        settings.features = [.experimentalFunctions]
        try manager.update(files, settings)
        try RuleManager.check(files, features: settings.features)
    }

    @Test("rules that are refused change nothing")
    func refused() throws {
        let store = MemoryStore()
        let manager = RuleManager(engine: PromQLEngine(), source: store, appender: store)
        try manager.update(
            [RuleFile(path: "rules/a.yml", groups: [.test(.test(.record("r"), "up"))])], RuleManager.Settings())
        #expect(throws: ConfigRefused.self) {
            try manager.update(
                [RuleFile(path: "rules/a.yml", groups: [.test(.test(.record("r"), "up("))])], RuleManager.Settings())
        }
        #expect(manager.snapshot().flatMap(\.rules).map(\.expression) == ["up"])
    }

    @Test("an expression's place is where its text begins")
    func expressionPlaces() throws {
        let problems = ProblemList()
        let file = RuleFileReader.read(
            """
            groups:
              - name: g
                interval: 30s
                rules:
                  - record: plain
                    expr: up
                  - record: quoted
                    expr: "up"
                  - record: block
                    expr: |

                      up ==
                        0
                  - record: folded
                    expr: &e >-
                      up
                  - alert: aliased
                    expr: *e
                    for: 2m
                    annotations:
                      summary: 'x {{ $value }}'
            """, path: "a.yml", problems: problems)
        let rules = try #require(file?.groups.first).rules
        #expect(
            rules.map { [$0.expr.position.line, $0.expr.position.column] } == [
                [6, 15], [8, 16], [12, 11], [16, 11], [16, 11],
            ])
        #expect(rules[4].hold == .seconds(120))
        #expect(rules[4].annotations["summary"]?.position.column == 21)
    }
}

import Foundation
import TestSupport
import Testing

/// Unit tests of rules, played by us and by a real promtool.
@Suite("Unit tests of rules, end to end", .serialized)
struct RuleUnitTests {
    private static let defaultRules = Peers.root.appending(
        path: "Tests/EndToEndTests/Parts/default_rules_tests.yml"
    ).path()

    private static func play(_ file: String, _ program: String = Peers.watchpost) async throws -> (
        printed: String, status: Int32
    ) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["test", "rules", file]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    @Test("the built-in rules fire when they should, and not when they should not")
    func builtIn() async throws {
        let ours = try await Self.play(Self.defaultRules)
        #expect(ours.status == 0 && ours.printed.contains(" 0 failed"), "\(ours.printed)")
        guard Peers.has("promtool") else { try Test.cancel("promtool is not installed: only ours has played them") }
        let theirs = try await Self.play(Self.defaultRules, "/usr/bin/promtool")
        #expect(theirs.status == 0, "\(theirs.printed)")
    }

    @Test("what comes otherwise is told with its place, and nothing passes by testing nothing")
    func failures() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            "r.yml",
            "groups: [{ name: g, rules: [{ alert: Up, expr: up == 1, for: 1m, annotations: { s: '{{ $value }}' } }, { record: twice, expr: up * 2 }] }]\n"
        )
        func test(_ body: String) async throws -> (printed: String, status: Int32) {
            let file = try folder.write(
                "t.yml",
                """
                rule_files: [r.yml]
                tests:
                  - name: mine
                    interval: 1m
                    input_series: [{ series: 'up{a="b"}', values: '1x5' }]
                    \(body)

                """)
            return try await Self.play(file)
        }
        let right = try await test(
            "alert_rule_test: [{ eval_time: 2m, alertname: Up, exp_alerts: [{ exp_labels: { a: b }, exp_annotations: { s: '1' } }] }]\n"
                + "    promql_expr_test: [{ expr: twice, eval_time: 2m, exp_samples: [{ labels: 'twice{a=\"b\"}', value: 2 }] }]"
        )
        #expect(right.status == 0 && right.printed.contains("2 passed, 0 failed"), "\(right.printed)")
        let early = try await test(
            "alert_rule_test: [{ eval_time: 30s, alertname: Up, exp_alerts: [{ exp_labels: { a: b } }] }]")
        #expect(
            early.status == 1 && early.printed.contains("t.yml:6:") && early.printed.contains("came: nothing"),
            "\(early.printed)")
        let wrong = try await test(
            "promql_expr_test: [{ expr: twice, eval_time: 2m, exp_samples: [{ labels: 'twice{a=\"b\"}', value: 3 }] }]")
        #expect(wrong.status == 1 && wrong.printed.contains("mine: twice at 2m"), "\(wrong.printed)")
        let nothing = try await test("external_labels: {}")
        #expect(nothing.status == 1 && nothing.printed.contains("it has no test"), "\(nothing.printed)")
        let unknown = try await test("alert_rule_tests: []")
        #expect(unknown.status == 1 && unknown.printed.contains("alert_rule_test"), "\(unknown.printed)")
    }

    @Test("a rule that cannot be evaluated is a failure with its place, whatever else is right")
    func failingRule() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            "r.yml",
            """
            groups:
              - name: g
                rules:
                  - record: ok
                    expr: fps
                  - record: joined
                    expr: fps + on(site) disk

            """)
        let file = try folder.write(
            "t.yml",
            """
            rule_files: [r.yml]
            tests:
              - interval: 1m
                input_series:
                  - { series: 'fps{site="a",camera="1"}', values: '25x3' }
                  - { series: 'disk{site="a",mount="1"}', values: '_ _ 5x1' }
                  - { series: 'disk{site="a",mount="2"}', values: '_ _ 5x1' }
                promql_expr_test:
                  - { expr: ok, eval_time: 3m, exp_samples: [{ labels: 'ok{site="a",camera="1"}', value: 25 }] }

            """)
        let ours = try await Self.play(file)
        #expect(ours.status == 1 && ours.printed.contains("r.yml:7:"), "\(ours.printed)")
        #expect(ours.printed.contains("joined at 2m"), "\(ours.printed)")
        guard Peers.has("promtool") else { try Test.cancel("promtool is not installed: only ours has played them") }
        let theirs = try await Self.play(file, "/usr/bin/promtool")
        #expect(theirs.status != 0, "\(theirs.printed)")
    }
}

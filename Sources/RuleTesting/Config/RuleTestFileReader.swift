internal import ConfigText
internal import Model
internal import Rules

/// Reads a file of unit tests for rules.
enum RuleTestFileReader {
    static func read(_ root: YAMLValue, path: String, problems: ProblemList) -> RuleTestFile? {
        root.mapping { reader in
            let interval = reader.duration("evaluation_interval", above: .zero) ?? .seconds(60)
            reader.accepted(keys: ["group_eval_order", "fuzzy_compare"])
            var rules: [RuleFile] = []
            for pattern in reader.texts("rule_files") {
                let wanted = FilePaths.join(FilePaths.directory(ofFile: path), pattern.value)
                let files = ConfigFiles.matching(wanted)
                if files.isEmpty {
                    problems.error(at: pattern.position, "there is no file \(wanted)", mend: "correct the path")
                }
                for file in files {
                    guard let text = ConfigFiles.read(file, problems: problems),
                        let root = YAMLFile.root(of: text, path: file, problems: problems),
                        let rule = RuleFileReader.read(root, path: file, defaultQueryOffset: .zero)
                    else { continue }
                    rules.append(rule)
                }
            }
            let tests = reader.mappings("tests") { test($0) }
            return RuleTestFile(path: path, rules: rules, evaluationInterval: interval, tests: tests)
        }
    }

    private static func test(_ reader: MappingReader) -> RuleTestFile.Test? {
        let labels = reader.textMap("external_labels").map { Label($0.key.value, $0.value.value) }
        return RuleTestFile.Test(
            name: reader.text("name") ?? "", interval: reader.duration("interval", above: .zero) ?? .seconds(60),
            series: reader.mappings("input_series") { entry in
                guard let series = entry.required("series", mend: "write series, a metric with labels") else {
                    return nil
                }
                return (series, entry.text("values") ?? "")
            }, externalLabels: Labels(labels), externalURL: reader.text("external_url") ?? "",
            alertTests: reader.mappings("alert_rule_test", alertTest),
            expressionTests: reader.mappings("promql_expr_test", expressionTest), position: reader.position)
    }

    private static func alertTest(_ reader: MappingReader) -> RuleTestFile.AlertTest? {
        let name = reader.required("alertname", mend: "write alertname")
        let expected = reader.mappings("exp_alerts") { alert in
            func map(_ key: String) -> [String: String] {
                Dictionary(alert.textMap(key).map { ($0.key.value, $0.value.value) }) { $1 }
            }
            return RuleTestFile.ExpectedAlert(labels: map("exp_labels"), annotations: map("exp_annotations"))
        }
        return name.map {
            RuleTestFile.AlertTest(
                time: reader.duration("eval_time") ?? .zero, alert: $0.value, expected: expected, position: $0.position)
        }
    }

    private static func expressionTest(_ reader: MappingReader) -> RuleTestFile.ExpressionTest? {
        let expression = reader.required("expr", mend: "write expr, a PromQL expression")
        let expected = reader.mappings("exp_samples") { sample -> (labels: String, value: Double)? in
            if sample.has("histogram") {
                sample.error("native histograms are not known", mend: "leave the test to promtool")
            }
            return (sample.text("labels") ?? "", sample.number("value") ?? 0)
        }
        return expression.map {
            RuleTestFile.ExpressionTest(time: reader.duration("eval_time") ?? .zero, expression: $0, expected: expected)
        }
    }
}

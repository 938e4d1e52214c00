package import ConfigText
package import Model
package import Rules

/// A file of unit tests for rules, in promtool's format:
/// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
package struct RuleTestFile: Sendable {
    /// An alert that should fire.
    package struct ExpectedAlert: Sendable, Equatable {
        /// Without `alertname`, unless it is there.
        package var labels: [String: String]
        package var annotations: [String: String]

        package init(labels: [String: String], annotations: [String: String]) {
            self.labels = labels
            self.annotations = annotations
        }
    }

    package struct AlertTest: Sendable {
        package var time: Duration
        package var alert: String
        package var expected: [ExpectedAlert]
        package var position: SourcePosition
    }

    package struct ExpressionTest: Sendable {
        package var time: Duration
        package var expression: Located<String>
        /// Each series as text, and its value.
        package var expected: [(labels: String, value: Double)]
    }

    package struct Test: Sendable {
        package var name: String
        package var interval: Duration
        /// Each series as text, and its values in the notation of the test language.
        package var series: [(series: Located<String>, values: String)]
        package var externalLabels: Labels
        package var externalURL: String
        package var alertTests: [AlertTest]
        package var expressionTests: [ExpressionTest]
        package var position: SourcePosition
    }

    package var path: String
    package var rules: [RuleFile]
    package var evaluationInterval: Duration
    package var tests: [Test]

    /// Reads a file and the rule files that it names.
    /// - Throws: ``ConfigRefused`` with every error.
    package static func load(path: String) throws(ConfigRefused) -> RuleTestFile {
        let problems = ProblemList()
        var file: RuleTestFile?
        if let text = ConfigFiles.read(path, problems: problems),
            let root = YAMLFile.root(of: text, path: path, problems: problems)
        {
            file = RuleTestFileReader.read(root, path: path, problems: problems)
        } else if problems.errors.isEmpty {
            problems.error(
                at: SourcePosition(file: path, line: 1, column: 1), "the file says nothing", mend: "write tests")
        }
        guard let file, problems.errors.isEmpty else {
            throw ConfigRefused(problems: problems.all.inFileOrder)
        }
        return file
    }
}

public import ConfigText
public import Model
public import Rules

/// A file of unit tests for rules, in promtool's format:
/// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
public struct RuleTestFile: Sendable {
    /// An alert that should fire.
    public struct ExpectedAlert: Sendable, Equatable {
        /// Without `alertname`, unless it is there.
        public var labels: [String: String]
        public var annotations: [String: String]

        public init(labels: [String: String], annotations: [String: String]) {
            self.labels = labels
            self.annotations = annotations
        }
    }

    public struct AlertTest: Sendable {
        public var time: Duration
        public var alert: String
        public var expected: [ExpectedAlert]
        public var position: SourcePosition
    }

    public struct ExpressionTest: Sendable {
        public var time: Duration
        public var expression: Located<String>
        /// Each series as text, and its value.
        public var expected: [(labels: String, value: Double)]
    }

    public struct Test: Sendable {
        public var name: String
        public var interval: Duration
        /// Each series as text, and its values in the notation of the test language.
        public var series: [(series: Located<String>, values: String)]
        public var externalLabels: Labels
        public var externalURL: String
        public var alertTests: [AlertTest]
        public var expressionTests: [ExpressionTest]
        public var position: SourcePosition
    }

    public var path: String
    public var rules: [RuleFile]
    public var evaluationInterval: Duration
    public var tests: [Test]

    /// Reads a file and the rule files that it names.
    /// - Throws: ``ConfigRefused`` with every error.
    public static func load(path: String) throws(ConfigRefused) -> RuleTestFile {
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

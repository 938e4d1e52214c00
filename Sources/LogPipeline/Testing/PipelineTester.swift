internal import Base
internal import ConfigText
internal import LogDocuments

/// Plays tests of a pipeline.
package struct PipelineTester {
    package struct Report: Sendable {
        package var passed = 0
        /// Each with its place, and what differs.
        package var failures: [String] = []

        package init() {}
    }

    private let network: PipelineNetwork

    package init(_ network: PipelineNetwork) { self.network = network }

    /// What a file says of all plugins of its pipeline, put into `options`.
    package static func options(_ file: PipelineTestFile, _ options: PipelineOptions) -> PipelineOptions {
        var options = options
        if let value = file.usesSchema { options.usesSchema = value }
        if let value = file.readsEscapes { options.readsEscapes = value }
        return options
    }

    /// Plays the cases of a file.
    package func run(_ file: PipelineTestFile) -> Report {
        var report = Report()
        let worker = PipelineWorker()
        for test in file.cases {
            let problems = play(test, file, worker)
            if problems.isEmpty {
                report.passed += 1
            } else {
                report.failures.append("\(test.position): \(test.description): " + problems.joined(separator: "\n    "))
            }
        }
        return report
    }

    private func play(_ test: PipelineTestFile.Case, _ file: PipelineTestFile, _ worker: PipelineWorker) -> [String] {
        guard let index = network.pipeline(atPort: nil) else { return ["there is no pipeline"] }
        let now = file.now ?? SystemTimeSource().now()
        var results: [Document] = []
        for line in test.input {
            var document = file.fields
            if file.isJSON {
                guard case .object(let object)? = try? DocumentReader.value(line) else {
                    return ["the input is no object of JSON: \(line.prefix(200))"]
                }
                for (name, value) in object.members { document[name] = value }
            } else {
                document["message"] = .string(line)
            }
            network.process(PipelineEvent(document, now: now), into: index, now: now, worker) { event, _, _ in
                results.append(event.printed)
            }
        }
        var problems: [String] = []
        if results.count != test.expected.count {
            problems.append("\(results.count) events came out, \(test.expected.count) are expected")
        }
        for (place, (result, expected)) in zip(results, test.expected).enumerated() {
            problems += differences(result, expected, file).map { "event \(place + 1): \($0)" }
        }
        return problems
    }

    private func differences(_ result: Document, _ expected: Document, _ file: PipelineTestFile) -> [String] {
        var left = stripped(result, file)
        let right = stripped(expected, file)
        // What a test does not speak of need not be said: the time at which the test was played, and what is shipped nowhere.
        for name in ["@timestamp", "@metadata"] where right[name] == nil { left.removeValue(named: name) }
        var problems: [String] = []
        for (name, value) in right.members {
            guard let found = left.removeValue(named: name) else {
                problems.append("\(name) is absent; \(value.json) is expected")
                continue
            }
            if !Self.isEqual(found, value) { problems.append("\(name) is \(found.json); \(value.json) is expected") }
        }
        for (name, value) in left.members { problems.append("\(name) is \(value.json); it is not expected") }
        return problems
    }

    private func stripped(_ document: Document, _ file: PipelineTestFile) -> Document {
        var event = PipelineEvent(timestamp: 0, document)
        for field in file.ignored {
            if field.root == .event { event.remove(field) }
        }
        var result = event.own
        for field in file.ignored where field.root == .timestamp { result.removeValue(named: "@timestamp") }
        return result
    }

    private static func isEqual(_ left: DocumentValue, _ right: DocumentValue) -> Bool {
        switch (left, right) {
        case (.array(let one), .array(let other)):
            one.count == other.count && zip(one, other).allSatisfy { isEqual($0, $1) }
        case (.object(let one), .object(let other)):
            one.count == other.count
                && one.members.allSatisfy { member in other[member.name].map { isEqual(member.value, $0) } ?? false }
        default: left == right || (left.real != nil && left.real == right.real)
        }
    }
}

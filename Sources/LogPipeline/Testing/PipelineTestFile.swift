package import ConfigText
internal import LogDocuments

/// Tests of a pipeline: what goes in, and what should come out. The files are those of logstash-filter-verifier, and may
/// name their pipeline too.
package struct PipelineTestFile: Sendable {
    package struct Case: Sendable {
        package let description: String
        let position: SourcePosition
        let input: [String]
        let expected: [Document]
    }

    package let path: String
    /// Files or folders of the pipeline, as `pipeline` names them; none where the command line does.
    package let pipeline: [String]
    /// Whether inputs are objects of JSON: `codec: json_lines`.
    let isJSON: Bool
    /// Fields that all events have before the first filter.
    let fields: Document
    /// Fields that are not compared.
    let ignored: [FieldReference]
    /// The clock of the test, for dates that name no year; in milliseconds since the Unix epoch.
    let now: Int64?
    let usesSchema: Bool?
    let readsEscapes: Bool?
    package let cases: [Case]

    /// Reads a file of YAML or JSON.
    /// - Returns: `nil` where it cannot be read, which is told.
    package static func read(_ path: String, problems: ProblemList) -> PipelineTestFile? {
        guard let text = ConfigFiles.read(path, problems: problems),
            let root = YAMLFile.root(of: text, path: path, problems: problems)
        else { return nil }
        let errors = problems.errors.count
        let reader = Reader(path: path, problems: problems)
        let file = reader.file(root.node)
        return problems.errors.count == errors ? file : nil
    }

    private struct Reader {
        let path: String
        let problems: ProblemList

        private static let keys = [
            "pipeline", "codec", "fields", "ignore", "testcases", "input", "expected", "now", "type", "description",
            "ecs_compatibility", "support_escapes", "input_plugin", "export_metadata",
        ]

        func file(_ root: YAMLNode) -> PipelineTestFile? {
            guard case .mapping(let entries) = root.content else {
                problems.error(
                    at: root.position, "a test is a mapping", mend: "write testcases: and below it input: and expected:"
                )
                return nil
            }
            for entry in entries where !Self.keys.contains(entry.key) {
                let nearest = NearestName.of(entry.key, among: Self.keys)
                problems.error(
                    at: entry.keyPosition, "a test has no key \"\(entry.key)\"",
                    mend: nearest.map { "write \($0)" } ?? "remove it")
            }
            func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
            func value(_ key: String) -> DocumentValue? { node(key).map { DocumentValue($0) } }
            var fields = value("fields")?.object ?? Document()
            if let type = value("type") { fields["type"] = type }
            var now: Int64?
            if let node = node("now") {
                now = DocumentValue(node).string.flatMap(TimestampText.milliseconds)
                if now == nil {
                    problems.error(at: node.position, "now is no time", mend: "write 2026-11-26T06:00:00Z")
                }
            }
            let codec = value("codec")?.fieldText ?? "line"
            if !["line", "plain", "json", "json_lines"].contains(codec), let node = node("codec") {
                problems.error(at: node.position, "there is no codec \"\(codec)\"", mend: "write line or json_lines")
            }
            return PipelineTestFile(
                path: path, pipeline: texts(node("pipeline")).map { FilePaths.resolve($0, besideFile: path) },
                isJSON: codec.hasPrefix("json"), fields: fields,
                ignored: (["@version"] + texts(node("ignore"))).map { FieldReference($0) }, now: now,
                usesSchema: value("ecs_compatibility").map { $0.fieldText != "disabled" },
                readsEscapes: value("support_escapes").map { $0 == .boolean(true) }, cases: cases(entries, root))
        }

        private func texts(_ node: YAMLNode?) -> [String] {
            guard let node else { return [] }
            switch DocumentValue(node) {
            case .array(let values): return values.map(\.fieldText)
            case let single: return [single.fieldText]
            }
        }

        private func cases(_ entries: [YAMLNode.Entry], _ root: YAMLNode) -> [Case] {
            if let list = entries.first(where: { $0.key == "testcases" })?.value {
                guard case .sequence(let items) = list.content else {
                    problems.error(
                        at: list.position, "testcases is no list", mend: "write - input: and expected: below it")
                    return []
                }
                return items.enumerated().compactMap { index, item in
                    guard case .mapping(let inner) = item.content else {
                        problems.error(at: item.position, "a case is a mapping", mend: "write input: and expected:")
                        return nil
                    }
                    return testCase(inner, item.position, number: index + 1)
                }
            }
            return [testCase(entries, root.position, number: 1)].compactMap(\.self)
        }

        private func testCase(_ entries: [YAMLNode.Entry], _ position: SourcePosition, number: Int) -> Case? {
            func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
            guard let input = node("input"), let expected = node("expected") else {
                problems.error(at: position, "a case has input and expected", mend: "add the one that is missing")
                return nil
            }
            var documents: [Document] = []
            let values: [YAMLNode]
            if case .sequence(let items) = expected.content { values = items } else { values = [expected] }
            for value in values {
                if case .object(let document) = DocumentValue(value) {
                    documents.append(document)
                } else if case .null = value.content, values.count == 1 {
                    continue
                } else {
                    problems.error(at: value.position, "an expected event is a mapping", mend: "write its fields")
                }
            }
            var lines: [String] = []
            switch DocumentValue(input) {
            case .array(let items): for item in items { lines.append(item.object == nil ? item.fieldText : item.json) }
            case let single: lines.append(single.object == nil ? single.fieldText : single.json)
            }
            let description = node("description").map { DocumentValue($0).fieldText }
            return Case(
                description: description ?? "case \(number)", position: position, input: lines, expected: documents)
        }
    }
}

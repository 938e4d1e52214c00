internal import Foundation
internal import Yams

/// Reads a YAML text into nodes, and tells where it is not YAML.
package struct YAMLFile {
    /// More values than any real file has; aliases of aliases could otherwise fill the memory.
    private static let valueLimit = 300_000

    private let path: String
    private let lines: [Substring]
    private let problems: ProblemList
    private var values = 0

    /// The file's outermost value, or `nil` where the text is not YAML (which is told to `problems`) or says nothing.
    package static func root(of text: String, path: String, problems: ProblemList) -> YAMLValue? {
        var file = YAMLFile(path: path, text: text, problems: problems)
        guard let node = file.composed(text), let root = file.converted(node) else { return nil }
        if case .null = root.content { return nil }
        return YAMLValue(node: root, path: "", problems: problems)
    }

    /// As ``root(of:path:problems:)``; a text that says nothing stands for a mapping without keys.
    package static func rootOrEmpty(of text: String, path: String, problems: ProblemList) -> YAMLValue? {
        let before = problems.errors.count
        if let root = root(of: text, path: path, problems: problems) { return root }
        guard problems.errors.count == before else { return nil }
        let start = SourcePosition(file: path, line: 1, column: 1)
        return YAMLValue(node: YAMLNode(.mapping([]), at: start), path: "", problems: problems)
    }

    private init(path: String, text: String, problems: ProblemList) {
        self.path = path
        self.problems = problems
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func composed(_ text: String) -> Node? {
        do {
            return try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            tell(error)
        } catch {
            problems.error(at: position(nil), "cannot read the file: \(error)", mend: "write it as YAML")
        }
        return nil
    }

    private func tell(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let cause = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
            problems.error(
                at: position(mark), "this is not YAML: \(cause)",
                mend: "check the indentation, the colons and the quotes here and in the line above")
        case .duplicatedKeysInMapping(let duplicates, let context):
            problems.error(
                at: secondPosition(of: duplicates.first ?? "", after: context.mark),
                "the key \"\(duplicates.first ?? "")\" stands twice in one mapping",
                mend: "keep one; the first is on line \(context.mark.line)")
        case .reader(let problem, let offset, _, let text):
            let before = text.utf8.prefix(offset ?? 0)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
            problems.error(
                at: SourcePosition(file: path, line: line, column: column), "this is not YAML: \(problem)",
                mend: "remove the character")
        default:
            problems.error(at: position(nil), "cannot read the file: \(error)", mend: "write it as YAML")
        }
    }

    /// The parser tells where a key stands first; people look for the other one.
    private func secondPosition(of key: String, after first: Mark) -> SourcePosition {
        for (index, line) in lines.enumerated().dropFirst(first.line) {
            let indentation = line.prefix { $0 == " " || $0 == "-" }.count
            let rest = line.dropFirst(indentation)
            if rest.isEmpty || rest.hasPrefix("#") { continue }
            if indentation + 1 < first.column { break }
            let isKey = [key, "\"\(key)\"", "'\(key)'"].contains { written in
                rest.hasPrefix(written) && rest.dropFirst(written.count).drop { $0 == " " }.hasPrefix(":")
            }
            if indentation + 1 == first.column, isKey {
                return SourcePosition(file: path, line: index + 1, column: first.column)
            }
        }
        return position(first)
    }

    private func position(_ mark: Mark?) -> SourcePosition {
        SourcePosition(file: path, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
    }

    private mutating func converted(_ node: Node) -> YAMLNode? {
        values += 1
        if values > Self.valueLimit {
            if values == Self.valueLimit + 1 {
                problems.error(
                    at: position(node.mark), "the file has more than \(Self.valueLimit) values",
                    mend: "use fewer aliases")
            }
            return nil
        }
        switch node {
        case .scalar(let scalar): return converted(scalar)
        case .sequence(let sequence):
            return YAMLNode(.sequence(sequence.compactMap { converted($0) }), at: position(sequence.mark))
        case .mapping(let mapping): return converted(mapping)
        case .alias: return nil  // the parser has followed them
        }
    }

    private func converted(_ scalar: Node.Scalar) -> YAMLNode {
        let start = position(scalar.mark)
        let isPlain = scalar.style == .plain
        if scalar.tag.description.hasSuffix("binary") {
            problems.error(at: start, "a binary value stands here", mend: "write a text")
        }
        if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return YAMLNode(.null, at: start) }
        let content = YAMLNode.Content.scalar(scalar.string, isPlain: isPlain)
        return YAMLNode(content, at: start, textAt: textPosition(of: scalar, from: start))
    }

    /// Where a scalar's own text begins: behind anchors, tags and quotes; of a block, its first line that is not empty.
    private func textPosition(of scalar: Node.Scalar, from start: SourcePosition) -> SourcePosition {
        guard scalar.mark != nil, lines.indices.contains(start.line - 1) else { return start }
        var column = start.column - 1
        var rest = lines[start.line - 1].unicodeScalars.dropFirst(column)
        while let first = rest.first, first == "&" || first == "!" {
            let skipped = rest.prefix { $0 != " " }.count
            let blanks = rest.dropFirst(skipped).prefix { $0 == " " }.count
            rest = rest.dropFirst(skipped + blanks)
            column += skipped + blanks
        }
        switch scalar.style {
        case .literal, .folded:
            let blank: (Substring) -> Bool = { $0.allSatisfy(\.isWhitespace) }
            guard let index = lines.indices.first(where: { $0 >= start.line && !blank(lines[$0]) }) else {
                return start
            }
            let indentation = lines[index].prefix { $0 == " " }.count
            return SourcePosition(file: path, line: index + 1, column: indentation + 1)
        case .singleQuoted, .doubleQuoted:
            return SourcePosition(file: path, line: start.line, column: column + 2)
        default:
            return SourcePosition(file: path, line: start.line, column: column + 1)
        }
    }

    private mutating func converted(_ mapping: Node.Mapping) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var inherited: [YAMLNode.Entry] = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                problems.error(
                    at: position(key.mark), "a key of this mapping is not a text", mend: "write a name before the colon"
                )
                continue
            }
            if name.tag.description.hasSuffix("binary") {
                problems.error(at: position(key.mark), "a binary value stands as a key", mend: "write a name")
            }
            guard let converted = converted(value) else { continue }
            if name.string == "<<", name.style == .plain {
                inherited += mergedEntries(of: converted)
            } else {
                entries.append(.init(key: name.string, keyPosition: position(key.mark), value: converted))
            }
        }
        for entry in inherited where !entries.contains(where: { $0.key == entry.key }) { entries.append(entry) }
        return YAMLNode(.mapping(entries), at: position(mapping.mark))
    }

    /// The entries that `<<: *anchor` or `<<: [*one, *other]` brings in.
    private func mergedEntries(of node: YAMLNode) -> [YAMLNode.Entry] {
        switch node.content {
        case .mapping(let entries): return entries
        case .sequence(let nodes): return nodes.flatMap { mergedEntries(of: $0) }
        case .null, .scalar:
            problems.error(at: node.position, "<< brings in \(node.kind)", mend: "give it the alias of a mapping")
            return []
        }
    }
}

internal import Base
internal import ConfigText
internal import Model

/// What `${VAR}` and `${VAR:default}` in `filebeat.yml` stand for: a variable of the environment, or a setting of Filebeat's
/// own (`${path.config}`).
struct FilebeatVariables {
    let environment: [String: String]
    /// `path.config` and its like.
    let settings: [String: String]

    /// The value with variables put in. What is not set and has no default is told.
    func expanding(_ value: YAMLValue) -> YAMLValue {
        YAMLValue(node: expanding(value.node, value.problems), path: value.path, problems: value.problems)
    }

    /// - Parameter mayBeList: whether the value stands behind a key, where a variable may hold a list.
    private func expanding(_ node: YAMLNode, _ problems: ProblemList, mayBeList: Bool = false) -> YAMLNode {
        switch node.content {
        case .null: return node
        case .sequence(let items):
            return YAMLNode(.sequence(items.map { expanding($0, problems) }), at: node.position)
        case .mapping(let entries):
            return YAMLNode(
                .mapping(
                    entries.map {
                        .init(
                            key: $0.key, keyPosition: $0.keyPosition,
                            value: expanding($0.value, problems, mayBeList: true))
                    }), at: node.position)
        case .scalar(let text, let isPlain):
            guard text.contains("${") else { return node }
            return scalar(text, isPlain, node, problems, mayBeList)
        }
    }

    private func scalar(
        _ text: String, _ isPlain: Bool, _ node: YAMLNode, _ problems: ProblemList, _ mayBeList: Bool
    ) -> YAMLNode {
        var result = ""
        var rest = Substring(text)
        var isVariableAlone = false
        while let start = rest.firstRange(of: "${") {
            if rest[..<start.lowerBound].hasSuffix("$") {
                // `$${VAR}` is written for `${VAR}` itself.
                result += rest[..<start.lowerBound].dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}"),
                let first = rest[start.upperBound...].utf8.first, (first | 32) &- 97 < 26 || first == 95
            else {
                // No name of a variable: `${1}` of a pattern's replacement.
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            result += rest[..<start.lowerBound]
            isVariableAlone = result.isEmpty && rest.index(after: end) == rest.endIndex
            result += value(rest[start.upperBound..<end], node, problems)
            rest = rest[rest.index(after: end)...]
        }
        result += rest
        // A variable alone may hold a list, as Filebeat reads it.
        if isVariableAlone, mayBeList, result.contains(","), !result.contains("{") {
            let items = result.trimming("[]").split(separator: ",").map { item in
                YAMLNode(.scalar(item.trimming(" \"'"), isPlain: true), at: node.position)
            }
            return YAMLNode(.sequence(items), at: node.position)
        }
        return YAMLNode(
            .scalar(result, isPlain: isPlain || isVariableAlone), at: node.position, textAt: node.textPosition)
    }

    private func value(_ inner: Substring, _ node: YAMLNode, _ problems: ProblemList) -> String {
        let name = String(inner.prefix { $0 != ":" })
        var rest = inner.dropFirst(name.count)
        if let known = environment[name] ?? settings[name] { return known }
        guard rest.first == ":" else {
            problems.error(
                at: node.position, "${\(name)} is not set",
                mend: "set it where the server starts, or write ${\(name):DEFAULT}")
            return ""
        }
        rest = rest.dropFirst()
        if rest.first == "?" {
            problems.error(
                at: node.position, "${\(name)} is not set: \(Redaction.urls(in: String(rest.dropFirst())))",
                mend: "set it where the server starts")
            return ""
        }
        return String(rest)
    }
}

extension StringProtocol {
    /// Without these characters at both ends.
    fileprivate func trimming(_ characters: String) -> String {
        var text = Substring(self)
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}

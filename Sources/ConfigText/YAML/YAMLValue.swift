internal import Base
package import Patterns

/// A value while it is read as what the file's format wants: wrong ones are told and give `nil`.
package struct YAMLValue {
    package let node: YAMLNode
    /// The keys that lead here: `scrape_configs[0].static_configs`; empty at the top level.
    package let path: String
    package let problems: ProblemList

    package init(node: YAMLNode, path: String, problems: ProblemList) {
        self.node = node
        self.path = path
        self.problems = problems
    }

    package var position: SourcePosition { node.position }
    package var isNull: Bool { if case .null = node.content { true } else { false } }
    package var isSequence: Bool { if case .sequence = node.content { true } else { false } }
    package var isMapping: Bool { if case .mapping = node.content { true } else { false } }
    package var isScalar: Bool { if case .scalar = node.content { true } else { false } }

    package var shownPath: String { path.isEmpty ? "the top level" : path }

    package func error(_ what: String, mend: String) { problems.error(at: position, what, mend: mend) }

    package func warn(_ what: String, mend: String) { problems.warn(at: position, what, mend: mend) }

    /// Tells that something else is wanted here. The value itself is not shown: it may be a credential.
    package func refuse(wanted: String) {
        error("\(shownPath) must be \(wanted), and is \(node.kind)", mend: "write \(wanted)")
    }

    /// The value as a text: any scalar is one, as in Go's YAML.
    package func text() -> String? {
        if case .scalar(let text, _) = node.content { return text }
        if isNull { return "" }
        refuse(wanted: "a text")
        return nil
    }

    /// The text and where it begins.
    package func located() -> Located<String>? { text().map { Located($0, at: node.textPosition) } }

    package func boolean() -> Bool? {
        if case .scalar(let text, true) = node.content {
            switch text.lowercased() {
            case "true", "yes", "on", "y": return true
            case "false", "no", "off", "n": return false
            default: break
            }
        }
        error("\(shownPath) must be true or false", mend: "write true or false without quotes")
        return nil
    }

    package func integer(atLeast lowest: Int = .min) -> Int? {
        let number: Int? =
            if case .scalar(let text, true) = node.content {
                Int(text) ?? (text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : nil)
            } else {
                nil
            }
        if let number, number >= lowest { return number }
        let range = lowest == .min ? "" : " not below \(lowest)"
        error("\(shownPath) must be a whole number\(range)", mend: "write digits without quotes")
        return nil
    }

    package func number() -> Double? {
        if case .scalar(let text, true) = node.content, let number = Double(text) { return number }
        error("\(shownPath) must be a number", mend: "write digits without quotes")
        return nil
    }

    /// A duration in Prometheus' notation.
    package func duration(above lowest: Duration? = nil) -> Duration? {
        guard let text = text() else { return nil }
        guard let milliseconds = DurationNotation.prometheus(text) else {
            error(
                "\(shownPath) is not a duration: \"\(text)\"",
                mend: "write a number with one of ms s m h d w y, as in 30s or 1h30m")
            return nil
        }
        let duration = Duration.milliseconds(milliseconds)
        if let lowest, duration <= lowest {
            error(
                "\(shownPath) must be longer than \(lowest == .zero ? "0s" : "\(lowest)")",
                mend: "write 15s, for example")
            return nil
        }
        return duration
    }

    /// A pattern of RE2.
    package func pattern(caseSensitive: Bool = true, dotMatchesNewline: Bool = false) -> Pattern? {
        guard let text = text() else { return nil }
        do {
            return try Pattern(text, caseSensitive: caseSensitive, dotMatchesNewline: dotMatchesNewline)
        } catch {
            self.error("\(shownPath) is not a pattern: \(error.reason)", mend: "correct \"\(text)\" (syntax: RE2)")
            return nil
        }
    }

    /// The items of a list, each as `read` takes it; those that it refuses are left out.
    package func list<Item>(_ read: (YAMLValue) -> Item?) -> [Item] {
        guard case .sequence(let nodes) = node.content else {
            if !isNull { refuse(wanted: "a list") }
            return []
        }
        return nodes.enumerated().compactMap { index, item in
            let value = YAMLValue(node: item, path: "\(path)[\(index)]", problems: problems)
            if value.isNull {
                value.error("\(value.path) is empty", mend: "write the entry, or remove the dash")
                return nil
            }
            return read(value)
        }
    }

    /// Texts: a list of them, or where `orOne` one alone.
    package func texts(orOne: Bool = false) -> [Located<String>] {
        if orOne, isScalar { return located().map { [$0] } ?? [] }
        return list { $0.located() }
    }

    /// The entries of a mapping from names to texts.
    package func textMap() -> [(key: Located<String>, value: Located<String>)] {
        entries().compactMap { key, value in value.located().map { (key, $0) } }
    }

    /// The entries of a mapping whose keys are free.
    package func entries() -> [(key: Located<String>, value: YAMLValue)] {
        guard case .mapping(let entries) = node.content else {
            if !isNull { refuse(wanted: "a mapping of names to values") }
            return []
        }
        return entries.map { entry in
            (
                Located(entry.key, at: entry.keyPosition),
                YAMLValue(node: entry.value, path: joined(entry.key), problems: problems)
            )
        }
    }

    /// Reads a mapping by its keys, then tells those that nobody asked for.
    package func mapping<Result>(_ read: (MappingReader) -> Result?) -> Result? {
        guard case .mapping(let entries) = node.content else {
            refuse(wanted: "a mapping")
            return nil
        }
        let reader = MappingReader(self, entries: entries)
        let result = read(reader)
        reader.finish()
        return result
    }

    /// Reads a mapping for its effect. Whether this is one.
    @discardableResult
    package func read(_ body: (MappingReader) -> Void) -> Bool {
        mapping { reader -> Bool? in
            body(reader)
            return true
        } ?? false
    }

    package func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension YAMLValue {
    /// Whether the value is `[]` or `{}`.
    package var isEmptyCollection: Bool {
        switch node.content {
        case .null: true
        case .scalar: false
        case .sequence(let items): items.isEmpty
        case .mapping(let entries): entries.isEmpty
        }
    }
}

import ConfigText
import Patterns

/// Points out what a pipeline says that is right by the letter and wrong in the field.
struct PipelineTraps {
    let usesSchema: Bool
    let problems: ProblemList

    func tell(_ files: [PipelineSyntax]) {
        tellJoinedFiles(files)
        tellLegacyNames(files)
        for section in files.flatMap(\.sections) { tell(section.statements, guarded: []) }
    }

    /// People put one service into each file, and all filters are run over the events of all.
    private func tellJoinedFiles(_ files: [PipelineSyntax]) {
        func sections(_ file: PipelineSyntax, _ kind: PipelineSyntax.Section.Kind) -> [PipelineSyntax.Section] {
            file.sections.filter { $0.kind == kind && !$0.statements.isEmpty }
        }
        let reading = files.filter { !sections($0, .input).isEmpty }
        guard reading.count > 1 else { return }
        for file in reading {
            let open = (sections(file, .filter) + sections(file, .output)).flatMap(\.statements).contains { statement in
                if case .plugin = statement { true } else { false }
            }
            guard open, let first = (sections(file, .filter) + sections(file, .output)).first else { continue }
            problems.warn(
                at: first.position,
                "all files of the folder are one pipeline: this \(first.kind.rawValue) sees the events of every input",
                mend: "put it behind an if on a tag or field of the input, or name several pipelines in pipelines.yml")
        }
    }

    /// - Parameter guarded: fields of which a condition around these statements says that they are there.
    private func tell(_ statements: [PipelineSyntax.Statement], guarded: Set<FieldReference>) {
        for statement in statements {
            switch statement {
            case .plugin(let plugin):
                tellFields(plugin)
                if plugin.name == "grok" { tellGrok(plugin) }
            case .branch(let arms):
                for arm in arms {
                    var inner = guarded
                    if let condition = arm.condition { tell(condition, &inner) }
                    tell(arm.statements, guarded: inner)
                }
            }
        }
    }

    // MARK: Conditions

    /// - Parameter guarded: gets the fields that are there where the condition is true.
    private func tell(_ condition: ConditionSyntax, _ guarded: inout Set<FieldReference>) {
        switch condition {
        case .and(let parts): for part in parts { tell(part, &guarded) }
        case .or(let parts):
            for part in parts {
                var own = guarded
                tell(part, &own)
            }
        case .xor(let left, let right), .nand(let left, let right):
            var (first, second) = (guarded, guarded)
            tell(left, &first)
            tell(right, &second)
        case .not(let inner):
            var ignored = guarded
            tell(inner, &ignored)
        case .compare(let left, let comparison, let right, let position):
            if case .field(let field) = left {
                let isOrdering = comparison != .equal && comparison != .unequal
                if isOrdering, !guarded.contains(field), field.root != .timestamp {
                    problems.warn(
                        at: position,
                        "\(field) may be absent or a text: such an event passes the whole if by, with the tag _conditionfailure",
                        mend:
                            "write \(bracketed(field)) and \(bracketed(field)) \(comparison.rawValue) …, and convert the field to a number before"
                    )
                }
                if comparison == .equal || isOrdering { guarded.insert(field) }
            }
            _ = right
        case .contains(let element, _, _): if case .field(let field) = element { guarded.insert(field) }
        case .matches(let value, _, _), .isTrue(let value, _):
            if case .field(let field) = value { guarded.insert(field) }
        }
    }

    private func bracketed(_ field: FieldReference) -> String {
        field.description.hasPrefix("[") ? field.description : "[\(field.description)]"
    }

    // MARK: Grok

    private static let paddedLevel = try? Pattern(#"\\\[\??%\{LOGLEVEL(:[^}]*)?\}\\\]"#)
    private static let anchored = try? Pattern(#"^(?:\(\?[a-z]+\))?(?:\^|\\A|\(\^|\(\?:\^)"#)
    private func tellGrok(_ plugin: PluginSyntax) {
        var settings = PluginSettings(plugin, usesSchema: usesSchema, ProblemList())
        let overwritten = Set(settings.list("overwrite") ?? [])
        for (field, value) in settings.pairs("match") ?? [] {
            for text in value.texts ?? [] { tellGrok(text, of: field, at: value.position, overwritten) }
        }
    }

    private func tellGrok(_ text: String, of field: String, at position: SourcePosition, _ overwritten: Set<String>) {
        if Self.paddedLevel?.isFound(in: text) == true {
            problems.warn(
                at: position, "a level in brackets is often padded ([INFO ]), and this pattern does not take it then",
                mend: "write \\[%{LOGLEVEL:level}\\s*\\]")
        }
        if Self.anchored?.isFound(in: text) == false {
            problems.warn(
                at: position,
                "the pattern may begin anywhere: lines that it does not take cost many times more, and parts are taken",
                mend: "begin it with ^")
        }
        let own = field.hasPrefix("[") ? field : "[\(field)]"
        if Self.captures(text).contains(where: { $0 == field || $0 == own }), !overwritten.contains(field) {
            problems.warn(
                at: position, "\"\(field)\" is read and captured: it becomes a list of the line and of its part",
                mend: "add overwrite => [\"\(field)\"]")
        }
    }

    /// The fields that a pattern captures under names of its own.
    static func captures(_ text: String) -> [String] {
        guard let pattern = captured else { return [] }
        var names: [String] = []
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while let ranges = pattern.ranges(in: bytes, from: start), let whole = ranges[0], whole.upperBound > start {
                if let name = ranges[1] { names.append(String(decoding: bytes[name], as: UTF8.self)) }
                start = whole.upperBound
            }
        }
        return names
    }

    private static let captured = try? Pattern(#"%\{\w+:([^}:]+)(?::\w+)?\}"#)
}

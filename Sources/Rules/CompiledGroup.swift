internal import Base
internal import ConfigText
internal import GoTemplate
internal import Model
internal import PromQL

/// A rule group whose expressions and templates are read.
struct CompiledGroup: Sendable {
    let config: RuleGroupConfig
    /// Milliseconds.
    let interval: Int64
    let queryOffset: Int64
    let rules: [CompiledRule]

    /// Names the group over reloads.
    var key: String { config.file + ";" + config.name }
}

/// A rule whose expression and templates are read.
struct CompiledRule: Sendable {
    let config: RuleConfig
    let expression: Expression
    /// Labels of an alerting rule, those of the group among them.
    let labels: [(name: String, template: RuleTemplate)]
    let annotations: [(name: String, template: RuleTemplate)]

    var name: String {
        switch config.kind {
        case .record(let name), .alert(let name): name
        }
    }

    var isAlert: Bool {
        if case .alert = config.kind { true } else { false }
    }

    /// Milliseconds.
    var hold: Int64 { config.hold.milliseconds }
    var keepFiringFor: Int64 { config.keepFiringFor.milliseconds }

    /// Whether its state may be taken over from a rule of the former configuration.
    func isSame(as other: CompiledRule) -> Bool {
        config.kind == other.config.kind && config.expr.value == other.config.expr.value
            && config.hold == other.config.hold
            && config.labels.mapValues(\.value) == other.config.labels.mapValues(\.value)
    }
}

/// Reads the expressions and templates of rule files.
enum RuleCompiler {
    /// - Throws: ``ConfigRefused`` with every error, each at its place in the file.
    static func compile(_ files: [RuleFile], interval: Duration, queryOffset: Duration, features: Set<PromQLFeature>)
        throws(ConfigRefused)
        -> [CompiledGroup]
    {
        var problems: [ConfigProblem] = []
        let groups = files.flatMap(\.groups).map { group in
            CompiledGroup(
                config: group, interval: max(1, (group.interval ?? interval).milliseconds),
                queryOffset: (group.queryOffset == .zero ? queryOffset : group.queryOffset).milliseconds,
                rules: group.rules.compactMap { compile($0, in: group, features, &problems) })
        }
        if !problems.isEmpty { throw ConfigRefused(problems: problems) }
        return groups
    }

    private static func compile(
        _ rule: RuleConfig, in group: RuleGroupConfig, _ features: Set<PromQLFeature>, _ problems: inout [ConfigProblem]
    ) -> CompiledRule? {
        let before = problems.count
        var expression: Expression?
        do {
            expression = try PromQLParser.parse(rule.expr.value, features: features)
            if let type = expression?.type, type != .scalar, type != .vector {
                problems.append(
                    ConfigProblem(
                        .error, at: rule.expr.position,
                        "the expression gives a \(type.rawValue), and a rule needs a vector",
                        mend: "put a function like rate() or last_over_time() around it"))
            }
        } catch {
            problems.append(
                ConfigProblem(
                    .error, at: place(of: error.range.lowerBound, in: rule.expr),
                    "cannot parse the expression: \(error.message)",
                    mend: "try it with: watchpost query"))
        }
        var labels = group.labels.mapValues { Located($0, at: rule.expr.position) }
        labels.merge(rule.labels) { $1 }
        // Of recording rules labels are no templates.
        var isAlert = false
        if case .alert = rule.kind { isAlert = true }
        let readLabels = isAlert ? templates(labels, &problems) : []
        let annotations = templates(rule.annotations, &problems)
        guard let expression, problems.count == before else { return nil }
        return CompiledRule(config: rule, expression: expression, labels: readLabels, annotations: annotations)
    }

    private static func templates(
        _ texts: [String: Located<String>], _ problems: inout [ConfigProblem]
    ) -> [(name: String, template: RuleTemplate)] {
        texts.sorted { $0.key < $1.key }.compactMap { name, text in
            do {
                return (name, try RuleTemplate(text.value, name: name))
            } catch {
                problems.append(
                    ConfigProblem(
                        .error, at: text.position, "cannot read the template of \(name): \(error)",
                        mend: "write {{ $labels.name }} or {{ $value }}; functions are those of Prometheus"))
                return nil
            }
        }
    }

    /// The place of an error within an expression. One that goes over several lines is only pointed at.
    private static func place(of offset: Int, in expression: Located<String>) -> SourcePosition {
        let start = expression.position
        guard !expression.value.contains("\n") else { return start }
        let characters = String(decoding: expression.value.utf8.prefix(max(0, offset)), as: UTF8.self).count
        return SourcePosition(file: start.file, line: start.line, column: start.column + characters)
    }
}

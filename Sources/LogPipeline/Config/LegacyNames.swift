import ConfigText

/// Fields as the legacy patterns of grok call them, and as those of the Elastic Common Schema do.
enum LegacyNames {
    private static let web = [
        "clientip": "[source][address]", "ident": "[apache][access][user][identity]", "auth": "[user][name]",
        "verb": "[http][request][method]", "request": "[url][original]", "httpversion": "[http][version]",
        "response": "[http][response][status_code]", "bytes": "[http][response][body][bytes]",
        "referrer": "[http][request][referrer]", "agent": "[user_agent][original]",
    ]
    private static let syslog = [
        "logsource": "[host][hostname]", "program": "[process][name]", "pid": "[process][pid]",
        "priority": "[log][syslog][priority]", "facility": "[log][syslog][facility][code]",
    ]
    private static let syslog5424 = [
        "syslog5424_pri": "[log][syslog][priority]", "syslog5424_ver": "[system][syslog][version]",
        "syslog5424_ts": "timestamp", "syslog5424_host": "[host][hostname]", "syslog5424_app": "[process][name]",
        "syslog5424_proc": "[process][pid]", "syslog5424_msgid": "[event][code]",
        "syslog5424_sd": "[system][syslog][structured_data]", "syslog5424_msg": "message",
    ]

    /// Patterns that people use whole, and what became of the names of their fields.
    private static let patterns: [String: [String: String]] = [
        "COMBINEDAPACHELOG": web, "COMMONAPACHELOG": web, "HTTPD_COMBINEDLOG": web, "HTTPD_COMMONLOG": web,
        "SYSLOGLINE": syslog, "SYSLOGBASE": syslog, "SYSLOGBASE2": syslog, "SYSLOG5424LINE": syslog5424,
        "SYSLOG5424BASE": syslog5424,
    ]

    /// Names of the schema by legacy ones, of those patterns that stand in a text.
    static func inPattern(_ text: String) -> [String: String] {
        var names: [String: String] = [:]
        for (pattern, fields) in patterns where text.contains("%{\(pattern)}") { names.merge(fields) { one, _ in one } }
        return names
    }
}

extension PipelineTraps {
    /// Under the schema's names a pattern that is used whole fills other fields than older files read.
    func tellLegacyNames(_ files: [PipelineSyntax]) {
        var names: [String: String] = [:]
        let plugins = files.flatMap(\.sections).filter { $0.kind == .filter }.flatMap {
            Self.plugins(in: $0.statements)
        }
        for plugin in plugins where plugin.name == "grok" {
            var settings = PluginSettings(plugin, usesSchema: usesSchema, ProblemList())
            guard settings.schema() else { continue }
            for (_, value) in settings.pairs("match") ?? [] {
                for text in value.texts ?? [] { names.merge(LegacyNames.inPattern(text)) { one, _ in one } }
            }
        }
        if names.isEmpty { return }
        // What a file makes itself may be called as it likes.
        for plugin in plugins {
            for setting in Self.texts(of: plugin) where setting.kind == .written {
                names[Self.plainName(setting.text)] = nil
            }
            var settings = PluginSettings(plugin, usesSchema: usesSchema, ProblemList())
            for text in (settings.pairs("match") ?? []).flatMap({ $0.value.texts ?? [] }) {
                for capture in Self.captures(text) { names[Self.plainName(capture)] = nil }
            }
        }
        for section in files.flatMap(\.sections) where section.kind != .input {
            tellLegacyNames(section.statements, names)
        }
    }

    private func tellLegacyNames(_ statements: [PipelineSyntax.Statement], _ names: [String: String]) {
        func tell(_ name: String, at position: SourcePosition) {
            guard let schema = names[name] else { return }
            problems.warn(
                at: position, "\"\(name)\" is a name of the legacy patterns; here grok fills \(schema)",
                mend: "write \(schema), or ecs_compatibility => disabled at the grok")
        }
        for statement in statements {
            switch statement {
            case .plugin(let plugin):
                for setting in Self.texts(of: plugin) {
                    if setting.kind != .value { tell(Self.plainName(setting.text), at: setting.position) }
                    for name in names.keys.sorted()
                    where setting.text.contains("%{\(name)}") || setting.text.contains("%{[\(name)]}") {
                        tell(name, at: setting.position)
                    }
                }
            case .branch(let arms):
                for arm in arms {
                    for (field, position) in arm.condition.map(Self.fields) ?? [] {
                        tell(Self.plainName(field.description), at: position)
                    }
                    tellLegacyNames(arm.statements, names)
                }
            }
        }
    }

    private static func plainName(_ text: String) -> String {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return text }
        let inner = text.dropFirst().dropLast()
        return inner.contains("[") ? text : String(inner)
    }

    static func plugins(in statements: [PipelineSyntax.Statement]) -> [PluginSyntax] {
        statements.flatMap { statement in
            switch statement {
            case .plugin(let plugin): [plugin]
            case .branch(let arms): arms.flatMap { plugins(in: $0.statements) }
            }
        }
    }

    /// The fields that a condition asks for.
    private static func fields(_ condition: ConditionSyntax) -> [(FieldReference, SourcePosition)] {
        func field(_ operand: OperandSyntax, _ position: SourcePosition) -> [(FieldReference, SourcePosition)] {
            if case .field(let field) = operand { [(field, position)] } else { [] }
        }
        switch condition {
        case .and(let parts), .or(let parts): return parts.flatMap(fields)
        case .xor(let left, let right), .nand(let left, let right): return fields(left) + fields(right)
        case .not(let inner): return fields(inner)
        case .compare(let left, _, let right, let position): return field(left, position) + field(right, position)
        case .contains(let element, let list, let position): return field(element, position) + field(list, position)
        case .matches(let value, _, let position), .isTrue(let value, let position): return field(value, position)
        }
    }
}

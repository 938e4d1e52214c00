import ConfigText
import LogDocuments

/// Reads the settings of a plugin one by one; what nobody asked for is told in the end.
struct PluginSettings {
    let plugin: PluginSyntax
    let problems: ProblemList
    /// Whether names of the Elastic Common Schema are meant where the plugin does not say.
    let usesSchema: Bool
    private var known: Set<String> = []
    private let byName: [String: PluginSyntax.Setting]

    init(_ plugin: PluginSyntax, usesSchema: Bool, _ problems: ProblemList) {
        self.plugin = plugin
        self.problems = problems
        self.usesSchema = usesSchema
        var byName: [String: PluginSyntax.Setting] = [:]
        for setting in plugin.settings {
            if let first = byName[setting.name] {
                // Logstash joins lists and hashes that are written twice.
                byName[setting.name] = Self.joined(first, setting)
            } else {
                byName[setting.name] = setting
            }
        }
        self.byName = byName
    }

    private static func joined(_ first: PluginSyntax.Setting, _ second: PluginSyntax.Setting) -> PluginSyntax.Setting {
        let content: SettingValue.Content
        switch (first.value.content, second.value.content) {
        case (.array(let left), .array(let right)): content = .array(left + right)
        case (.hash(let left), .hash(let right)): content = .hash(left + right)
        case (.array(let left), _): content = .array(left + [second.value])
        case (_, .array(let right)): content = .array([first.value] + right)
        default: return second
        }
        return .init(
            name: first.name, position: first.position,
            value: SettingValue(content: content, position: first.value.position))
    }

    var position: SourcePosition { plugin.position }

    /// The setting as it stands there.
    mutating func raw(_ name: String) -> PluginSyntax.Setting? {
        known.insert(name)
        return byName[name]
    }

    /// Settings that are read and change nothing here.
    mutating func ignore(_ names: String...) { known.formUnion(names) }

    mutating func has(_ name: String) -> Bool { raw(name) != nil }

    func isSet(_ name: String) -> Bool { byName[name] != nil }

    private func wrong(_ setting: PluginSyntax.Setting, _ wanted: String) {
        problems.error(
            at: setting.value.position, "\"\(setting.name)\" of \(plugin.name) is not \(wanted)",
            mend: "write \(wanted)")
    }

    mutating func string(_ name: String) -> String? {
        guard let setting = raw(name) else { return nil }
        guard let text = setting.value.text else {
            if case .array(let values) = setting.value.content, values.count == 1, let text = values[0].text {
                return text
            }
            wrong(setting, "a text")
            return nil
        }
        return text
    }

    mutating func required(_ name: String) -> String {
        if let text = string(name) { return text }
        if byName[name] == nil {
            problems.error(at: position, "\(plugin.name) has no \"\(name)\"", mend: "add \(name) => …")
        }
        return ""
    }

    mutating func flag(_ name: String, _ standard: Bool) -> Bool {
        guard let setting = raw(name) else { return standard }
        switch setting.value.text {
        case "true": return true
        case "false": return false
        default:
            wrong(setting, "true or false")
            return standard
        }
    }

    mutating func number(_ name: String) -> Double? {
        guard let setting = raw(name) else { return nil }
        guard let text = setting.value.text, let number = Double(text) else {
            wrong(setting, "a number")
            return nil
        }
        return number
    }

    /// A span that is written in seconds, in milliseconds.
    mutating func seconds(_ name: String) -> Int64? {
        guard let setting = raw(name) else { return nil }
        let most = 1_000_000_000.0
        guard let text = setting.value.text, let number = Double(text), number.magnitude <= most else {
            wrong(setting, "a number of seconds up to \(Int(most))")
            return nil
        }
        return Int64(number * 1_000)
    }

    mutating func whole(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let setting = raw(name) else { return nil }
        guard let text = setting.value.text, let number = Int(text), range.contains(number) else {
            wrong(setting, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// One of `choices`.
    mutating func choice(_ name: String, _ choices: [String], _ standard: String) -> String {
        guard let setting = raw(name) else { return standard }
        guard let text = setting.value.text, choices.contains(text) else {
            wrong(setting, choices.joined(separator: " or "))
            return standard
        }
        return text
    }

    /// A list of texts; a single text is a list of one.
    mutating func list(_ name: String) -> [String]? {
        guard let setting = raw(name) else { return nil }
        guard let texts = setting.value.texts else {
            wrong(setting, "a list of texts")
            return nil
        }
        return texts
    }

    /// Pairs of a hash, or of a list whose elements stand for a name and a value in turns.
    mutating func pairs(_ name: String) -> [(name: String, value: SettingValue)]? {
        guard let setting = raw(name) else { return nil }
        switch setting.value.content {
        case .hash(let entries):
            return entries.compactMap { entry in entry.key.text.map { ($0, entry.value) } }
        case .array(let values):
            // A list may hold hashes too.
            var pairs: [(String, SettingValue)] = []
            var index = 0
            while index < values.count {
                if case .hash(let entries) = values[index].content {
                    pairs += entries.compactMap { entry in entry.key.text.map { ($0, entry.value) } }
                    index += 1
                } else if index + 1 < values.count, let key = values[index].text {
                    pairs.append((key, values[index + 1]))
                    index += 2
                } else {
                    wrong(setting, "a hash, or a list of pairs")
                    return nil
                }
            }
            return pairs
        default:
            wrong(setting, "a hash, { \"NAME\" => \"VALUE\" }")
            return nil
        }
    }

    /// Pairs of texts.
    mutating func textPairs(_ name: String) -> [(name: String, value: String)]? {
        guard let pairs = pairs(name) else { return nil }
        return pairs.compactMap { pair in
            guard let text = pair.value.text else {
                problems.error(
                    at: pair.value.position, "\"\(pair.name)\" in \(name) of \(plugin.name) is not a text",
                    mend: "write a text in quotes")
                return nil
            }
            return (pair.name, text)
        }
    }

    /// Whether the plugin gives its fields the names of the Elastic Common Schema.
    mutating func schema() -> Bool {
        guard let setting = raw("ecs_compatibility") else { return usesSchema }
        switch setting.value.text {
        case "disabled": return false
        case "v1", "v8": return true
        default:
            wrong(setting, "disabled, v1 or v8")
            return usesSchema
        }
    }

    /// Tells of settings that nobody asked for.
    func finish() {
        for setting in plugin.settings where !known.contains(setting.name) {
            let nearest = NearestName.of(setting.name, among: known)
            problems.error(
                at: setting.position, "\(plugin.name) has no setting \"\(setting.name.prefix(60))\"",
                mend: nearest.map { "write \($0)" } ?? "remove it")
        }
    }
}

extension SettingValue {
    /// The text of a text, a number or a word.
    package var text: String? {
        switch content {
        case .string(let text), .number(let text), .bareword(let text): text
        case .array, .hash, .plugin: nil
        }
    }

    /// The texts of a list, or of a text alone.
    package var texts: [String]? {
        if let text { return [text] }
        guard case .array(let values) = content else { return nil }
        let texts = values.compactMap(\.text)
        return texts.count == values.count ? texts : nil
    }

    /// The value as a field may hold it, with texts whose fields are put in later. Numbers are such texts too, as in Logstash.
    var interpolated: InterpolatedValue {
        switch content {
        case .string(let text), .bareword(let text), .number(let text): .text(Interpolation(text))
        case .array(let values): .array(values.map(\.interpolated))
        case .hash(let entries): .object(entries.map { ($0.key.text ?? "", $0.value.interpolated) })
        case .plugin(let plugin): .text(Interpolation(plugin.name))
        }
    }
}

/// A value with fields of the event in its texts.
indirect enum InterpolatedValue: Sendable {
    case text(Interpolation)
    case array([InterpolatedValue])
    case object([(name: String, value: InterpolatedValue)])

    func value(_ event: borrowing PipelineEvent) -> DocumentValue {
        switch self {
        case .text(let text): return .string(text.text(for: event))
        case .array(let values):
            var result: [DocumentValue] = []
            for value in values { result.append(value.value(event)) }
            return .array(result)
        case .object(let members):
            var object = Document()
            for (name, value) in members { object[name] = value.value(event) }
            return .object(object)
        }
    }
}

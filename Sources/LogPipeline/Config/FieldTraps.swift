import ConfigText
import Patterns

extension PipelineTraps {
    /// Settings that name fields: as texts, as the names of pairs, and as their values.
    private static let single: Set<String> = [
        "source", "target", "field", "remove_field", "uppercase", "lowercase", "capitalize", "strip", "iterate_on",
    ]
    private static let pairs: Set<String> = [
        "add_field", "replace", "update", "coerce", "convert", "split", "join", "rename", "copy", "merge",
    ]
    private static let valuesToo: Set<String> = ["rename", "copy", "merge"]
    /// What is written there is a field from then on.
    private static let written: Set<String> = ["add_field", "replace", "update", "target"]

    /// A text in the settings of a plugin.
    struct SettingText {
        enum Kind {
            /// The name of a field that is read.
            case field
            /// The name of a field that is there from then on.
            case written
            /// A value, in which fields may be put.
            case value
        }

        let text: String
        let position: SourcePosition
        let kind: Kind
    }

    /// The names of fields in the settings of a plugin, and the values in which fields are put.
    static func texts(of plugin: PluginSyntax) -> [SettingText] {
        var texts: [SettingText] = []
        var settings = PluginSettings(plugin, usesSchema: true, ProblemList())
        for setting in plugin.settings {
            let name = setting.name
            let kind: SettingText.Kind = written.contains(name) ? .written : .field
            if single.contains(name) {
                for text in setting.value.texts ?? [] {
                    texts.append(.init(text: text, position: setting.value.position, kind: kind))
                }
            }
            guard pairs.contains(name), plugin.name == "mutate" || name == "add_field" else { continue }
            for (key, value) in settings.pairs(name) ?? [] {
                texts.append(.init(text: key, position: setting.position, kind: kind))
                for text in value.texts ?? [] {
                    let kind: SettingText.Kind = valuesToo.contains(name) ? .written : .value
                    texts.append(.init(text: text, position: value.position, kind: kind))
                }
            }
        }
        return texts
    }

    private static let interpolated = try? Pattern(#"%\{[^}]*\}"#)
    private static let nested = try? Pattern(#"^(?:\[[^\[\]]+\])+$"#)

    /// Brackets that are not balanced, or stand beside letters, are part of a name and lead nowhere.
    func tellFields(_ plugin: PluginSyntax) {
        for setting in Self.texts(of: plugin) where setting.kind != .value {
            let text = setting.text
            guard text.contains("[") || text.contains("]"), Self.interpolated?.isFound(in: text) != true,
                Self.nested?.isFound(in: text) == false
            else { continue }
            problems.warn(
                at: setting.position, "\"\(text.prefix(60))\" is no field, though it has brackets",
                mend: "write each name in brackets of its own, [outer][inner]")
        }
    }
}

internal import Base
internal import ConfigText
internal import Patterns

/// Reads `relabel_configs` and its kin, refusing what Prometheus refuses.
enum RelabelReader {
    private static let defaultReplacement = "$1"

    static func rules(_ key: String, in reader: MappingReader) -> [RelabelRule] {
        reader.mappings(key, rule)
    }

    private static func rule(_ reader: MappingReader) -> RelabelRule? {
        let sources = reader.texts("source_labels")
        let separator = reader.text("separator")
        let target = reader.text("target_label")
        let replacement = reader.valueOrNull("replacement")?.text()
        let modulus = reader.integer("modulus", atLeast: 0)
        let regex: Pattern?
        if let value = reader.value("regex") {
            guard let pattern = value.pattern(dotMatchesNewline: true) else { return nil }
            regex = pattern
        } else {
            regex = nil
        }
        guard let action = action(reader), let everything = try? Pattern("(.*)", dotMatchesNewline: true) else {
            return nil
        }
        let rule = RelabelRule(
            action: action, sourceLabels: sources.map(\.value), separator: separator ?? ";",
            regex: regex ?? everything, modulus: UInt64(modulus ?? 0), targetLabel: target ?? "",
            replacement: replacement ?? defaultReplacement)
        check(
            rule, in: reader,
            given: (reader.has("source_labels"), separator, target, replacement, modulus, regex != nil))
        return rule
    }

    private static func action(_ reader: MappingReader) -> RelabelRule.Action? {
        guard let value = reader.value("action") else { return .replace }
        guard let text = value.text() else { return nil }
        if let action = RelabelRule.Action(rawValue: text.lowercased()) { return action }
        let names = RelabelRule.Action.allCases.map(\.rawValue)
        let nearest = NearestName.of(text, among: names)
        value.error(
            "unknown relabel action \"\(text)\"",
            mend: nearest.map { "did you mean \($0)?" } ?? "write one of \(names.joined(separator: ", "))")
        return nil
    }

    private typealias Given = (
        sources: Bool, separator: String?, target: String?, replacement: String?, modulus: Int?, regex: Bool
    )

    private static func check(_ rule: RelabelRule, in reader: MappingReader, given: Given) {
        let name = rule.action.rawValue
        let replaced = given.replacement.map { $0 != defaultReplacement } ?? false
        let separated = given.separator.map { $0 != ";" } ?? false
        let hashed = given.modulus.map { $0 != 0 } ?? false
        switch rule.action {
        case .replace, .hashmod, .lowercase, .uppercase, .keepequal, .dropequal:
            if rule.targetLabel.isEmpty {
                reader.error("the action \(name) has no target_label", mend: "write target_label")
            }
        case .keep, .drop, .labelmap, .labeldrop, .labelkeep: break
        }
        switch rule.action {
        case .hashmod where rule.modulus == 0:
            reader.error("the action hashmod has no modulus", mend: "write modulus, a number above 0")
        case .lowercase, .uppercase:
            if replaced { reader.error("the action \(name) takes no replacement", mend: "remove replacement") }
        case .keepequal, .dropequal:
            if replaced || separated || hashed || given.regex {
                reader.error(
                    "the action \(name) takes source_labels and target_label alone", mend: "remove the other keys")
            }
        case .labeldrop, .labelkeep:
            if replaced || separated || hashed || given.sources || given.target != nil {
                reader.error("the action \(name) takes regex alone", mend: "remove the other keys")
            }
        case .labelmap where rule.replacement.isEmpty:
            reader.error("the action labelmap has an empty replacement", mend: "write replacement: $1")
        default: break
        }
    }
}

internal import Base
internal import Digests
package import Model
internal import Patterns

/// Carries out `relabel_configs` and its kin, step by step, as Prometheus does.
package struct Relabeller: Sendable {
    private struct Step: Sendable {
        let rule: RelabelRule
        let target: ReplacementTemplate
        let replacement: ReplacementTemplate
    }

    private let steps: [Step]

    package init(_ rules: [RelabelRule]) {
        steps = rules.map {
            Step(
                rule: $0, target: ReplacementTemplate($0.targetLabel), replacement: ReplacementTemplate($0.replacement))
        }
    }

    package var isEmpty: Bool { steps.isEmpty }

    /// The labels after all steps, or `nil` where a step drops them.
    package func relabelled(_ labels: Labels) -> Labels? {
        var builder = LabelsBuilder(labels)
        return apply(to: &builder) ? builder.build() : nil
    }

    /// Carries out all steps on `labels`. Whether they are kept.
    package func apply(to labels: inout LabelsBuilder) -> Bool {
        steps.allSatisfy { apply($0, to: &labels) }
    }

    private func apply(_ step: Step, to labels: inout LabelsBuilder) -> Bool {
        let rule = step.rule
        let source = rule.sourceLabels.map { labels[$0] }.joined(separator: rule.separator)
        switch rule.action {
        case .keep: return rule.regex.matchesWhole(source)
        case .drop: return !rule.regex.matchesWhole(source)
        case .keepequal: return labels[rule.targetLabel] == source
        case .dropequal: return labels[rule.targetLabel] != source
        case .replace: replace(step, source, in: &labels)
        case .lowercase: labels.set(rule.targetLabel, source.lowercased())
        case .uppercase: labels.set(rule.targetLabel, source.uppercased())
        case .hashmod: labels.set(rule.targetLabel, String(Self.hash(source) % max(1, rule.modulus)))
        case .labelmap:
            for label in sorted(labels) {
                guard let captures = rule.regex.captures(in: label.name, whole: true) else { continue }
                let name = step.replacement.expanded(captures, rule.regex)
                if !name.isEmpty { labels.set(name, label.value) }
            }
        case .labeldrop:
            for label in labels.current where rule.regex.matchesWhole(label.name) { labels.remove(label.name) }
        case .labelkeep:
            for label in labels.current where !rule.regex.matchesWhole(label.name) { labels.remove(label.name) }
        }
        return true
    }

    private func replace(_ step: Step, _ source: String, in labels: inout LabelsBuilder) {
        guard let captures = step.rule.regex.captures(in: source, whole: true) else { return }
        let target = step.target.expanded(captures, step.rule.regex)
        guard !target.isEmpty else { return }
        labels.set(target, step.replacement.expanded(captures, step.rule.regex))
    }

    /// Where two labels are mapped to one name the later one counts, so the order must be settled.
    private func sorted(_ labels: LabelsBuilder) -> [Label] {
        labels.current.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The last eight bytes of the text's MD5 digest, as a big-endian number.
    private static func hash(_ text: String) -> UInt64 {
        Digest.md5(Array(text.utf8)).suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

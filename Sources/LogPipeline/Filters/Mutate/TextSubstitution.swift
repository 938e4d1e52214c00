import ConfigText
import Grok
import LogDocuments

/// One triple of `gsub`: a field, a pattern, and what is put in its place.
struct TextSubstitution: Sendable {
    private let field: FieldName
    /// `nil` where fields of the event stand in the pattern, which is then made for each.
    private let pattern: RubyPattern?
    private let written: Interpolation
    private let replacement: Interpolation
    /// Where no field of the event stands in it.
    private let fixedReplacement: RubyReplacement?

    static func read(_ settings: inout PluginSettings) -> [TextSubstitution]? {
        guard let texts = settings.list("gsub") else { return nil }
        let position = settings.raw("gsub")?.value.position ?? settings.position
        guard texts.count % 3 == 0 else {
            settings.problems.error(
                at: position, "gsub has \(texts.count) texts",
                mend: "write a field, a pattern and a replacement, each time three")
            return nil
        }
        return stride(from: 0, to: texts.count, by: 3).compactMap { index in
            do throws(RubyPatternError) {
                return try TextSubstitution(texts[index], texts[index + 1], texts[index + 2])
            } catch {
                settings.problems.error(
                    at: position, "the pattern \"\(texts[index + 1])\" cannot be read: \(error)", mend: "correct it")
                return nil
            }
        }
    }

    private init(_ field: String, _ pattern: String, _ replacement: String) throws(RubyPatternError) {
        self.field = FieldName(field)
        written = Interpolation(pattern)
        let fixed = written.constant == nil ? nil : try RubyPattern(pattern)
        self.pattern = fixed
        self.replacement = Interpolation(replacement)
        if let fixed, let constant = self.replacement.constant {
            fixedReplacement = RubyReplacement(constant, for: fixed)
        } else {
            fixedReplacement = nil
        }
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) {
        let field = field.reference(event)
        guard let value = event[field], let pattern = pattern ?? (try? RubyPattern(written.text(for: event))) else {
            return
        }
        let replacement = fixedReplacement ?? RubyReplacement(replacement.text(for: event), for: pattern)
        switch value {
        case .string(let text):
            if let changed = pattern.replacingAll(in: text, with: replacement, run.scratch) {
                event[field] = .string(changed)
            }
        case .array(var values):
            for index in values.indices {
                guard case .string(let text) = values[index],
                    let changed = pattern.replacingAll(in: text, with: replacement, run.scratch)
                else { continue }
                values[index] = .string(changed)
            }
            event[field] = .array(values)
        default: return
        }
    }
}

extension RubyPattern {
    /// The text with all that the pattern takes replaced; `nil` where nothing is.
    func replacingAll(in text: String, with replacement: RubyReplacement, _ scratch: MatchScratch) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            guard case .replaced(let changed) = replacingAll(in: bytes, with: replacement, scratch) else { return nil }
            return String(decoding: changed, as: UTF8.self)
        }
    }
}

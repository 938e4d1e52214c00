import Base
import Foundation
import Model
internal import Patterns

/// Does to an event what the processors of `filebeat.yml` say.
enum EventProcessor {
    /// Whether the event is kept; it is changed in place.
    static func keeps(_ draft: inout EventDraft, _ processors: [FilebeatProcessor]) -> Bool {
        for processor in processors {
            let fits = processor.condition.map { $0.fits(draft) } ?? true
            if case .branch(let then, let otherwise) = processor.action {
                guard keeps(&draft, fits ? then : otherwise) else { return false }
            } else if fits, !apply(processor.action, to: &draft) {
                return false
            }
        }
        return true
    }

    private static func apply(_ action: FilebeatProcessor.Action, to draft: inout EventDraft) -> Bool {
        switch action {
        case .dropEvent: return false
        case .dropFields(let names): draft.keep { field in !names.contains { $0.has(field) } }
        case .includeFields(let names): draft.keep { field in names.contains { $0.has(field) } }
        case .truncateFields(let names, let length):
            for name in names { change(name, of: &draft) { truncated($0, length) } }
        case .replace(let replacements):
            for item in replacements { change(item.field, of: &draft) { replaced($0, item) } }
        case .addTags(let field, let tags):
            var present: [LogValue] = []
            switch draft.event.fields[field] {
            case .array(let values): present = values
            case .string(let text): present = [.string(text)]
            default: break
            }
            draft.event.fields[field] = .array(present + tags.map(LogValue.string))
        case .addFields(let fields):
            for (name, value) in fields { draft.event.fields[name] = .string(value) }
        case .rename(let pairs, let tolerance): move(pairs, tolerance, keepsSource: false, in: &draft)
        case .copyFields(let pairs, let tolerance): move(pairs, tolerance, keepsSource: true, in: &draft)
        case .decode(let kind, let pairs, let tolerance): decode(kind, pairs, tolerance, in: &draft)
        case .decodeJSON(let settings): JSONDecoding.apply(settings, to: &draft)
        case .dissect(let settings): settings.apply(to: &draft)
        case .convert(let conversions, let settings): ValueConversion.apply(conversions, settings, to: &draft)
        case .timestamp(let settings): settings.apply(to: &draft)
        case .extractArray(let settings): extract(settings, in: &draft)
        case .syslog(let settings): settings.apply(to: &draft)
        case .branch: break
        }
        return true
    }

    private static func change(_ name: String, of draft: inout EventDraft, _ body: (String) -> String) {
        switch draft.event.fields[name] {
        case .string(let text): draft.event.fields[name] = .string(body(text))
        case .array(let values):
            draft.event.fields[name] = .array(
                values.map { value in if case .string(let text) = value { .string(body(text)) } else { value } })
        default: break
        }
    }

    // MARK: Names

    private static func move(
        _ pairs: [FilebeatProcessor.Pair], _ tolerance: FilebeatProcessor.Tolerance, keepsSource: Bool,
        in draft: inout EventDraft
    ) {
        let before = draft
        for pair in pairs {
            let subtree = draft.subtree(pair.from)
            let failure: String?
            if subtree.isEmpty {
                failure = tolerance.ignoresMissing ? nil : "the field \(pair.from) is not there"
            } else if draft.has(pair.to) {
                failure = "the field \(pair.to) is there already"
            } else {
                failure = nil
                if !keepsSource { draft.remove(pair.from) }
                draft.put(subtree, at: pair.to)
            }
            if let failure, tolerance.failsOnError {
                draft = before
                return draft.fail("Failed to \(keepsSource ? "copy" : "rename") fields in processor: \(failure)")
            }
        }
    }

    // MARK: Texts in texts

    private static func decode(
        _ kind: FilebeatProcessor.TextCoding, _ pairs: [FilebeatProcessor.Pair],
        _ tolerance: FilebeatProcessor.Tolerance, in draft: inout EventDraft
    ) {
        let before = draft
        for pair in pairs {
            var failure: String?
            switch draft.event.fields[pair.from] {
            case .string(let text)?:
                if let value = decoded(text, kind) {
                    if kind.isList, pair.from != pair.to, draft.has(pair.to), !kind.overwrites {
                        failure = "the field \(pair.to) is there already"
                    } else {
                        draft.event.fields[pair.to] = value
                    }
                } else {
                    failure = "the field \(pair.from) cannot be decoded"
                }
            case nil: failure = tolerance.ignoresMissing ? nil : "the field \(pair.from) is not there"
            default: failure = "the field \(pair.from) is not a text"
            }
            if let failure, tolerance.failsOnError {
                draft = before
                return draft.fail("Failed to decode fields in processor: \(failure)")
            }
        }
    }

    private static func decoded(_ text: String, _ kind: FilebeatProcessor.TextCoding) -> LogValue? {
        switch kind {
        case .url: return text.replacing("+", with: " ").removingPercentEncoding.map(LogValue.string)
        case .base64:
            let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            return Data(base64Encoded: padded).map { .string(String(decoding: $0, as: UTF8.self)) }
        case .csv(let separator, let trims, _):
            return .array(CommaSeparated.values(text, separator: separator, trimsLeading: trims).map(LogValue.string))
        }
    }

    private static func extract(_ settings: FilebeatProcessor.ArrayExtraction, in draft: inout EventDraft) {
        let before = draft
        guard case .array(let values)? = draft.event.fields[settings.field] else {
            if draft.event.fields[settings.field] == nil, settings.tolerance.ignoresMissing { return }
            if settings.tolerance.failsOnError { draft.fail("could not fetch the array \(settings.field)") }
            return
        }
        for (target, index) in settings.mappings {
            guard values.indices.contains(index) else {
                if settings.tolerance.failsOnError {
                    draft = before
                    return draft.fail("the array \(settings.field) has no index \(index)")
                }
                continue
            }
            if settings.omitsEmpty, values[index] == .string("") || values[index] == .null { continue }
            if draft.has(target), !settings.overwrites {
                if settings.tolerance.failsOnError {
                    draft = before
                    return draft.fail("the field \(target) is there already")
                }
                continue
            }
            draft.event.fields[target] = values[index]
        }
    }

    private static func truncated(_ text: String, _ length: FilebeatProcessor.Length) -> String {
        switch length {
        case .characters(let count): return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
        case .bytes(let count):
            // Whole characters only.
            var end = text.utf8.index(text.startIndex, offsetBy: count, limitedBy: text.endIndex) ?? text.endIndex
            while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
            return String(text[..<end])
        }
    }

    private static func replaced(_ text: String, _ item: FilebeatProcessor.Replacement) -> String {
        let template = ReplacementTemplate(item.replacement)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        bytes.withUnsafeBufferPointer { buffer in
            var position = 0
            var next = 0
            while next <= buffer.count, let ranges = item.pattern.ranges(in: buffer, from: next), let match = ranges[0]
            {
                result += buffer[position..<match.lowerBound]
                let captures = ranges.map { $0.map { String(decoding: buffer[$0], as: UTF8.self) } }
                result += template.expanded(captures, item.pattern).utf8
                position = match.upperBound
                next = match.isEmpty ? match.upperBound + 1 : match.upperBound
            }
            result += buffer[min(position, buffer.count)...]
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension FilebeatProcessor.FieldName {
    /// Whether a field has this name, or is below it.
    fileprivate func has(_ field: String) -> Bool {
        switch self {
        case .name(let name): field == name || field.hasPrefix(name + ".")
        case .pattern(let pattern): pattern.isFound(in: field)
        }
    }
}

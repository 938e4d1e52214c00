import Base
import Model
internal import Patterns

/// Does to an event what the processors of `filebeat.yml` say.
enum EventProcessor {
    /// Whether the event is kept; it is changed in place.
    static func keeps(_ event: inout LogEvent, _ processors: [FilebeatProcessor]) -> Bool {
        for processor in processors {
            let fits = processor.condition.map { $0.fits(event) } ?? true
            if case .branch(let then, let otherwise) = processor.action {
                guard keeps(&event, fits ? then : otherwise) else { return false }
            } else if fits, !apply(processor.action, to: &event) {
                return false
            }
        }
        return true
    }

    private static func apply(_ action: FilebeatProcessor.Action, to event: inout LogEvent) -> Bool {
        switch action {
        case .dropEvent: return false
        case .dropFields(let names):
            event.fields = event.fields.filter { field in !names.contains { $0.has(field.key) } }
        case .includeFields(let names):
            event.fields = event.fields.filter { field in names.contains { $0.has(field.key) } }
        case .truncateFields(let names, let length):
            for name in names { change(name, of: &event) { truncated($0, length) } }
        case .replace(let replacements):
            for item in replacements { change(item.field, of: &event) { replaced($0, item) } }
        case .addTags(let field, let tags):
            var present: [LogValue] = []
            switch event.fields[field] {
            case .array(let values): present = values
            case .string(let text): present = [.string(text)]
            default: break
            }
            event.fields[field] = .array(present + tags.map(LogValue.string))
        case .addFields(let fields):
            for (name, value) in fields { event.fields[name] = .string(value) }
        case .branch: break
        }
        return true
    }

    private static func change(_ name: String, of event: inout LogEvent, _ body: (String) -> String) {
        switch event.fields[name] {
        case .string(let text): event.fields[name] = .string(body(text))
        case .array(let values):
            event.fields[name] = .array(
                values.map { value in if case .string(let text) = value { .string(body(text)) } else { value } })
        default: break
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

extension FilebeatCondition {
    func fits(_ event: borrowing LogEvent) -> Bool {
        let fields = event.fields
        switch self {
        case .equals(let wanted):
            return wanted.allSatisfy { name, value in fields[name].map { Self.equals($0, value) } ?? false }
        case .contains(let wanted):
            return wanted.allSatisfy { name, text in Self.texts(fields[name]).contains { $0.contains(text) } }
        case .regexp(let wanted):
            return wanted.allSatisfy { name, pattern in Self.texts(fields[name]).contains { pattern.isFound(in: $0) } }
        case .range(let wanted):
            return wanted.allSatisfy { name, bound, limit in
                guard let number = Self.number(fields[name]) else { return false }
                return switch bound {
                case .gt: number > limit
                case .gte: number >= limit
                case .lt: number < limit
                case .lte: number <= limit
                }
            }
        case .hasFields(let names):
            return names.allSatisfy { name in fields[name] != nil || fields.keys.contains { $0.hasPrefix(name + ".") } }
        case .and(let conditions): return conditions.allSatisfy { $0.fits(event) }
        case .or(let conditions): return conditions.contains { $0.fits(event) }
        case .not(let condition): return !condition.fits(event)
        }
    }

    private static func texts(_ value: LogValue?) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let values): values.flatMap(texts)
        default: []
        }
    }

    private static func equals(_ value: LogValue, _ wanted: String) -> Bool {
        switch value {
        case .string(let text): text == wanted
        case .integer(let number): Double(wanted) == Double(number)
        case .double(let number): Double(wanted) == number
        case .boolean(let flag): wanted.lowercased() == (flag ? "true" : "false")
        case .array, .null: false
        }
    }

    private static func number(_ value: LogValue?) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .string(let text): Double(text)
        default: nil
        }
    }
}

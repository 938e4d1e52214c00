import Base
import DatePatterns
import LogDocuments

/// A text with fields of the event in it: `vms-%{[fields][component]}-%{+yyyy.MM.dd}`.
///
/// A field that is absent stays as it is written. Dates are those of `@timestamp` in UTC.
/// https://www.elastic.co/docs/reference/logstash/event-dependent-configuration#sprintf
package struct Interpolation: Sendable {
    private enum Part: Sendable {
        case literal(String)
        case field(FieldReference, written: String)
        case date(DatePrinter)
        /// Seconds since the Unix epoch.
        case epoch
    }

    /// The text as it was written.
    package let text: String
    private let parts: [Part]

    /// Reads `text`. A date's pattern that is none stays as it is written.
    package init(_ text: String) {
        self.text = text
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "%{") {
            let inner = rest[start.upperBound...]
            let isDouble = inner.first == "{"
            guard let end = isDouble ? inner.firstRange(of: "}}") : inner.firstRange(of: "}") else { break }
            literal += rest[..<start.lowerBound]
            let name = String(inner[..<end.lowerBound].dropFirst(isDouble ? 1 : 0))
            let written = String(rest[start.lowerBound..<end.upperBound])
            var part: Part?
            if isDouble {
                part = (try? DatePrinter(name)).map(Part.date)
            } else if name.hasPrefix("+") {
                part = name == "+%s" ? .epoch : (try? DatePrinter(String(name.dropFirst()))).map(Part.date)
            } else if !name.isEmpty {
                part = .field(FieldReference(name), written: written)
            }
            if let part {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(part)
            } else {
                literal += written
            }
            rest = rest[end.upperBound...]
        }
        literal += rest
        if !literal.isEmpty || parts.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    /// The text, where it is the same for all events.
    package var constant: String? {
        if parts.count == 1, case .literal(let text) = parts[0] { text } else { nil }
    }

    /// How long a text may become: a field that is put into itself twice would double it at each filter.
    static let bytesMax = 16 << 20

    /// The text for an event; the parts behind ``bytesMax`` are left out.
    package func text(for event: borrowing PipelineEvent) -> String {
        if parts.count == 1 { return Self.text(parts[0], event) }
        var result = ""
        for part in parts {
            result += Self.text(part, event)
            if result.utf8.count > Self.bytesMax { break }
        }
        return result
    }

    private static func text(_ part: Part, _ event: borrowing PipelineEvent) -> String {
        switch part {
        case .literal(let text): text
        case .field(let field, let written):
            if let value = event[field], value != .null { value.fieldText } else { written }
        case .date(let printer): printer.text(for: event.timestamp)
        case .epoch: String(event.timestamp / 1_000)
        }
    }
}

/// The field that a setting names; its name may have fields of the event in it.
package struct FieldName: Sendable {
    private let fixed: FieldReference?
    private let pattern: Interpolation

    package init(_ text: String) {
        pattern = Interpolation(text)
        fixed = pattern.constant.map { FieldReference($0) }
    }

    package func reference(_ event: borrowing PipelineEvent) -> FieldReference {
        fixed ?? FieldReference(pattern.text(for: event))
    }
}

extension DocumentValue {
    /// The value as it stands in a text: of a list its values with commas, of an object its JSON, of null nothing.
    package var fieldText: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        case .array(let values): values.map(\.fieldText).joined(separator: ",")
        case .object(let object): object.json
        }
    }
}

import ConfigText
import LogDocuments

/// `dissect`: cuts texts at delimiters.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-dissect
struct DissectFilter: PipelineFilter {
    private let mappings: [(field: FieldName, dissection: Dissection)]
    private let conversions: [(field: FieldName, isWhole: Bool)]
    private let failureTags: [String]

    init(_ settings: inout PluginSettings) {
        var mappings: [(field: FieldName, dissection: Dissection)] = []
        for (name, text) in settings.textPairs("mapping") ?? [] {
            do throws(DissectionError) {
                mappings.append((FieldName(name), try Dissection(text)))
            } catch {
                settings.problems.error(
                    at: settings.raw("mapping")?.value.position ?? settings.position,
                    "the mapping \"\(text)\": \(error.reason)",
                    mend: error.mend)
            }
        }
        self.mappings = mappings
        conversions = (settings.textPairs("convert_datatype") ?? []).compactMap { name, type in
            guard ["int", "float"].contains(type) else {
                settings.problems.error(
                    at: settings.raw("convert_datatype")?.value.position ?? settings.position,
                    "convert_datatype knows no type \"\(type)\"", mend: "write int or float")
                return nil
            }
            return (FieldName(name), type == "int")
        }
        failureTags = settings.list("tag_on_failure") ?? ["_dissectfailure"]
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        for (field, dissection) in mappings {
            guard case .string(let text)? = event[field.reference(event)], let found = dissection.fields(of: text)
            else {
                for tag in failureTags { event.addTag(tag) }
                return .passed
            }
            for (name, value) in found { event[FieldReference(name)] = .string(value) }
        }
        for (name, isWhole) in conversions { convert(name.reference(event), isWhole, &event) }
        return .matched
    }

    private func convert(_ field: FieldReference, _ isWhole: Bool, _ event: inout PipelineEvent) {
        let type = isWhole ? "int" : "float"
        switch event[field] {
        case nil, .null?: event.addTag("_dataconversionmissing_\(field)_\(type)")
        case .string(let text)?:
            if isWhole, let value = Int64(text) ?? Double(text).flatMap({ Int64(exactly: $0.rounded(.towardZero)) }) {
                event[field] = .integer(value)
            } else if !isWhole, let value = Double(text), value.isFinite {
                event[field] = .number(value)
            } else {
                event.addTag("_dataconversionuncoercible_\(field)_\(type)")
            }
        case .number(let value)? where isWhole:
            event[field] = Int64(exactly: value.rounded(.towardZero)).map(DocumentValue.integer)
        case .integer(let value)? where !isWhole: event[field] = .number(Double(value))
        default: return
        }
    }
}

struct DissectionError: Error {
    let reason: String
    let mend: String
}

/// Fields and delimiters in turns: `%{ts} %{+ts} [%{level}] %{?key}=%{&key} %{msg}`.
struct Dissection: Sendable {
    private enum Kind: Sendable {
        case field, skipped
        /// Its value is put behind what the field has; in that order where numbers say one.
        case appended(order: Int?)
        /// Its name is the value of another field.
        case named
    }

    private struct Part: Sendable {
        let name: String
        let kind: Kind
        /// Whether the delimiter behind may come many times.
        let skipsRepeats: Bool
        /// What stands behind the field; empty at the end.
        var delimiter: [UInt8]
    }

    private let prefix: [UInt8]
    private let parts: [Part]

    init(_ text: String) throws(DissectionError) {
        var rest = Substring(text)
        var parts: [Part] = []
        var prefix: [UInt8] = []
        while let start = rest.firstRange(of: "%{") {
            let literal = Array(rest[..<start.lowerBound].utf8)
            if parts.isEmpty {
                prefix = literal
            } else {
                if literal.isEmpty {
                    throw DissectionError(reason: "two fields stand side by side", mend: "put a delimiter between them")
                }
                parts[parts.count - 1].delimiter = literal
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw DissectionError(reason: "a field has no end", mend: "close it with }")
            }
            parts.append(Self.part(rest[start.upperBound..<end]))
            rest = rest[rest.index(after: end)...]
        }
        if parts.isEmpty { throw DissectionError(reason: "there is no field in it", mend: "write %{NAME}") }
        parts[parts.count - 1].delimiter = Array(rest.utf8)
        self.prefix = prefix
        self.parts = parts
    }

    private static func part(_ text: Substring) -> Part {
        var name = text
        let skipsRepeats = name.hasSuffix("->")
        if skipsRepeats { name = name.dropLast(2) }
        var kind = Kind.field
        switch name.first {
        case nil: kind = .skipped
        case "?": (kind, name) = (.skipped, name.dropFirst())
        case "&": (kind, name) = (.named, name.dropFirst())
        case "+":
            name = name.dropFirst()
            var order: Int?
            if let slash = name.lastIndex(of: "/"), let number = Int(name[name.index(after: slash)...]) {
                (order, name) = (number, name[..<slash])
            }
            kind = .appended(order: order)
        default: break
        }
        return Part(name: String(name), kind: kind, skipsRepeats: skipsRepeats, delimiter: [])
    }

    /// The fields of a text in the order of the mapping; `nil` where a delimiter is missing.
    func fields(of text: String) -> [(name: String, value: String)]? {
        var text = text
        guard let values = text.withUTF8({ values(in: $0) }) else { return nil }
        return assembled(values)
    }

    private func values(in bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        guard bytes.starts(with: prefix) else { return nil }
        var position = prefix.count
        var values: [String] = []
        values.reserveCapacity(parts.count)
        for part in parts {
            var end = bytes.count
            var next = bytes.count
            if !part.delimiter.isEmpty {
                guard let found = Self.find(part.delimiter, in: bytes, from: position) else { return nil }
                (end, next) = (found, found + part.delimiter.count)
                if part.skipsRepeats {
                    while Self.stands(part.delimiter, in: bytes, at: next) { next += part.delimiter.count }
                }
            }
            values.append(String(decoding: UnsafeBufferPointer(rebasing: bytes[position..<end]), as: UTF8.self))
            position = next
        }
        return values
    }

    private static func stands(_ needle: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place + needle.count <= bytes.count else { return false }
        for index in needle.indices where bytes[place + index] != needle[index] { return false }
        return true
    }

    private static func find(_ needle: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var place = start
        while place + needle.count <= bytes.count {
            if stands(needle, in: bytes, at: place) { return place }
            place += 1
        }
        return nil
    }

    private func assembled(_ values: [String]) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        func put(_ name: String, _ value: String) {
            if let place = fields.firstIndex(where: { $0.name == name }) {
                fields[place].value = value
            } else {
                fields.append((name, value))
            }
        }
        var skipped: [String: String] = [:]
        for (part, value) in zip(parts, values) {
            switch part.kind {
            case .field: put(part.name, value)
            case .skipped: skipped[part.name] = value
            case .appended, .named: continue
            }
        }
        // Appended ones without a number keep their place.
        var appended: [(index: Int, order: Int)] = []
        for (index, part) in parts.enumerated() {
            if case .appended(let order) = part.kind { appended.append((index, order ?? index)) }
        }
        for (index, _) in appended.sorted(by: { ($0.order, $0.index) < ($1.order, $1.index) }) {
            let name = parts[index].name
            if let known = fields.first(where: { $0.name == name }) {
                // What stands before it joins them; behind the first one, what follows.
                let delimiter = String(decoding: parts[max(index - 1, 0)].delimiter, as: UTF8.self)
                put(name, known.value + delimiter + values[index])
            } else {
                put(name, values[index])
            }
        }
        for (part, value) in zip(parts, values) {
            guard case .named = part.kind else { continue }
            let name = skipped[part.name] ?? fields.first { $0.name == part.name }?.value
            if let name, !name.isEmpty { put(name, value) }
        }
        return fields
    }
}

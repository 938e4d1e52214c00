import ConfigText
import LogDocuments

/// `truncate`: shortens texts to so many bytes, at the end of a character.
struct TruncateFilter: PipelineFilter {
    private let fields: [FieldName]?
    private let length: Int

    init(_ settings: inout PluginSettings) {
        fields = settings.list("fields")?.map(FieldName.init)
        length = settings.whole("length_bytes", 1...Int.max) ?? Int.max
        if !settings.isSet("length_bytes") {
            settings.problems.error(
                at: settings.position, "truncate has no \"length_bytes\"", mend: "add length_bytes => …")
        }
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        let names: [FieldReference]
        if let fields {
            var references: [FieldReference] = []
            for field in fields { references.append(field.reference(event)) }
            names = references
        } else {
            names = event.document.members.map { FieldReference(escaping: $0.name) }
        }
        for name in names { if let value = event[name], let short = shortened(value) { event[name] = short } }
        return .matched
    }

    private func shortened(_ value: DocumentValue) -> DocumentValue? {
        switch value {
        case .string(let text):
            if text.utf8.count <= length { return nil }
            var end = text.utf8.index(text.utf8.startIndex, offsetBy: length)
            while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
                end = text.utf8.index(before: end)
            }
            return .string(String(text[..<end]))
        case .array(let values): return .array(values.map { shortened($0) ?? $0 })
        case .object(let object):
            var changed = object
            for (name, value) in object.members { if let short = shortened(value) { changed[name] = short } }
            return .object(changed)
        default: return nil
        }
    }
}

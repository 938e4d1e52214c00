import ConfigText
import Grok
import LogDocuments

/// `mutate`: changes fields, in an order of its own whatever the order in the block.
/// https://www.elastic.co/docs/reference/logstash/plugins/plugins-filters-mutate
struct MutateFilter: PipelineFilter {
    private enum Step: Sendable {
        case coerce([(FieldName, InterpolatedValue)])
        case rename([(FieldName, FieldName)])
        case update([(FieldName, InterpolatedValue)])
        case replace([(FieldName, InterpolatedValue)])
        case convert([(FieldName, ValueConversion)])
        case substitute([TextSubstitution])
        case change([FieldName], TextChange)
        case split([(FieldName, Interpolation)])
        case join([(FieldName, Interpolation)])
        case merge([(FieldName, [FieldName])])
        case copy([(FieldName, FieldName)])
    }

    /// In the order in which they are done.
    private let steps: [Step]
    private let failureTag: String

    init(_ settings: inout PluginSettings) {
        let values = { (pairs: [(name: String, value: SettingValue)]) in
            pairs.map { (FieldName($0.name), $0.value.interpolated) }
        }
        let names = { (pairs: [(name: String, value: String)]) in
            pairs.map { (FieldName($0.name), FieldName($0.value)) }
        }
        var steps: [Step] = []
        func add(_ step: Step?) { if let step { steps.append(step) } }
        add(settings.pairs("coerce").map { .coerce(values($0)) })
        add(settings.textPairs("rename").map { .rename(names($0)) })
        add(settings.pairs("update").map { .update(values($0)) })
        add(settings.pairs("replace").map { .replace(values($0)) })
        add(Self.conversions(&settings).map(Step.convert))
        add(TextSubstitution.read(&settings).map(Step.substitute))
        for change in TextChange.beforeStrip {
            add(settings.list(change.rawValue).map { .change($0.map(FieldName.init), change) })
        }
        add(settings.list("strip").map { .change($0.map(FieldName.init), .strip) })
        add(settings.textPairs("split").map { .split($0.map { (FieldName($0.name), Interpolation($0.value)) }) })
        add(settings.textPairs("join").map { .join($0.map { (FieldName($0.name), Interpolation($0.value)) }) })
        add(
            settings.pairs("merge").map { pairs in
                .merge(pairs.map { (FieldName($0.name), ($0.value.texts ?? []).map(FieldName.init)) })
            })
        add(settings.textPairs("copy").map { .copy(names($0)) })
        self.steps = steps
        failureTag = settings.string("tag_on_failure") ?? "_mutate_error"
        if let old = settings.raw("remove") {
            settings.problems.error(
                at: old.position, "mutate has no setting \"remove\" any more", mend: "write remove_field")
        }
    }

    private static func conversions(_ settings: inout PluginSettings) -> [(FieldName, ValueConversion)]? {
        guard let pairs = settings.pairs("convert") else { return nil }
        return pairs.compactMap { pair in
            guard let text = pair.value.text, let conversion = ValueConversion(rawValue: text) else {
                settings.problems.error(
                    at: pair.value.position, "convert knows no type \"\(pair.value.text ?? "")\"",
                    mend: "write " + ValueConversion.allCases.map(\.rawValue).joined(separator: ", "))
                return nil
            }
            return (FieldName(pair.name), conversion)
        }
    }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        for step in steps {
            guard Self.apply(step, to: &event, run) else {
                event.addTag(failureTag)
                return .passed
            }
        }
        return .matched
    }

    /// - Returns: whether it could be done; what comes behind is not, where it could not.
    private static func apply(_ step: Step, to event: inout PipelineEvent, _ run: borrowing FilterRun) -> Bool {
        switch step {
        case .coerce(let pairs):
            for (name, value) in pairs {
                let field = name.reference(event)
                if event[field] == .null { event[field] = value.value(event) }
            }
        case .rename(let pairs):
            for (name, newName) in pairs {
                let (field, newField) = (name.reference(event), newName.reference(event))
                guard event.contains(field), let value = event.remove(field) else { continue }
                guard event.canHold(newField) else {
                    event[field] = value
                    return false
                }
                event[newField] = value
            }
        case .update(let pairs):
            for (name, value) in pairs {
                let field = name.reference(event)
                if event.contains(field) { event[field] = value.value(event) }
            }
        case .replace(let pairs):
            for (name, value) in pairs {
                let field = name.reference(event)
                guard event.canHold(field) else { return false }
                event[field] = value.value(event)
            }
        case .convert(let pairs):
            for (name, conversion) in pairs {
                let field = name.reference(event)
                if let converted = event[field].flatMap(conversion.convert) { event[field] = converted }
            }
        case .substitute(let substitutions):
            for substitution in substitutions { substitution.apply(to: &event, run) }
        case .change(let names, let change):
            for name in names {
                let field = name.reference(event)
                if let value = event[field], let changed = change.apply(to: value) { event[field] = changed }
            }
        case .split(let pairs):
            for (name, separator) in pairs {
                let field = name.reference(event)
                guard case .string(let text)? = event[field] else { continue }
                event[field] = .array(
                    TextSplitting.parts(of: text, separator.text(for: event)).map(DocumentValue.string))
            }
        case .join(let pairs):
            for (name, separator) in pairs {
                let field = name.reference(event)
                guard case .array(let values)? = event[field] else { continue }
                event[field] = .string(values.map(\.fieldText).joined(separator: separator.text(for: event)))
            }
        case .merge(let pairs):
            for (name, sources) in pairs {
                for source in sources {
                    let target = name.reference(event)
                    guard event.canHold(target) else { return false }
                    Self.merge(source.reference(event), into: target, &event)
                }
            }
        case .copy(let pairs):
            for (name, newName) in pairs {
                let newField = newName.reference(event)
                guard let value = event[name.reference(event)], value != .null else { continue }
                guard event.canHold(newField) else { return false }
                event[newField] = value
            }
        }
        return true
    }

    /// An object and what is none do not go together: both stay as they are.
    private static func merge(
        _ source: FieldReference, into target: FieldReference, _ event: inout PipelineEvent
    ) {
        guard let added = event[source], added != .null else { return }
        switch (event[target] ?? .null, added) {
        case (.object(var object), .object(let other)):
            for (name, value) in other.members { object[name] = value }
            event[target] = .object(object)
        case (.object, _), (_, .object): return
        case (.null, _): event[target] = .array(added.array ?? [added])
        case (let known, _): event[target] = .array((known.array ?? [known]) + (added.array ?? [added]))
        }
    }
}

/// Cuts a text as Ruby's `split` does.
enum TextSplitting {
    /// Empty parts at the end are left out. A blank cuts at all white space.
    static func parts(of text: String, _ separator: String) -> [String] {
        if separator.isEmpty { return text.map(String.init) }
        if separator == " " { return text.split(whereSeparator: \.isWhitespace).map(String.init) }
        var parts: [String] = []
        var rest = Substring(text)
        while let found = rest.firstRange(of: separator) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        parts.append(String(rest))
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }
}

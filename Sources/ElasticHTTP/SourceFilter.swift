internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// Which parts of a document come with a hit.
struct SourceFilter {
    private(set) var isWanted = true
    private var includes: [String] = []
    private var excludes: [String] = []

    init() {}

    /// - Throws: ``ElasticError``.
    init(_ value: DocumentValue?, _ parameters: ElasticParameters, storedFields: DocumentValue? = nil) throws {
        if let storedFields, value == nil, storedFields != .null { isWanted = false }
        switch value {
        case nil, .null?: break
        case .boolean(let wanted)?: isWanted = wanted
        case .string(let pattern)?: includes = [pattern]
        case .array(let patterns)?: includes = try Self.patterns(patterns)
        case .object(let object)?:
            try object.allow(only: ["includes", "excludes", "include", "exclude"], in: "_source")
            includes = try Self.patterns((object["includes"] ?? object["include"])?.list ?? [])
            excludes = try Self.patterns((object["excludes"] ?? object["exclude"])?.list ?? [])
        default: throw ElasticError.parsing("[_source] is neither true or false nor names of fields")
        }
        switch parameters["_source"] {
        case nil: break
        case "true", "": isWanted = true
        case "false": isWanted = false
        case let list?: (isWanted, includes) = (true, list.split(separator: ",").map(String.init))
        }
        if let list = parameters.list("_source_includes") { includes = list }
        if let list = parameters.list("_source_excludes") { excludes = list }
    }

    private static func patterns(_ values: [DocumentValue]) throws -> [String] {
        try values.map { value in
            guard let text = value.string else { throw ElasticError.parsing("[_source] holds \(value.kind)") }
            return text
        }
    }

    /// Writes what is wanted of an event's document.
    func write(_ event: LogEvent, to bytes: inout [UInt8]) {
        if includes.isEmpty, excludes.isEmpty { return event.writeSource(to: &bytes) }
        filtered(event.source, behind: "", isIn: includes.isEmpty).write(to: &bytes)
    }

    /// - Parameter isIn: whether what is in the object is wanted unless something else says so.
    private func filtered(_ object: Document, behind prefix: String, isIn: Bool) -> Document {
        var result = Document()
        for (name, value) in object.members {
            let path = prefix + name
            if excludes.contains(where: { IndexExpression.matches(path, $0) || IndexExpression.matches(path + ".", $0) }
            ) {
                continue
            }
            let isIn = isIn || includes.contains { IndexExpression.matches(path, $0) }
            if let kept = filtered(value, path, isIn) { result.append(name, kept) }
        }
        return result
    }

    private func filtered(_ value: DocumentValue, _ path: String, _ isIn: Bool) -> DocumentValue? {
        switch value {
        case .object(let object):
            let inner = filtered(object, behind: path + ".", isIn: isIn)
            return inner.isEmpty && !(isIn && object.isEmpty) ? nil : .object(inner)
        case .array(let values) where values.contains { $0.object != nil }:
            let kept = values.compactMap { filtered($0, path, isIn) }
            return kept.isEmpty ? nil : .array(kept)
        default: return isIn ? value : nil
        }
    }
}

/// Fields that come with a hit beside its document, as lists of values.
struct FieldPattern {
    private let pattern: String
    private let format: DateFormat?

    /// - Throws: ``ElasticError``.
    init(_ value: DocumentValue) throws {
        if let text = value.string {
            (pattern, format) = (text, nil)
            return
        }
        guard let object = value.object, let name = object["field"]?.string else {
            throw ElasticError.parsing("[fields] holds \(value.kind) where names of fields are expected")
        }
        try object.allow(only: ["field", "format", "include_unmapped"], in: "fields")
        let format = try object.text("format", in: "fields")
        self.format = try format.flatMap { $0 == "use_field_mapping" ? nil : try DateFormat($0) }
        pattern = name
    }

    /// Adds what an event has of it.
    func add(_ event: LogEvent, _ index: String, to found: inout Document) {
        func add(_ name: String, _ values: [DocumentValue]) {
            if !values.isEmpty { found[name] = .array(values) }
        }
        if IndexExpression.matches(LogEvent.timestampName, pattern) {
            add(LogEvent.timestampName, [.string((format ?? .standard).text(event.timestamp, .gmt))])
        }
        switch pattern {
        case "_index": add("_index", [.string(index)])
        case "_id": add("_id", [.string(EventID.text(of: event, in: index))])
        default: break
        }
        if !pattern.contains("*") {
            guard !LogFields.isReserved(pattern) else { return }
            let isKeyword = QueryReader.field(pattern) != pattern && event.fields[pattern] == nil
            if let value = event[isKeyword ? QueryReader.field(pattern) : pattern] { add(pattern, values(value)) }
            return
        }
        for (name, value) in event.fields where !LogFields.isReserved(name) && IndexExpression.matches(name, pattern) {
            add(name, values(value))
        }
    }

    private func values(_ value: LogValue) -> [DocumentValue] {
        switch value {
        case .null: []
        case .array(let values): values.filter { $0 != .null }.map(DocumentValue.init)
        case .string(let text):
            if let format, let time = DateFormat.standard.range(text, now: 0, zone: .gmt) {
                [.string(format.text(time.start, .gmt))]
            } else {
                [.string(text)]
            }
        default: [DocumentValue(value)]
        }
    }
}

internal import Base
internal import LogDocuments
internal import LogSearch
internal import Model

/// Which indices there are, and which fields their documents have.
struct IndexCatalog {
    let searcher: Searcher

    private static let day: Int64 = 86_400_000
    /// Events of which the types of fields are taken, the newest.
    private static let sample = 1_000
    /// Fields that are looked for one by one, as none of these events has them.
    private static let mostLookups = 100
    private static let lookupTime = Duration.seconds(5)

    /// How many events each index has, by its name.
    /// - Throws: ``ElasticError`` where an index is named that is not there, unless `ignoresAbsent`.
    func counts(
        _ expression: IndexExpression, ignoresAbsent: Bool = false
    ) throws -> [(name: String, count: Int)] {
        let source = searcher.source
        var found: [String: Int] = [:]
        let named = try LogSearch.counts(
            of: IndexNames.named, in: .all, LogCountRequest(terms: [DocumentFields.index]), source: source)
        for (name, count) in named.terms[DocumentFields.index] ?? [:] { found[name, default: 0] += count }
        for isOwn in [false, true] {
            let days = try LogSearch.counts(
                of: IndexNames.unnamed(isOwn: isOwn), in: .all, LogCountRequest(interval: Self.day), source: source)
            for (start, count) in days.histogram {
                found[searcher.names.name(ofDay: CivilDate.dayNumber(of: start), isOwn: isOwn), default: 0] += count
            }
        }
        for name in expression.concrete where found[name] == nil {
            guard searcher.made(name) else {
                if ignoresAbsent { continue }
                throw ElasticError.noIndex(name)
            }
            found[name] = 0
        }
        return found.filter { expression.matches($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The types that the fields of events have, as Elasticsearch names them.
    func types(_ scope: LogQuery) throws -> [String: Set<String>] {
        var types: [String: Set<String>] = [:]
        func add(_ event: LogEvent) {
            for (name, value) in event.fields where !LogFields.isReserved(name) {
                if let type = Self.type(value, name) { types[name, default: []].insert(type) }
            }
        }
        for event in try LogSearch.search(scope, in: .all, limit: Self.sample, source: searcher.source) { add(event) }
        let began = ContinuousClock.now
        let others = try searcher.source.fieldNames(in: scope.timeBounds).subtracting(types.keys)
            .filter { !LogFields.isReserved($0) }
        for name in others.sorted().prefix(Self.mostLookups) where began.duration(to: .now) < Self.lookupTime {
            for event in try LogSearch.search(
                scope.and(.exists(name)), in: .all, limit: 1, source: searcher.source)
            { add(event) }
        }
        return types
    }

    private static func type(_ value: LogValue, _ name: String) -> String? {
        switch value {
        case .string: ["message", "event.original", "error.stack_trace"].contains(name) ? "text" : "keyword"
        case .integer: "long"
        case .double: "double"
        case .boolean: "boolean"
        case .array(let values): values.lazy.compactMap { type($0, name) }.first
        case .null: nil
        }
    }

    /// Of several types of a field the one that holds all.
    static func widest(_ types: Set<String>) -> String {
        for type in ["text", "keyword"] where types.contains(type) { return type }
        if types == ["long", "double"] { return "double" }
        return types.count == 1 ? types.first ?? "keyword" : "keyword"
    }

    /// The fields as a mapping has them.
    static func mapping(_ types: [String: Set<String>]) -> Document {
        var root = Document()
        root.append(LogEvent.timestampName, .object(["type": "date".json]))
        for (name, types) in types.sorted(by: { $0.key < $1.key }) {
            let type = widest(types)
            var leaf: Document = ["type": type.json]
            if type == "text" || type == "keyword" {
                leaf.append(
                    "fields", .object(["keyword": .object(["type": "keyword".json, "ignore_above": 32_766.json])]))
            }
            let path = name.split(separator: ".").map(String.init)
            add(leaf, path.count > Document.nestedMax ? [name] : path[...], to: &root)
        }
        return ["properties": .object(root)]
    }

    private static func add(_ leaf: Document, _ path: ArraySlice<String>, to object: inout Document) {
        guard let name = path.first else { return }
        var own = object[name]?.object ?? [:]
        if path.count == 1 {
            for (key, value) in leaf.members { own[key] = value }
        } else {
            var inner = own["properties"]?.object ?? [:]
            add(leaf, path.dropFirst(), to: &inner)
            own["properties"] = .object(inner)
        }
        object[name] = .object(own)
    }
}

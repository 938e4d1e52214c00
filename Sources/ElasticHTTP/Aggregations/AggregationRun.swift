internal import Base
internal import LogDocuments
internal import LogSearch
internal import Model

/// Counts aggregations in one pass over the events.
struct AggregationRun {
    let names: IndexNames
    let now: Int64

    /// - Throws: ``ElasticError`` where there are more buckets than an answer may have; what `source` throws.
    func answer(
        _ aggregations: [Aggregation], _ query: LogQuery, in range: TimeRange, source: any LogSource,
        whenTimeIsOver: () -> Void
    ) throws -> Document {
        let maker = AggregationMaker(names: names)
        let states = aggregations.map(maker.state)
        var fields: Set<String>? = []
        for aggregation in aggregations {
            guard let needed = aggregation.fields else {
                fields = nil
                break
            }
            for name in needed { fields?.formUnion(FieldReader.needed(for: name)) }
        }
        var isPartial = false
        try LogSearch.visit(query, in: range, fields: fields, source: source, whenTimeIsOver: { isPartial = true }) {
            for state in states { try state.add($0) }
        }
        if isPartial { whenTimeIsOver() }
        return try Self.document(aggregations, states)
    }

    static func document(_ aggregations: [Aggregation], _ states: [any AggregationState]) throws -> Document {
        var document = Document()
        for (aggregation, state) in zip(aggregations, states) {
            var answer = try state.answer()
            if let meta = aggregation.meta { answer.append("meta", meta) }
            document[aggregation.name] = .object(answer)
        }
        return document
    }
}

/// What an aggregation has counted so far.
protocol AggregationState: AnyObject {
    func add(_ event: LogEvent) throws
    func answer() throws -> Document
    /// A number by which buckets are sorted that have this state; `nil` where it has none of that name.
    func value(_ name: String) -> Double?
}

extension AggregationState {
    func value(_ name: String) -> Double? { nil }
}

/// What all aggregations of an answer may take together.
final class AggregationBudget {
    /// As Elasticsearch's `search.max_buckets`.
    static let mostBuckets = 65_536
    private static let mostKeys = 500_000
    private static let mostValues = 4_000_000

    private var keys = 0
    private var values = 0
    private var shown = 0

    /// A bucket that is counted; not all are shown.
    /// - Parameter inner: what is counted in it.
    func takeKey(_ inner: [Aggregation]) throws {
        keys += 1 + 2 * Aggregation.weight(of: inner)
        if keys > Self.mostKeys { throw Self.tooMany }
    }

    func takeShown(_ count: Int = 1) throws {
        shown += count
        if shown > Self.mostBuckets { throw Self.tooMany }
    }

    func takeValues(_ count: Int = 1) throws {
        values += count
        if values > Self.mostValues {
            throw ElasticError(
                429, "circuit_breaking_exception",
                "the aggregations would keep more than \(Self.mostValues) values; ask for a shorter time or fewer buckets"
            )
        }
    }

    private static var tooMany: ElasticError {
        ElasticError(
            400, "too_many_buckets_exception",
            "Trying to create too many buckets. Must be less than or equal to: [\(mostBuckets)]. This limit can be "
                + "met by a longer interval, fewer fields or a shorter time.")
    }
}

/// Makes the states of aggregations.
final class AggregationMaker {
    let names: IndexNames
    let budget = AggregationBudget()

    init(names: IndexNames) { self.names = names }

    func reader(_ field: String) -> FieldReader { FieldReader(field, names) }

    func bucket(_ inner: [Aggregation]) -> Bucket { Bucket(inner.map(state)) }

    func state(_ aggregation: Aggregation) -> any AggregationState {
        switch aggregation.kind {
        case .terms(let options): TermsState(options, aggregation.inner, self)
        case .dateHistogram(let options): DateHistogramState(options, aggregation.inner, self)
        case .histogram(let options): HistogramState(options, aggregation.inner, self)
        case .range(let options): RangeState(options, aggregation.inner, self)
        case .filters(let options): FiltersState(options, aggregation.inner, self)
        case .missing(let field): MissingState(field, aggregation.inner, self)
        case .metric(let options): options.state(self)
        case .topHits(let options): TopHitsState(options, self)
        }
    }
}

/// Events that belong together, and what was counted of them.
final class Bucket {
    var count = 0
    let inner: [any AggregationState]

    init(_ inner: [any AggregationState]) { self.inner = inner }

    func add(_ event: LogEvent) throws {
        count += 1
        for state in inner { try state.add(event) }
    }

    /// Writes the count, and what stands in the bucket.
    func write(_ aggregations: [Aggregation], to document: inout Document) throws {
        document.append("doc_count", .integer(Int64(count)))
        for (name, value) in try AggregationRun.document(aggregations, inner).members { document[name] = value }
    }
}

/// By what buckets are sorted.
struct BucketOrder {
    private enum By { case count, key, inner(name: String, value: String) }

    private var parts: [(by: By, isAscending: Bool)] = []

    init(keyAscending: Bool) { parts = [(.key, keyAscending)] }

    /// The most events first.
    init() { parts = [(.count, false), (.key, true)] }

    /// - Throws: ``ElasticError``.
    init?(_ value: DocumentValue?) throws {
        guard let value, value != .null else { return nil }
        for item in value.list {
            guard let object = item.object else { throw ElasticError.parsing("[order] is \(item.kind)") }
            for (name, direction) in object.members {
                guard let text = direction.string?.lowercased(), text == "asc" || text == "desc" else {
                    throw ElasticError.parsing("Unknown order direction [\(direction.json.prefix(80))]")
                }
                parts.append((Self.by(name), text == "asc"))
            }
        }
        if parts.isEmpty { return nil }
        parts.append((.key, true))
    }

    private static func by(_ name: String) -> By {
        switch name {
        case "_count": return .count
        case "_key", "_term", "_time": return .key
        default:
            // `latency`, `latency.avg`, `latency[95]`, `latency.95`
            if let open = name.firstIndex(of: "["), name.hasSuffix("]") {
                return .inner(name: String(name[..<open]), value: String(name[name.index(after: open)...].dropLast()))
            }
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            return .inner(name: parts.first ?? name, value: parts.count > 1 ? parts[1] : "value")
        }
    }

    /// - Throws: ``ElasticError`` where an aggregation is named that the buckets do not have.
    func check(_ inner: [Aggregation]) throws {
        for case (.inner(let name, _), _) in parts where !inner.contains(where: { $0.name == name }) {
            throw ElasticError(
                400, "aggregation_execution_exception",
                "Invalid aggregation order path [\(name.prefix(80))]. The provided aggregation [\(name.prefix(80))] does "
                    + "not exist")
        }
    }

    func sorted<Key: Comparable>(_ buckets: [(key: Key, bucket: Bucket)], _ inner: [Aggregation]) -> [(
        key: Key, bucket: Bucket
    )] {
        let places = Dictionary(inner.enumerated().map { ($1.name, $0) }) { first, _ in first }
        func value(_ bucket: Bucket, _ name: String, _ value: String) -> Double {
            places[name].flatMap { bucket.inner[$0].value(value) } ?? .nan
        }
        return buckets.sorted { left, right in
            for (by, isAscending) in parts {
                switch by {
                case .count:
                    if left.bucket.count != right.bucket.count {
                        return (left.bucket.count < right.bucket.count) == isAscending
                    }
                case .key: if left.key != right.key { return (left.key < right.key) == isAscending }
                case .inner(let name, let path):
                    let (a, b) = (value(left.bucket, name, path), value(right.bucket, name, path))
                    // Buckets without a value come last.
                    if a.isNaN != b.isNaN { return b.isNaN }
                    if a != b, !a.isNaN { return (a < b) == isAscending }
                }
            }
            return false
        }
    }
}

internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// What is to be counted of the events that a search finds: buckets, which may have others in them, and metrics.
struct Aggregation {
    enum Kind {
        case terms(TermsOptions)
        case dateHistogram(DateHistogramOptions)
        case histogram(HistogramOptions)
        case range(RangeOptions)
        case filters(FiltersOptions)
        case missing(String)
        case metric(MetricOptions)
        case topHits(TopHitsOptions)
    }

    let name: String
    let kind: Kind
    let inner: [Aggregation]
    let meta: DocumentValue?

    private static let depthMax = 8
    private static let weightMax = 20_000
    private static let mostPerLevel = 200

    /// Reads the aggregations of a level.
    /// - Throws: ``ElasticError`` for what is not known.
    static func list(_ value: DocumentValue?, _ reader: QueryReader, depth: Int = 0) throws -> [Aggregation] {
        guard let value, value != .null else { return [] }
        guard let object = value.object else { throw ElasticError.parsing("[aggs] is \(value.kind)") }
        guard depth < depthMax else { throw ElasticError.parsing("[aggs] are nested too deep") }
        guard object.count <= mostPerLevel else {
            throw ElasticError.illegal("[aggs] has more than \(mostPerLevel) aggregations")
        }
        let all = try object.members.map { name, value in
            guard let body = value.object else {
                throw ElasticError.parsing("Expected [START_OBJECT] under [\(name.prefix(80))], but got \(value.kind)")
            }
            var kinds = body
            let inner = kinds.removeValue(named: "aggs") ?? kinds.removeValue(named: "aggregations")
            let meta = kinds.removeValue(named: "meta")
            guard let (type, options) = kinds.members.first, kinds.count == 1, let options = options.object else {
                throw ElasticError.parsing(
                    "Expected exactly one aggregation type under [\(name.prefix(80))], but found \(kinds.count)")
            }
            let kind = try kind(type, options, reader)
            let list = try list(inner, reader, depth: depth + 1)
            switch kind {
            case .metric, .topHits:
                guard list.isEmpty else {
                    throw ElasticError(
                        400, "aggregation_initialization_exception",
                        "Aggregator [\(name.prefix(80))] of type [\(type)] cannot accept sub-aggregations")
                }
            default: break
            }
            return Aggregation(name: name, kind: kind, inner: list, meta: meta)
        }
        guard weight(of: all) <= weightMax else {
            throw ElasticError.illegal("[aggs] have more than \(weightMax) buckets before anything is counted")
        }
        return all
    }

    private static func kind(_ type: String, _ options: Document, _ reader: QueryReader) throws -> Kind {
        switch type {
        case "terms": .terms(try TermsOptions(options))
        case "date_histogram": .dateHistogram(try DateHistogramOptions(options, reader))
        case "histogram": .histogram(try HistogramOptions(options))
        case "range": .range(try RangeOptions(options))
        case "date_range": .range(try RangeOptions(dates: options, reader))
        case "filters": .filters(try FiltersOptions(options, reader))
        case "filter": .filters(FiltersOptions(only: try reader.query(.object(options))))
        case "missing": .missing(try field(options, in: type, allowing: []))
        case "top_hits": .topHits(try TopHitsOptions(options))
        default:
            if let metric = MetricOptions.Kind(rawValue: type) {
                .metric(try MetricOptions(metric, options, reader))
            } else {
                throw ElasticError.parsing("Unknown aggregation type [\(type.prefix(80))]")
            }
        }
    }

    static func field(_ options: Document, in type: String, allowing others: Set<String>) throws -> String {
        try options.allow(only: others.union(["field"]), in: type)
        guard let name = try options.text("field", in: type) else {
            throw ElasticError.illegal("Required one of fields [field, script], but none were specified in [\(type)].")
        }
        return name
    }

    /// How many counters there are at once for each bucket around it.
    var weight: Int {
        let own = 1 + Self.weight(of: inner)
        switch kind {
        case .filters(let options): return (options.queries.count + 1) * own
        case .range(let options): return options.ranges.count * own
        default: return own
        }
    }

    /// Those of aggregations side by side.
    static func weight(of aggregations: [Aggregation]) -> Int {
        // No list is so long that sums could overflow: each level is checked before the one around it.
        aggregations.reduce(0) { $0 + $1.weight }
    }

    /// The fields that it asks events for; `nil` for all.
    var fields: Set<String>? {
        var names: Set<String> = []
        switch kind {
        case .terms(let options): names = [options.field]
        case .dateHistogram(let options): names = [options.field]
        case .histogram(let options): names = [options.field]
        case .range(let options): names = [options.field]
        case .missing(let field): names = [field]
        case .metric(let options): names = [options.field]
        case .filters(let options):
            for (_, query) in options.queries {
                guard let needed = query.fields else { return nil }
                names.formUnion(needed)
            }
        case .topHits: return nil
        }
        for aggregation in inner {
            guard let others = aggregation.fields else { return nil }
            names.formUnion(others)
        }
        return names
    }
}

/// The values of a field for aggregations.
struct FieldReader {
    private enum Place {
        case time
        case index
        case field(String)
    }

    private let place: Place
    private let names: IndexNames

    init(_ name: String, _ names: IndexNames) {
        self.names = names
        switch name {
        case LogEvent.timestampName: place = .time
        case "_index": place = .index
        default: place = .field(QueryReader.field(name))
        }
    }

    /// The fields of events that are read for a name.
    static func needed(for name: String) -> Set<String> {
        switch name {
        case LogEvent.timestampName: []
        case "_index": IndexNames.fields
        default: [QueryReader.field(name)]
        }
    }

    /// - Parameter missing: what counts where an event has none.
    func forEach(_ event: LogEvent, missing: LogValue? = nil, _ body: (LogValue) throws -> Void) rethrows {
        switch place {
        case .time: try body(.integer(event.timestamp))
        case .index: try body(.string(names.index(of: event)))
        case .field(let name):
            switch event[name] {
            case nil, .null?, .array([])?: if let missing { try body(missing) }
            case .array(let values)?:
                for (place, value) in values.enumerated() where value != .null {
                    // A value that an event has twice counts once.
                    if values.firstIndex(of: value) == place { try body(value) }
                }
            case let single?: try body(single)
            }
        }
    }

    /// The same of all values, also those that an event has twice.
    func forEachNumber(_ event: LogEvent, missing: Double?, _ body: (Double) throws -> Void) rethrows {
        switch place {
        case .time: try body(Double(event.timestamp))
        case .index: return
        case .field(let name):
            switch event[name] {
            case nil, .null?, .array([])?: if let missing { try body(missing) }
            case .array(let values)?: for value in values { if let number = value.asNumber { try body(number) } }
            case let single?: if let number = single.asNumber { try body(number) }
            }
        }
    }
}

extension LogValue {
    /// The value as a number: texts of digits are numbers too.
    var asNumber: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .boolean(let value): value ? 1 : 0
        case .string(let text):
            text.utf8.first.map { (48...57).contains($0) || $0 == 45 || $0 == 46 } == true ? Double(text) : nil
        case .array, .null: nil
        }
    }
}

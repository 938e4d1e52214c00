internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// A bucket for each of several ranges of numbers, or of dates.
struct RangeOptions {
    struct Range {
        let key: String
        /// It begins here…
        let from: Double?
        /// …and ends before this.
        let to: Double?
    }

    let field: String
    let ranges: [Range]
    let isKeyed: Bool
    let missing: Double?
    /// Of dates.
    private let format: DateFormat?
    private let zone: TimeZone

    private static let most = 1_000

    init(_ options: Document) throws {
        let type = "range"
        field = try Aggregation.field(options, in: type, allowing: ["ranges", "keyed", "missing"])
        isKeyed = try options.truth("keyed", in: type) ?? false
        missing = try options.double("missing", in: type)
        (format, zone) = (nil, .gmt)
        ranges = try Self.ranges(options, type) { object in
            let from = try object.double("from", in: type)
            let to = try object.double("to", in: type)
            return (from, to, "\(from.map { "\($0)" } ?? "*")-\(to.map { "\($0)" } ?? "*")")
        }
    }

    init(dates options: Document, _ reader: QueryReader) throws {
        let type = "date_range"
        field = try Aggregation.field(options, in: type, allowing: ["ranges", "keyed", "format", "time_zone"])
        isKeyed = try options.truth("keyed", in: type) ?? false
        missing = nil
        let zone = try reader.zone(options["time_zone"])
        let format = try options.text("format", in: type).map { try DateFormat($0) }
        (self.format, self.zone) = (format ?? .standard, zone)
        let shown = format ?? .standard
        func time(_ value: DocumentValue?) throws -> Double? {
            guard let value, value != .null else { return nil }
            guard let text = value.plainText,
                let range = (format.flatMap { $0.range(text, now: reader.now, zone: zone) })
                    ?? DateFormat.standard.range(text, now: reader.now, zone: zone)
            else { throw ElasticError.parsing("[date_range] cannot read the date [\(value.json.prefix(80))]") }
            return Double(range.start)
        }
        ranges = try Self.ranges(options, type) { object in
            let from = try time(object["from"])
            let to = try time(object["to"])
            let texts = [from, to].map { $0.map { shown.text(Int64($0), zone) } ?? "*" }
            return (from, to, texts.joined(separator: "-"))
        }
    }

    private static func ranges(
        _ options: Document, _ type: String,
        _ bounds: (Document) throws -> (from: Double?, to: Double?, key: String)
    ) throws -> [Range] {
        guard case .array(let values)? = options["ranges"], !values.isEmpty, values.count <= most else {
            throw ElasticError.illegal("No [ranges] specified for the [\(type)] aggregation, or more than \(most)")
        }
        return try values.map { value in
            guard let object = value.object else { throw ElasticError.parsing("[ranges] holds \(value.kind)") }
            try object.allow(only: ["from", "to", "key"], in: type)
            let (from, to, key) = try bounds(object)
            return Range(key: try object.text("key", in: type) ?? key, from: from, to: to)
        }.sorted { left, right in
            (left.from ?? -.infinity, left.to ?? .infinity) < (right.from ?? -.infinity, right.to ?? .infinity)
        }
    }

    func write(_ range: Range, to document: inout Document) {
        for (name, bound) in [("from", range.from), ("to", range.to)] {
            guard let bound else { continue }
            document.append(name, .number(bound))
            if let format { document.append(name + "_as_string", .string(format.text(Int64(bound), zone))) }
        }
    }

    var isOfDates: Bool { format != nil }
}

final class RangeState: AggregationState {
    private let options: RangeOptions
    private let inner: [Aggregation]
    private let reader: FieldReader
    private let maker: AggregationMaker
    private let buckets: [Bucket]

    init(_ options: RangeOptions, _ inner: [Aggregation], _ maker: AggregationMaker) {
        self.options = options
        self.inner = inner
        self.maker = maker
        reader = maker.reader(options.field)
        buckets = options.ranges.map { _ in maker.bucket(inner) }
    }

    func add(_ event: LogEvent) throws {
        var taken: Set<Int> = []
        func take(_ number: Double) throws {
            for (place, range) in options.ranges.enumerated() {
                guard range.from.map({ number >= $0 }) ?? true, range.to.map({ number < $0 }) ?? true else { continue }
                if taken.insert(place).inserted { try buckets[place].add(event) }
            }
        }
        if options.isOfDates {
            try reader.forEach(event) { value in
                if case .string(let text) = value {
                    guard let time = DateFormat.standard.range(text, now: 0, zone: .gmt) else { return }
                    try take(Double(time.start))
                } else if let number = value.asNumber {
                    try take(number)
                }
            }
        } else {
            try reader.forEachNumber(event, missing: options.missing) { try take($0) }
        }
    }

    func answer() throws -> Document {
        try maker.budget.takeShown(buckets.count)
        var keyed = Document()
        var list: [DocumentValue] = []
        for (range, bucket) in zip(options.ranges, buckets) {
            var document = Document()
            if !options.isKeyed { document.append("key", .string(range.key)) }
            options.write(range, to: &document)
            try bucket.write(inner, to: &document)
            if options.isKeyed { keyed[range.key] = .object(document) } else { list.append(.object(document)) }
        }
        return ["buckets": options.isKeyed ? .object(keyed) : .array(list)]
    }
}

/// A bucket for each of several queries, or one without a name for one query.
struct FiltersOptions {
    let queries: [(name: String?, query: LogQuery)]
    /// The name of the bucket for what fulfils none of them.
    let other: String?
    let isSingle: Bool
    let isKeyed: Bool

    private static let most = 1_000

    init(only query: LogQuery) {
        queries = [(nil, query)]
        other = nil
        isSingle = true
        isKeyed = false
    }

    init(_ options: Document, _ reader: QueryReader) throws {
        try options.allow(only: ["filters", "other_bucket", "other_bucket_key", "keyed"], in: "filters")
        switch options["filters"] {
        case .object(let object)?:
            queries = try object.members.map { ($0.name, try reader.query($0.value)) }
            isKeyed = try options.truth("keyed", in: "filters") ?? true
        case .array(let values)?:
            queries = try values.map { (nil, try reader.query($0)) }
            isKeyed = false
        default: throw ElasticError.illegal("[filters] cannot be null")
        }
        guard !queries.isEmpty, queries.count <= Self.most else {
            throw ElasticError.illegal("[filters] has none, or more than \(Self.most)")
        }
        let key = try options.text("other_bucket_key", in: "filters")
        let hasOther = try options.truth("other_bucket", in: "filters") ?? false
        other = key ?? (hasOther ? "_other_" : nil)
        isSingle = false
    }
}

final class FiltersState: AggregationState {
    private let options: FiltersOptions
    private let inner: [Aggregation]
    private let maker: AggregationMaker
    private let buckets: [Bucket]
    private let other: Bucket?

    init(_ options: FiltersOptions, _ inner: [Aggregation], _ maker: AggregationMaker) {
        self.options = options
        self.inner = inner
        self.maker = maker
        buckets = options.queries.map { _ in maker.bucket(inner) }
        other = options.other.map { _ in maker.bucket(inner) }
    }

    func add(_ event: LogEvent) throws {
        var isTaken = false
        for (place, filter) in options.queries.enumerated() {
            guard filter.query.matches(event) else { continue }
            isTaken = true
            try buckets[place].add(event)
        }
        if !isTaken { try other?.add(event) }
    }

    func answer() throws -> Document {
        try maker.budget.takeShown(buckets.count)
        if options.isSingle {
            var document = Document()
            try buckets[0].write(inner, to: &document)
            return document
        }
        var all = zip(options.queries, buckets).map { (name: $0.name, bucket: $1) }
        if let other { all.append((options.other, other)) }
        var keyed = Document()
        var list: [DocumentValue] = []
        for (name, bucket) in all {
            var document = Document()
            if !options.isKeyed, let name, name != options.other { document.append("key", .string(name)) }
            try bucket.write(inner, to: &document)
            if options.isKeyed { keyed[name ?? ""] = .object(document) } else { list.append(.object(document)) }
        }
        return ["buckets": options.isKeyed ? .object(keyed) : .array(list)]
    }

    func value(_ name: String) -> Double? { options.isSingle && name == "_count" ? Double(buckets[0].count) : nil }
}

/// The events that do not have a field.
final class MissingState: AggregationState {
    private let inner: [Aggregation]
    private let reader: FieldReader
    private let bucket: Bucket

    init(_ field: String, _ inner: [Aggregation], _ maker: AggregationMaker) {
        self.inner = inner
        reader = maker.reader(field)
        bucket = maker.bucket(inner)
    }

    func add(_ event: LogEvent) throws {
        var isThere = false
        reader.forEach(event) { _ in isThere = true }
        if !isThere { try bucket.add(event) }
    }

    func answer() throws -> Document {
        var document = Document()
        try bucket.write(inner, to: &document)
        return document
    }
}

internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// A bucket for each interval of time.
struct DateHistogramOptions {
    let field: String
    let interval: DateRounding.Interval
    let zone: TimeZone
    let offset: Int64
    let least: Int
    let isKeyed: Bool
    let format: DateFormat?
    let order: BucketOrder?
    let missing: Int64?
    let extended: ClosedRange<Int64>?
    let hard: ClosedRange<Int64>?

    init(_ options: Document, _ reader: QueryReader) throws {
        let type = "date_histogram"
        field = try Aggregation.field(
            options, in: type,
            allowing: [
                "fixed_interval", "calendar_interval", "interval", "time_zone", "offset", "min_doc_count", "keyed",
                "format",
                "order", "missing", "extended_bounds", "hard_bounds",
            ])
        interval = try Self.interval(options)
        zone = try reader.zone(options["time_zone"])
        offset = try options.text("offset", in: type).map { try Self.offset($0) } ?? 0
        least = try options.whole("min_doc_count", in: type) ?? 0
        isKeyed = try options.truth("keyed", in: type) ?? false
        let format = try options.text("format", in: type).map { try DateFormat($0) }
        self.format = format
        order = try BucketOrder(options["order"])
        let zone = zone
        func time(_ value: DocumentValue?) throws -> Int64? {
            guard let value, value != .null else { return nil }
            guard let text = value.plainText,
                let range = (format.flatMap { $0.range(text, now: reader.now, zone: zone) })
                    ?? DateFormat.standard.range(text, now: reader.now, zone: zone)
            else { throw ElasticError.parsing("[date_histogram] cannot read the date [\(value.json.prefix(80))]") }
            return range.start
        }
        func bounds(_ name: String) throws -> ClosedRange<Int64>? {
            guard let object = options[name]?.object else { return nil }
            try object.allow(only: ["min", "max"], in: name)
            let (low, high) = (try time(object["min"]), try time(object["max"]))
            guard let low = low ?? high.map({ _ in .min }), let high = high ?? .some(.max) else { return nil }
            guard low <= high else {
                throw ElasticError.parsing("[\(name).min][\(low)] cannot be greater than [\(name).max][\(high)]")
            }
            return low...high
        }
        missing = try time(options["missing"])
        extended = try bounds("extended_bounds")
        hard = try bounds("hard_bounds")
    }

    private static let units: [(name: String, letter: String, unit: DateRounding.Unit)] = [
        ("minute", "1m", .minute), ("hour", "1h", .hour), ("day", "1d", .day), ("week", "1w", .week),
        ("month", "1M", .month), ("quarter", "1q", .quarter), ("year", "1y", .year),
    ]

    /// Thirty thousand years: with more, times would be beyond what 64 bits hold.
    private static let spanMax: Int64 = 1 << 50

    private static func interval(_ options: Document) throws -> DateRounding.Interval {
        func fixed(_ text: String) throws -> DateRounding.Interval {
            guard let length = TimeUnits.milliseconds(text), length > 0, length <= spanMax else {
                throw ElasticError.illegal(
                    "failed to parse setting [date_histogram.fixed_interval] with value [\(text.prefix(80))] as a time "
                        + "value: unit is missing or unrecognized")
            }
            return .fixed(length)
        }
        func calendar(_ text: String) -> DateRounding.Interval? {
            units.first { $0.name == text || $0.letter == text }.map { .calendar($0.unit) }
        }
        if let text = try options.text("fixed_interval", in: "date_histogram") { return try fixed(text) }
        if let text = try options.text("calendar_interval", in: "date_histogram") {
            guard let interval = calendar(text) else {
                throw ElasticError.illegal(
                    "The supplied interval [\(text.prefix(80))] could not be parsed as a calendar interval.")
            }
            return interval
        }
        // Both in one word, as before version 8.
        guard let text = try options.text("interval", in: "date_histogram") else {
            throw ElasticError.illegal("Required one of fields [interval, calendar_interval, fixed_interval]")
        }
        return try calendar(text) ?? fixed(text)
    }

    private static func offset(_ text: String) throws -> Int64 {
        let isNegative = text.hasPrefix("-")
        let span = TimeUnits.milliseconds(text.hasPrefix("+") || isNegative ? String(text.dropFirst()) : text)
        guard let span, span <= spanMax else {
            throw ElasticError.illegal("failed to parse [offset] with value [\(text.prefix(80))]")
        }
        return isNegative ? -span : span
    }
}

final class DateHistogramState: AggregationState {
    private let options: DateHistogramOptions
    private let inner: [Aggregation]
    private let maker: AggregationMaker
    private let reader: FieldReader
    private let rounding: DateRounding
    private var buckets: [Int64: Bucket] = [:]

    init(_ options: DateHistogramOptions, _ inner: [Aggregation], _ maker: AggregationMaker) {
        self.options = options
        self.inner = inner
        self.maker = maker
        reader = maker.reader(options.field)
        rounding = DateRounding(options.interval, options.zone, offset: options.offset)
    }

    func add(_ event: LogEvent) throws {
        try reader.forEach(event, missing: options.missing.map { .integer($0) }) { value in
            let time: Int64
            switch value {
            case .integer(let number): time = number
            case .double(let number) where number.magnitude < 9e15: time = Int64(number)
            case .string(let text):
                guard let range = DateFormat.standard.range(text, now: 0, zone: .gmt) else { return }
                time = range.start
            default: return
            }
            if let hard = options.hard, !hard.contains(time) { return }
            // Far beyond all dates, where sums would not hold.
            guard time.magnitude < 1 << 58 else { return }
            let start = rounding.start(of: time)
            if let bucket = buckets[start] { return try bucket.add(event) }
            try maker.budget.takeKey(inner)
            let bucket = maker.bucket(inner)
            buckets[start] = bucket
            try bucket.add(event)
        }
    }

    func answer() throws -> Document {
        var all = buckets.map { (key: $0.key, bucket: $0.value) }.sorted { $0.key < $1.key }
        if options.least == 0 {
            var low = all.first?.key
            var high = all.last?.key
            if let extended = options.extended {
                if extended.lowerBound > .min { low = min(low ?? .max, rounding.start(of: extended.lowerBound)) }
                if extended.upperBound < .max { high = max(high ?? .min, rounding.start(of: extended.upperBound)) }
            }
            if let low, let high { try fill(&all, from: low, through: high) }
        } else {
            all.removeAll { $0.bucket.count < options.least }
        }
        if let order = options.order {
            try order.check(inner)
            all = order.sorted(all, inner)
        }
        try maker.budget.takeShown(all.count)
        let format = options.format ?? .standard
        var keyed = Document()
        var list: [DocumentValue] = []
        for (key, bucket) in all {
            var document = Document()
            let text = format.text(key, options.zone)
            document.append("key_as_string", .string(text))
            document.append("key", .integer(key))
            try bucket.write(inner, to: &document)
            if options.isKeyed { keyed[text] = .object(document) } else { list.append(.object(document)) }
        }
        return ["buckets": options.isKeyed ? .object(keyed) : .array(list)]
    }

    private func fill(_ all: inout [(key: Int64, bucket: Bucket)], from low: Int64, through high: Int64) throws {
        var filled: [(key: Int64, bucket: Bucket)] = []
        var start = low
        while start <= high {
            guard filled.count <= AggregationBudget.mostBuckets else {
                try maker.budget.takeShown(filled.count)
                return
            }
            filled.append((start, buckets[start] ?? maker.bucket(inner)))
            start = rounding.next(start)
        }
        all = filled
    }
}

/// A bucket for each interval of numbers.
struct HistogramOptions {
    let field: String
    let interval: Double
    let offset: Double
    let least: Int
    let isKeyed: Bool
    let order: BucketOrder?
    let missing: Double?
    let extended: ClosedRange<Double>?
    let hard: ClosedRange<Double>?

    init(_ options: Document) throws {
        let type = "histogram"
        field = try Aggregation.field(
            options, in: type,
            allowing: [
                "interval", "offset", "min_doc_count", "keyed", "order", "missing", "extended_bounds", "hard_bounds",
            ])
        guard let interval = try options.double("interval", in: type), interval > 0, interval.isFinite else {
            throw ElasticError.illegal("[interval] must be >0 for histogram aggregation [\(field.prefix(80))]")
        }
        self.interval = interval
        offset = try options.double("offset", in: type) ?? 0
        least = try options.whole("min_doc_count", in: type) ?? 0
        isKeyed = try options.truth("keyed", in: type) ?? false
        order = try BucketOrder(options["order"])
        missing = try options.double("missing", in: type)
        func bounds(_ name: String) throws -> ClosedRange<Double>? {
            guard let object = options[name]?.object else { return nil }
            let low = try object.double("min", in: name) ?? -.infinity
            let high = try object.double("max", in: name) ?? .infinity
            guard low <= high else { throw ElasticError.parsing("[\(name)] ends before it begins") }
            return low...high
        }
        extended = try bounds("extended_bounds")
        hard = try bounds("hard_bounds")
    }
}

final class HistogramState: AggregationState {
    private let options: HistogramOptions
    private let inner: [Aggregation]
    private let maker: AggregationMaker
    private let reader: FieldReader
    /// By the number of the interval.
    private var buckets: [Int64: Bucket] = [:]

    init(_ options: HistogramOptions, _ inner: [Aggregation], _ maker: AggregationMaker) {
        self.options = options
        self.inner = inner
        self.maker = maker
        reader = maker.reader(options.field)
    }

    private func number(_ value: Double) -> Int64? {
        let number = ((value - options.offset) / options.interval).rounded(.down)
        return number.magnitude < 9e15 ? Int64(number) : nil
    }

    func add(_ event: LogEvent) throws {
        var last: Int64?
        try reader.forEachNumber(event, missing: options.missing) { value in
            if let hard = options.hard, !hard.contains(value) { return }
            // Values of one event in one interval count once.
            guard let number = number(value), number != last else { return }
            last = number
            if let bucket = buckets[number] { return try bucket.add(event) }
            try maker.budget.takeKey(inner)
            let bucket = maker.bucket(inner)
            buckets[number] = bucket
            try bucket.add(event)
        }
    }

    func answer() throws -> Document {
        var all = buckets.map { (key: $0.key, bucket: $0.value) }.sorted { $0.key < $1.key }
        if options.least == 0 {
            var low = all.first?.key
            var high = all.last?.key
            if let extended = options.extended {
                if extended.lowerBound.isFinite, let first = number(extended.lowerBound) {
                    low = min(low ?? .max, first)
                }
                if extended.upperBound.isFinite, let last = number(extended.upperBound) {
                    high = max(high ?? .min, last)
                }
            }
            if let low, let high, low <= high {
                if high - low > Int64(AggregationBudget.mostBuckets) { try maker.budget.takeShown(.max / 2) }
                all = (low...high).map { ($0, buckets[$0] ?? maker.bucket(inner)) }
            }
        } else {
            all.removeAll { $0.bucket.count < options.least }
        }
        if let order = options.order {
            try order.check(inner)
            all = order.sorted(all, inner)
        }
        try maker.budget.takeShown(all.count)
        var keyed = Document()
        var list: [DocumentValue] = []
        for (number, bucket) in all {
            let key = Double(number) * options.interval + options.offset
            var document: Document = ["key": .number(key)]
            try bucket.write(inner, to: &document)
            if options.isKeyed { keyed["\(key)"] = .object(document) } else { list.append(.object(document)) }
        }
        return ["buckets": options.isKeyed ? .object(keyed) : .array(list)]
    }
}

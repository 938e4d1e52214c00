internal import Base
internal import Foundation
internal import LogDocuments
internal import Model

/// A number, or some, of the values of a field.
struct MetricOptions {
    enum Kind: String {
        case min, max, avg, sum, stats, cardinality, percentiles
        case extendedStats = "extended_stats"
        case valueCount = "value_count"
        case percentileRanks = "percentile_ranks"
    }

    let kind: Kind
    let field: String
    let missing: DocumentValue?
    let percents: [Double]
    let isKeyed: Bool
    let sigma: Double
    let format: DateFormat?

    init(_ kind: Kind, _ options: Document, _ reader: QueryReader) throws {
        self.kind = kind
        let type = kind.rawValue
        var known: Set<String> = ["missing", "format"]
        switch kind {
        case .percentiles: known.formUnion(["percents", "keyed", "tdigest", "hdr"])
        case .percentileRanks: known.formUnion(["values", "keyed", "tdigest", "hdr"])
        case .cardinality: known.formUnion(["precision_threshold", "execution_hint", "rehash"])
        case .extendedStats: known.insert("sigma")
        default: break
        }
        field = try Aggregation.field(options, in: type, allowing: known)
        missing = options["missing"]
        isKeyed = try options.truth("keyed", in: type) ?? true
        sigma = try options.double("sigma", in: type) ?? 2
        // Patterns of numbers change only how they are written beside themselves.
        format =
            field == LogEvent.timestampName
            ? try options.text("format", in: type).map { try DateFormat($0) } ?? .standard : nil
        let name = kind == .percentiles ? "percents" : "values"
        let listed = try options[name]?.list.map { value -> Double in
            guard let number = value.double else { throw ElasticError.parsing("[\(name)] holds \(value.kind)") }
            return number
        }
        percents = listed ?? [1, 5, 25, 50, 75, 95, 99]
        guard percents.count <= 100 else { throw ElasticError.illegal("[\(name)] has more than 100 values") }
        if kind == .percentiles, let bad = percents.first(where: { !(0...100).contains($0) }) {
            throw ElasticError.illegal("percent must be in [0,100], got [\(bad)]")
        }
        if kind == .percentileRanks, listed == nil { throw ElasticError.illegal("[values] must not be null") }
    }

    func state(_ maker: AggregationMaker) -> any AggregationState {
        switch kind {
        case .valueCount: ValueCountState(self, maker)
        case .cardinality: CardinalityState(self, maker)
        case .percentiles, .percentileRanks: PercentilesState(self, maker)
        case .min, .max, .avg, .sum, .stats, .extendedStats: StatisticsState(self, maker)
        }
    }
}

/// Sums and bounds of numbers.
final class StatisticsState: AggregationState {
    private let options: MetricOptions
    private let reader: FieldReader
    private var count = 0
    private var sum = 0.0
    /// What is lost of the sum by rounding.
    private var rest = 0.0
    private var squares = 0.0
    private var least = Double.infinity
    private var greatest = -Double.infinity

    init(_ options: MetricOptions, _ maker: AggregationMaker) {
        self.options = options
        reader = maker.reader(options.field)
    }

    func add(_ event: LogEvent) {
        reader.forEachNumber(event, missing: options.missing?.double) { value in
            count += 1
            // As Kahan has it: a million additions are as exact as one.
            let next = value - rest
            let total = sum + next
            rest = (total - sum) - next
            sum = total
            squares += value * value
            least = min(least, value)
            greatest = max(greatest, value)
        }
    }

    private var average: Double { sum / Double(count) }
    private var variance: Double { Swift.max(0, (squares - sum * sum / Double(count)) / Double(count)) }

    func value(_ name: String) -> Double? {
        switch (name, options.kind) {
        case ("value", .sum), ("sum", _): return sum
        case ("count", _): return Double(count)
        default: break
        }
        if count == 0 { return nil }
        switch (name, options.kind) {
        case ("value", .min), ("min", _): return least
        case ("value", .max), ("max", _): return greatest
        case ("value", .avg), ("avg", _): return average
        case ("sum_of_squares", _): return squares
        case ("variance", _), ("variance_population", _): return variance
        case ("std_deviation", _), ("std_deviation_population", _): return variance.squareRoot()
        default: return nil
        }
    }

    func answer() -> Document {
        func shown(_ number: Double?) -> DocumentValue { number.map { .number($0) } ?? .null }
        var document = Document()
        switch options.kind {
        case .stats, .extendedStats:
            document.append("count", .integer(Int64(count)))
            for name in ["min", "max", "avg", "sum"] { document.append(name, shown(value(name))) }
            if options.kind == .extendedStats { addSpread(to: &document) }
        default: document.append("value", shown(value("value")))
        }
        guard let format = options.format, count > 0 else { return document }
        for (name, number) in document.members {
            guard name != "count", name != "sum", case .number(let time) = number, time.magnitude < 9e15 else {
                continue
            }
            document.append(name + "_as_string", .string(format.text(Int64(time), .gmt)))
        }
        return document
    }

    private func addSpread(to document: inout Document) {
        guard count > 0 else {
            for name in ["sum_of_squares", "variance", "variance_population", "variance_sampling", "std_deviation"] {
                document.append(name, .null)
            }
            return
        }
        let sampling = count > 1 ? variance * Double(count) / Double(count - 1) : .nan
        document.append("sum_of_squares", .number(squares))
        document.append("variance", .number(variance))
        document.append("variance_population", .number(variance))
        document.append("variance_sampling", .number(sampling))
        document.append("std_deviation", .number(variance.squareRoot()))
        document.append("std_deviation_population", .number(variance.squareRoot()))
        document.append("std_deviation_sampling", .number(sampling.squareRoot()))
        let width = options.sigma * variance.squareRoot()
        let wide = options.sigma * sampling.squareRoot()
        document.append(
            "std_deviation_bounds",
            .object([
                "upper": .number(average + width), "lower": .number(average - width),
                "upper_population": .number(average + width), "lower_population": .number(average - width),
                "upper_sampling": .number(average + wide), "lower_sampling": .number(average - wide),
            ]))
    }
}

/// How many values there are.
final class ValueCountState: AggregationState {
    private let options: MetricOptions
    private let reader: FieldReader
    private var count = 0

    init(_ options: MetricOptions, _ maker: AggregationMaker) {
        self.options = options
        reader = maker.reader(options.field)
    }

    func add(_ event: LogEvent) { reader.forEach(event, missing: options.missing?.logValue) { _ in count += 1 } }

    func value(_ name: String) -> Double? { name == "value" ? Double(count) : nil }

    func answer() -> Document { ["value": .integer(Int64(count))] }
}

/// How many different values there are: exactly up to 40,000, within a hundredth beyond.
final class CardinalityState: AggregationState {
    private let options: MetricOptions
    private let reader: FieldReader
    private let budget: AggregationBudget
    private var hashes: Set<UInt64> = []
    /// Of each part of all hashes the longest run of zeros; empty while ``hashes`` tell.
    private var registers: [UInt8] = []

    private static let mostExact = 40_000
    private static let registerBits = 14

    init(_ options: MetricOptions, _ maker: AggregationMaker) {
        self.options = options
        budget = maker.budget
        reader = maker.reader(options.field)
    }

    func add(_ event: LogEvent) throws {
        try reader.forEach(event, missing: options.missing?.logValue) { value in
            guard let key = TermKey(value) else { return }
            let isText = if case .text = key { true } else { false }
            let hash = ByteHash.stable((isText ? "t" : "n") + key.text)
            if !registers.isEmpty { return note(hash) }
            guard hashes.insert(hash).inserted else { return }
            try budget.takeValues()
            if hashes.count > Self.mostExact {
                registers = [UInt8](repeating: 0, count: 1 << Self.registerBits)
                for hash in hashes { note(hash) }
                hashes = []
            }
        }
    }

    private func note(_ hash: UInt64) {
        let place = Int(hash >> UInt64(64 - Self.registerBits))
        let run = UInt8(
            (hash << UInt64(Self.registerBits) | 1 << UInt64(Self.registerBits - 1)).leadingZeroBitCount + 1)
        if run > registers[place] { registers[place] = run }
    }

    private var count: Int {
        if registers.isEmpty { return hashes.count }
        // HyperLogLog (Flajolet and others, 2007).
        let size = Double(registers.count)
        let sum = registers.reduce(0.0) { $0 + Foundation.pow(2, -Double($1)) }
        let estimate = 0.7213 / (1 + 1.079 / size) * size * size / sum
        let zeros = registers.count { $0 == 0 }
        if estimate <= 2.5 * size, zeros > 0 { return Int((size * Foundation.log(size / Double(zeros))).rounded()) }
        return Int(estimate.rounded())
    }

    func value(_ name: String) -> Double? { name == "value" ? Double(count) : nil }

    func answer() -> Document { ["value": .integer(Int64(count))] }
}

/// Under which value what share of all lies: exactly while there are few, beyond within a two-hundredth of the value.
final class PercentilesState: AggregationState {
    private let options: MetricOptions
    private let reader: FieldReader
    private let budget: AggregationBudget
    private var values: [Double] = []
    private var isSorted = false
    /// Counts by the logarithm of the value, of negative ones behind a minus; empty while ``values`` tell.
    private var counts: [Int: Int] = [:]
    private var total = 0

    private static let mostExact = 200_000
    private static let growth = Foundation.log(1.01)

    init(_ options: MetricOptions, _ maker: AggregationMaker) {
        self.options = options
        budget = maker.budget
        reader = maker.reader(options.field)
    }

    func add(_ event: LogEvent) throws {
        try reader.forEachNumber(event, missing: options.missing?.double) { value in
            guard value.isFinite else { return }
            total += 1
            if !counts.isEmpty { return counts[Self.slot(value), default: 0] += 1 }
            try budget.takeValues()
            values.append(value)
            isSorted = false
            if values.count > Self.mostExact {
                for value in values { counts[Self.slot(value), default: 0] += 1 }
                values = []
            }
        }
    }

    /// Slots are in the order of their values; 0 is that of zero.
    private static func slot(_ value: Double) -> Int {
        if value.magnitude < 1e-9 { return 0 }
        // Of an infinite one, that of the greatest.
        let value = Swift.max(-.greatestFiniteMagnitude, Swift.min(value, .greatestFiniteMagnitude))
        let place = Int((Foundation.log(value.magnitude) / growth).rounded(.up)) + 3_000
        return value < 0 ? -place : place
    }

    private static func middle(_ slot: Int) -> Double {
        if slot == 0 { return 0 }
        let value = Foundation.exp(Double(abs(slot) - 3_000) * growth) * 2 / 2.01
        return slot < 0 ? -value : value
    }

    private func percentile(_ percent: Double) -> Double? {
        if total == 0 { return nil }
        if counts.isEmpty {
            if !isSorted {
                values.sort()
                isSorted = true
            }
            let place = percent / 100 * Double(values.count - 1)
            let low = Int(place)
            let high = Swift.min(low + 1, values.count - 1)
            return values[low] + (values[high] - values[low]) * (place - Double(low))
        }
        let wanted = Int((percent / 100 * Double(total - 1)).rounded())
        var seen = 0
        for (slot, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen > wanted { return Self.middle(slot) }
        }
        return nil
    }

    /// The share of values that are not above one.
    private func rank(_ value: Double) -> Double? {
        if total == 0 { return nil }
        let below =
            counts.isEmpty
            ? values.count { $0 <= value } : counts.reduce(0) { $1.key <= Self.slot(value) ? $0 + $1.value : $0 }
        return Double(below) * 100 / Double(total)
    }

    private func answer(_ number: Double) -> Double? {
        options.kind == .percentiles ? percentile(number) : rank(number)
    }

    func value(_ name: String) -> Double? {
        if name == "value" { return options.percents.first.flatMap(answer) }
        guard let number = Double(name), !number.isNaN else { return nil }
        return options.kind == .percentiles && !(0...100).contains(number) ? nil : answer(number)
    }

    func answer() -> Document {
        var keyed = Document()
        var list: [DocumentValue] = []
        for number in options.percents.sorted() {
            let value = answer(number).map { DocumentValue.number($0) } ?? .null
            keyed["\(number)"] = value
            list.append(.object(["key": .number(number), "value": value]))
        }
        return ["values": options.isKeyed ? .object(keyed) : .array(list)]
    }
}

internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// A value by which hits are sorted.
enum SortValue: Hashable {
    case number(Double)
    case text(String)
    case absent

    /// As it is kept by who goes on.
    var kept: DocumentValue {
        switch self {
        case .number(let number):
            number == number.rounded() && number.magnitude < 1e15 ? .integer(Int64(number)) : .number(number)
        case .text(let text): .string(text)
        case .absent: .null
        }
    }

    init(_ value: DocumentValue?) {
        switch value {
        case .string(let text)?: self = .text(text)
        case .integer(let number)?: self = .number(Double(number))
        case .number(let number)?: self = .number(number)
        case .boolean(let value)?: self = .number(value ? 1 : 0)
        default: self = .absent
        }
    }

    /// Whether it comes before another one; numbers come before texts.
    func isBefore(_ other: SortValue) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.number, .text): true
        default: false
        }
    }
}

/// An order by the values of fields; what they leave open is decided by time, the newest first, and by the id.
struct FieldSorting {
    private let keys: [SortOrder.Key]
    /// Whether hits tell where they stand among those with the same values.
    private let tellsPlace: Bool

    private let names: IndexNames

    init(_ order: SortOrder, _ names: IndexNames) {
        self.names = names
        keys = order.keys.filter { $0.target != .score && $0.target != .place }
        tellsPlace = order.allKeys.contains { $0.target == .place }
    }

    func values(of event: LogEvent) -> [SortValue] {
        keys.map { key in
            switch key.target {
            case .time: .number(Double(event.timestamp))
            case .field("_index"): .text(names.index(of: event))
            case .field("_id"): .text(EventID.text(of: event, in: names.index(of: event)))
            case .field(let name): value(event[QueryReader.field(name)], key)
            case .place, .score: .absent
            }
        }
    }

    private func value(_ value: LogValue?, _ key: SortOrder.Key) -> SortValue {
        switch value {
        case nil, .null?: break
        case .array(let values)?:
            let all = values.filter { $0 != .null }.map { SortValue(DocumentValue($0)) }
            let chosen = key.isAscending ? all.min { $0.isBefore($1) } : all.max { $0.isBefore($1) }
            if let chosen { return chosen }
        case let single?: return SortValue(DocumentValue(single))
        }
        switch key.missing {
        case .string("_last"), .string("_first"), .null: return .absent
        default: return SortValue(key.missing)
        }
    }

    /// Whether the first values come before the second ones; `nil` where they are the same.
    func isBefore(_ left: [SortValue], _ right: [SortValue]) -> Bool? {
        for (key, (left, right)) in zip(keys, zip(left, right)) where left != right {
            if left == .absent { return key.missing == .string("_first") }
            if right == .absent { return key.missing != .string("_first") }
            return left.isBefore(right) == key.isAscending
        }
        return nil
    }

    /// The values of `search_after`, or of what an earlier answer kept.
    func values(_ after: [DocumentValue], isNext: Bool, now: Int64) throws -> [SortValue] {
        guard after.count >= keys.count else {
            throw ElasticError.illegal("search_after has \(after.count) value(s) but sort has \(keys.count).")
        }
        if isNext { return after.map { SortValue($0) } }
        let place = tellsPlace && after.count > keys.count ? Self.place(after.last) : []
        let own = try zip(keys, after).map { key, value -> SortValue in
            guard key.target == .time, let text = value.plainText else { return SortValue(value) }
            guard let time = (key.format ?? .standard).range(text, now: now, zone: .gmt) else {
                throw ElasticError.illegal("Failed to parse search_after value [\(text.prefix(80))]")
            }
            return .number(Double(time.start))
        }
        return own + place
    }

    /// Reads what ``shown(_:)`` wrote last: the time and the id.
    private static func place(_ value: DocumentValue?) -> [SortValue] {
        guard let parts = value?.string?.split(separator: ":", maxSplits: 1), parts.count == 2,
            let time = Double(parts[0])
        else { return [] }
        return [.number(time), .text(String(parts[1]))]
    }

    /// The values as hits tell them.
    func shown(_ values: [SortValue]) -> [DocumentValue] {
        var shown = zip(keys, values).map { key, value -> DocumentValue in
            if key.target == .time, case .number(let time) = value, let format = key.format {
                return .string(format.text(Int64(time), .gmt))
            }
            return value.kept
        }
        if tellsPlace, values.count == keys.count + 2, case .number(let time) = values[keys.count],
            case .text(let id) = values[keys.count + 1]
        {
            shown.append(.string("\(Int64(time)):\(id)"))
        }
        return shown
    }
}

/// The first hits in an order.
struct BestHits {
    struct Hit {
        let event: LogEvent
        /// Of the keys, and behind them the time and the id.
        let values: [SortValue]
    }

    private let sorting: FieldSorting
    private let limit: Int
    private let after: [SortValue]?
    private let bytesMax: Int
    private var hits: [Hit] = []
    private var bytes = 0
    /// What a hit must come before, once there are enough.
    private var bound: Hit?

    init(_ sorting: FieldSorting, limit: Int, after: [SortValue]?, bytesMax: Int) {
        self.sorting = sorting
        self.limit = limit
        self.after = after
        self.bytesMax = bytesMax
    }

    private func isBefore(_ left: [SortValue], _ right: [SortValue]) -> Bool {
        if let isBefore = sorting.isBefore(left, right) { return isBefore }
        // The newest first.
        for (left, right) in zip(left.suffix(2), right.suffix(2)) where left != right {
            if case .number(let left) = left, case .number(let right) = right { return left > right }
            return left.isBefore(right)
        }
        return false
    }

    mutating func add(_ event: LogEvent, id: () -> String) throws {
        let keys = sorting.values(of: event)
        if let bound, sorting.isBefore(bound.values, keys) == true { return }
        if let after, after.count <= keys.count {
            // Who names values alone wants what comes behind them.
            guard sorting.isBefore(after, keys) == true else { return }
        }
        let values = keys + [.number(Double(event.timestamp)), .text(id())]
        if let after, after.count > keys.count, !isBefore(after, values) { return }
        hits.append(Hit(event: event, values: values))
        bytes += event.approximateBytes
        if hits.count >= limit * 2 + 100 || bytes > bytesMax * 2 { try tidy() }
    }

    private mutating func tidy() throws {
        hits = hits.sorted { isBefore($0.values, $1.values) }
        hits.removeLast(max(0, hits.count - limit))
        bytes = hits.reduce(0) { $0 + $1.event.approximateBytes }
        guard bytes <= bytesMax else {
            throw ElasticError(
                413, "content_too_long_exception",
                "the hits would have more than \(bytesMax) bytes; ask for a smaller [size]")
        }
        bound = hits.count == limit ? hits.last : nil
    }

    func finish() -> [Hit] { Array(hits.sorted { isBefore($0.values, $1.values) }.prefix(limit)) }
}

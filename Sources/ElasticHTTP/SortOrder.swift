internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// In which order hits come.
struct SortOrder {
    enum Target: Hashable {
        case time
        /// Where an event stands among those of its time.
        case place
        /// All events count the same.
        case score
        case field(String)
    }

    struct Key {
        let target: Target
        var isAscending: Bool
        var format: DateFormat?
        /// Where events stand that do not have the field.
        var missing: DocumentValue = .string("_last")
    }

    private(set) var keys: [Key] = []
    /// Whether the place is asked for without a word.
    var addsPlace = false

    init() {}

    /// - Parameter parameter: `sort=` of an address.
    /// - Throws: ``ElasticError``.
    init(_ value: DocumentValue?, _ parameter: String?) throws {
        if let parameter {
            for part in parameter.split(separator: ",") {
                let pieces = part.split(separator: ":", maxSplits: 1).map(String.init)
                keys.append(try Self.key(pieces[0], pieces.count > 1 ? .string(pieces[1]) : nil))
            }
            return
        }
        guard let value, value != .null else { return }
        for item in value.list {
            switch item {
            case .string(let name): keys.append(try Self.key(name, nil))
            case .object(let object): for (name, options) in object.members { keys.append(try Self.key(name, options)) }
            default: throw ElasticError.parsing("[sort] holds \(item.kind)")
            }
        }
        guard keys.count <= 16 else { throw ElasticError.illegal("[sort] names more than 16 fields") }
    }

    private static func key(_ name: String, _ options: DocumentValue?) throws -> Key {
        let target: Target =
            switch name {
            case LogEvent.timestampName: .time
            case "_doc", "_shard_doc": .place
            case "_score": .score
            default: .field(name)
            }
        var key = Key(target: target, isAscending: target != .score)
        switch options {
        case nil, .null?: break
        case .string(let order)?: key.isAscending = try isAscending(order)
        case .object(let object)?:
            try object.allow(
                only: ["order", "format", "missing", "unmapped_type", "ignore_unmapped", "numeric_type", "mode"],
                in: "sort")
            if let order = try object.text("order", in: "sort") { key.isAscending = try isAscending(order) }
            key.format = try object.text("format", in: "sort").map { try DateFormat($0) }
            if let missing = object["missing"] { key.missing = missing }
            let mode = try object.text("mode", in: "sort")
            guard mode == nil || mode == (key.isAscending ? "min" : "max") else {
                throw ElasticError.illegal("[sort] mode [\(mode ?? "")] is not supported")
            }
        default: throw ElasticError.parsing("[sort] on [\(name.prefix(80))] is no order")
        }
        return key
    }

    private static func isAscending(_ order: String) throws -> Bool {
        switch order.lowercased() {
        case "asc": return true
        case "desc": return false
        default: throw ElasticError.illegal("No enum constant SortOrder.\(order.prefix(80).uppercased())")
        }
    }

    /// The order by time that the keys say; `nil` where they name other fields.
    var byTime: LogOrder? {
        let counting = keys.filter { $0.target != .score }
        guard let first = counting.first else { return .newestFirst }
        for key in counting { if case .field = key.target { return nil } }
        return first.isAscending ? .oldestFirst : .newestFirst
    }

    /// Whether hits tell by what they were sorted.
    var isNamed: Bool { addsPlace || keys.contains { $0.target != .score } }

    /// The keys that hits tell, the silent one among them.
    var allKeys: [Key] {
        addsPlace && !keys.contains { $0.target == .place } ? keys + [Key(target: .place, isAscending: true)] : keys
    }
}

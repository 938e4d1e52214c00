internal import Foundation

/// The functions of Go's text/template: https://pkg.go.dev/text/template#hdr-Functions
enum BuiltInFunctions {
    static let table: [String: TemplateFunctions.Function] = [
        // The executor evaluates these two itself, argument by argument, and stops early.
        "and": { values in values.first { !$0.isTrue } ?? values.last ?? .none },
        "or": { values in values.first { $0.isTrue } ?? values.last ?? .none },
        "not": { .bool(!(try TemplateArguments($0, 1)).values[0].isTrue) },
        "print": { .string(GoPrintf.joined($0)) },
        "println": { .string(GoPrintf.line($0)) },
        "printf": { values in
            guard let format = values.first?.text else { throw TemplateFailure("printf wants a format") }
            return .string(try GoPrintf.format(format, Array(values.dropFirst())))
        },
        "html": { .string(TemplateEscaping.html(GoPrintf.joined($0))) },
        "js": { .string(TemplateEscaping.script(GoPrintf.joined($0))) },
        "urlquery": { .string(TemplateEscaping.query(GoPrintf.joined($0))) },
        "len": { .integer(Int64(try length(of: try TemplateArguments($0, 1).values[0]))) },
        "index": index,
        "slice": slice,
        "eq": { values in
            guard values.count >= 2 else { throw TemplateFailure("missing argument for comparison") }
            return .bool(try values.dropFirst().contains { try areEqual(values[0], $0) })
        },
        "ne": { .bool(!(try compared($0, areEqual))) },
        "lt": { .bool(try compared($0, isLess)) },
        "le": { .bool(try compared($0) { try isLess($0, $1) || areEqual($0, $1) }) },
        "gt": { .bool(try compared($0) { try isLess($1, $0) }) },
        "ge": { .bool(try compared($0) { try isLess($1, $0) || areEqual($0, $1) }) },
    ]

    private static func compared(
        _ values: [TemplateValue], _ comparison: (TemplateValue, TemplateValue) throws -> Bool
    ) throws -> Bool {
        let arguments = try TemplateArguments(values, 2)
        return try comparison(arguments.values[0], arguments.values[1])
    }

    private static func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
        let (left, right) = (unnamed(left), unnamed(right))
        switch (left, right) {
        case (.none, .none): return true
        case (.none, _), (_, .none): return false
        case (.bool(let left), .bool(let right)): return left == right
        case (.integer(let left), .integer(let right)): return left == right
        case (.number(let left), .number(let right)): return left == right
        case (.duration(let left), .duration(let right)): return left == right
        case (.duration(let left), .integer(let right)), (.integer(let left), .duration(let right)):
            return left == right
        case (.time(let left), .time(let right)): return left == right
        default:
            guard let left = left.text, let right = right.text else {
                throw TemplateFailure("incompatible types for comparison")
            }
            return left == right
        }
    }

    private static func unnamed(_ value: TemplateValue) -> TemplateValue {
        if case .named(let number, _) = value { return .integer(number) }
        return value
    }

    private static func isLess(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
        let (left, right) = (unnamed(left), unnamed(right))
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return left < right
        case (.number(let left), .number(let right)): return left < right
        case (.duration(let left), .duration(let right)): return left < right
        case (.duration(let left), .integer(let right)), (.integer(let left), .duration(let right)): return left < right
        case (.bool, .bool), (.none, _), (_, .none): throw TemplateFailure("invalid type for comparison")
        default:
            guard let left = left.text, let right = right.text else {
                throw TemplateFailure("incompatible types for comparison")
            }
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }

    private static func length(of value: TemplateValue) throws -> Int {
        if case .object(let object) = value, let count = object.count { return count }
        switch value.resolved {
        case .string(let text), .markup(let text): return text.utf8.count
        case .list(let list): return list.count
        case .map(let map) where !map.isRecord: return map.entries.count
        case .none: throw TemplateFailure("len of nil pointer")
        default: throw TemplateFailure("len of type \(value.typeName)")
        }
    }

    private static let index: TemplateFunctions.Function = { values in
        guard var item = values.first else { throw TemplateFailure("index wants a value") }
        for key in values.dropFirst() {
            switch (item.resolved, key) {
            case (.list(let list), .integer(let position)):
                guard let position = Int(exactly: position), list.indices.contains(position) else {
                    throw TemplateFailure("index out of range: \(position)")
                }
                item = list[position]
            case (.string(let text), .integer(let position)):
                let bytes = Array(text.utf8)
                guard let position = Int(exactly: position), bytes.indices.contains(position) else {
                    throw TemplateFailure("index out of range: \(position)")
                }
                item = .integer(Int64(bytes[position]))
            case (.map(let map), _) where !map.isRecord && key.text != nil:
                item = map.entries[key.text ?? ""] ?? map.missing ?? .none
            case (.none, _): throw TemplateFailure("index of untyped nil")
            default: throw TemplateFailure("can't index item of type \(item.typeName) with \(key.typeName)")
            }
        }
        return item
    }

    private static let slice: TemplateFunctions.Function = { values in
        let arguments = try TemplateArguments(values, count: 1...4)
        var bounds: [Int] = []
        for value in arguments.values.dropFirst() {
            guard case .integer(let bound) = value, let bound = Int(exactly: bound) else {
                throw TemplateFailure("cannot index slice/array with type \(value.typeName)")
            }
            bounds.append(bound)
        }
        let count = try length(of: values[0].resolved)
        let range = (bounds.first ?? 0, bounds.count > 1 ? bounds[1] : count)
        guard 0 <= range.0, range.0 <= range.1, range.1 <= count else {
            throw TemplateFailure("index out of range: \(range.0):\(range.1)")
        }
        switch values[0].resolved {
        case .list(let list): return .list(Array(list[range.0..<range.1]))
        case .string(let text), .markup(let text):
            return .string(String(decoding: Array(text.utf8)[range.0..<range.1], as: UTF8.self))
        default: throw TemplateFailure("can't slice item of type \(values[0].typeName)")
        }
    }
}

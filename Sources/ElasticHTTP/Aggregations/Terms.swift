internal import LogDocuments
internal import Model
internal import Patterns

/// A bucket for each value of a field.
struct TermsOptions {
    let field: String
    let size: Int
    let order: BucketOrder
    let least: Int
    let missing: LogValue?
    private let included: Choice?
    private let excluded: Choice?

    private enum Choice {
        case values(Set<String>)
        case pattern(Pattern)

        func holds(_ text: String) -> Bool {
            switch self {
            case .values(let values): values.contains(text)
            case .pattern(let pattern): pattern.matchesWhole(text)
            }
        }
    }

    init(_ options: Document) throws {
        let type = "terms"
        field = try Aggregation.field(
            options, in: type,
            allowing: [
                "size", "order", "min_doc_count", "missing", "include", "exclude", "shard_size", "shard_min_doc_count",
                "show_term_doc_count_error", "execution_hint", "collect_mode", "value_type",
            ])
        size = try options.whole("size", in: type) ?? 10
        guard size > 0 else { throw ElasticError.illegal("[size] must be greater than 0. Found [\(size)] in [terms]") }
        order = try BucketOrder(options["order"]) ?? BucketOrder()
        least = try options.whole("min_doc_count", in: type) ?? 1
        guard least > 0 else {
            throw ElasticError.illegal(
                "[min_doc_count] of [terms] must be at least 1 here: values that no event of the search has are not listed"
            )
        }
        missing = options["missing"]?.logValue
        included = try Self.choice(options["include"], "include")
        excluded = try Self.choice(options["exclude"], "exclude")
    }

    private static func choice(_ value: DocumentValue?, _ name: String) throws -> Choice? {
        switch value {
        case nil, .null?: return nil
        case .array(let values)?: return .values(Set(values.compactMap(\.plainText)))
        case .string(let text)?:
            do {
                return .pattern(
                    try Pattern(try LuceneRegexp.translated(text, hasOperators: true), dotMatchesNewline: true))
            } catch let error as PatternError {
                throw ElasticError.illegal("[\(name)] is no regular expression: \(error.reason)")
            }
        default:
            throw ElasticError.parsing("[\(name)] of [terms] is \(value?.kind ?? ""): partitions are not supported")
        }
    }

    func isWanted(_ text: String) -> Bool { included?.holds(text) ?? true && !(excluded?.holds(text) ?? false) }

    var takesAll: Bool { included == nil && excluded == nil }
}

/// A value that has a bucket.
enum TermKey: Hashable, Comparable {
    case truth(Bool)
    case whole(Int64)
    case number(Double)
    case text(String)

    init?(_ value: LogValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .integer(let number): self = .whole(number)
        case .double(let number):
            if let whole = Int64(exactly: number) { self = .whole(whole) } else { self = .number(number) }
        case .boolean(let truth): self = .truth(truth)
        case .array, .null: return nil
        }
    }

    static func < (left: TermKey, right: TermKey) -> Bool {
        switch (left, right) {
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.text, _): false
        case (_, .text): true
        default: left.double < right.double
        }
    }

    private var double: Double {
        switch self {
        case .truth(let value): value ? 1 : 0
        case .whole(let number): Double(number)
        case .number(let number): number
        case .text: 0
        }
    }

    var text: String {
        switch self {
        case .truth(let value): value ? "true" : "false"
        case .whole(let number): String(number)
        case .number(let number): "\(number)"
        case .text(let text): text
        }
    }

    func write(to document: inout Document) {
        switch self {
        case .truth(let value):
            document.append("key", .integer(value ? 1 : 0))
            document.append("key_as_string", .string(text))
        case .whole(let number): document.append("key", .integer(number))
        case .number(let number): document.append("key", .number(number))
        case .text(let text): document.append("key", .string(text))
        }
    }
}

final class TermsState: AggregationState {
    private let options: TermsOptions
    private let inner: [Aggregation]
    private let maker: AggregationMaker
    private let reader: FieldReader
    private var buckets: [TermKey: Bucket] = [:]

    init(_ options: TermsOptions, _ inner: [Aggregation], _ maker: AggregationMaker) {
        self.options = options
        self.inner = inner
        self.maker = maker
        reader = maker.reader(options.field)
    }

    func add(_ event: LogEvent) throws {
        try reader.forEach(event, missing: options.missing) { value in
            guard let key = TermKey(value) else { return }
            if let bucket = buckets[key] { return try bucket.add(event) }
            guard options.takesAll || options.isWanted(key.text) else { return }
            try maker.budget.takeKey(inner)
            let bucket = maker.bucket(inner)
            buckets[key] = bucket
            try bucket.add(event)
        }
    }

    func answer() throws -> Document {
        try options.order.check(inner)
        let wanted = buckets.filter { $0.value.count >= options.least }.map { (key: $0.key, bucket: $0.value) }
        let sorted = options.order.sorted(wanted, inner)
        let shown = sorted.prefix(options.size)
        try maker.budget.takeShown(shown.count)
        return [
            "doc_count_error_upper_bound": .integer(0),
            "sum_other_doc_count": .integer(Int64(sorted.dropFirst(options.size).reduce(0) { $0 + $1.bucket.count })),
            "buckets": .array(
                try shown.map { key, bucket in
                    var document = Document()
                    key.write(to: &document)
                    try bucket.write(inner, to: &document)
                    return .object(document)
                }),
        ]
    }
}

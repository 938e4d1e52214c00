internal import LogDocuments
internal import Model

/// The first events of a bucket.
struct TopHitsOptions {
    let from: Int
    let size: Int
    let sort: SortOrder
    let source: SourceFilter
    let fields: [FieldPattern]

    private static let most = 100

    init(_ options: Document) throws {
        let type = "top_hits"
        try options.allow(
            only: ["from", "size", "sort", "_source", "fields", "docvalue_fields", "track_scores", "version"], in: type)
        from = try options.whole("from", in: type) ?? 0
        size = try options.whole("size", in: type) ?? 3
        guard from >= 0, size >= 0, from + size <= Self.most else {
            throw ElasticError.illegal(
                "Top hits result window is too large, from + size must be at most [\(Self.most)]")
        }
        sort = try SortOrder(options["sort"], nil)
        source = try SourceFilter(options["_source"], ElasticParameters(""))
        fields = try ["fields", "docvalue_fields"].flatMap {
            try (options[$0]?.list ?? []).map { try FieldPattern($0) }
        }
    }
}

final class TopHitsState: AggregationState {
    private let options: TopHitsOptions
    private let maker: AggregationMaker
    private let sorting: FieldSorting
    private var best: BestHits
    private var count = 0

    private static let bytesMax = 8 << 20

    init(_ options: TopHitsOptions, _ maker: AggregationMaker) {
        self.options = options
        self.maker = maker
        sorting = FieldSorting(options.sort, maker.names)
        best = BestHits(sorting, limit: options.from + options.size, after: nil, bytesMax: Self.bytesMax)
    }

    func add(_ event: LogEvent) throws {
        count += 1
        // What is kept beside numbers: each hit takes some hundred of them.
        if count <= options.from + options.size { try maker.budget.takeValues(200) }
        let names = maker.names
        try best.add(event) { EventID.text(of: event, in: names.index(of: event)) }
    }

    func answer() throws -> Document {
        let hits = best.finish().dropFirst(options.from).map { hit in
            Searcher.Hit(event: hit.event, sort: sorting.shown(hit.values))
        }
        let writer = HitWriter(
            names: maker.names, source: options.source, fields: options.fields, isSorted: options.sort.isNamed)
        return [
            "hits": .object([
                "total": .object(["value": .integer(Int64(count)), "relation": .string("eq")]),
                "max_score": options.sort.isNamed || hits.isEmpty ? .null : .number(1),
                "hits": .array(try hits.map { .object(try writer.document($0)) }),
            ])
        ]
    }
}

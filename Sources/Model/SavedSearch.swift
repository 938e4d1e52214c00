/// A search of logs that people keep under a name.
public struct SavedSearch: Codable, Sendable, Hashable {
    public enum Language: String, Codable, Sendable { case lucene, kql }

    public var name: String
    public var query: String
    public var language: Language
    /// What must hold beside the query, each in Lucene's language.
    public var filters: [String]
    /// The fields that are shown; empty for the usual ones.
    public var columns: [String]
    /// The fields of which values are counted beside the usual ones.
    public var facets: [String]
    /// How far back it goes, `6h`; `nil` for the usual time.
    public var since: String?

    public init(
        name: String, query: String, language: Language = .lucene, filters: [String] = [], columns: [String] = [],
        facets: [String] = [], since: String? = nil
    ) {
        self.name = name
        self.query = query
        self.language = language
        self.filters = filters
        self.columns = columns
        self.facets = facets
        self.since = since
    }

    /// Only the name has to be there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        query = try container.decodeIfPresent(String.self, forKey: .query) ?? ""
        language = try container.decodeIfPresent(Language.self, forKey: .language) ?? .lucene
        filters = try container.decodeIfPresent([String].self, forKey: .filters) ?? []
        columns = try container.decodeIfPresent([String].self, forKey: .columns) ?? []
        facets = try container.decodeIfPresent([String].self, forKey: .facets) ?? []
        since = try container.decodeIfPresent(String.self, forKey: .since)
    }

    /// The most that a site keeps.
    public static let most = 200
    public static let nameLength = 100
    public static let filtersMax = 50
    public static let columnsMax = 20
    public static let facetsMax = 12
    private static let queryBytesMax = 4_096
    private static let filterBytesMax = 1_000
    private static let fieldBytesMax = 200

    /// Why it cannot be kept, for people; `nil` where it can.
    public var problem: String? {
        let called = "the search \"\(name.prefix(Self.nameLength))\""
        if name.allSatisfy(\.isWhitespace) { return "a search needs a name" }
        if name.count > Self.nameLength || name.utf8.count > 8 * Self.nameLength {
            return "the name of \(called) is longer than \(Self.nameLength) characters"
        }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "the name of \(called) has a line break or another control character"
        }
        if query.utf8.count > Self.queryBytesMax {
            return "the query of \(called) is longer than \(Self.queryBytesMax) bytes"
        }
        let lists = [
            ("filters", filters, Self.filtersMax, Self.filterBytesMax),
            ("columns", columns, Self.columnsMax, Self.fieldBytesMax),
            ("facets", facets, Self.facetsMax, Self.fieldBytesMax),
        ]
        for (kind, texts, most, bytes) in lists {
            if texts.count > most { return "\(called) has more than \(most) \(kind)" }
            if texts.contains(where: { $0.isEmpty || $0.utf8.count > bytes }) {
                return "one of the \(kind) of \(called) is empty, or longer than \(bytes) bytes"
            }
        }
        if columns.contains(where: { $0.contains(",") }) { return "a column of \(called) has a comma in its name" }
        if let since, DurationText.milliseconds(since).map({ $0 > 0 }) != true {
            return "the time \"\(since.prefix(40))\" of \(called) is no duration; write 15m, 6h or 3d"
        }
        return nil
    }
}

internal import LogDocuments

/// A table as `_cat` shows it.
struct CatTable {
    private var columns: [String]
    private var rows: [[String]]

    init(columns: [String], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    private static func clock(_ now: Int64) -> [String] {
        [String(now / 1_000), String(DocumentTime.text(now).dropFirst(11).prefix(8))]
    }

    static func health(now: Int64) -> CatTable {
        CatTable(
            columns: [
                "epoch", "timestamp", "cluster", "status", "node.total", "node.data", "shards", "pri", "relo", "init",
                "unassign", "pending_tasks", "max_task_wait_time", "active_shards_percent",
            ],
            rows: [clock(now) + ["watchpost", "green", "1", "1", "1", "1", "0", "0", "0", "0", "-", "100.0%"]])
    }

    static func nodes(_ name: String) -> CatTable {
        CatTable(columns: ["ip", "node.role", "master", "name"], rows: [["127.0.0.1", "dim", "*", name]])
    }

    static func indices(_ counts: [(name: String, count: Int)]) -> CatTable {
        CatTable(
            columns: [
                "health", "status", "index", "uuid", "pri", "rep", "docs.count", "docs.deleted", "store.size",
                "pri.store.size", "dataset.size",
            ],
            rows: counts.map { ["green", "open", $0.name, "-", "1", "0", String($0.count), "0", "-", "-", "-"] })
    }

    static func count(_ count: Int, now: Int64) -> CatTable {
        CatTable(columns: ["epoch", "timestamp", "count"], rows: [clock(now) + [String(count)]])
    }

    private static let short = [
        "i": "index", "dc": "docs.count", "s": "status", "h": "health", "n": "name", "st": "status",
    ]

    /// Takes the columns that are wanted, and sorts the rows.
    /// - Throws: ``ElasticError`` for an order by a column that there is none of.
    mutating func arrange(columns wanted: [String]?, order: [String]?) throws {
        for part in (order ?? []).reversed() {
            let pieces = part.split(separator: ":").map(String.init)
            let name = Self.short[pieces[0]] ?? pieces[0]
            guard let place = columns.firstIndex(of: name) else {
                throw ElasticError.illegal("Unable to sort by unknown sort key `\(name.prefix(80))`")
            }
            let isDescending = pieces.count > 1 && pieces[1] == "desc"
            rows.sort { left, right in
                let (a, b) = isDescending ? (right[place], left[place]) : (left[place], right[place])
                if let a = Double(a), let b = Double(b) { return a < b }
                return a < b
            }
        }
        guard let wanted else { return }
        let places = wanted.flatMap { name in
            columns.indices.filter { IndexExpression.matches(columns[$0], Self.short[name] ?? name) }
        }
        columns = places.map { columns[$0] }
        rows = rows.map { row in places.map { row[$0] } }
    }

    var json: [UInt8] {
        let list = DocumentValue.array(
            rows.map { row in
                .object(Document(zip(columns, row).map { (name: $0, value: $1 == "-" ? .null : .string($1)) }))
            })
        var bytes: [UInt8] = []
        list.write(to: &bytes)
        return bytes
    }

    func text(hasHead: Bool) -> String {
        let all = hasHead ? [columns] + rows : rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { place, text in
                place == row.count - 1
                    ? text : text + String(repeating: " ", count: max(0, widths[place] - text.count))
            }.joined(separator: " ") + "\n"
        }.joined()
    }
}

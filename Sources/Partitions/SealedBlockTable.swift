/// The two tables in which a day file keeps its sealed blocks: `blocks`, what is known of each, and `block_data`, their
/// bytes under the same number, so that looking for a block reads no bytes of others.
public enum SealedBlockTable {
    /// Stores the bytes of the block whose row in `blocks` was inserted last.
    public static func insertData(_ data: [UInt8], _ connection: SQLiteConnection) throws {
        let statement = try connection.statement("INSERT INTO block_data(id, data) VALUES (?, ?)")
        statement.bind(1, connection.lastInsertedRow)
        statement.bind(2, data)
        try statement.run()
    }

    /// The bytes of a block; empty where there is none of that number.
    public static func data(of id: Int64, _ connection: SQLiteConnection) throws -> [UInt8] {
        let statement = try connection.statement("SELECT data FROM block_data WHERE id = ?")
        defer { statement.reset() }
        statement.bind(1, id)
        return try statement.step() ? statement.bytes(0) : []
    }

    /// Removes the blocks with the oldest ends until `bytes` or more are free, and gives the space back.
    /// - Returns: whether there was anything to remove.
    @discardableResult
    public static func dropOldest(bytes: Int64, _ connection: SQLiteConnection) throws -> Bool {
        let oldest = try connection.statement(
            "SELECT b.id, length(d.data) FROM blocks b JOIN block_data d ON d.id = b.id ORDER BY b.max_time, b.id")
        var ids: [Int64] = []
        var freed: Int64 = 0
        while freed < bytes, try oldest.step() {
            ids.append(oldest.integer(0))
            freed += oldest.integer(1)
        }
        oldest.reset()
        if ids.isEmpty { return false }
        try connection.transaction {
            for id in ids { try delete(id, connection) }
        }
        try connection.shrink()
        return true
    }

    /// Removes one block.
    public static func delete(_ id: Int64, _ connection: SQLiteConnection) throws {
        for table in ["blocks", "block_data"] {
            let deletion = try connection.statement("DELETE FROM \(table) WHERE id = ?")
            deletion.bind(1, id)
            try deletion.run()
        }
    }
}

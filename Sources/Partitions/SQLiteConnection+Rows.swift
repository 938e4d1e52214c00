/// What a parameter of a statement can hold.
public protocol SQLiteBindable {
    /// Binds it to the parameter `index`, counted from 1.
    func bind(to statement: SQLiteStatement, at index: Int)
}

extension Int64: SQLiteBindable {
    public func bind(to statement: SQLiteStatement, at index: Int) { statement.bind(index, self) }
}

extension Int: SQLiteBindable {
    public func bind(to statement: SQLiteStatement, at index: Int) { statement.bind(index, self) }
}

/// Kept as 0 or 1.
extension Bool: SQLiteBindable {
    public func bind(to statement: SQLiteStatement, at index: Int) { statement.bind(index, self ? 1 : 0) }
}

extension String: SQLiteBindable {
    public func bind(to statement: SQLiteStatement, at index: Int) { statement.bind(index, self) }
}

/// Kept as a blob.
extension [UInt8]: SQLiteBindable {
    public func bind(to statement: SQLiteStatement, at index: Int) { statement.bind(index, self) }
}

extension SQLiteConnection {
    /// Runs one statement to its end, with `values` for its parameters.
    public func run(_ sql: String, _ values: [any SQLiteBindable]) throws(StorageError) {
        let statement = try bound(sql, values)
        defer { statement.reset() }
        while try statement.step() {}
    }

    /// What `read` makes of each row; those that it makes nothing of are left out.
    /// - Parameter read: reads the columns, counted from 0, of the row that the statement stands on.
    public func rows<Row>(
        _ sql: String, _ values: [any SQLiteBindable] = [], _ read: (SQLiteStatement) throws -> Row?
    ) throws -> [Row] {
        let statement = try bound(sql, values)
        defer { statement.reset() }
        var rows: [Row] = []
        while try statement.step() {
            if let row = try read(statement) { rows.append(row) }
        }
        return rows
    }

    private func bound(_ sql: String, _ values: [any SQLiteBindable]) throws(StorageError) -> SQLiteStatement {
        let statement = try statement(sql)
        for (index, value) in values.enumerated() { value.bind(to: statement, at: index + 1) }
        return statement
    }
}

import Foundation
import Partitions
import Testing

@Suite("SQLite files")
struct SQLiteTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open(_ options: SQLiteOptions = SQLiteOptions()) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path: directory.path + "/a.sqlite", options: options)
        try connection.execute("CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, a, b)")
        return connection
    }

    @Test("keep values of every kind", arguments: [SQLiteOptions.Journal.writeAheadLog, .rollback], [false, true])
    func values(_ journal: SQLiteOptions.Journal, _ isExclusive: Bool) throws {
        let options = SQLiteOptions(journal: journal, isExclusive: isExclusive)
        var connection = try open(options)
        let insertion = try connection.statement("INSERT INTO t(a, b) VALUES (?, ?)")
        insertion.bind(1, Int64.min)
        insertion.bind(2, "text \u{0} é")
        try insertion.run()
        insertion.bind(1, 0.5)
        insertion.bind(2, [0, 1, 255])
        try insertion.run()
        insertion.bind(1, "")
        insertion.bind(2, [UInt8]())
        try insertion.run()
        insertion.bindNull(1)
        try [7, 8].withUnsafeBytes { try insertion.run(bindingWithoutCopy: $0, at: 2) }
        #expect(connection.lastInsertedRow == 4 && connection.changedRows == 1)
        connection.close()
        connection = try open(options)
        let rows = try connection.statement("SELECT a, b FROM t ORDER BY id")
        #expect(try rows.step())
        #expect(rows.integer(0) == .min && rows.text(1) == "text \u{0} é")
        #expect(try rows.step())
        #expect(rows.double(0) == 0.5 && rows.bytes(1) == [0, 1, 255])
        #expect(try rows.step())
        #expect(rows.text(0) == "" && !rows.isNull(0) && rows.bytes(1).isEmpty && !rows.isNull(1))
        #expect(try rows.step())
        #expect(rows.isNull(0) && rows.withBytes(1) { $0.count } == 16)
        #expect(try !rows.step())
        rows.reset()
        connection.close()
    }

    @Test("undo a transaction that fails")
    func rollback() throws {
        struct Failure: Error {}
        let connection = try open()
        #expect(throws: Failure.self) {
            try connection.transaction {
                try connection.execute("INSERT INTO t(a) VALUES (1)")
                throw Failure()
            }
        }
        try connection.transaction { try connection.execute("INSERT INTO t(a) VALUES (2)") }
        let rows = try connection.statement("SELECT count(*), min(a) FROM t")
        #expect(try rows.step())
        #expect(rows.integer(0) == 1 && rows.integer(1) == 2)
        rows.reset()
        try connection.checkpoint()
        #expect(FileSystem.size(of: directory.path + "/a.sqlite-wal") == 0)
    }

    @Test("errors say what, where, why and what to do")
    func errors() throws {
        let connection = try open()
        var error = #expect(throws: StorageError.self) { try connection.execute("INSERT INTO absent VALUES (1)") }
        #expect(
            error?.description.contains("cannot write to \(directory.path)/a.sqlite: no such table: absent") == true)
        error = #expect(throws: StorageError.self) { try SQLiteConnection(path: directory.path + "/no/such.sqlite") }
        #expect(error?.code == .notPermitted && error?.description.contains("No such file") == true)
        try Data("not a database at all, but long enough to be taken for one".utf8)
            .write(to: URL(fileURLWithPath: directory.path + "/b.sqlite"))
        error = #expect(throws: StorageError.self) { try SQLiteConnection(path: directory.path + "/b.sqlite") }
        #expect(error?.code == .corrupt && error?.description.contains("restore it from a backup") == true)
    }

    @Test("shared by threads, one works after the other")
    func sharing() async throws {
        let database = try SQLiteDatabase(path: directory.path + "/c.sqlite")
        try database.withConnection { try $0.execute("CREATE TABLE t(a)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<20 {
                        try database.withConnection { connection in
                            try connection.transaction {
                                let insertion = try connection.statement("INSERT INTO t(a) VALUES (?)")
                                insertion.bind(1, worker * 100 + step)
                                try insertion.run()
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let count = try database.withConnection { connection in
            let rows = try connection.statement("SELECT count(DISTINCT a) FROM t")
            defer { rows.reset() }
            return try rows.step() ? rows.integer(0) : 0
        }
        #expect(count == 160)
        database.close()
        #expect(throws: StorageError.self) { try database.withConnection { try $0.execute("SELECT 1") } }
    }
}

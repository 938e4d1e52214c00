internal import Foundation
internal import GRDB
internal import Glibc
internal import Partitions

extension StateStore {
    /// Opens the file, or where it is damaged sets it aside, under another name and never removed, and begins a new one.
    static func open(
        _ path: String, _ configuration: Configuration
    ) throws(StateError) -> (database: DatabaseQueue, problem: String?) {
        do {
            return (try open(path, configuration), nil)
        } catch let error as DatabaseError where isDamage(error) {
            do {
                let aside = try SQLiteFiles.quarantine(path)
                let problem =
                    "the state file \(path) is damaged (\(error.message ?? "\(error.resultCode)")); it was moved to "
                    + "\(aside), and silences, acknowledged notices and the delivery log begin anew; look at the disk's "
                    + "health, set silences again or restore a backup"
                return (try open(path, configuration), problem)
            } catch {
                throw StateError(code: .open, path: path, cause: "\(error)")
            }
        } catch {
            throw StateError(code: .open, path: path, cause: "\(error)")
        }
    }

    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        // What SQLite puts beside it gets the same rights. Where it cannot be made SQLite says why.
        try? FileSystem.makePrivateFile(path)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        do {
            let found = try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
            guard found == ["ok"] else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: found.joined(separator: "; "))
            }
            try migrator.migrate(database)
        } catch {
            try? database.close()
            throw error
        }
        return database
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT].contains(error.resultCode)
    }

    /// What is wrong with the file: it was set aside when it was opened, or it is gone from its place; for people.
    public var problems: [String] {
        var problems = openingProblem.map { [$0] } ?? []
        var facts = stat()
        if stat(path, &facts) != 0 || UInt64(facts.st_ino) != inode {
            problems.append(
                "the state file \(path) was removed or replaced while it is in use: silences and notices of this run are "
                    + "lost at its end; put the data directory back, or restart")
        }
        return problems
    }

    static func inode(_ path: String) -> UInt64 {
        var facts = stat()
        return stat(path, &facts) == 0 ? UInt64(facts.st_ino) : 0
    }
}

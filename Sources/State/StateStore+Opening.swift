internal import Glibc
internal import Partitions

extension StateStore {
    /// Opens the file, or where it is damaged sets it aside, under another name and never removed, and begins a new one.
    static func open(
        _ path: String, _ options: SQLiteOptions
    ) throws(StateError) -> (database: SQLiteDatabase, problem: String?) {
        do {
            return (try open(path, options), nil)
        } catch let error as StorageError where error.code == .corrupt {
            do {
                let aside = try SQLiteFiles.quarantine(path)
                let problem =
                    "the state file \(path) is damaged (\(error.cause)); it was moved to "
                    + "\(aside), and silences, acknowledged notifications and the delivery log begin anew; "
                    + "look at the disk's health, set silences again or restore a backup"
                return (try open(path, options), problem)
            } catch {
                throw StateError(.open, path: path, error)
            }
        } catch {
            throw StateError(.open, path: path, error)
        }
    }

    private static func open(_ path: String, _ options: SQLiteOptions) throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: path, options: options)
        do {
            try database.withConnection { connection in
                let found = try connection.rows("PRAGMA quick_check(1)") { $0.text(0) }
                guard found == ["ok"] else {
                    throw StorageError(.corrupt, action: "open", path: path, cause: found.joined(separator: "; "))
                }
                try StateMigrations.migrate(connection)
            }
        } catch {
            database.close()
            throw error
        }
        return database
    }

    /// What is wrong with the file: it was set aside when it was opened, or it is gone from its place; for people.
    package var problems: [String] {
        var problems = openingProblem.map { [$0] } ?? []
        var facts = stat()
        if stat(path, &facts) != 0 || UInt64(facts.st_ino) != inode {
            problems.append(
                "the state file \(path) was removed or replaced while it is in use: silences and notifications of this run "
                    + "are lost at its end; put the data directory back, or restart")
        }
        return problems
    }

    static func inode(_ path: String) -> UInt64 {
        var facts = stat()
        return stat(path, &facts) == 0 ? UInt64(facts.st_ino) : 0
    }
}

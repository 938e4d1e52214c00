internal import Partitions

extension StateStore {
    /// Every label `instance` that this server's own series have had, with `name`, the one they have from now on.
    package func instances(adding name: String) throws(StateError) -> Set<String> {
        try write { connection in
            try connection.run("INSERT OR IGNORE INTO instances VALUES (?)", [name])
            return Set(try connection.rows("SELECT name FROM instances") { $0.text(0) })
        }
    }
}

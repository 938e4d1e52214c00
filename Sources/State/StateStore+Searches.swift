package import Model
internal import Partitions

extension StateStore {
    /// The searches of logs that people keep, by their names.
    package func searches() throws(StateError) -> [SavedSearch] {
        try read { connection in
            try connection.rows("SELECT search FROM log_searches ORDER BY name") { row in
                try? StateCoding.value(row.text(0)) as SavedSearch
            }
        }
    }

    /// Keeps `searches`; those with the same name are replaced.
    /// - Parameter most: how many there may be afterwards.
    /// - Returns: whether they fit; otherwise nothing is changed.
    package func save(searches: [SavedSearch], most: Int) throws(StateError) -> Bool {
        try write { connection in
            let known = Set(try connection.rows("SELECT name FROM log_searches") { $0.text(0) })
            if known.union(searches.map(\.name)).count > most { return false }
            for search in searches {
                try connection.run(
                    "INSERT OR REPLACE INTO log_searches VALUES (?, ?)", [search.name, try StateCoding.text(search)])
            }
            return true
        }
    }

    /// Forgets the search of that name.
    package func removeSearch(_ name: String) throws(StateError) {
        try write { try $0.run("DELETE FROM log_searches WHERE name = ?", [name]) }
    }
}

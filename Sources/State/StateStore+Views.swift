package import Model
internal import Partitions

extension StateStore {
    /// The views of cameras that people keep, by their names.
    package func views() throws(StateError) -> [SavedView] {
        try read { connection in
            try connection.rows("SELECT name, address FROM camera_views ORDER BY name") { row in
                SavedView(name: row.text(0), address: row.text(1))
            }
        }
    }

    /// Keeps `view`; one with the same name is replaced.
    /// - Parameter most: how many there may be afterwards.
    /// - Returns: whether it fits; otherwise nothing is changed.
    package func save(view: SavedView, most: Int) throws(StateError) -> Bool {
        try write { connection in
            let known = Set(try connection.rows("SELECT name FROM camera_views") { $0.text(0) })
            if known.union([view.name]).count > most { return false }
            try connection.run("INSERT OR REPLACE INTO camera_views VALUES (?, ?)", [view.name, view.address])
            return true
        }
    }

    /// Forgets the view of that name.
    package func removeView(_ name: String) throws(StateError) {
        try write { try $0.run("DELETE FROM camera_views WHERE name = ?", [name]) }
    }
}

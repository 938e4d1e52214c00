internal import Partitions

extension StateStore {
    /// This site's secret key of that name: 32 random bytes, made at the first call.
    package func key(_ name: String) throws(StateError) -> [UInt8] {
        let fresh = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        return try write { connection in
            try connection.run("INSERT OR IGNORE INTO keys VALUES (?, ?)", [name, fresh])
            return try connection.rows("SELECT value FROM keys WHERE name = ?", [name]) { $0.bytes(0) }.first ?? fresh
        }
    }
}

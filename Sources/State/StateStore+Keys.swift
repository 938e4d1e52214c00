internal import Foundation
internal import GRDB

extension StateStore {
    /// This site's secret key of that name: 32 random bytes, made at the first call.
    public func key(_ name: String) throws(StateError) -> [UInt8] {
        let fresh = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        return try write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO keys VALUES (?, ?)", arguments: [name, fresh])
            let kept = try Data.fetchOne(database, sql: "SELECT value FROM keys WHERE name = ?", arguments: [name])
            return [UInt8](kept ?? fresh)
        }
    }
}

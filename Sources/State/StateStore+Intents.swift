internal import Foundation
internal import GRDB

extension StateStore {
    /// The notices that have not been told yet.
    public func intents() throws(StateError) -> [NoticeIntent] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM intents").map { row in
                NoticeIntent(
                    key: .init(groupKey: row["group_key"], receiver: row["receiver"], integration: row["integration"]),
                    identifier: row["identifier"], createdAt: row["created_at"],
                    firing: StateCoding.fingerprints(row["firing"]),
                    resolved: StateCoding.fingerprints(row["resolved"]),
                    untold: StateCoding.fingerprints(row["untold"]))
            }
        }
    }

    /// Keeps `intents` in one transaction, each in place of the former one with its key.
    public func save(intents: [NoticeIntent]) throws(StateError) {
        if intents.isEmpty { return }
        try write { database in
            let save = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            for intent in intents {
                try save.execute(arguments: [
                    intent.key.groupKey, intent.key.receiver, intent.key.integration, intent.identifier,
                    intent.createdAt, StateCoding.data(intent.firing), StateCoding.data(intent.resolved),
                    StateCoding.data(intent.untold),
                ])
            }
        }
    }

    /// Forgets intents that were made before `moment`.
    public func removeIntents(createdBefore moment: Int64) throws(StateError) {
        try write { try $0.execute(sql: "DELETE FROM intents WHERE created_at < ?", arguments: [moment]) }
    }
}

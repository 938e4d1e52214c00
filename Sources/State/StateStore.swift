internal import Foundation
internal import GRDB

/// `state.sqlite`: what must outlive a restart and is neither metric, log nor trace.
///
/// Every call is one transaction in WAL mode; what has returned survives `kill -9`.
public final class StateStore: Sendable {
    public let path: String
    let database: DatabaseQueue
    let openingProblem: String?
    let inode: UInt64

    /// What is delivered again within this time, in milliseconds, with the same alerts and the same end, stands in the
    /// log once: else a sign of life each minute would push out what people look for.
    public static let repeatTime: Int64 = 600_000

    /// Deliveries beyond this number are forgotten, oldest first.
    public static let deliveriesMax = 10_000

    /// Opens the file, making it if there is none. A damaged one is set aside, which is among ``problems``.
    /// - Parameter syncsFully: whether a power cut may not take the last transactions either.
    public init(path: String, syncsFully: Bool = false) throws(StateError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "state"
        let synchronous = syncsFully ? "FULL" : "NORMAL"
        configuration.prepareDatabase { database in
            // Held by one process alone, the file needs no shared memory beside it: it opens on a full disk, too.
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = \(synchronous)")
        }
        (database, openingProblem) = try Self.open(path, configuration)
        inode = Self.inode(path)
    }

    /// Closes the file. Calls after this fail.
    public func close() throws(StateError) {
        do {
            try database.close()
        } catch {
            throw StateError(code: .write, path: path, cause: "\(error)")
        }
    }

    /// SQLite's `synchronous` as it is in force: 1 is NORMAL, 2 is FULL.
    var synchronousLevel: Int? {
        get throws(StateError) { try read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } }
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("alerting") { database in
            try database.execute(
                sql: """
                    CREATE TABLE silences (
                        id TEXT PRIMARY KEY, matchers TEXT NOT NULL, starts_at INTEGER NOT NULL,
                        ends_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, created_by TEXT NOT NULL,
                        comment TEXT NOT NULL
                    ) WITHOUT ROWID;
                    CREATE TABLE notification_log (
                        group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
                        sent_at INTEGER NOT NULL, firing BLOB NOT NULL, resolved BLOB NOT NULL,
                        expires_at INTEGER NOT NULL, PRIMARY KEY (group_key, receiver, integration)
                    ) WITHOUT ROWID;
                    CREATE TABLE deliveries (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, receiver TEXT NOT NULL,
                        integration TEXT NOT NULL, status TEXT NOT NULL, group_key TEXT NOT NULL,
                        group_labels TEXT NOT NULL, alerts TEXT NOT NULL, alert_count INTEGER NOT NULL,
                        attempts INTEGER NOT NULL, error TEXT NOT NULL
                    );
                    CREATE TABLE alerts (
                        labels BLOB PRIMARY KEY, annotations TEXT NOT NULL, starts_at INTEGER NOT NULL,
                        ends_at INTEGER NOT NULL, generator_url TEXT NOT NULL, updated_at INTEGER NOT NULL,
                        ends_by_timeout INTEGER NOT NULL
                    ) WITHOUT ROWID;
                    """)
        }
        migrator.registerMigration("delivery queue") { database in
            try database.execute(
                sql: """
                    CREATE TABLE intents (
                        group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
                        identifier TEXT NOT NULL, created_at INTEGER NOT NULL, firing BLOB NOT NULL,
                        resolved BLOB NOT NULL, untold BLOB NOT NULL, PRIMARY KEY (group_key, receiver, integration)
                    ) WITHOUT ROWID;
                    ALTER TABLE deliveries ADD COLUMN answer TEXT NOT NULL DEFAULT '';
                    ALTER TABLE deliveries ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
                    CREATE INDEX deliveries_by_group ON deliveries (group_key, receiver, integration, id);
                    CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(StateError) -> Value {
        do {
            return try database.read(body)
        } catch {
            throw StateError(code: .read, path: path, cause: "\(error)")
        }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(StateError) -> Value {
        do {
            return try database.write(body)
        } catch {
            throw StateError(code: .write, path: path, cause: "\(error)")
        }
    }
}

/// Small structures as the file keeps them.
enum StateCoding {
    /// Fingerprints, eight bytes each, lowest byte first, in ascending order.
    static func data(_ fingerprints: Set<UInt64>) -> Data {
        var data = Data(capacity: fingerprints.count * 8)
        for fingerprint in fingerprints.sorted() {
            withUnsafeBytes(of: fingerprint.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }

    static func fingerprints(_ data: Data) -> Set<UInt64> {
        let bytes = [UInt8](data)
        return Set(
            stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
                bytes[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            })
    }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

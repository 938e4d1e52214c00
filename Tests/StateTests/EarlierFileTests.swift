import Foundation
import Model
import Partitions
import Testing

@testable import State

@Suite("State files of earlier versions")
struct EarlierFileTests {
    /// What the first version that had a state file made, with a row in each table.
    static let first = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES('alerting');
        CREATE TABLE silences (
            id TEXT PRIMARY KEY, matchers TEXT NOT NULL, starts_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, created_by TEXT NOT NULL,
            comment TEXT NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO silences VALUES('s1','[{"name":"camera_id","operation":"=","value":"tor"}]',1,2,1,'guard','Räumung');
        CREATE TABLE notification_log (
            group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
            sent_at INTEGER NOT NULL, firing BLOB NOT NULL, resolved BLOB NOT NULL,
            expires_at INTEGER NOT NULL, PRIMARY KEY (group_key, receiver, integration)
        ) WITHOUT ROWID;
        INSERT INTO notification_log VALUES('g','ops','email[0]',7,X'0102000000000000ffffffffffffffff',X'',100);
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, receiver TEXT NOT NULL,
            integration TEXT NOT NULL, status TEXT NOT NULL, group_key TEXT NOT NULL,
            group_labels TEXT NOT NULL, alerts TEXT NOT NULL, alert_count INTEGER NOT NULL,
            attempts INTEGER NOT NULL, error TEXT NOT NULL
        );
        INSERT INTO deliveries VALUES(41,8,'ops','email[0]','sent','g','{"a":"b"}','[]',1,2,'');
        CREATE TABLE alerts (
            labels BLOB PRIMARY KEY, annotations TEXT NOT NULL, starts_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL, generator_url TEXT NOT NULL, updated_at INTEGER NOT NULL,
            ends_by_timeout INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// What the second one, the last that used GRDB, made of it.
    static let second =
        first + """
            INSERT INTO grdb_migrations VALUES('delivery queue');
            CREATE TABLE intents (
                group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
                identifier TEXT NOT NULL, created_at INTEGER NOT NULL, firing BLOB NOT NULL,
                resolved BLOB NOT NULL, untold BLOB NOT NULL, PRIMARY KEY (group_key, receiver, integration)
            ) WITHOUT ROWID;
            INSERT INTO intents VALUES('g','ops','slack[0]','i',5,X'0100000000000000',X'',X'0700000000000000');
            ALTER TABLE deliveries ADD COLUMN answer TEXT NOT NULL DEFAULT '';
            ALTER TABLE deliveries ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX deliveries_by_group ON deliveries (group_key, receiver, integration, id);
            CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            INSERT INTO keys VALUES('links',X'\(String(repeating: "ab", count: 32))');
            """

    private func connection(_ path: String) throws -> SQLiteConnection {
        try SQLiteConnection(path: path, options: SQLiteOptions(isExclusive: true))
    }

    private func steps(_ path: String) throws -> [String] {
        let connection = try connection(path)
        defer { connection.close() }
        return try connection.rows("SELECT identifier FROM grdb_migrations ORDER BY rowid") { $0.text(0) }
    }

    @Test("are opened with all that they hold", arguments: ["first", "second"])
    func opening(_ version: String) throws {
        let scratch = try StateStoreTests.Scratch()
        let labels: Labels = ["alertname": "CameraOffline", "camera_id": "tor"]
        let old = try connection(scratch.path)
        try old.execute(version == "first" ? Self.first : Self.second)
        try old.run(
            "INSERT INTO alerts VALUES (?, '{\"summary\":\"gone\"}', 1, 9, 'http://here/', 3, 1)", [labels.packed])
        old.close()

        for _ in 0..<2 {
            let store = try StateStore(path: scratch.path)
            #expect(store.problems.isEmpty)
            let silence = try #require(try store.silences().first)
            #expect(silence.matchers == [.equal("camera_id", "tor")] && silence.comment == "Räumung")
            let alert = try #require(try store.alerts().first)
            #expect(alert.alert.labels == labels && alert.alert.annotations == ["summary": "gone"])
            #expect(alert.alert.endsAt == 9 && alert.updatedAt == 3 && alert.endsByTimeout)
            let entry = try #require(try store.notificationLog().first)
            #expect(entry.firing == [0x201, .max] && entry.resolved.isEmpty && entry.expiresAt == 100)
            let delivery = try #require(try store.deliveries(limit: 2).last)
            #expect(delivery.id == 41 && delivery.status == .sent && delivery.groupLabels == ["a": "b"])
            if version == "second" {
                #expect(try store.key("links") == [UInt8](repeating: 0xab, count: 32))
                #expect(try store.intents().first?.untold == [7])
            } else {
                #expect(try store.key("links").count == 32 && store.intents().isEmpty)
            }
            store.close()
            #expect(
                try steps(scratch.path) == [
                    "alerting", "delivery queue", "our own instances", "footage", "searches of logs",
                    "acknowledgements", "firings", "views of cameras", "maintenance",
                ])
        }
        let store = try StateStore(path: scratch.path)
        let next = Delivery(
            time: 9, receiver: "ops", integration: "email[0]", status: .sent, groupKey: "g", groupLabels: ["a": "b"],
            alerts: [.init(name: "x", status: "firing", labels: [:], summary: "")], alertCount: 1, attempts: 1,
            error: "")
        #expect(try store.record(next, notified: nil) == 42)
        store.close()
    }

    @Test("and of a later version are left with the steps that they have taken")
    func later() throws {
        let scratch = try StateStoreTests.Scratch()
        try StateStore(path: scratch.path).close()
        let newer = try connection(scratch.path)
        try newer.execute("INSERT INTO grdb_migrations VALUES ('of a later version'); CREATE TABLE later (a)")
        newer.close()
        let store = try StateStore(path: scratch.path)
        #expect(try store.silences().isEmpty)
        store.close()
        #expect(
            try steps(scratch.path) == [
                "alerting", "delivery queue", "our own instances", "footage", "searches of logs", "acknowledgements",
                "firings", "views of cameras", "maintenance",
                "of a later version",
            ])
    }

    @Test("a step that fails is not half taken, and says why")
    func halfTaken() throws {
        let scratch = try StateStoreTests.Scratch()
        let old = try connection(scratch.path)
        try old.execute(Self.first + "CREATE TABLE keys (of_somebody_else)")
        old.close()
        let error = #expect(throws: StateError.self) { try StateStore(path: scratch.path) }
        #expect(error?.description.contains("table keys already exists") == true)
        #expect(try steps(scratch.path) == ["alerting"])
    }
}

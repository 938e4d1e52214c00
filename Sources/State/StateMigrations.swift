internal import Partitions

/// The steps that made the file's tables what they are, oldest first. A step that was shipped is never changed: a later
/// one changes what it made.
enum StateMigrations {
    static let steps: [(name: String, sql: String)] = [
        (
            "alerting",
            """
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
            """
        ),
        (
            "delivery queue",
            """
            CREATE TABLE intents (
                group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
                identifier TEXT NOT NULL, created_at INTEGER NOT NULL, firing BLOB NOT NULL,
                resolved BLOB NOT NULL, untold BLOB NOT NULL, PRIMARY KEY (group_key, receiver, integration)
            ) WITHOUT ROWID;
            ALTER TABLE deliveries ADD COLUMN answer TEXT NOT NULL DEFAULT '';
            ALTER TABLE deliveries ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX deliveries_by_group ON deliveries (group_key, receiver, integration, id);
            CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            """
        ),
        (
            "our own instances",
            "CREATE TABLE instances (name TEXT PRIMARY KEY) WITHOUT ROWID"
        ),
        (
            "footage",
            """
            CREATE TABLE footage (
                camera TEXT NOT NULL, kind INTEGER NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
                PRIMARY KEY (camera, kind, starts_at)
            ) WITHOUT ROWID;
            """
        ),
        (
            "searches of logs",
            "CREATE TABLE log_searches (name TEXT PRIMARY KEY, search TEXT NOT NULL) WITHOUT ROWID"
        ),
        (
            "acknowledgements",
            // What was told of them has a table of its own: versions before this one write whole rows of the log.
            """
            CREATE TABLE acknowledgements (
                key TEXT PRIMARY KEY, person TEXT NOT NULL, comment TEXT NOT NULL, created_at INTEGER NOT NULL,
                identifier INTEGER NOT NULL, alerts BLOB NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE acknowledgements_told (
                group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
                identifiers BLOB NOT NULL, PRIMARY KEY (group_key, receiver, integration)
            ) WITHOUT ROWID;
            """
        ),
        (
            "firings",
            """
            CREATE TABLE firings (
                id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint INTEGER NOT NULL, name TEXT NOT NULL,
                camera TEXT NOT NULL, node TEXT NOT NULL, labels BLOB NOT NULL, summary TEXT NOT NULL,
                starts_at INTEGER NOT NULL, ends_at INTEGER, seen_at INTEGER NOT NULL
            );
            CREATE INDEX firings_by_time ON firings (starts_at);
            CREATE INDEX firings_by_alert ON firings (fingerprint, starts_at);
            CREATE INDEX firings_by_name ON firings (name);
            CREATE TABLE firings_told (
                firing INTEGER NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL, told_at INTEGER NOT NULL,
                status TEXT NOT NULL, PRIMARY KEY (firing, receiver, integration)
            ) WITHOUT ROWID;
            """
        ),
        (
            "views of cameras",
            "CREATE TABLE camera_views (name TEXT PRIMARY KEY, address TEXT NOT NULL) WITHOUT ROWID"
        ),
        (
            "maintenance",
            // `zone`, `local_start` and `local_end` are of windows that come each week; `ended_at` is 0 where nobody ended it.
            """
            CREATE TABLE maintenance (
                id TEXT PRIMARY KEY, matchers TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
                zone TEXT NOT NULL, local_start INTEGER NOT NULL, local_end INTEGER NOT NULL,
                created_at INTEGER NOT NULL, created_by TEXT NOT NULL, comment TEXT NOT NULL, ended_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            """
        ),
    ]

    /// Takes the steps that the file has not seen, each in a transaction with its name.
    ///
    /// The names stand in a table that has its own name from GRDB, which earlier versions opened the file with: they open
    /// it still. Steps of a later version are left as they are.
    static func migrate(_ connection: SQLiteConnection) throws {
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)", action: "open")
        let taken = Set(try connection.rows("SELECT identifier FROM grdb_migrations") { $0.text(0) })
        for step in steps where !taken.contains(step.name) {
            try connection.transaction {
                try connection.execute(step.sql, action: "open")
                try connection.run("INSERT INTO grdb_migrations (identifier) VALUES (?)", [step.name])
            }
        }
    }
}

internal import Foundation
internal import Partitions

/// `state.sqlite`: what must outlive a restart and is neither metric, log nor trace.
///
/// Every call is one transaction in WAL mode; what has returned survives `kill -9`.
package final class StateStore: Sendable {
    package let path: String
    let database: SQLiteDatabase
    let openingProblem: String?
    let inode: UInt64

    /// What is delivered again within this time, in milliseconds, with the same alerts and the same end, stands in the
    /// log once: else a sign of life each minute would push out what people look for.
    package static let repeatTime: Int64 = 600_000

    /// Deliveries beyond this number are forgotten, oldest first.
    package static let deliveriesMax = 10_000

    /// Opens the file, making it if there is none. A damaged one is set aside, which is among ``problems``.
    /// - Parameter syncsFully: whether a power cut may not take the last transactions either.
    package init(path: String, syncsFully: Bool = false) throws(StateError) {
        self.path = path
        // Held by one process alone, the file needs no shared memory beside it: it opens on a full disk, too.
        let options = SQLiteOptions(sync: syncsFully ? .full : .normal, isExclusive: true)
        (database, openingProblem) = try Self.open(path, options)
        inode = Self.inode(path)
    }

    /// Closes the file. Calls after this fail.
    package func close() { database.close() }

    /// SQLite's `synchronous` as it is in force: 1 is NORMAL, 2 is FULL.
    var synchronousLevel: Int64? {
        get throws(StateError) { try read { try $0.rows("PRAGMA synchronous") { $0.integer(0) }.first } }
    }

    func read<Value: Sendable>(_ body: (SQLiteConnection) throws -> Value) throws(StateError) -> Value {
        do {
            return try database.withConnection(body)
        } catch {
            throw StateError(.read, path: path, error)
        }
    }

    /// Runs `body` in one transaction.
    func write<Value: Sendable>(_ body: (SQLiteConnection) throws -> Value) throws(StateError) -> Value {
        do {
            return try database.withConnection { connection in
                try connection.transaction { try body(connection) }
            }
        } catch {
            throw StateError(.write, path: path, error)
        }
    }
}

/// Small structures as the file keeps them.
enum StateCoding {
    /// Fingerprints, eight bytes each, lowest byte first, in ascending order.
    static func bytes(_ fingerprints: Set<UInt64>) -> [UInt8] {
        fingerprints.sorted().flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
    }

    static func fingerprints(_ bytes: [UInt8]) -> Set<UInt64> {
        Set(
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

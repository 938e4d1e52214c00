import Base
import Model
import Partitions

/// Reads the tail's files into an empty head.
struct TailReplay {
    private var slots: [UInt32: UInt32] = [:]
    private var session: UInt64?
    private(set) var sampleCount = 0
    private(set) var problems: [StorageError] = []
    /// Generations whose files are damaged; what could be read of them is in the head.
    private(set) var damaged: [Int] = []

    /// Reads `generations`, oldest first.
    /// - Throws: where a file is not known to be damaged and still cannot be read: going on would lose its samples.
    mutating func run(
        _ generations: [Int], files: RotatingFiles, into head: inout Head, now: Int64
    ) throws(StorageError) {
        var base = generations.startIndex
        for index in generations.indices.reversed() where hasWholeImage(files.path(of: generations[index])) {
            base = index
            break
        }
        for index in generations[base...].indices {
            let path = files.path(of: generations[index])
            do {
                try read(path, withImage: index == base, into: &head, now: now)
            } catch {
                let error = StorageError.from(error, action: "read", path: path)
                guard error.code == .corrupt else { throw error }
                problems.append(error)
                damaged.append(generations[index])
            }
        }
    }

    private func hasWholeImage(_ path: String) -> Bool {
        do {
            let connection = try SQLiteConnection(path: path, options: TailLog.options(.normal))
            defer { connection.close() }
            let statement = try connection.statement("SELECT 1 FROM entries WHERE kind = ? ORDER BY id DESC LIMIT 1")
            statement.bind(1, TailLog.Kind.imageEnd.rawValue)
            defer { statement.reset() }
            return try statement.step()
        } catch {
            // The file is read all the same, and the failure reported then.
            return false
        }
    }

    private mutating func read(_ path: String, withImage: Bool, into head: inout Head, now: Int64) throws {
        let connection = try SQLiteConnection(path: path, options: TailLog.options(.normal))
        defer { connection.close() }
        if try connection.userVersion() == 0 { return }
        let sessions = try connection.statement("SELECT data FROM entries WHERE kind = ?")
        sessions.bind(1, TailLog.Kind.session.rawValue)
        if try sessions.step() {
            let found = sessions.withBytes(0) { bytes in
                var reader = ByteReader(bytes)
                return reader.fixed64()
            }
            if found != session { slots = [:] }
            session = found
        }
        sessions.reset()
        if withImage {
            try forEach(.image, connection) { replay, bytes in replay.restore(bytes, into: &head, now: now) }
        }
        let rows = try connection.statement("SELECT kind, data FROM entries WHERE kind IN (?, ?, ?, ?) ORDER BY id")
        rows.bind(1, TailLog.Kind.definitions.rawValue)
        rows.bind(2, TailLog.Kind.batch.rawValue)
        rows.bind(3, TailLog.Kind.sealed.rawValue)
        rows.bind(4, TailLog.Kind.exemplars.rawValue)
        while try rows.step() {
            let kind = TailLog.Kind(rawValue: rows.integer(0))
            let isSound = rows.withBytes(1) { bytes in
                switch kind {
                case .batch: replayBatch(bytes, into: &head, now: now)
                case .definitions: define(bytes, in: &head, now: now)
                case .exemplars: Self.restoreExemplars(bytes, into: &head)
                default: forgetSealed(bytes, in: &head)
                }
            }
            if !isSound { noteUnsoundRow(path) }
        }
        rows.reset()
    }

    private mutating func forEach(
        _ kind: TailLog.Kind, _ connection: SQLiteConnection,
        _ body: (inout TailReplay, UnsafeRawBufferPointer) -> Bool
    ) throws {
        let rows = try connection.statement("SELECT data FROM entries WHERE kind = ? ORDER BY id")
        rows.bind(1, kind.rawValue)
        while try rows.step() {
            if !rows.withBytes(0, { body(&self, $0) }) { noteUnsoundRow(connection.path) }
        }
        rows.reset()
    }

    private mutating func noteUnsoundRow(_ path: String) {
        if problems.count < 20 {
            problems.append(
                StorageError(.corrupt, action: "read a row of", path: path, cause: "it has an unknown form"))
        }
    }

    private mutating func restore(_ bytes: UnsafeRawBufferPointer, into head: inout Head, now: Int64) -> Bool {
        guard let entries = TailImage.decode(bytes) else { return false }
        for entry in entries {
            guard let slot = head.resolve(entry.labels, now: now) else { continue }
            slots[entry.ref] = slot
            guard head.series[Int(slot)].isEmpty else { continue }
            head.restore(
                slot, closed: entry.closed, open: entry.open, newest: entry.newest, newestBits: entry.newestBits,
                lastAppend: entry.lastAppend)
            sampleCount += head.series[Int(slot)].sampleCount
        }
        return true
    }

    private mutating func define(_ bytes: UnsafeRawBufferPointer, in head: inout Head, now: Int64) -> Bool {
        guard let definitions = DefinitionCodec.decode(bytes) else { return false }
        for definition in definitions {
            slots[definition.ref] = head.resolve(definition.labels, now: now)
        }
        return true
    }

    private mutating func replayBatch(_ bytes: UnsafeRawBufferPointer, into head: inout Head, now: Int64) -> Bool {
        guard let samples = BatchCodec.decode(bytes) else { return false }
        for sample in samples {
            guard let slot = slots[sample.ref.rawValue] else { continue }
            head.series[Int(slot)].lastAppend = now
            _ = head.insert(Int(slot), sample.timestamp, sample.value)
        }
        sampleCount += samples.count
        return true
    }

    private static func restoreExemplars(_ bytes: UnsafeRawBufferPointer, into head: inout Head) -> Bool {
        guard let entries = ExemplarCodec.decode(bytes) else { return false }
        for entry in entries { head.exemplars.insert(entry) }
        return true
    }

    private mutating func forgetSealed(_ bytes: UnsafeRawBufferPointer, in head: inout Head) -> Bool {
        guard let sealed = SealedCodec.decode(bytes) else { return false }
        for ref in sealed.refs {
            guard let slot = slots[ref] else { continue }
            let chunks = head.series[Int(slot)].allChunks.filter {
                StoreTime.windowStart($0.minTime) == sealed.window
            }
            sampleCount -= head.remove(chunks, from: slot)
        }
        return true
    }
}

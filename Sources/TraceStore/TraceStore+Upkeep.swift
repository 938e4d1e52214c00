import Base
internal import Codecs
import Model
import Partitions
import Synchronization

extension TraceStore {
    /// Seals and keeps retention and size, on threads of its own, until the task is cancelled.
    public func run() async {
        // Two threads: the wait for the disk goes on beside a long round.
        await WorkQueue("trace store", width: 2).run { await self.keepUp() }
    }

    private func keepUp() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                await TailSynchronization.run(changes: { tail.withLock { $0?.changes } }, synchronize: synchronize)
            }
            var appended = -1
            while !Task.isCancelled {
                // What fails is among the statistics' problems, and is tried again in the next round.
                try? upkeep()
                let isQuiet = counters.withLock { counters in
                    defer { appended = counters.appended }
                    return counters.appended == appended
                }
                try? await Pause.sleep(for: isQuiet ? (options.upkeepInterval * 5).untilNext : options.upkeepInterval)
            }
        }
    }

    /// Waits until everything that was acknowledged is on the disk. Appends go on meanwhile.
    func synchronize() throws {
        guard let waiting = try tail.withLock({ try $0?.beginSynchronization() }) else { return }
        do {
            try waiting.wait()
        } catch {
            tail.withLock { $0?.noteUnsynchronized() }
            throw error
        }
    }

    /// One round of what ``run()`` does.
    /// - Throws: the first failure, as ``StoreError``; the rest of the round is done all the same.
    public func upkeep() throws {
        try upkeepLock.withLock { retentionClock in
            if tail.withLock({ $0 == nil }) { throw StoreError.closed }
            var round = UpkeepRound { StoreError.from($0) }
            let now = timeSource.now()
            if retentionClock.isBelieved(timeSource) { round.attempt { try keepRetention(now) } }
            round.attempt { try seal(now) }
            round.attempt { try keepSize() }
            try round.end { failed in counters.withLock { $0.upkeepProblems = failed } }
        }
    }

    private func keepRetention(_ now: Int64) throws {
        let oldest = now - options.retention.milliseconds
        try sealed.withLock { sealed in
            for day in try days.partitions.drop(endingBefore: oldest) {
                days.forget(day)
                // A later file of that day begins without the rows, sealed or not.
                sealed[day] = .max
            }
            let unsealed = try tail.withLock { tail in try tail?.counts(sealed: [:]) ?? [:] }
            for day in unsealed.keys where day.range.end < oldest {
                try tail.withLock { tail in try tail?.remove(day, through: .max) }
            }
            sealed = sealed.filter { $0.key.range.end >= oldest }
        }
    }

    /// A block ends sooner where its rows have more bytes.
    private static let blockBytes = 16 << 20
    /// With more bytes than this what is there of a day is sealed, however few spans they are.
    private static let tailBytesMax: Int64 = 32 << 20

    private func seal(_ now: Int64) throws {
        let known = sealed.withLock { $0 }
        let counts = try tail.withLock { tail in try tail?.counts(sealed: known) ?? [:] }
        let zstd = Zstd()
        let options = options
        var hasSealed = false
        for (day, count) in counts.sorted(by: { $0.key < $1.key }) {
            // Each search reads what is not sealed.
            let isOld = now - count.since >= options.sealAfter.milliseconds || count.bytes >= Self.tailBytesMax
            var rest = count.spans
            while rest >= options.blockSpans || (isOld && rest > 0) {
                let count = try sealNext(of: day, limit: options.blockSpans, zstd)
                if count == 0 { break }
                hasSealed = true
                rest -= count
            }
            if count.smallBatches >= Self.mostSmallBatches, !hasSealed {
                try merge(day, since: count.since, zstd)
                hasSealed = true
            }
        }
        if hasSealed { try tail.withLock { tail in try tail?.shrink() } }
    }

    /// So many small batches of a day are made one.
    private static let mostSmallBatches = 48

    /// Makes one batch of the small ones of a day, for the searches that read all of them.
    private func merge(_ day: UTCDay, since: Int64, _ zstd: Zstd) throws {
        let after = sealed.withLock { $0[day] ?? 0 }
        let batches = try tail.withLock { tail in
            try tail?.batches(
                of: day, after: after, limit: options.blockSpans, ofAtMost: TailFile.smallSpans - 1) ?? []
        }
        var gathering = SpanGathering()
        var merged: [TailFile.Batch] = []
        for batch in batches where try add(batch, to: &gathering, zstd) { merged.append(batch) }
        if merged.count < 2 { return }
        let block = BlockEncoder.encode(gathering, nil)
        try tail.withLock { [merged] tail in
            guard let tail else { throw StoreError.closed }
            try tail.replace(merged, of: day, with: block, since: since)
        }
    }

    /// Seals the oldest rows of a day.
    /// - Returns: how many spans.
    private func sealNext(of day: UTCDay, limit: Int, _ zstd: Zstd) throws -> Int {
        let after = sealed.withLock { $0[day] ?? 0 }
        let (batches, identity) = try tail.withLock { tail in
            guard let tail else { throw StoreError.closed }
            return (try tail.batches(of: day, after: after, limit: limit), tail.identity)
        }
        guard let last = batches.last?.id else { return 0 }
        var gathering = SpanGathering()
        for batch in batches { _ = try add(batch, to: &gathering, zstd) }
        let blocks = Self.blocks(gathering, limit: limit, zstd)
        try sealed.withLock { [blocks] sealed in
            try days.seal(blocks, into: day, tail: identity, last: last)
            sealed[day] = last
            // If this fails the rows stay, and are not looked at.
            try tail.withLock { tail in try tail?.remove(day, through: last) }
        }
        return batches.reduce(0) { $0 + $1.spans }
    }

    /// Adds a batch. One that is damaged is told and left out: it would hold up all that come after it.
    /// - Returns: whether it was added.
    private func add(_ batch: TailFile.Batch, to gathering: inout SpanGathering, _ zstd: Zstd) throws -> Bool {
        do {
            let table = try SpanTable(batch.bytes, zstd)
            try table.openAll()
            try gathering.add(table)
            return true
        } catch let error as StoreError where error.code == .corrupt {
            noteDamaged(batch, error)
            return false
        }
    }

    func noteDamaged(_ batch: TailFile.Batch, _ error: StoreError) {
        counters.withLock { $0.problems.note("\(options.directory)/tail.sqlite, batch \(batch.id): \(error)") }
    }

    private static func blocks(_ gathering: borrowing SpanGathering, limit: Int, _ zstd: Zstd) -> [EncodedBlock] {
        let order = SpanOrder(gathering)
        let count = order.rows.count
        // What came together is one block, unless it is much more than that.
        let bySpans = max(1, count / max(1, limit))
        let byBytes = gathering.approximateBytes / Self.blockBytes + 1
        let parts = min(max(bySpans, byBytes), max(1, count))
        return (0..<parts).compactMap { part in
            let range = count * part / parts..<count * (part + 1) / parts
            return range.isEmpty ? nil : BlockEncoder.encode(gathering, order, range, zstd)
        }
    }

    private func keepSize() throws {
        let partitions = days.partitions
        let maxBytes = options.maxBytes
        try sealed.withLock { _ in
            let tailBytes = tail.withLock { $0?.bytes ?? 0 }
            let result = try partitions.drop(
                toFit: maxBytes, besides: tailBytes, keeping: UTCDay(containing: max(0, timeSource.now())))
            for day in result.dropped { days.forget(day) }
            if result.fits { return }
            for day in partitions.days {
                let excess = partitions.size + tailBytes - maxBytes
                if excess > 0 { try days.dropOldest(of: day, bytes: excess) }
            }
        }
    }
}

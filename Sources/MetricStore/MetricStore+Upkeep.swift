import Base
import Model
import Partitions
import Synchronization

/// What one round of upkeep tells the next.
struct UpkeepState: Sendable {
    /// Samples that the tail still has though they are sealed.
    var sealedSinceImage = 0
    var retentionClock: RetentionClock
}

extension MetricStore {
    /// Seals, drops idle series, shortens the tail and keeps retention, on threads of its own, until the task is
    /// cancelled.
    public func run() async {
        // Two threads: the wait for the disk goes on beside a long round.
        await WorkQueue("metric store", width: 2).run { await self.keepUp() }
    }

    private func keepUp() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                await TailSynchronization.run(changes: { tail.withLock { $0?.changes } }, synchronize: synchronize)
            }
            while !Task.isCancelled {
                // What fails is among the statistics' problems, and is tried again in the next round.
                try? upkeep()
                try? await Pause.sleep(for: .milliseconds(options.upkeepInterval))
            }
        }
    }

    /// Waits until everything that was acknowledged is on the disk. Appends go on meanwhile.
    public func synchronize() throws {
        do {
            guard let waiting = try tail.withLock({ try $0?.beginSynchronization() }) else { return }
            do {
                try waiting.wait()
            } catch {
                tail.withLock { $0?.noteUnsynchronized() }
                throw error
            }
        } catch {
            throw StoreError.from(error)
        }
    }

    /// One round of what ``run()`` does.
    /// - Throws: the first failure, as ``StoreError``; the rest of the round is done all the same.
    public func upkeep() throws {
        try upkeepState.withLock { state in
            if tail.withLock({ $0 == nil }) { throw StoreError.closed }
            var round = UpkeepRound { StoreError.from($0) }
            let now = timeSource.now()
            // Age first, as the rest may need the room; size last, when the tail is as short as it gets.
            round.attempt { try keepRetention(now, &state) }
            round.attempt { try sealAndDrop(now, &state) }
            round.attempt { try shortenTail(&state) }
            round.attempt { try keepSize() }
            try round.end { failed in counters.withLock { $0.upkeepProblems = failed } }
        }
    }

    private func keepRetention(_ now: Int64, _ state: inout UpkeepState) throws {
        guard state.retentionClock.isBelieved(timeSource) else { return }
        for day in try days.partitions.drop(endingBefore: now &- options.retention) { days.forgetIndex(of: day) }
    }

    private func keepSize() throws {
        let partitions = days.partitions
        let tailBytes = tail.withLock { $0?.bytes ?? 0 }
        let maxBytes = options.maxBytes
        let result = try partitions.drop(toFit: maxBytes, besides: tailBytes)
        for day in result.dropped { days.forgetIndex(of: day) }
        if !result.fits, let only = partitions.days.first {
            _ = try days.dropOldestBlocks(of: only, bytes: partitions.size + tailBytes - maxBytes)
        }
    }

    private func shortenTail(_ state: inout UpkeepState) throws {
        let headSamples = head.withLock { $0.sampleCount }
        let (tailSamples, tailBytes, olderCount) = tail.withLock {
            ($0?.sampleCount ?? 0, $0?.bytes ?? 0, $0?.older.count ?? 0)
        }
        // What is to be read at a start stays bounded, and images take less writing than the batches did.
        let limit = max(MetricStore.tailSampleLimit, headSamples / 2)
        // What is sealed need not take its room twice where room is scarce.
        let isWasteful = state.sealedSinceImage > 0 && tailBytes > options.maxBytes / 8
        if tailSamples + state.sealedSinceImage > limit || olderCount > MetricStore.olderFilesLimit || isWasteful {
            try writeImage(&state)
        }
    }

    /// Samples in the tail beyond which a new file is begun: about a quarter of a second at a start.
    private static let tailSampleLimit = 4_000_000
    private static let olderFilesLimit = 8
    private static let imageSlots = 512

    /// Begins a new tail file with the head's image in it, and removes the older ones.
    func writeImage(_ state: inout UpkeepState) throws {
        let isOpen = try tail.withLock { tail in
            try tail?.rotate()
            return tail != nil
        }
        if !isOpen { return }
        try forEachImageRow { row in try tail.withLock { try $0?.commit([row]) } }
        try tail.withLock { try $0?.completeImage() }
        state.sealedSinceImage = 0
    }

    /// Gives the rows of an image of the head, and of all exemplars, to `body`, piece by piece.
    func forEachImageRow(_ body: ((kind: TailLog.Kind, bytes: [UInt8])) throws -> Void) throws {
        var start = 0
        while true {
            let part = head.withLock { head -> (isEnd: Bool, bytes: [UInt8]?) in
                let end = min(head.series.count, start + MetricStore.imageSlots)
                return (start >= end, start < end ? TailImage.encode(start..<end, of: head) : nil)
            }
            if part.isEnd { break }
            if let bytes = part.bytes { try body((.image, bytes)) }
            start += MetricStore.imageSlots
        }
        for bytes in exemplarRows() { try body((.exemplars, bytes)) }
    }
}

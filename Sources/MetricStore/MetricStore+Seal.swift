import Model
import Partitions
import Synchronization

extension MetricStore {
    /// A series' samples of one window that are ready to be sealed.
    private struct Candidate: Sendable {
        let slot: UInt32
        let labels: Labels
        var chunks: [Chunk]
    }

    /// What could be sealed, by the start of the window.
    private struct Candidates: Sendable {
        var ready: [Int64: [Candidate]] = [:]
        /// Series that have samples in the window and may get more.
        var waiting: [Int64: Int] = [:]
        /// Series among the ready ones that are silent.
        var silent: [Int64: Int] = [:]
        var idle: [UInt32] = []
        var future = FutureSamples()
    }

    private static let slotsAtOnce = 4_096

    /// How long after the end of its time a window waits for the series that lag behind.
    private static let patience: Int64 = 1_800_000

    /// Fewer silent series than this are no reason to seal them by themselves.
    private static let fewSeries = 1_000

    /// Seals windows that no sample can come into any more, and drops series that are silent.
    func sealAndDrop(_ now: Int64, _ state: inout UpkeepState) throws {
        let options = options
        let candidates = collect(now, options, whereIdle: { $0.lastAppend <= now &- options.idleAfter })
        for (window, ready) in candidates.ready.sorted(by: { $0.key < $1.key }) {
            // Most series of a window become ready together. Few are waited for, as small blocks cost space.
            let isOverdue = now &- StoreTime.windowEnd(window) > options.outOfOrderWindow &+ MetricStore.patience
            let waiting = candidates.waiting[window, default: 0]
            // Where series come and go all the time, those that went are not kept until they are the most.
            let areManySilent = candidates.silent[window, default: 0] >= max(MetricStore.fewSeries, waiting / 4)
            if !isOverdue, !areManySilent, ready.count < waiting { continue }
            try seal(ready, window, &state)
        }
        try drop(candidates.idle, now)
        counters.withLock { [future = candidates.future] in $0.future = future }
    }

    /// Seals all samples in memory, whether more may come into their windows or not.
    func sealEverything(_ state: inout UpkeepState) throws {
        for (window, ready) in collect(.max, options, whereIdle: { _ in true }).ready.sorted(by: { $0.key < $1.key }) {
            try seal(ready, window, &state)
        }
    }

    /// - Parameter isIdle: whether no sample is expected for a series: all of it can be sealed then.
    private func collect(
        _ now: Int64, _ options: MetricStoreOptions, whereIdle isIdle: (Series) -> Bool
    ) -> Candidates {
        var candidates = Candidates()
        var start = 0
        while true {
            // Piece by piece, so that appends and queries come in between.
            let isEnd = head.withLock { head in
                let end = min(head.series.count, start + MetricStore.slotsAtOnce)
                for slot in start..<max(start, end) where head.series[slot].isLive {
                    let series = head.series[slot]
                    collect(UInt32(slot), series, now, options, isIdle: isIdle(series), into: &candidates)
                }
                return end == head.series.count
            }
            if isEnd { return candidates }
            start += MetricStore.slotsAtOnce
        }
    }

    private func collect(
        _ slot: UInt32, _ series: Series, _ now: Int64, _ options: MetricStoreOptions, isIdle: Bool,
        into candidates: inout Candidates
    ) {
        if isIdle { candidates.idle.append(slot) }
        if series.newest > now, series.newest - now > options.aheadLimit, !series.isEmpty {
            candidates.future.series += 1
            candidates.future.newest = max(candidates.future.newest, series.newest)
        }
        let ready = isIdle ? series.allChunks[...] : series.sealable(tolerance: options.outOfOrderWindow, now: now)
        for chunk in ready {
            let window = StoreTime.windowStart(chunk.minTime)
            if let last = candidates.ready[window]?.indices.last, candidates.ready[window]?[last].slot == slot {
                candidates.ready[window]?[last].chunks.append(chunk)
            } else {
                if isIdle { candidates.silent[window, default: 0] += 1 }
                candidates.ready[window, default: []].append(
                    Candidate(slot: slot, labels: series.labels, chunks: [chunk]))
            }
        }
        if !isIdle, let next = series.closed.dropFirst(ready.count).first ?? series.openChunk {
            candidates.waiting[StoreTime.windowStart(next.minTime), default: 0] += 1
        }
    }

    private func seal(_ candidates: [Candidate], _ window: Int64, _ state: inout UpkeepState) throws {
        let written = try days.seal(
            candidates.map { DayFiles.Sealing(labels: $0.labels, chunks: $0.chunks) },
            into: UTCDay(containing: window))
        counters.withLock { $0.sealed += written }
        state.sealedSinceImage += written
        // Both locks: no append comes between what is forgotten and the note of it, which a restart reads in order.
        try tail.withLock { tail in
            let rows = head.withLock { head in MetricStore.forget(candidates, window, in: &head) }
            try tail?.commit(rows)
        }
    }

    /// Takes sealed samples out of the head.
    /// - Returns: the rows that tell the tail of it.
    private static func forget(
        _ candidates: [Candidate], _ window: Int64, in head: inout Head
    ) -> [(kind: TailLog.Kind, bytes: [UInt8])] {
        var refs: [UInt32] = []
        var undefined: [UInt32] = []
        for candidate in candidates {
            let removed = head.remove(candidate.chunks, from: candidate.slot)
            // A series that has changed meanwhile keeps all its samples, and is sealed again.
            guard removed == candidate.chunks.reduce(0, { $0 + Int($1.count) }) else { continue }
            refs.append(head.ref(of: candidate.slot).rawValue)
            if !head.series[Int(candidate.slot)].isDefined { undefined.append(candidate.slot) }
        }
        var rows: [(kind: TailLog.Kind, bytes: [UInt8])] = []
        if !undefined.isEmpty {
            head.markDefined(undefined, true)
            rows.append((.definitions, DefinitionCodec.encode(undefined, of: head)))
        }
        rows.append((.sealed, SealedCodec.encode(window: window, refs: refs)))
        return rows
    }

    /// Drops series of which nothing is in memory any more and that are silent still.
    private func drop(_ slots: [UInt32], _ now: Int64) throws {
        if slots.isEmpty { return }
        let idleSince = now &- options.idleAfter
        // The tail's lock keeps appends out, which count on their series from plan to commit.
        tail.withLock { _ in
            head.withLock { head in
                head.drop(
                    slots.filter {
                        let series = head.series[Int($0)]
                        return series.isLive && series.isEmpty && series.lastAppend <= idleSince
                    })
            }
        }
    }
}

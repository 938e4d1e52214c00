import Model

/// A series in memory: its labels and the samples that are not in a day file yet.
struct Series: Sendable {
    /// Samples after which a chunk is closed: it holds minutes to an hour, and is decoded whole.
    static let chunkSamples: Int32 = 240

    private(set) var labels: Labels
    /// Distinguishes the series that used the same slot one after the other.
    private(set) var generation: UInt8
    private(set) var isLive = true
    /// Whether the tail has the labels under this run's ref, so that batches may refer to the series.
    var isDefined = false
    private(set) var open = OpenChunk()
    /// In order of time and without overlap, all before the open chunk.
    private(set) var closed: [Chunk] = []
    /// The time of the newest sample that was ever appended; `Int64.min` before the first.
    private(set) var newest = Int64.min
    private var newestBits: UInt64 = 0
    /// When the last sample came, by the clock.
    var lastAppend: Int64

    init(labels: Labels, generation: UInt8, now: Int64) {
        self.labels = labels
        self.generation = generation
        lastAppend = now
    }

    /// What became of a sample.
    enum Insertion { case inserted, repeated, conflicting }

    var sampleCount: Int { closed.reduce(Int(open.count)) { $0 + Int($1.count) } }

    var isEmpty: Bool { closed.isEmpty && open.count == 0 }

    /// The chunks that have samples in `range`, sharing their words.
    func chunks(in range: TimeRange) -> [Chunk] {
        var chunks = closed.filter { $0.minTime <= range.end && $0.maxTime >= range.start }
        if open.count > 0, open.minTime <= range.end, open.maxTime >= range.start { chunks.append(open.chunk) }
        return chunks
    }

    func hasChunk(in range: TimeRange) -> Bool {
        if open.count > 0, open.minTime <= range.end, open.maxTime >= range.start { return true }
        return closed.contains { $0.minTime <= range.end && $0.maxTime >= range.start }
    }

    /// The time of the newest sample in memory that does not lie after `now`; `Int64.min` where there is none.
    @inline(never)
    func newest(notAfter now: Int64) -> Int64 {
        if newest <= now { return newest }
        func last(of chunk: Chunk) -> Int64 {
            chunk.maxTime <= now ? chunk.maxTime : chunk.samples().last { $0.time <= now }?.time ?? .min
        }
        if let open = openChunk, open.minTime <= now { return last(of: open) }
        return closed.last { $0.minTime <= now }.map(last) ?? .min
    }

    /// Puts a sample into its place.
    @inline(__always)
    mutating func insert(_ time: Int64, _ value: Double) -> Insertion {
        guard time > newest else { return insertBehind(time, value) }
        if open.count == 0 || (open.count < Series.chunkSamples && time < StoreTime.windowEnd(open.minTime)) {
            open.append(time, value)
        } else {
            close()
            open.append(time, value)
        }
        newest = time
        newestBits = value.bitPattern
        return .inserted
    }

    @inline(never)
    private mutating func close() {
        closed.append(open.chunk)
        open = OpenChunk(coding: open.coding)
        assert(isInOrder, "BUG: the chunk that was closed is not the last one")
    }

    /// Whether the chunks stand in the order of their times, none overlaps another, and no sample is newer than the newest.
    private var isInOrder: Bool {
        var last = Int64.min
        for chunk in allChunks {
            guard chunk.count > 0, chunk.minTime > last || last == .min, chunk.maxTime >= chunk.minTime else {
                return false
            }
            last = chunk.maxTime
        }
        return last <= newest
    }

    /// Puts in a sample that is not newer than all others: the chunk where it belongs is decoded and written anew.
    @inline(never)
    private mutating func insertBehind(_ time: Int64, _ value: Double) -> Insertion {
        if time == newest { return value.bitPattern == newestBits ? .repeated : .conflicting }
        if open.count > 0, time >= open.minTime {
            var rewritten = OpenChunk(coding: open.coding)
            let insertion = Series.merge(time, value, into: open.chunk, writing: &rewritten)
            if insertion == .inserted { open = rewritten }
            assert(isInOrder, "BUG: a sample was put into the open chunk out of its place")
            return insertion
        }
        let index = closed.firstIndex { time <= $0.maxTime } ?? closed.count
        if index < closed.count, time >= closed[index].minTime { return insert(time, value, intoClosed: index) }
        // Between two chunks: taken into a neighbour of the same window that has room, else a chunk of its own.
        let window = StoreTime.windowStart(time)
        for neighbour in [index - 1, index] where closed.indices.contains(neighbour) {
            let chunk = closed[neighbour]
            if StoreTime.windowStart(chunk.minTime) == window, chunk.count < Series.chunkSamples {
                return insert(time, value, intoClosed: neighbour)
            }
        }
        var single = OpenChunk(coding: open.coding)
        single.append(time, value)
        closed.insert(single.chunk, at: index)
        assert(isInOrder, "BUG: the chunk of a late sample is out of its place")
        return .inserted
    }

    private mutating func insert(_ time: Int64, _ value: Double, intoClosed index: Int) -> Insertion {
        let chunk = closed[index]
        var rewritten = OpenChunk(coding: chunk.coding)
        let insertion = Series.merge(time, value, into: chunk, writing: &rewritten)
        guard insertion == .inserted else { return insertion }
        closed[index] = rewritten.chunk
        if rewritten.count >= 2 * Series.chunkSamples { split(index) }
        assert(isInOrder, "BUG: a late sample was put into the wrong chunk")
        return .inserted
    }

    private mutating func split(_ index: Int) {
        let samples = closed[index].samples()
        var halves = [OpenChunk(coding: closed[index].coding), OpenChunk(coding: closed[index].coding)]
        for (position, sample) in samples.enumerated() {
            halves[position < samples.count / 2 ? 0 : 1].append(sample.time, sample.value)
        }
        closed.replaceSubrange(index...index, with: halves.map(\.chunk))
    }

    private static func merge(
        _ time: Int64, _ value: Double, into chunk: Chunk, writing rewritten: inout OpenChunk
    ) -> Insertion {
        var isPlaced = false
        for sample in chunk.samples() {
            if sample.time == time {
                return sample.value.bitPattern == value.bitPattern ? .repeated : .conflicting
            }
            if !isPlaced, sample.time > time {
                rewritten.append(time, value)
                isPlaced = true
            }
            rewritten.append(sample.time, sample.value)
        }
        if !isPlaced { rewritten.append(time, value) }
        return .inserted
    }

    /// Chunks of windows that no sample can come into any more, as the window of tolerance has passed them.
    func sealable(tolerance: Int64, now: Int64) -> ArraySlice<Chunk> {
        let latest = min(newest, now)
        return closed.prefix { StoreTime.windowEnd($0.minTime) <= latest &- tolerance }
    }

    /// All chunks; for a series that is silent.
    var allChunks: [Chunk] { open.count > 0 ? closed + [open.chunk] : closed }

    /// The open chunk, if it has samples.
    var openChunk: Chunk? { open.count > 0 ? open.chunk : nil }

    /// Forgets chunks that are in a day file now. One that has changed since stays.
    /// - Returns: how many samples went.
    mutating func remove(_ sealed: [Chunk]) -> Int {
        var removed = 0
        for chunk in sealed {
            if let index = closed.firstIndex(where: { $0.isSame(as: chunk) }) {
                closed.remove(at: index)
                removed += Int(chunk.count)
            } else if open.count > 0, open.chunk.isSame(as: chunk) {
                open = OpenChunk(coding: open.coding)
                removed += Int(chunk.count)
            }
        }
        return removed
    }

    /// Deletes the samples in `range`.
    /// - Returns: how many went.
    mutating func delete(_ range: TimeRange) -> Int {
        guard hasChunk(in: range) else { return 0 }
        let before = sampleCount
        closed = closed.compactMap { chunk in
            guard chunk.minTime <= range.end, chunk.maxTime >= range.start else { return chunk }
            let kept = Series.without(range, chunk)
            return kept.count > 0 ? kept.chunk : nil
        }
        if open.count > 0 { open = Series.without(range, open.chunk) }
        if isEmpty { return before }
        // The newest sample sets what is too old and what is a repetition: of what is deleted neither holds.
        let last = (openChunk ?? closed.last)?.samples().last
        newest = last?.time ?? .min
        newestBits = last?.value.bitPattern ?? 0
        assert(isInOrder && !hasSample(in: range), "BUG: samples that were deleted are still there")
        return before - sampleCount
    }

    /// Whether a sample lies in `range`, by looking at each.
    private func hasSample(in range: TimeRange) -> Bool {
        allChunks.contains { $0.samples().contains { range.contains($0.time) } }
    }

    private static func without(_ range: TimeRange, _ chunk: Chunk) -> OpenChunk {
        var kept = OpenChunk(coding: chunk.coding)
        for sample in chunk.samples() where !range.contains(sample.time) { kept.append(sample.time, sample.value) }
        return kept
    }

    /// Takes over chunks that were read from the tail, for a series that has none yet.
    mutating func restore(closed chunks: [Chunk], open last: Chunk?, newest: Int64, newestBits: UInt64) {
        closed = chunks
        if let last { open = OpenChunk(resuming: last) }
        self.newest = newest
        self.newestBits = newestBits
    }

    var newestValueBits: UInt64 { newestBits }

    /// Ends the series: its slot is free for another one with the next generation.
    mutating func retire() {
        isLive = false
        labels = .empty
        closed = []
        open = OpenChunk()
    }
}

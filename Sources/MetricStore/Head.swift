import Base
import Model

/// The memory of a metric store: the series and their newest samples.
///
/// Not synchronised: the store keeps it behind a lock, and holds a second one over whatever changes samples.
struct Head: Sendable {
    var series: ContiguousArray<Series> = []
    private(set) var index = LabelIndex()
    var exemplars = ExemplarRing()
    private var table = SlotTable()
    /// Slots of series that ended, first out first in, so that a slot rests for as long as can be.
    private var freeSlots: [UInt32] = []
    private var nextFree = 0
    private(set) var liveCount = 0
    private(set) var sampleCount = 0
    private(set) var createdCount = 0
    private(set) var droppedCount = 0
    var limits: Limits

    /// Which times are accepted, in milliseconds.
    struct Limits: Sendable {
        var retention: Int64
        var outOfOrderWindow: Int64
        let aheadLimit: Int64
        let seriesLimit: Int
    }

    init(limits: Limits) { self.limits = limits }

    // A ref is a slot and the generation of its use. After 256 uses a slot is not used any more.
    private static let slotBits: UInt32 = 24

    static func ref(slot: UInt32, generation: UInt8) -> SeriesRef {
        SeriesRef(rawValue: UInt32(generation) << slotBits | slot)
    }

    func ref(of slot: UInt32) -> SeriesRef { Head.ref(slot: slot, generation: series[Int(slot)].generation) }

    /// The slot of a series that is alive.
    @inline(__always)
    func slot(of ref: SeriesRef) -> Int? {
        let slot = Int(ref.rawValue & (1 << Head.slotBits - 1))
        guard slot < series.count, series[slot].isLive,
            series[slot].generation == UInt8(truncatingIfNeeded: ref.rawValue >> Head.slotBits)
        else { return nil }
        return slot
    }

    /// The slot of the series with these labels, if there is one.
    func find(_ labels: Labels) -> UInt32? { find(labels, ByteHash.hash(labels.packed)) }

    private func find(_ labels: Labels, _ hash: UInt64) -> UInt32? {
        table.find(hash) { series[Int($0)].labels == labels }
    }

    /// The slot of the series with these labels, made if it is new; `nil` if there are too many.
    mutating func resolve(_ labels: Labels, now: Int64) -> UInt32? {
        let hash = ByteHash.hash(labels.packed)
        if let known = find(labels, hash) { return known }
        guard liveCount < limits.seriesLimit, let slot = newSlot(labels, now) else { return nil }
        // Taken out of `self`, so that the closure may look at the series.
        var table = self.table
        self.table = SlotTable()
        table.insert(slot, hash: hash) { ByteHash.hash(series[Int($0)].labels.packed) }
        self.table = table
        index.add(slot, labels)
        liveCount += 1
        createdCount += 1
        assert(isCounted, "BUG: the table, the index and the count of series differ")
        return slot
    }

    /// Whether each series that is alive stands once in the table and once in the index.
    private var isCounted: Bool { table.count == liveCount && index.all.count == liveCount }

    private mutating func newSlot(_ labels: Labels, _ now: Int64) -> UInt32? {
        if nextFree < freeSlots.count {
            let slot = freeSlots[nextFree]
            nextFree += 1
            if nextFree > 1_024, nextFree * 2 > freeSlots.count {
                freeSlots.removeFirst(nextFree)
                nextFree = 0
            }
            series[Int(slot)] = Series(labels: labels, generation: series[Int(slot)].generation + 1, now: now)
            return slot
        }
        guard series.count < 1 << Head.slotBits else { return nil }
        series.append(Series(labels: labels, generation: 0, now: now))
        return UInt32(series.count - 1)
    }

    /// Ends series: their refs become unknown, and their slots are used again later.
    mutating func drop(_ slots: [UInt32]) {
        var removed: [(slot: UInt32, labels: Labels)] = []
        for slot in slots where series[Int(slot)].isLive {
            let ended = series[Int(slot)]
            removed.append((slot, ended.labels))
            table.remove(slot, hash: ByteHash.hash(ended.labels.packed))
            sampleCount -= ended.sampleCount
            series[Int(slot)].retire()
            if ended.generation < .max { freeSlots.append(slot) }
        }
        liveCount -= removed.count
        droppedCount += removed.count
        index.remove(removed)
        assert(isCounted, "BUG: the table, the index and the count of series differ")
        if index.deadPairs > 4_096, index.deadPairs * 2 > index.pairs.count { rebuildIndex() }
    }

    private mutating func rebuildIndex() {
        var rebuilt = LabelIndex()
        for slot in index.all { rebuilt.add(slot, series[Int(slot)].labels) }
        index = rebuilt
    }

    /// Notes whether the tail knows the labels of these series.
    mutating func markDefined(_ slots: [UInt32], _ isDefined: Bool) {
        for slot in slots { series[Int(slot)].isDefined = isDefined }
    }

    /// Puts a sample into its series.
    @inline(__always)
    mutating func insert(_ slot: Int, _ time: Int64, _ value: Double) -> Series.Insertion {
        let insertion = series[slot].insert(time, value)
        if insertion == .inserted { sampleCount &+= 1 }
        return insertion
    }

    /// Takes samples out that are in a day file now.
    /// - Returns: how many went; none where the series has changed meanwhile.
    mutating func remove(_ chunks: [Chunk], from slot: UInt32) -> Int {
        let removed = series[Int(slot)].remove(chunks)
        sampleCount -= removed
        return removed
    }

    /// Deletes the samples of a series in `range`.
    /// - Returns: how many went.
    mutating func delete(_ range: TimeRange, from slot: UInt32) -> Int {
        let removed = series[Int(slot)].delete(range)
        sampleCount -= removed
        return removed
    }

    /// Puts chunks into a series that has none, as the tail's image has them.
    mutating func restore(
        _ slot: UInt32, closed: [Chunk], open: Chunk?, newest: Int64, newestBits: UInt64, lastAppend: Int64
    ) {
        series[Int(slot)].restore(closed: closed, open: open, newest: newest, newestBits: newestBits)
        series[Int(slot)].lastAppend = lastAppend
        sampleCount += series[Int(slot)].sampleCount
    }
}

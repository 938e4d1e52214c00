import Base
import Model

/// The newest exemplars of all series: a ring in which a new one takes the place of the oldest.
///
/// Exemplars are hints on the way to a trace, few are ever looked at, and traces are kept for days only: so a bounded
/// ring in memory, as in Prometheus, is enough.
struct ExemplarRing: Sendable {
    /// An exemplar and its series' labels, which outlive the series in memory.
    struct Entry: Sendable, Hashable {
        let series: Labels
        let exemplar: Exemplar
    }

    /// As many as Prometheus keeps by default.
    static let capacity = 100_000

    private var entries: [Entry] = []
    private var oldest = 0
    /// The newest exemplar of each series that has one here.
    private var newest: [Labels: Exemplar] = [:]

    var count: Int { entries.count }

    /// Whether an exemplar is new: not older than its series' newest, and not the same one told once more.
    func accepts(_ entry: Entry) -> Bool {
        guard let last = newest[entry.series] else { return true }
        return entry.exemplar.timestamp >= last.timestamp && entry.exemplar != last
    }

    /// Puts an exemplar in, if it is new.
    mutating func insert(_ entry: Entry) {
        guard accepts(entry) else { return }
        newest[entry.series] = entry.exemplar
        if entries.count < ExemplarRing.capacity {
            entries.append(entry)
            return
        }
        let evicted = entries[oldest]
        if newest[evicted.series] == evicted.exemplar { newest[evicted.series] = nil }
        entries[oldest] = entry
        oldest = (oldest + 1) % entries.count
    }

    /// All entries, those that came first first.
    var all: [Entry] { Array(entries[oldest...] + entries[..<oldest]) }

    /// The exemplars of series that fulfil any of `selectors` in `range`.
    func select(matchingAny selectors: [[Matcher]], in range: TimeRange) -> [SeriesExemplars] {
        var found: [Labels: [Exemplar]] = [:]
        var matching: [Labels: Bool] = [:]
        for entry in all where range.contains(entry.exemplar.timestamp) {
            let isWanted =
                matching[entry.series]
                ?? selectors.contains { $0.allSatisfy { $0.matches(entry.series) } }
            matching[entry.series] = isWanted
            if isWanted { found[entry.series, default: []].append(entry.exemplar) }
        }
        return found.map { SeriesExemplars(labels: $0, exemplars: $1) }.sorted { $0.labels < $1.labels }
    }

    /// Removes the exemplars of series that fulfil all `matchers` in `range`.
    mutating func remove(_ matchers: [Matcher], in range: TimeRange) {
        let kept = all.filter { entry in
            !(range.contains(entry.exemplar.timestamp) && matchers.allSatisfy { $0.matches(entry.series) })
        }
        if kept.count == entries.count { return }
        self = ExemplarRing()
        for entry in kept { insert(entry) }
    }
}

/// The bytes of a row of exemplars: a count, and for each its series' labels (counted), its own labels (counted),
/// its time (zigzag) and its value (8 bytes).
enum ExemplarCodec {
    static func encode(_ entries: some Collection<ExemplarRing.Entry>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(entries.count)
        for entry in entries {
            bytes.appendCounted(entry.series.packed)
            bytes.appendCounted(entry.exemplar.labels.packed)
            bytes.appendZigzag(entry.exemplar.timestamp)
            bytes.appendFixed64(entry.exemplar.value.bitPattern)
        }
        return bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [ExemplarRing.Entry]? {
        var reader = ByteReader(bytes)
        var entries: [ExemplarRing.Entry] = []
        for _ in 0..<reader.count() {
            guard let series = Labels(packed: [UInt8](reader.counted())),
                let own = Labels(packed: [UInt8](reader.counted()))
            else { return nil }
            let timestamp = reader.zigzag()
            let value = Double(bitPattern: reader.fixed64())
            entries.append(
                ExemplarRing.Entry(
                    series: series, exemplar: Exemplar(labels: own, value: value, timestamp: timestamp)))
        }
        return reader.hasFailed || !reader.isAtEnd ? nil : entries
    }
}

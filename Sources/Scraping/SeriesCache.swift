internal import Base
internal import Model

/// What a target's last pages taught: each series' text and the number that the store gave to it.
///
/// Pages hardly ever change their order, so the n-th line of the last page tells which series the n-th line of this
/// one is; only where it does not is the text looked up by its hash.
struct SeriesCache {
    struct Entry {
        fileprivate var textStart: Int
        fileprivate var textLength: Int
        /// The next entry with the same hash.
        fileprivate var next: Int32
        /// `nil` where relabelling drops the series.
        var ref: SeriesRef?
        /// The scrape in which the series was last on the page; 0 before the first one.
        var seen: UInt32
        /// Whether the series ends when it is missing once: not so where its samples have times of their own.
        var endsWhenMissing = true
    }

    private(set) var entries: [Entry] = []
    private var texts: [UInt8] = []
    private var byHash: [UInt64: Int32] = [:]
    /// Entries in the order of the last page.
    private var order: [Int32] = []
    private var positions: [Int32] = []
    private var nextOrder: [Int32] = []
    private var predicted = 0

    var count: Int { entries.count }

    subscript(index: Int) -> Entry {
        get { entries[index] }
        _modify { yield &entries[index] }
    }

    /// Makes ready for a page.
    mutating func beginPage() {
        nextOrder.removeAll(keepingCapacity: true)
        predicted = 0
    }

    /// Bytes of the text of the series that is expected next, if `line` begins with it.
    func expectedLength(in line: UnsafeBufferPointer<UInt8>) -> Int? {
        guard predicted < order.count else { return nil }
        let entry = entries[Int(order[predicted])]
        guard entry.textLength <= line.count else { return nil }
        let isEqual = texts.withUnsafeBytes { texts in
            UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(line)[..<entry.textLength])
                .isEqual(to: texts, at: entry.textStart)
        }
        return isEqual ? entry.textLength : nil
    }

    /// The entry of the series with this text, if it was on a page before.
    mutating func entry(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        if predicted < order.count {
            let index = Int(order[predicted])
            if isEqual(index, text) {
                predicted += 1
                nextOrder.append(Int32(index))
                return index
            }
        }
        var candidate = byHash[Self.hash(text)] ?? -1
        while candidate >= 0 {
            let index = Int(candidate)
            if isEqual(index, text) {
                if index < positions.count, positions[index] >= 0 { predicted = Int(positions[index]) + 1 }
                nextOrder.append(candidate)
                return index
            }
            candidate = entries[index].next
        }
        return nil
    }

    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        ByteHash.hash(UnsafeRawBufferPointer(text))
    }

    /// Adds a series that no page had before.
    mutating func insert(_ text: UnsafeBufferPointer<UInt8>, ref: SeriesRef?) -> Int {
        let hash = Self.hash(text)
        let index = Int32(entries.count)
        entries.append(
            Entry(textStart: texts.count, textLength: text.count, next: byHash[hash] ?? -1, ref: ref, seen: 0))
        texts.append(contentsOf: text)
        byHash[hash] = index
        nextOrder.append(index)
        return Int(index)
    }

    /// Takes the order of the page that was read for the next one.
    /// - Returns: the entries that were on the page before and are not on this one.
    mutating func endPage() -> [Int] {
        guard nextOrder != order else { return [] }
        swap(&order, &nextOrder)
        positions = [Int32](repeating: -1, count: entries.count)
        for (position, index) in order.enumerated() { positions[Int(index)] = Int32(position) }
        return nextOrder.filter { positions[Int($0)] < 0 }.map(Int.init)
    }

    /// A series' text.
    func text(of index: Int) -> [UInt8] {
        Array(texts[entries[index].textStart..<(entries[index].textStart + entries[index].textLength)])
    }

    /// The entries of the last page, in its order.
    var lastPage: [Int] { order.map(Int.init) }

    /// How many series the last page had.
    var lastCount: Int { order.count }

    /// Forgets series that were not on the last page, once they are more than those that were.
    mutating func forgetOld() {
        guard entries.count > 2 * order.count + 1_000 else { return }
        var kept = SeriesCache()
        kept.beginPage()
        for old in order {
            let text = text(of: Int(old))
            text.withUnsafeBufferPointer { bytes in
                let index = kept.insert(bytes, ref: entries[Int(old)].ref)
                kept.entries[index].seen = entries[Int(old)].seen
                kept.entries[index].endsWhenMissing = entries[Int(old)].endsWhenMissing
            }
        }
        _ = kept.endPage()
        self = kept
    }

    private func isEqual(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let entry = entries[index]
        guard entry.textLength == text.count else { return false }
        return texts.withUnsafeBytes { texts in
            UnsafeRawBufferPointer(text).isEqual(to: texts, at: entry.textStart)
        }
    }
}

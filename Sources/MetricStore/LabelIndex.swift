import Base
import Model

/// Which series carry which label: for each pair of name and value the slots of the series that have it.
///
/// Pairs are interned: each stands once, in its packed form, in one array of bytes.
struct LabelIndex: Sendable {
    struct Pair: Sendable {
        let bytes: Range<Int>
        let value: Range<Int>
        let name: UInt32
        /// Slots in ascending order.
        var postings: [UInt32]
    }

    struct Name: Sendable {
        let text: String
        var pairs: [UInt32] = []
    }

    private var arena: [UInt8] = []
    private(set) var pairs: [Pair] = []
    private(set) var names: [Name] = []
    private var nameNumbers: [String: UInt32] = [:]
    private var table = SlotTable()
    /// All slots, in ascending order.
    private(set) var all: [UInt32] = []
    /// Pairs that no series has any more.
    private(set) var deadPairs = 0

    /// One more than the greatest slot.
    var capacity: Int { all.last.map { Int($0) + 1 } ?? 0 }

    /// Enters the labels of a new series.
    mutating func add(_ slot: UInt32, _ labels: Labels) {
        LabelIndex.insert(slot, into: &all)
        labels.packed.withUnsafeBytes { packed in
            PackedLabels.forEachPair(packed) { pair, name, value in
                let bytes = UnsafeRawBufferPointer(rebasing: packed[pair])
                let hash = ByteHash.hash(bytes)
                let number =
                    find(bytes, hash)
                    ?? addPair(
                        bytes, hash, name: String(decoding: packed[name], as: UTF8.self), valueCount: value.count)
                if pairs[Int(number)].postings.isEmpty { deadPairs -= 1 }
                LabelIndex.insert(slot, into: &pairs[Int(number)].postings)
            }
        }
        assert(table.count == pairs.count, "BUG: a pair of the index cannot be found, or is found twice")
    }

    private static func insert(_ slot: UInt32, into slots: inout [UInt32]) {
        guard let last = slots.last, last >= slot else { return slots.append(slot) }
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle] < slot { low = middle + 1 } else { high = middle }
        }
        assert(slots[low] != slot, "BUG: slot \(slot) is entered twice")
        slots.insert(slot, at: low)
    }

    private mutating func addPair(_ bytes: UnsafeRawBufferPointer, _ hash: UInt64, name: String, valueCount: Int)
        -> UInt32
    {
        let number = UInt32(pairs.count)
        let nameNumber: UInt32
        if let known = nameNumbers[name] {
            nameNumber = known
        } else {
            nameNumber = UInt32(names.count)
            names.append(Name(text: name))
            nameNumbers[name] = nameNumber
        }
        let start = arena.count
        arena.append(contentsOf: bytes)
        names[Int(nameNumber)].pairs.append(number)
        pairs.append(
            Pair(
                bytes: start..<arena.count, value: (arena.count - valueCount)..<arena.count, name: nameNumber,
                postings: []))
        deadPairs += 1
        // Taken out of `self`, so that the closure may look at the rest of it.
        var table = self.table
        self.table = SlotTable()
        table.insert(number, hash: hash) { hashOfPair($0) }
        self.table = table
        return number
    }

    private func hashOfPair(_ number: UInt32) -> UInt64 {
        arena.withUnsafeBytes { ByteHash.hash(UnsafeRawBufferPointer(rebasing: $0[pairs[Int(number)].bytes])) }
    }

    private func find(_ bytes: UnsafeRawBufferPointer, _ hash: UInt64) -> UInt32? {
        arena.withUnsafeBytes { arena in
            table.find(hash) { number in
                let range = pairs[Int(number)].bytes
                return range.count == bytes.count
                    && UnsafeRawBufferPointer(rebasing: arena[range]).elementsEqual(bytes)
            }
        }
    }

    /// Takes series out. Their pairs stay, if only empty, until the index is made anew.
    mutating func remove(_ removed: [(slot: UInt32, labels: Labels)]) {
        var gone = SlotSet(capacity: capacity)
        var touched = Set<UInt32>()
        for (slot, labels) in removed {
            gone.insert(slot)
            labels.packed.withUnsafeBytes { packed in
                PackedLabels.forEachPair(packed) { pair, _, _ in
                    let bytes = UnsafeRawBufferPointer(rebasing: packed[pair])
                    if let number = find(bytes, ByteHash.hash(bytes)) { touched.insert(number) }
                }
            }
        }
        all.removeAll { gone.contains($0) }
        for number in touched {
            pairs[Int(number)].postings.removeAll { gone.contains($0) }
            if pairs[Int(number)].postings.isEmpty { deadPairs += 1 }
        }
        assert(deadPairs == pairs.count { $0.postings.isEmpty }, "BUG: the count of pairs without a series is wrong")
    }

    func value(of pair: Pair) -> String { String(decoding: arena[pair.value], as: UTF8.self) }

    func valueHasPrefix(_ pair: Pair, _ prefix: String.UTF8View) -> Bool {
        arena[pair.value].starts(with: prefix)
    }

    func name(_ text: String) -> Name? { nameNumbers[text].map { names[Int($0)] } }

    func pair(_ name: String, _ value: String) -> Pair? {
        PackedLabels.pair(name, value).withUnsafeBytes { bytes in
            find(bytes, ByteHash.hash(bytes)).map { pairs[Int($0)] }
        }
    }

    /// Slots that have exactly this label.
    func postings(_ name: String, _ value: String) -> [UInt32] { pair(name, value)?.postings ?? [] }
}

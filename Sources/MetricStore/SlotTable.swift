/// A hash table from keys kept elsewhere to their slots: open addressing, eight bytes an entry.
///
/// An entry holds the upper half of the key's hash and the slot; the caller compares the keys themselves.
struct SlotTable: Sendable {
    private var entries: [UInt64]
    private var used = 0
    private(set) var count = 0

    private static let empty: UInt64 = .max
    private static let removed: UInt64 = .max - 1

    init(capacity: Int = 16) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        entries = Array(repeating: SlotTable.empty, count: size)
    }

    /// The slot with this hash for which `isEqual` is true.
    @inline(__always)
    func find(_ hash: UInt64, where isEqual: (UInt32) -> Bool) -> UInt32? {
        let mask = entries.count &- 1
        let wanted = hash &>> 32
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = entries[index]
            if entry == SlotTable.empty { return nil }
            if entry &>> 32 == wanted, entry != SlotTable.removed {
                let slot = UInt32(truncatingIfNeeded: entry)
                if isEqual(slot) { return slot }
            }
            index = (index &+ 1) & mask
        }
    }

    /// Adds a slot that is not in the table.
    /// - Parameter hashOf: the hash of a slot's key, asked for when the table grows.
    mutating func insert(_ slot: UInt32, hash: UInt64, hashOf: (UInt32) -> UInt64) {
        precondition(slot < .max - 1, "BUG: the slot is one of the two reserved numbers")
        assert(find(hash) { $0 == slot } == nil, "BUG: slot \(slot) stands in the table already")
        if (used + 1) * 4 > entries.count * 3 { rebuild(hashOf) }
        place(slot, hash: hash)
        count += 1
        assert(count <= used && used < entries.count, "BUG: no empty entry is left to end a search")
    }

    mutating func remove(_ slot: UInt32, hash: UInt64) {
        let mask = entries.count - 1
        let wanted = (hash >> 32) << 32 | UInt64(slot)
        var index = Int(truncatingIfNeeded: hash) & mask
        while entries[index] != SlotTable.empty {
            if entries[index] == wanted {
                entries[index] = SlotTable.removed
                count -= 1
                return
            }
            index = (index + 1) & mask
        }
        assertionFailure("BUG: slot \(slot) is taken out of a table that does not have it under this hash")
    }

    private mutating func place(_ slot: UInt32, hash: UInt64) {
        let mask = entries.count - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while entries[index] != SlotTable.empty { index = (index + 1) & mask }
        entries[index] = (hash >> 32) << 32 | UInt64(slot)
        used += 1
    }

    private mutating func rebuild(_ hashOf: (UInt32) -> UInt64) {
        let old = entries
        var size = 16
        while size < (count + 1) * 4 { size *= 2 }
        entries = Array(repeating: SlotTable.empty, count: size)
        used = 0
        for entry in old where entry < SlotTable.removed {
            let slot = UInt32(truncatingIfNeeded: entry)
            place(slot, hash: hashOf(slot))
        }
        assert(used == count, "BUG: \(count) slots were counted, and \(used) stood in the table")
    }
}

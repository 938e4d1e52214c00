/// A set of slots as bits.
struct SlotSet: Sendable {
    private var words: [UInt64]

    init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

    mutating func insert(_ slot: UInt32) {
        words[Int(slot >> 6)] |= 1 << UInt64(slot & 63)
    }

    mutating func formUnion(_ slots: [UInt32]) {
        for slot in slots { insert(slot) }
    }

    func contains(_ slot: UInt32) -> Bool {
        let index = Int(slot >> 6)
        return index < words.count && words[index] >> UInt64(slot & 63) & 1 != 0
    }

    /// Members in ascending order.
    var members: [UInt32] {
        var members: [UInt32] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                members.append(UInt32(index * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return members
    }
}

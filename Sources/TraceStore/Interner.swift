/// Strings of bytes, each once, numbered in the order in which they first came.
struct Interner: ~Copyable {
    struct Entry: BitwiseCopyable {
        let offset: Int
        let count: Int
        let hash: UInt64
    }

    private var content = Flat<UInt8>(capacity: 1_024)
    private var entries = Flat<Entry>(capacity: 64)
    /// Numbers plus one, found by their hash; 0 is free.
    private var slots = Flat<UInt32>(repeating: 0, count: 128)

    var count: Int { entries.count }

    /// Bytes of all strings.
    var bytesCount: Int { content.count }

    /// The string of a number; good until another is added.
    subscript(number: UInt32) -> UnsafeRawBufferPointer {
        let entry = entries[Int(number)]
        return UnsafeRawBufferPointer(rebasing: content.bytes[entry.offset..<entry.offset + entry.count])
    }

    /// The number of a string, which is added if it is new.
    mutating func number(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        let hash = Self.hash(bytes)
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while true {
            let slot = slots[place]
            if slot == 0 { break }
            let entry = entries[Int(slot) - 1]
            if entry.hash == hash, entry.count == bytes.count, isEqual(entry, bytes) { return slot - 1 }
            place = (place + 1) & (slots.count - 1)
        }
        entries.append(Entry(offset: content.count, count: bytes.count, hash: hash))
        content.append(bytes: bytes)
        slots[place] = UInt32(entries.count)
        if entries.count * 2 > slots.count { rehash() }
        return UInt32(entries.count - 1)
    }

    @inline(__always)
    private func isEqual(_ entry: Entry, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        let stored = content.bytes
        while bytes.count - offset >= 8 {
            if stored.loadUnaligned(fromByteOffset: entry.offset + offset, as: UInt64.self)
                != bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset += 8
        }
        while offset < bytes.count {
            if stored[entry.offset + offset] != bytes[offset] { return false }
            offset += 1
        }
        return true
    }

    @inline(never)
    private mutating func rehash() {
        var larger = Flat<UInt32>(repeating: 0, count: slots.count * 2)
        for index in 0..<entries.count {
            var place = Int(truncatingIfNeeded: entries[index].hash) & (larger.count - 1)
            while larger[place] != 0 { place = (place + 1) & (larger.count - 1) }
            larger[place] = UInt32(index + 1)
        }
        slots = larger
    }

    /// Drawn at the start, so that nobody outside can prepare strings that collide.
    private static let seed = UInt64.random(in: .min ... .max)

    /// Eight bytes at a time, the last ones twice where they do not come out even.
    @inline(__always)
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var state = fold(seed ^ UInt64(truncatingIfNeeded: count), 0x9e37_79b9_7f4a_7c15)
        if count >= 8 {
            var offset = 0
            while offset &+ 8 < count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                state = fold(state ^ word, 0xd6e8_feb8_6659_fd93)
                offset &+= 8
            }
            let last = bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            state = fold(state ^ last, 0xa076_1d64_78bd_642f)
        } else if count >= 4 {
            let first = UInt64(bytes.loadUnaligned(as: UInt32.self))
            let last = UInt64(bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            state = fold(state ^ (first << 32 | last), 0xa076_1d64_78bd_642f)
        } else if count > 0 {
            let word = UInt64(bytes[0]) << 16 | UInt64(bytes[count / 2]) << 8 | UInt64(bytes[count &- 1])
            state = fold(state ^ word, 0xa076_1d64_78bd_642f)
        }
        return fold(state, 0xe703_7ed1_a0b4_28db)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return (product.high ^ product.low) &+ left
    }
}

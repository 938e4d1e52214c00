/// Decompression of a stream of xz, as [its description](https://tukaani.org/xz/xz-file-format.txt) has it: one block that
/// LZMA2 has packed, as journald writes them. Checksums are not compared; journald asks for none.
enum XZStream {
    private static let magic: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
    private static let headerBytes = 12
    private static let lzma2: UInt8 = 0x21

    /// The bytes of which `stream` is the compressed form.
    /// - Parameter limit: the most bytes that are accepted.
    static func decompress(_ stream: ArraySlice<UInt8>, limit: Int) throws(JournalDamage) -> [UInt8] {
        guard stream.starts(with: magic), let first = stream.dropFirst(headerBytes).first, first > 0 else {
            throw .object
        }
        let header = stream.dropFirst(headerBytes).prefix((Int(first) + 1) * 4)
        // Without sizes, and with one filter, which has one byte of settings.
        var settings = header.dropFirst(1)
        guard let flags = settings.popFirst(), flags & 0b11_1111 == 0 else { throw .compression }
        for bit in [0b100_0000, 0b1000_0000] as [UInt8] where flags & bit != 0 {
            while let byte = settings.popFirst(), byte & 0x80 != 0 {}
        }
        guard settings.popFirst() == lzma2 else { throw .compression }
        var decoder = LZMADecoder(limit: limit)
        var chunks = stream.dropFirst(headerBytes + header.count)
        while let control = chunks.popFirst() {
            switch control {
            case 0: return decoder.output
            case 1, 2: try decoder.copy(&chunks, resetsWindow: control == 1)
            case 0x80...: try decoder.decode(control, &chunks)
            default: throw .object
            }
        }
        throw .object
    }
}

/// The state of LZMA over the chunks of a block.
private struct LZMADecoder {
    private(set) var output: [UInt8] = []
    private let limit: Int
    /// Where what may be repeated begins.
    private var windowStart = 0
    private var probabilities: [UInt16] = []
    private var literalContextBits = 0
    private var literalPositionMask = 0
    private var positionMask = 0
    private var state = 0
    private var distances = [0, 0, 0, 0]
    private var hasSettings = false
    // Of the chunk that is decoded.
    private var input: ArraySlice<UInt8> = []
    private var range: UInt32 = 0
    private var code: UInt32 = 0

    private static let half: UInt16 = 1_024

    /// Where the probabilities of each decision stand.
    private enum Place {
        static let isMatch = 0
        static let isRepeated = isMatch + 12 * 16
        static let isRepeated0 = isRepeated + 12
        static let isRepeated1 = isRepeated0 + 12
        static let isRepeated2 = isRepeated1 + 12
        static let isLong = isRepeated2 + 12
        static let slots = isLong + 12 * 16
        static let special = slots + 4 * 64
        static let aligned = special + 115
        static let length = aligned + 16
        static let lengthCount = 2 + 16 * 8 + 16 * 8 + 256
        static let repeatedLength = length + lengthCount
        static let literals = repeatedLength + lengthCount
    }

    init(limit: Int) { self.limit = limit }

    // MARK: Chunks

    private static func number(_ input: inout ArraySlice<UInt8>) throws(JournalDamage) -> Int {
        guard let high = input.popFirst(), let low = input.popFirst() else { throw .object }
        return Int(high) << 8 | Int(low)
    }

    /// Takes a chunk as it is.
    mutating func copy(_ chunks: inout ArraySlice<UInt8>, resetsWindow: Bool) throws(JournalDamage) {
        let size = try Self.number(&chunks) + 1
        guard size <= chunks.count else { throw .object }
        guard size <= limit - output.count else { throw .length }
        if resetsWindow { windowStart = output.count }
        output += chunks.prefix(size)
        chunks = chunks.dropFirst(size)
    }

    mutating func decode(_ control: UInt8, _ chunks: inout ArraySlice<UInt8>) throws(JournalDamage) {
        let size = try Int(control & 0x1F) << 16 + Self.number(&chunks) + 1
        let packed = try Self.number(&chunks) + 1
        guard size <= limit - output.count else { throw .length }
        let reset = control >> 5 & 3
        if reset == 3 { windowStart = output.count }
        if reset >= 2 {
            guard let settings = chunks.popFirst(), settings < 225 else { throw .object }
            literalContextBits = Int(settings) % 9
            let literalPositionBits = Int(settings) / 9 % 5
            guard literalContextBits + literalPositionBits <= 4 else { throw .object }
            literalPositionMask = 1 << literalPositionBits - 1
            positionMask = 1 << (Int(settings) / 45) - 1
            hasSettings = true
        }
        guard hasSettings, packed <= chunks.count else { throw .object }
        if reset >= 1 {
            let count = Place.literals + 0x300 << (literalContextBits + (literalPositionMask + 1).trailingZeroBitCount)
            probabilities = [UInt16](repeating: Self.half, count: count)
            state = 0
            distances = [0, 0, 0, 0]
        }
        input = chunks.prefix(packed)
        chunks = chunks.dropFirst(packed)
        try begin()
        let end = output.count + size
        while output.count < end { try symbol(end) }
    }

    // MARK: Bits

    private mutating func begin() throws(JournalDamage) {
        guard input.popFirst() == 0, input.count >= 4 else { throw .object }
        range = .max
        code = input.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        input = input.dropFirst(4)
    }

    private mutating func normalize() throws(JournalDamage) {
        if range >= 1 << 24 { return }
        guard let byte = input.popFirst() else { throw .object }
        range <<= 8
        code = code << 8 | UInt32(byte)
    }

    private mutating func bit(_ place: Int) throws(JournalDamage) -> Int {
        try normalize()
        let probability = UInt32(probabilities[place])
        let bound = (range >> 11) * probability
        if code < bound {
            range = bound
            probabilities[place] = UInt16(probability + (2_048 - probability) >> 5)
            return 0
        }
        range -= bound
        code -= bound
        probabilities[place] = UInt16(probability - probability >> 5)
        return 1
    }

    /// Bits of equal chances.
    private mutating func bits(_ count: Int) throws(JournalDamage) -> Int {
        var value = 0
        for _ in 0..<count {
            try normalize()
            range >>= 1
            let isSet = code >= range
            if isSet { code -= range }
            value = value << 1 | (isSet ? 1 : 0)
        }
        return value
    }

    private mutating func tree(_ place: Int, bits: Int) throws(JournalDamage) -> Int {
        var node = 1
        for _ in 0..<bits { node = try node << 1 | bit(place + node) }
        return node - 1 << bits
    }

    private mutating func reversedTree(_ place: Int, bits: Int) throws(JournalDamage) -> Int {
        var (node, value) = (1, 0)
        for index in 0..<bits {
            let bit = try bit(place + node)
            node = node << 1 | bit
            value |= bit << index
        }
        return value
    }

    // MARK: Symbols

    private mutating func symbol(_ end: Int) throws(JournalDamage) {
        let position = (output.count - windowStart) & positionMask
        if try bit(Place.isMatch + state * 16 + position) == 0 { return try literal() }
        let count: Int
        if try bit(Place.isRepeated + state) == 0 {
            count = try length(Place.length, position)
            distances = [try distance(count), distances[0], distances[1], distances[2]]
            state = state < 7 ? 7 : 10
        } else {
            let index = try repeated()
            if index == 0, try bit(Place.isLong + state * 16 + position) == 0 {
                state = state < 7 ? 9 : 11
                return try repeatBytes(1, end)
            }
            distances.insert(distances.remove(at: index), at: 0)
            count = try length(Place.repeatedLength, position)
            state = state < 7 ? 8 : 11
        }
        try repeatBytes(count, end)
    }

    /// Which of the last distances comes again.
    private mutating func repeated() throws(JournalDamage) -> Int {
        if try bit(Place.isRepeated0 + state) == 0 { return 0 }
        if try bit(Place.isRepeated1 + state) == 0 { return 1 }
        return try bit(Place.isRepeated2 + state) == 0 ? 2 : 3
    }

    private mutating func repeatBytes(_ count: Int, _ end: Int) throws(JournalDamage) {
        let distance = distances[0] + 1
        guard distance <= output.count - windowStart, count <= end - output.count else { throw .object }
        for _ in 0..<count { output.append(output[output.count - distance]) }
    }

    private mutating func literal() throws(JournalDamage) {
        let position = output.count - windowStart
        let before = position > 0 ? Int(output[output.count - 1]) : 0
        let context =
            (position & literalPositionMask) << literalContextBits + before >> (8 - literalContextBits)
        let place = Place.literals + 0x300 * context
        var node = 1
        if state >= 7 {
            guard distances[0] < position else { throw .object }
            var match = Int(output[output.count - distances[0] - 1])
            var offset = 0x100
            while node < 0x100 {
                match <<= 1
                let expected = match & offset
                let bit = try bit(place + offset + expected + node)
                node = node << 1 | bit
                offset = bit == 0 ? offset & ~expected : expected
            }
        } else {
            while node < 0x100 { node = try node << 1 | bit(place + node) }
        }
        output.append(UInt8(truncatingIfNeeded: node))
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
    }

    private mutating func length(_ place: Int, _ position: Int) throws(JournalDamage) -> Int {
        if try bit(place) == 0 { return try 2 + tree(place + 2 + position * 8, bits: 3) }
        if try bit(place + 1) == 0 { return try 10 + tree(place + 2 + 128 + position * 8, bits: 3) }
        return try 18 + tree(place + 2 + 256, bits: 8)
    }

    /// One less than how far back it is.
    private mutating func distance(_ count: Int) throws(JournalDamage) -> Int {
        let slot = try tree(Place.slots + min(count - 2, 3) * 64, bits: 6)
        if slot < 4 { return slot }
        let count = slot >> 1 - 1
        let base = (2 | slot & 1) << count
        if slot < 14 { return try base + reversedTree(Place.special + base - slot, bits: count) }
        return try base + bits(count - 4) << 4 + reversedTree(Place.aligned, bits: 4)
    }
}

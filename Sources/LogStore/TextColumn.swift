import Base
import Partitions

/// Reads what ``TextColumnEncoder`` wrote. All counts and lengths are checked when it is opened.
struct TextColumn {
    let count: Int
    /// Of the text of each template: static bytes, with a zero for each place that is filled.
    let templates: [Template]
    let places: [Place]
    /// The static bytes of all templates: of each one more than it has places.
    let pieces: [Range<Int>]
    /// The template of each text.
    let templateOfText: [UInt16]
    let description: [UInt8]
    let lengths: [UInt8]
    let digits: [UInt8]
    let mixed: [UInt8]
    let hexadecimal: [UInt8]

    struct Template {
        let text: Range<Int>
        /// Whether its text has characters outside ASCII.
        let hasOthers: Bool
        let firstPlace: Int
        let placeCount: Int
        /// How many texts have it.
        var texts = 0
    }

    /// Where the values for one place of a template lie.
    struct Place {
        let template: Int
        let fill: UInt8
        /// Of every value; 0 where each has its own.
        let length: Int
        /// In the stream of its kind.
        var start = 0
        var end = 0
        /// In the stream of lengths.
        var firstLength = 0

        var hasLengths: Bool { fill & BlockFormat.Fill.ofAnyLength != 0 }
        var kind: UInt8 { fill & 0x7f }
    }

    /// - Parameter streams: as the writer has them.
    /// - Throws: ``StoreError`` for damaged bytes.
    init(_ streams: [[UInt8]], count: Int) throws {
        let damaged = StoreError.damaged("a block of log events")
        guard streams.count == BlockFormat.textStreams, streams[1].count == count,
            streams[2].isEmpty || streams[2].count == count
        else { throw damaged }
        self.count = count
        description = streams[0]
        lengths = streams[3]
        digits = streams[4]
        mixed = streams[5]
        hexadecimal = streams[6]
        var templates: [Template] = []
        var places: [Place] = []
        var pieces: [Range<Int>] = []
        let isSound = description.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            for number in 0..<reader.count() {
                let text = reader.counted()
                let end = reader.offset
                let first = places.count
                for byte in text where byte == 0 {
                    let fill = reader.byte()
                    let isFree = fill & BlockFormat.Fill.ofAnyLength != 0
                    let length = isFree ? 0 : reader.count(limit: BlockFormat.streamBytesMax)
                    guard fill & 0x7f <= BlockFormat.Fill.hexadecimal,
                        fill != BlockFormat.Fill.hexadecimal | BlockFormat.Fill.ofAnyLength
                    else { return false }
                    places.append(Place(template: number, fill: fill, length: length))
                }
                let range = (end - text.count)..<end
                templates.append(
                    Template(
                        text: range, hasOthers: text.contains { $0 >= 0x80 }, firstPlace: first,
                        placeCount: places.count - first))
                // What stands before, between and behind the places.
                var start = range.lowerBound
                for index in range where bytes[index] == 0 {
                    pieces.append(start..<index)
                    start = index + 1
                }
                pieces.append(start..<range.upperBound)
                if reader.hasFailed { return false }
            }
            return !reader.hasFailed && templates.count <= 1 << 16
        }
        guard isSound else { throw damaged }
        var codes = [UInt16](repeating: 0, count: count)
        for text in 0..<count {
            let code = UInt16(streams[1][text]) | (streams[2].isEmpty ? 0 : UInt16(streams[2][text]) << 8)
            guard Int(code) < templates.count else { throw damaged }
            codes[text] = code
            templates[Int(code)].texts += 1
        }
        templateOfText = codes
        var starts = [0, 0, 0]
        let sizes = [digits.count, mixed.count, hexadecimal.count]
        var lengthStart = 0
        for index in places.indices {
            let kind = Int(places[index].kind)
            let texts = templates[places[index].template].texts
            places[index].start = starts[kind]
            places[index].firstLength = lengthStart
            var size: Int
            if places[index].hasLengths {
                size = 0
                for _ in 0..<texts {
                    let length = streams[3].withUnsafeBufferPointer { TextColumn.length($0, &lengthStart) }
                    guard let length, length <= sizes[kind] else {
                        throw damaged
                    }
                    size += length
                }
            } else {
                let stored = kind == 2 ? (places[index].length + 1) / 2 : places[index].length
                size = stored * texts
            }
            starts[kind] += size
            guard starts[kind] <= sizes[kind] else { throw damaged }
            places[index].end = starts[kind]
        }
        self.templates = templates
        self.places = places
        self.pieces = pieces
    }

    @inline(__always)
    static func length(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int? {
        var value = 0
        var shift = 0
        while position < bytes.count, shift < 35 {
            let byte = bytes[position]
            position &+= 1
            value |= Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    /// The length at a position in the stream of lengths; moves behind it.
    func nextLength(_ position: inout Int) -> Int? {
        lengths.withUnsafeBufferPointer { TextColumn.length($0, &position) }
    }

    /// Gives texts one after the other, in their order.
    /// - Parameters:
    ///   - isWanted: which texts are wanted; `nil` for all.
    ///   - body: gets the text's number and its bytes, which are good until it returns.
    func forEach(where isWanted: [UInt8]? = nil, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        let last = isWanted.map { ($0.lastIndex(of: 1) ?? -1) + 1 } ?? count
        try TextReader.read(self) { reader in
            var output = ByteSink(capacity: 1_024)
            while reader.text < last {
                let text = reader.text
                if let isWanted, isWanted[text] == 0 {
                    reader.skip()
                    continue
                }
                output.removeAll()
                reader.next(into: &output)
                try body(text, output.bytes)
            }
        }
    }

    @inline(__always)
    static func digit(_ half: UInt8) -> UInt8 { half &+ (half < 10 ? 48 : 87) }

    /// All hexadecimal digits in a row, two for each stored byte.
    var openHexadecimal: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: hexadecimal.count * 2) { output, count in
            for byte in hexadecimal {
                output[count] = Self.digit(byte >> 4)
                output[count + 1] = Self.digit(byte & 15)
                count += 2
            }
        }
    }
}

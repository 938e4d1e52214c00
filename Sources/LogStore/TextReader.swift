/// Bytes of texts, one behind the other.
struct TextBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(64, capacity)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ source: UnsafeBufferPointer<UInt8>, _ start: Int, _ length: Int) {
        reserve(length)
        precondition(start >= 0 && length >= 0 && start + length <= source.count, "BUG: a value outside its stream")
        guard let first = source.baseAddress else { return }
        // Most values are a few bytes: for them a call costs more than the bytes.
        if length < 16 {
            for index in 0..<length { base[count &+ index] = first[start &+ index] }
        } else {
            (base + count).update(from: first + start, count: length)
        }
        count &+= length
    }

    /// Appends a whole number in decimal digits.
    mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let first = count
        var rest = number.magnitude
        repeat {
            append(UInt8(truncatingIfNeeded: rest % 10) + 48)
            rest /= 10
        } while rest > 0
        var (low, high) = (first, count - 1)
        while low < high {
            (base[low], base[high]) = (base[high], base[low])
            (low, high) = (low + 1, high - 1)
        }
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(count + more) }
    }

    @inline(never)
    private mutating func grow(_ wanted: Int) {
        capacity = max(wanted, capacity * 2)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}

/// Makes the texts of a column, in their order.
struct TextReader: ~Copyable {
    private let column: TextColumn
    private let description: UnsafeBufferPointer<UInt8>
    private let lengths: UnsafeBufferPointer<UInt8>
    private let digits: UnsafeBufferPointer<UInt8>
    private let mixed: UnsafeBufferPointer<UInt8>
    private let hexadecimal: UnsafeBufferPointer<UInt8>
    private var cursors: [Cursor]
    /// The number of the next text.
    private(set) var text = 0

    /// Where the next value for a place lies, in its stream and in that of lengths.
    private struct Cursor {
        var position: Int
        var length: Int
    }

    /// Gives a reader to `body`; it is good until that returns.
    static func read<Result>(_ column: TextColumn, _ body: (inout TextReader) throws -> Result) rethrows -> Result {
        try column.description.withUnsafeBufferPointer { description in
            try column.lengths.withUnsafeBufferPointer { lengths in
                try column.digits.withUnsafeBufferPointer { digits in
                    try column.mixed.withUnsafeBufferPointer { mixed in
                        try column.hexadecimal.withUnsafeBufferPointer { hexadecimal in
                            var reader = TextReader(column, description, lengths, digits, mixed, hexadecimal)
                            return try body(&reader)
                        }
                    }
                }
            }
        }
    }

    private init(
        _ column: TextColumn, _ description: UnsafeBufferPointer<UInt8>, _ lengths: UnsafeBufferPointer<UInt8>,
        _ digits: UnsafeBufferPointer<UInt8>, _ mixed: UnsafeBufferPointer<UInt8>,
        _ hexadecimal: UnsafeBufferPointer<UInt8>
    ) {
        (self.column, self.description, self.lengths) = (column, description, lengths)
        (self.digits, self.mixed, self.hexadecimal) = (digits, mixed, hexadecimal)
        cursors = column.places.map { Cursor(position: $0.start, length: $0.firstLength) }
    }

    /// Goes over the next text.
    mutating func skip() {
        let template = column.templates[Int(column.templateOfText[text])]
        for place in template.firstPlace..<(template.firstPlace + template.placeCount) {
            let length = Self.take(column.places[place], lengths, &cursors[place].length)
            cursors[place].position += length
        }
        text += 1
    }

    /// Adds the next text to `output`.
    mutating func next(into output: inout TextBuffer) {
        let number = Int(column.templateOfText[text])
        let template = column.templates[number]
        // A template has one piece more than places, and so have all before it.
        var piece = column.pieces[template.firstPlace + number]
        for place in template.firstPlace..<(template.firstPlace + template.placeCount) {
            output.append(description, piece.lowerBound, piece.count)
            let length = Self.take(column.places[place], lengths, &cursors[place].length)
            let start = cursors[place].position
            switch column.places[place].kind {
            case BlockFormat.Fill.digits: output.append(digits, start, length)
            case BlockFormat.Fill.mixed: output.append(mixed, start, length)
            default:
                for byte in hexadecimal[start..<(start + length)] {
                    output.append(TextColumn.digit(byte >> 4))
                    output.append(TextColumn.digit(byte & 15))
                }
            }
            cursors[place].position = start + length
            piece = column.pieces[place + number + 1]
        }
        output.append(description, piece.lowerBound, piece.count)
        text += 1
    }

    /// Bytes of the next value for a place, as they are stored.
    @inline(__always)
    private static func take(
        _ place: TextColumn.Place, _ lengths: UnsafeBufferPointer<UInt8>, _ length: inout Int
    ) -> Int {
        if place.hasLengths { return TextColumn.length(lengths, &length) ?? 0 }
        return place.kind == BlockFormat.Fill.hexadecimal ? (place.length + 1) / 2 : place.length
    }
}

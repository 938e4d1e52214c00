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
    mutating func next(into output: inout ByteSink) {
        let number = Int(column.templateOfText[text])
        let template = column.templates[number]
        // A template has one piece more than places, and so have all before it.
        var piece = column.pieces[template.firstPlace + number]
        for place in template.firstPlace..<(template.firstPlace + template.placeCount) {
            Self.append(description, piece.lowerBound, piece.count, to: &output)
            let length = Self.take(column.places[place], lengths, &cursors[place].length)
            let start = cursors[place].position
            switch column.places[place].kind {
            case BlockFormat.Fill.digits: Self.append(digits, start, length, to: &output)
            case BlockFormat.Fill.mixed: Self.append(mixed, start, length, to: &output)
            default:
                for byte in hexadecimal[start..<(start + length)] {
                    output.append(TextColumn.digit(byte >> 4))
                    output.append(TextColumn.digit(byte & 15))
                }
            }
            cursors[place].position = start + length
            piece = column.pieces[place + number + 1]
        }
        Self.append(description, piece.lowerBound, piece.count, to: &output)
        text += 1
    }

    @inline(__always)
    private static func append(
        _ stream: UnsafeBufferPointer<UInt8>, _ start: Int, _ length: Int, to output: inout ByteSink
    ) {
        precondition(start >= 0 && length >= 0 && start + length <= stream.count, "BUG: a value outside its stream")
        if let first = stream.baseAddress { output.append(first + start, length) }
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

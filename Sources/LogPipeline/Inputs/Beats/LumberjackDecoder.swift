import Base
import Codecs

/// Takes the frames of the Lumberjack protocol apart, both versions:
/// https://github.com/elastic/go-lumber and its `PROTOCOL.md`.
///
/// Compressed frames are read a piece at a time: what they hold is made as it is asked for.
struct LumberjackDecoder {
    enum Item: Equatable {
        /// So many events follow, which are acknowledged together.
        case window(Int)
        case json(sequence: UInt32, [UInt8])
        case pairs(sequence: UInt32, [Pair])
    }

    struct Pair: Equatable {
        let name: String
        let value: String
    }

    /// Why the rest of a connection has no meaning.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The most bytes of an event.
    static let eventBytesMax = 32 << 20
    /// The most bytes of a compressed frame, as it came.
    static let compressedBytesMax = 64 << 20
    private static let pairsMax = 4_096
    private static let pieceBytes = 64 << 10

    /// What came.
    private var outer = ByteQueue()
    /// What was made of a compressed frame and is not read yet.
    private var inner = ByteQueue()
    private var inflater: Inflater?
    /// Bytes of the compressed frame that are to come.
    private var compressedLeft = 0
    /// The version that the sender speaks: `1` or `2`.
    private(set) var version = UInt8(ascii: "2")

    var heldBytes: Int { outer.count + inner.count }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) { outer.append(bytes) }

    /// The next item; `nil` until more bytes come.
    mutating func next() throws(Failure) -> Item? {
        while true {
            if inflater != nil {
                if let item = try item(of: \.inner) { return item }
                switch try inflate() {
                case .more: continue
                case .ended: inflater = nil
                case .waits: return nil
                }
            } else {
                if let item = try item(of: \.outer) { return item }
                if inflater == nil { return nil }
            }
        }
    }

    // MARK: Frames

    private mutating func item(of queue: WritableKeyPath<LumberjackDecoder, ByteQueue>) throws(Failure) -> Item? {
        let isInner = queue == \.inner
        var version = version
        let found = try self[keyPath: queue].withBytes { (bytes) throws(Failure) in
            try Self.frame(bytes, isInner: isInner, &version)
        }
        self.version = version
        guard let found else { return nil }
        self[keyPath: queue].drop(found.length)
        switch found.content {
        case .item(let item): return item
        case .compressed(let count):
            do throws(GzipError) { inflater = try Inflater() } catch { throw Failure(description: "\(error)") }
            compressedLeft = count
            return nil
        }
    }

    private enum Content {
        case item(Item)
        case compressed(Int)
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
        (0..<4).reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }

    private static func frame(
        _ bytes: UnsafeBufferPointer<UInt8>, isInner: Bool, _ version: inout UInt8
    ) throws(Failure) -> (length: Int, content: Content)? {
        guard let first = bytes.first else { return nil }
        guard first == UInt8(ascii: "1") || first == UInt8(ascii: "2") else { throw stranger(bytes) }
        guard bytes.count >= 2 else { return nil }
        version = first
        switch bytes[1] {
        case UInt8(ascii: "W"):
            guard bytes.count >= 6 else { return nil }
            return (6, .item(.window(number(bytes, at: 2))))
        case UInt8(ascii: "C"):
            guard !isInner else { throw Failure(description: "a compressed frame holds another") }
            guard bytes.count >= 6 else { return nil }
            let count = number(bytes, at: 2)
            guard count <= compressedBytesMax else {
                throw Failure(
                    description: "a compressed frame has \(count) bytes, and the limit is \(compressedBytesMax)")
            }
            return (6, .compressed(count))
        case UInt8(ascii: "J"):
            guard bytes.count >= 10 else { return nil }
            let count = number(bytes, at: 6)
            guard count <= eventBytesMax else { throw tooLong(count) }
            guard bytes.count >= 10 + count else { return nil }
            let sequence = UInt32(truncatingIfNeeded: number(bytes, at: 2))
            return (10 + count, .item(.json(sequence: sequence, Array(bytes[10..<(10 + count)]))))
        case UInt8(ascii: "D"): return try pairs(bytes)
        default: throw Failure(description: "it sends a frame that is none of the Lumberjack protocol")
        }
    }

    private static func tooLong(_ count: Int) -> Failure {
        Failure(description: "an event has \(count) bytes, and the limit is \(eventBytesMax)")
    }

    private static func stranger(_ bytes: UnsafeBufferPointer<UInt8>) -> Failure {
        if bytes.first == 0x16 {
            return Failure(description: "it speaks TLS, and the input has no ssl_certificate")
        }
        return Failure(description: "it does not speak the Lumberjack protocol, as Beats do")
    }

    /// A frame of the first version: names and values.
    private static func pairs(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) -> (length: Int, content: Content)? {
        guard bytes.count >= 10 else { return nil }
        let count = number(bytes, at: 6)
        guard count <= pairsMax else {
            throw Failure(description: "an event has \(count) fields, and the limit is \(pairsMax)")
        }
        var place = 10
        func text() throws(Failure) -> String? {
            guard bytes.count >= place + 4 else { return nil }
            let length = number(bytes, at: place)
            guard place + length <= eventBytesMax else { throw tooLong(place + length) }
            guard bytes.count >= place + 4 + length else { return nil }
            defer { place += 4 + length }
            return String(decoding: bytes[(place + 4)..<(place + 4 + length)], as: UTF8.self)
        }
        var pairs: [Pair] = []
        for _ in 0..<count {
            guard let name = try text(), let value = try text() else { return nil }
            pairs.append(Pair(name: name, value: value))
        }
        return (place, .item(.pairs(sequence: UInt32(truncatingIfNeeded: number(bytes, at: 2)), pairs)))
    }

    // MARK: Compressed frames

    private enum Progress { case more, ended, waits }

    private mutating func inflate() throws(Failure) -> Progress {
        guard let inflater else { return .ended }
        let left = compressedLeft
        var made: (read: Int, written: Int, isAtEnd: Bool) = (0, 0, false)
        var failure: Failure?
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceBytes) { output in
            do throws(GzipError) {
                made = try outer.withBytes { (bytes) throws(GzipError) in
                    let input = UnsafeBufferPointer(rebasing: bytes.prefix(left))
                    let progress = try inflater.inflate(input, into: output)
                    return (progress.read, progress.written, progress.isAtEnd)
                }
                inner.append(UnsafeBufferPointer(rebasing: output[..<made.written]))
            } catch { failure = Failure(description: "a compressed frame cannot be read: \(error.reason)") }
        }
        if let failure { throw failure }
        outer.drop(made.read)
        compressedLeft -= made.read
        if made.isAtEnd {
            guard compressedLeft == 0 else { throw Failure(description: "a compressed frame has bytes behind its end") }
            // What is left must be a whole frame; it is read first.
            return inner.isEmpty ? .ended : try endsInFrame()
        }
        if made.written > 0 || made.read > 0 { return .more }
        guard compressedLeft > 0 else { throw Failure(description: "a compressed frame is cut off") }
        return .waits
    }

    private func endsInFrame() throws(Failure) -> Progress {
        var version = version
        let whole = try inner.withBytes { (bytes) throws(Failure) in
            try Self.frame(bytes, isInner: true, &version) != nil
        }
        guard whole else { throw Failure(description: "a compressed frame ends in the middle of an event") }
        return .more
    }
}

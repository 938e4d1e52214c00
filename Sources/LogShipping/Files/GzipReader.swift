internal import CZlib

/// Reads the text of a file that gzip compressed, from its beginning on ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)).
/// Several members are one text; of a file that is still being written there is as much as its bytes give.
final class GzipReader {
    /// What every such file begins with.
    static let mark: [UInt8] = [0x1f, 0x8b, 8]

    private let descriptor: Int32
    private let path: String
    private var stream = z_stream()
    private var isReady = false
    private var input: [UInt8] = []
    /// How many bytes of `input` are used.
    private var used = 0
    /// Where the next bytes of the compressed file are read.
    private var source: Int64 = 0
    /// How many bytes of text came out.
    private var position: Int64 = 0
    /// Whether more text may come without more input, as the last call filled its buffer.
    private var hasPending = false
    /// Whether the last member is whole.
    private var isBetweenMembers = false
    private var isOver = false

    private static let inputBytes = 1 << 16
    /// Text that is gone over in one call on the way to an offset.
    private static let skipMax: Int64 = 32 << 20

    init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { if isReady { inflateEnd(&stream) } }

    /// Whether the text of a file of that size ends at `offset`.
    func isAtEnd(_ offset: Int64, size: Int64) -> Bool { isOver && position == offset && source >= size }

    func read(
        into buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int64
    ) throws(ReadFailure) -> LogFile.Reading {
        if !isReady || offset < position { try restart() }
        let start = position
        while position < offset {
            let wanted = Int(min(Int64(buffer.count), offset - position))
            if try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<wanted])) == 0 { return .end }
            if position - start >= Self.skipMax, position < offset { return .later }
        }
        let count = try fill(buffer)
        return count == 0 ? .end : .bytes(count)
    }

    /// The text's first bytes, or as many as there are.
    func bytes(_ length: Int) throws(ReadFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, length))
        defer { piece.deallocate() }
        while bytes.count < length {
            let rest = UnsafeMutableBufferPointer(rebasing: piece[..<(length - bytes.count)])
            guard case .bytes(let more) = try read(into: rest, at: Int64(bytes.count)) else { break }
            bytes.append(contentsOf: rest[..<more])
        }
        return bytes
    }

    private func restart() throws(ReadFailure) {
        if isReady { inflateEnd(&stream) }
        stream = z_stream()
        // 16: gzip's header alone.
        guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            isReady = false
            throw ReadFailure(path: path, cause: "there is no memory to decompress it")
        }
        isReady = true
        (input, used, source, position) = ([], 0, 0, 0)
        (hasPending, isBetweenMembers, isOver) = (false, false, false)
    }

    /// Puts the next text into `buffer`; 0 where there is no more at present.
    private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) throws(ReadFailure) -> Int {
        while true {
            if used == input.count, !hasPending, try !readInput() {
                isOver = true
                return 0
            }
            isOver = false
            if isBetweenMembers {
                // Zeros behind the last member are what some tapes and copies add.
                while used < input.count, input[used] == 0 { used += 1 }
                if used == input.count { continue }
                guard inflateReset(&stream) == Z_OK else { throw damaged }
                isBetweenMembers = false
            }
            let (status, count) = inflateSome(into: buffer)
            position += Int64(count)
            hasPending = count == buffer.count && status != Z_STREAM_END
            switch status {
            case Z_STREAM_END: isBetweenMembers = true
            case Z_OK, Z_BUF_ERROR: break
            // What stands in front of the damage counts; the next call meets it again.
            default: if count == 0 { throw damaged }
            }
            if count > 0 { return count }
        }
    }

    private func inflateSome(into buffer: UnsafeMutableBufferPointer<UInt8>) -> (status: Int32, count: Int) {
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress?.advanced(by: used)
            stream.avail_in = UInt32(input.count - used)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(buffer.count)
            let status = inflate(&stream, Z_NO_FLUSH)
            used = input.count - Int(stream.avail_in)
            return (status, buffer.count - Int(stream.avail_out))
        }
    }

    private func readInput() throws(ReadFailure) -> Bool {
        var bytes = [UInt8](repeating: 0, count: Self.inputBytes)
        let count = try bytes.withUnsafeMutableBytes { LogFile.read(descriptor, $0, at: source, path) }.get()
        bytes.removeLast(bytes.count - count)
        source += Int64(count)
        (input, used) = (bytes, 0)
        return count > 0
    }

    private var damaged: ReadFailure {
        ReadFailure(
            path: path, cause: "what gzip wrote is damaged behind \(position) bytes of text",
            mend: "what stands in front of it is stored; put a whole file there")
    }
}

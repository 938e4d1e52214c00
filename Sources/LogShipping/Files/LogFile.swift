import Base
internal import CLinux

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why an open file gives no bytes.
struct ReadFailure: Error, CustomStringConvertible {
    let path: String
    let cause: String
    var mend = "it is tried again, nothing of it is lost"

    var description: String { "cannot read \(path): \(cause); \(mend)" }
}

/// An open file whose bytes are lines: as they stand there, or as the text of what gzip compressed.
final class LogFile {
    enum Reading {
        case bytes(Int)
        /// Nothing is there behind the offset, at present.
        case end
        /// The compressed file has not been read up to the offset yet: to be asked again at once.
        case later
    }

    let path: String
    private let descriptor: Int32
    private let mayBeCompressed: Bool
    private var gzip: GzipReader?
    /// Whether it was seen that the file is no compressed one.
    private var isPlain = false

    /// - Parameters:
    ///   - number: which file it must be: another one may have taken the name since it was looked at.
    ///   - mayBeCompressed: whether a file that begins as gzip's do is one.
    /// - Returns: `nil` where it is another file.
    init?(
        _ path: String, number: FileNumber, followsLinks: Bool, mayBeCompressed: Bool
    ) throws(RegularFileError) {
        self.path = path
        self.mayBeCompressed = mayBeCompressed
        descriptor = try RegularFile.open(path, followsLinks: followsLinks)
        // From here on `deinit` closes it.
        guard FileState(descriptor: descriptor)?.number == number else { return nil }
    }

    deinit { close(descriptor) }

    /// How the file stands; `nil` where the system does not say.
    var state: FileState? { FileState(descriptor: descriptor) }

    /// Whether the file is compressed; `nil` while it is too short to tell.
    func isCompressed() throws(ReadFailure) -> Bool? {
        if gzip != nil { return true }
        if isPlain || !mayBeCompressed { return false }
        let first = try raw(GzipReader.mark.count, at: 0)
        if first.count < GzipReader.mark.count, GzipReader.mark.starts(with: first) { return nil }
        if first == GzipReader.mark {
            gzip = GzipReader(descriptor, path)
            return true
        }
        isPlain = true
        return false
    }

    /// Puts bytes of the text behind `offset` into `buffer`.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int64) throws(ReadFailure) -> Reading {
        guard let isCompressed = try isCompressed() else { return .end }
        if isCompressed, let gzip { return try gzip.read(into: buffer, at: offset) }
        let count = try Self.read(descriptor, UnsafeMutableRawBufferPointer(buffer), at: offset, path).get()
        return count == 0 ? .end : .bytes(count)
    }

    /// The text's first bytes, or as many as there are.
    func head(_ length: Int) throws(ReadFailure) -> [UInt8] {
        guard let isCompressed = try isCompressed() else { return [] }
        if !isCompressed { return try raw(length, at: 0) }
        return try GzipReader(descriptor, path).bytes(length)
    }

    /// The last bytes in front of `end`, by which a file is known again; none of a compressed one, whose bytes stay.
    func recent(before end: Int64) throws(ReadFailure) -> [UInt8] {
        if gzip != nil { return [] }
        return try bytes(Int(min(end, Int64(Fingerprint.mostBytes))), before: end)
    }

    /// Bytes of the text in front of `end`, of a file that is not compressed.
    func bytes(_ length: Int, before end: Int64) throws(ReadFailure) -> [UInt8] {
        try raw(length, at: end - Int64(length))
    }

    /// Whether all that the file has now stands in front of `offset`.
    func isRead(to offset: Int64) -> Bool {
        guard let size = state?.size else { return false }
        return gzip?.isAtEnd(offset, size: size) ?? (size <= offset)
    }

    /// Where the next bytes are that are no hole of a sparse file, from `offset` on: `offset` itself where the system
    /// does not tell.
    func data(from offset: Int64) -> Int64 {
        gzip == nil ? wp_next_data(descriptor, offset) : offset
    }

    private func raw(_ length: Int, at offset: Int64) throws(ReadFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, length))
        var count = 0
        while count < bytes.count {
            let more = try bytes.withUnsafeMutableBytes { buffer in
                Self.read(
                    descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[count...]), at: offset + Int64(count),
                    path)
            }.get()
            if more == 0 { break }
            count += more
        }
        return Array(bytes.prefix(count))
    }

    /// Reads at an offset. An error is none of the file's end.
    static func read(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int64, _ path: String
    ) -> Result<Int, ReadFailure> {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return .success(count) }
            if errno == EINTR { continue }
            return .failure(ReadFailure(path: path, cause: String(cString: strerror(errno))))
        }
    }
}

import Base

/// A running checksum of a file's bytes from its first one on (FNV-1a, 64 bits): it goes on from where it stood, also
/// after a restart, and tells a copy of what was read from another file that only begins alike.
struct FileChecksum: Hashable, Sendable {
    private(set) var value: UInt64

    init(_ value: UInt64 = FNV1a().value) { self.value = value }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        var hash = FNV1a(value)
        for byte in bytes { hash.add(byte) }
        value = hash.value
    }

    /// Adds that many bytes that are zero, as a hole of a sparse file has them.
    mutating func addZeros(_ count: Int64) {
        // A zero only multiplies: by the factor to the power of `count`.
        var factor: UInt64 = FNV1a.factor
        var left = count
        while left > 0 {
            if left & 1 == 1 { value &*= factor }
            factor &*= factor
            left >>= 1
        }
    }
}

/// Bytes in front of an offset of a file, gone over once more: in turns, as they may be many.
struct FileProof {
    private(set) var checksum = FileChecksum()
    private(set) var position: Int64 = 0

    private static let pieceBytes = 1 << 18

    /// Adds the bytes that come next.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        checksum.add(bytes)
        position += Int64(bytes.count)
    }

    /// Goes on up to `end`.
    /// - Parameter budget: how many bytes may be read; what was read is taken off.
    /// - Returns: whether `end` is reached; `nil` where the file ends before.
    mutating func advance(_ file: LogFile, to end: Int64, _ budget: inout Int64) throws(ReadFailure) -> Bool? {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Self.pieceBytes)
        defer { buffer.deallocate() }
        while position < end {
            if budget <= 0 { return false }
            let data = min(end, file.data(from: position))
            if data > position {
                checksum.addZeros(data - position)
                position = data
                continue
            }
            let wanted = Int(min(Int64(buffer.count), end - position))
            switch try file.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<wanted]), at: position) {
            case .end: return nil
            case .later: budget -= Int64(buffer.count)
            case .bytes(let count):
                add(UnsafeBufferPointer(rebasing: buffer[..<count]))
                budget -= Int64(count)
            }
        }
        return true
    }
}

import Base

/// The bytes of a row that tells what was sealed: the start of the window (zigzag), a count, and the refs of the series
/// as differences (zigzag). Whatever stands before in the tail for these series in this window is in a day file.
enum SealedCodec {
    static func encode(window: Int64, refs: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendZigzag(window)
        bytes.appendVarint(refs.count)
        var last: Int64 = 0
        for ref in refs {
            bytes.appendZigzag(Int64(ref) - last)
            last = Int64(ref)
        }
        return bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> (window: Int64, refs: [UInt32])? {
        var reader = ByteReader(bytes)
        let window = reader.zigzag()
        var refs: [UInt32] = []
        var last: Int64 = 0
        for _ in 0..<reader.count() {
            last &+= reader.zigzag()
            refs.append(UInt32(truncatingIfNeeded: last))
        }
        return reader.hasFailed || !reader.isAtEnd ? nil : (window, refs)
    }
}

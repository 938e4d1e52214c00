extension UnsafeRawBufferPointer {
    /// Whether these bytes are the same as those of `other`. Eight at a time.
    @inlinable
    public func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        count == other.count && isEqual(to: other, at: 0)
    }

    /// Whether all of these bytes stand in `other` from `start` on, where there are as many.
    @inlinable
    public func isEqual(to other: UnsafeRawBufferPointer, at start: Int) -> Bool {
        precondition(start >= 0 && count <= other.count - start, "BUG: bytes are compared beyond the end")
        var offset = 0
        while offset &+ 8 <= count {
            let left = loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if left != other.loadUnaligned(fromByteOffset: start &+ offset, as: UInt64.self) { return false }
            offset &+= 8
        }
        while offset < count {
            if self[offset] != other[start &+ offset] { return false }
            offset &+= 1
        }
        return true
    }
}

/// Bytes that came and are not read yet.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var start = 0

    private static let slack = 64 << 10

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: more) }

    mutating func drop(_ count: Int) {
        start += count
        if start >= bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.slack)
            start = 0
        } else if start > Self.slack, start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
    }

    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var result: Swift.Result<Result, Failure>?
        bytes.withUnsafeBufferPointer { all in
            let rest = UnsafeBufferPointer(rebasing: all[start...])
            do throws(Failure) { result = .success(try body(rest)) } catch { result = .failure(error) }
        }
        guard let result else { preconditionFailure("BUG: the bytes were not looked at") }
        return try result.get()
    }
}

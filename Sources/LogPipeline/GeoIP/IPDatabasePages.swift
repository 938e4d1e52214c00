import Base
import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The bytes of a file, read a page at a time, of which the last ones are kept.
///
/// The file is not mapped: one that is copied over while it is open would end the process then.
final class IPDatabasePages: Sendable {
    let path: String
    let count: Int
    private let descriptor: Int32

    private struct Page {
        var number = -1
        var bytes: [UInt8] = []
    }

    private let pages: Mutex<[Page]>

    private static let pageSize = 4_096
    /// Two megabytes in all.
    private static let pageCount = 512
    private static let bytesMax = 4 << 30

    init(path: String) throws(IPDatabaseError) {
        self.path = path
        do {
            descriptor = try RegularFile.open(path)
        } catch {
            throw IPDatabaseError(path: path, offset: nil, cause: error.cause)
        }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_size <= Self.bytesMax else {
            close(descriptor)
            throw IPDatabaseError(path: path, offset: nil, cause: "it is larger than \(Self.bytesMax >> 30) GiB")
        }
        count = Int(facts.st_size)
        pages = Mutex([Page](repeating: Page(), count: Self.pageCount))
    }

    deinit { close(descriptor) }

    func error(_ cause: String, at offset: Int? = nil) -> IPDatabaseError {
        IPDatabaseError(path: path, offset: offset, cause: cause)
    }

    /// As many bytes from an offset on.
    func bytes(at offset: Int, count: Int) throws(IPDatabaseError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= self.count - count else {
            throw error("it ends before what it speaks of; download it again", at: offset)
        }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var position = offset
        while result.count < count {
            let page = try page(position / Self.pageSize)
            let start = position % Self.pageSize
            let end = min(page.count, start + count - result.count)
            guard end > start else { throw error("it was cut short while it was read", at: position) }
            result += page[start..<end]
            position += end - start
        }
        return result
    }

    private func page(_ number: Int) throws(IPDatabaseError) -> [UInt8] {
        let index = number % Self.pageCount
        let kept = pages.withLock { $0[index].number == number ? $0[index].bytes : nil }
        if let kept { return kept }
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.pageSize) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, Self.pageSize, off_t(number * Self.pageSize)))
        }
        if bytes.isEmpty { throw error("it cannot be read, or was cut short", at: number * Self.pageSize) }
        pages.withLock { $0[index] = Page(number: number, bytes: bytes) }
        return bytes
    }
}

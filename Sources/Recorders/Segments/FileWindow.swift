internal import Base
internal import Glibc

/// Reads a file by position, a window at a time, so that large segments are skipped through and not loaded.
struct FileWindow {
    private let descriptor: Int32
    let size: Int64
    private var window: [UInt8] = []
    private var start: Int64 = 0
    private static let windowBytes = 65_536

    init(descriptor: Int32, size: Int64) {
        self.descriptor = descriptor
        self.size = size
    }

    /// The bytes from `position` on, fewer at the file's end.
    mutating func bytes(at position: Int64, count: Int) -> ArraySlice<UInt8> {
        guard position >= 0, position < size else { return [] }
        if position < start || position + Int64(count) > start + Int64(window.count) {
            var buffer = [UInt8](repeating: 0, count: max(count, Self.windowBytes))
            let read = pread(descriptor, &buffer, buffer.count, Int(position))
            window = Array(buffer[..<max(0, read)])
            start = position
        }
        let from = Int(position - start)
        return window[min(from, window.count)..<min(from + count, window.count)]
    }

    /// A big-endian number of `count` bytes, or `nil` past the file's end.
    mutating func number(at position: Int64, count: Int) -> UInt64? {
        let slice = bytes(at: position, count: count)
        guard slice.count == count else { return nil }
        return slice.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// A segment's file on disk.
package struct SegmentReader: Sendable {
    private let path: String
    private let format: SegmentFormat
    private var matroska = MatroskaState()
    private var stream = TransportStreamState()
    package private(set) var index = SegmentIndex()

    package init(path: String, format: SegmentFormat) {
        self.path = path
        self.format = format
    }

    /// Reads on from where it stopped; a file that is not complete gives what it has.
    package mutating func advance() {
        guard let descriptor = try? RegularFile.open(path) else { return }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return }
        var file = FileWindow(descriptor: descriptor, size: Int64(facts.st_size))
        switch format {
        case .matroska: matroska.advance(&file, &index)
        case .mp4: MP4Reader.read(&file, &index)
        case .transportStream: stream.advance(&file, &index)
        case .unread: break
        }
    }
}

internal import Foundation

@testable internal import Recorders

/// Reads any bytes as a recorded segment, first a part of it and then all, as a file grows. The first byte says of which
/// kind, the second how large the part is.
enum SegmentFuzzer: Fuzzer {
    /// In memory, and without a name.
    private static let file: Int32 = {
        let path = "/dev/shm/watchpost-fuzz-segment-\(getpid())"
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        unlink(path)
        return descriptor
    }()

    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 2 else { return }
        let whole = size - 2
        ftruncate(file, 0)
        pwrite(file, data + 2, whole, 0)
        var index = SegmentIndex()
        var matroska = MatroskaState()
        var stream = TransportStreamState()
        for part in [whole * Int(data[1]) / 255, whole] {
            var window = FileWindow(descriptor: file, size: Int64(part))
            switch data[0] % 3 {
            case 0: matroska.advance(&window, &index)
            case 1: MP4Reader.read(&window, &index)
            default: stream.advance(&window, &index)
            }
        }
        precondition(index.frames <= SegmentIndex.capacity, "BUG: more frames than are kept")
        // A few bytes may stand for millions of frames, which take long to sort.
        guard index.frames < 10_000 else { return }
        _ = (index.duration, index.recentRate, index.missingFrames(), index.holes(longerThan: 1))
    }
}

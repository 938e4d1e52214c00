internal import Recorders
internal import SiteView
internal import Synchronization

/// What came of the last looks for pictures of cameras: who asks while one is made, or soon after, gets the same one.
final class PictureStore: Sendable {
    struct Key: Hashable {
        let camera: String
        let segments: [RecordedSegment]
    }

    private struct Entry {
        let answer: Result<CameraPicture, PictureRefused>
        let madeAt: ContinuousClock.Instant
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// For how long an answer is as good as a new one: key frames come about as often.
    private static let life = Duration.seconds(2)
    private static let entriesMax = 16

    func answer(_ key: Key) -> Result<CameraPicture, PictureRefused>? {
        entries.withLock { entries in
            entries = entries.filter { $0.value.madeAt.duration(to: .now) < Self.life }
            return entries[key]?.answer
        }
    }

    func keep(_ answer: Result<CameraPicture, PictureRefused>, as key: Key) {
        entries.withLock { entries in
            entries = entries.filter { $0.value.madeAt.duration(to: .now) < Self.life }
            if entries.count < Self.entriesMax { entries[key] = Entry(answer: answer, madeAt: .now) }
        }
    }
}

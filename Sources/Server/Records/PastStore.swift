internal import CameraRecords
internal import Model
internal import SiteView
internal import Synchronization

/// Pasts of cameras that were gathered a moment ago: a page that is open asks again every few seconds, and a month of samples
/// is not read each time for a band on which that is no pixel.
final class PastStore: Sendable {
    struct Key: Hashable {
        let camera: String
        let node: CameraNode?
        /// Milliseconds.
        let length: Int64
        /// `nil` for a range that ends now.
        let end: Int64?

        /// A range that ends so many milliseconds before now, or later, ends now.
        private static let slack: Int64 = 2_000

        init(camera: String, node: CameraNode?, _ range: TimeSpan, now: Int64) {
            self.camera = camera
            self.node = node
            length = range.length
            end = (now - Self.slack...now + Self.slack).contains(range.end) ? nil : range.end
        }
    }

    private struct Entry {
        let past: CameraPast
        let madeAt: ContinuousClock.Instant
    }

    private let entries = Mutex<[Key: Entry]>([:])

    private static let entriesMax = 64
    private static let longestLife = Duration.seconds(60)

    /// For how long a past is as good as a new one: a quarter of what can be seen on its band.
    private static func life(of key: Key) -> Duration {
        min(.milliseconds(key.length / Int64(4 * StateBand.columns)), longestLife)
    }

    func past(_ key: Key) -> CameraPast? {
        entries.withLock { entries in
            entries[key].flatMap { $0.madeAt.duration(to: .now) < Self.life(of: key) ? $0.past : nil }
        }
    }

    func keep(_ past: CameraPast, as key: Key) {
        if Self.life(of: key) < .seconds(1) { return }
        entries.withLock { entries in
            if entries.count >= Self.entriesMax {
                entries = entries.filter { $0.value.madeAt.duration(to: .now) < Self.life(of: $0.key) }
            }
            if entries.count < Self.entriesMax { entries[key] = Entry(past: past, madeAt: .now) }
        }
    }
}

import Base
import Synchronization

/// A clock that stands still until it is told to go on.
final class ManualTime: TimeSource {
    private let time: Mutex<Int64>

    init(_ time: Int64) { self.time = Mutex(time) }

    func now() -> Int64 { time.withLock { $0 } }

    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

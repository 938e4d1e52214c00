import Listening

/// What all ports of a listener share: the buffer that is read into, and the way to who stores. For one thread.
final class ReceivingHand {
    let queue: EventQueue
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 65_536)
    private let storing: Waker
    /// Bytes that are kept of events whose ends have not come.
    var partialBytes = 0

    private static let partialBytesMax = 96 << 20

    init(_ queue: EventQueue, _ storing: Waker) {
        self.queue = queue
        self.storing = storing
    }

    deinit { buffer.deallocate() }

    var roomOfPartials: Int { Self.partialBytesMax - partialBytes }

    func add(_ batch: EventQueue.Batch) { if queue.add(batch) { storing.wake() } }
}

import Base
import Listening

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Waits for the sockets of all inputs at once. For one thread.
final class ReceiveLoop {
    private let queue: MessageQueue
    private let waker: Waker
    private let timeSource: any TimeSource
    private let clock = ContinuousClock()
    private var listeners: [Listener] = []
    private var polled: [pollfd] = []
    private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Listener.datagramBytesMax)

    init(_ queue: MessageQueue, _ waker: Waker, _ timeSource: any TimeSource) {
        self.queue = queue
        self.waker = waker
        self.timeSource = timeSource
    }

    deinit { buffer.deallocate() }

    /// Listens at these addresses and no others. What stays is not closed.
    func update(_ wanted: [(listening: LogListening, input: ListeningInput)]) {
        let addresses = Set(wanted.map(\.listening))
        // First what ends, so that its port is free.
        for listener in listeners where !addresses.contains(listener.listening) {
            listener.finish(buffer, now: clock.now, time: timeSource.now())
        }
        listeners.removeAll { !addresses.contains($0.listening) }
        for (listening, input) in wanted {
            if let listener = listeners.first(where: { $0.listening == listening }) {
                listener.input = input
            } else {
                listeners.append(Listener(listening, input, queue, now: clock.now))
            }
        }
    }

    /// Waits until something comes, and takes it.
    func pass() {
        let start = clock.now
        var descriptors: [Int32] = []
        var owners: [Int] = []
        var rest: Duration?
        for (index, listener) in listeners.enumerated() {
            listener.open(now: start)
            listener.addWatched(now: start, to: &descriptors)
            owners += Array(repeating: index, count: descriptors.count - owners.count)
            if let other = listener.rest(now: start) { rest = min(rest ?? other, other) }
        }
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0))
        for descriptor in descriptors { polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        let timeout = rest.map { Int32(clamping: max(0, $0.milliseconds) + 1) } ?? -1
        let count = poll(&polled, nfds_t(polled.count), timeout)
        // An error that stays, as of memory that is short, must not make the thread spin.
        if count < 0, errno != EINTR { usleep(5_000) }
        if count > 0, polled[0].revents != 0 { waker.calm() }
        let now = clock.now
        let time = timeSource.now()
        if count > 0 {
            for (place, owner) in owners.enumerated() where polled[place + 1].revents != 0 {
                listeners[owner].read(descriptors[place], buffer, now: now, time: time)
            }
        }
        for listener in listeners { listener.expire(now: now, time: time) }
    }

    /// Takes what has come already, and closes all.
    func finish() { update([]) }
}

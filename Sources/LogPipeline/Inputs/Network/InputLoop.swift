import Base
import Grok
import Listening

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Waits for the sockets of all inputs at once. For one thread.
final class InputLoop {
    private let hand: ReceivingHand
    private let waker: Waker
    private let timeSource: any TimeSource
    private let clock = ContinuousClock()
    private let scratch = MatchScratch()
    private var ports: [InputPort] = []
    private var lastPort = 0
    private var polled: [pollfd] = []
    private var nextTick: ContinuousClock.Instant

    private static let tickInterval = Duration.seconds(1)

    init(_ hand: ReceivingHand, _ waker: Waker, _ timeSource: any TimeSource) {
        self.hand = hand
        self.waker = waker
        self.timeSource = timeSource
        nextTick = clock.now + Self.tickInterval
    }

    private var moment: Moment { Moment(time: timeSource.now(), scratch: scratch) }

    /// Listens at the addresses of these inputs and no others. What stays is not closed.
    func update(_ wanted: [(input: PipelineInput, tally: InputTally)]) {
        let keys = wanted.flatMap { wanted in
            wanted.input.listenings.map {
                (InputPort.Key(listening: $0, tls: wanted.input.tls, door: wanted.input.door), wanted)
            }
        }
        // First what ends, so that its port is free.
        let kept = Set(keys.map(\.0))
        for port in ports where !kept.contains(port.key) { port.stopListening(moment, now: clock.now) }
        ports.removeAll { !kept.contains($0.key) }
        for (key, wanted) in keys {
            if let port = ports.first(where: { $0.key == key }) {
                port.update(wanted.input, wanted.tally)
            } else {
                lastPort += 1
                ports.append(InputPort(key, lastPort, wanted.input, wanted.tally, hand, now: clock.now))
            }
        }
    }

    /// Waits until something comes, and takes it.
    func pass() {
        let start = clock.now
        var owners: [Int] = []
        var rest: Duration?
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0))
        for (index, port) in ports.enumerated() {
            port.open(now: start)
            port.addWatched(now: start, to: &polled)
            owners += Array(repeating: index, count: polled.count - 1 - owners.count)
            if let other = port.rest(now: start) { rest = min(rest ?? other, other) }
        }
        let count = poll(rest)
        let now = clock.now
        let moment = moment
        if count > 0 {
            for (place, owner) in owners.enumerated() where polled[place + 1].revents != 0 {
                ports[owner].take(polled[place + 1].fd, now: now, moment)
            }
        }
        for port in ports { port.serveReady(now: now, moment) }
        if now >= nextTick {
            nextTick = now + Self.tickInterval
            for port in ports { port.tick(now: now, moment) }
        }
    }

    private func poll(_ rest: Duration?) -> Int32 {
        let timeout = rest.map { $0 == .zero ? 0 : Int32(clamping: max(0, $0.milliseconds) + 1) } ?? -1
        let count = Glibc.poll(&polled, nfds_t(polled.count), timeout)
        // An error that stays, as of memory that is short, must not make the thread spin.
        if count < 0, errno != EINTR { usleep(5_000) }
        if count > 0, polled[0].revents != 0 { waker.calm() }
        return count
    }

    /// Tells connections that their events are stored.
    func tell(_ stored: [EventQueue.Origin]) {
        for origin in stored { ports.first { $0.number == origin.port }?.stored(origin) }
    }

    /// Takes what has come already, and no more.
    func stopListening() {
        for port in ports { port.stopListening(moment, now: clock.now) }
    }

    var isBusy: Bool { ports.contains(where: \.isBusy) }

    /// Waits until somebody wakes.
    func wait(_ duration: Duration) {
        polled = [pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)]
        _ = poll(duration)
    }
}

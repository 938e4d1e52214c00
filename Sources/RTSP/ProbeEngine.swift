internal import Base
internal import Glibc

/// All cameras of a probe. Not for more than one thread: ``RTSPProbe`` keeps it under a lock.
final class ProbeEngine {
    private let poller: Poller
    private let lookup: NameLookup
    private let timing: ProbeTiming
    private let clock = SystemTimeSource()
    /// Is told of attempts to get streams.
    private let attempts: (@Sendable (ConnectAttempt) -> Void)?
    private var watches: [String: CameraWatch] = [:]
    /// Which logins may be tried.
    var logins: LoginGate
    private var tickets: [UInt64: CameraWatch] = [:]
    private var nextTicket: UInt64 = 1
    private var lastTick: Int64 = 0
    private var isRunning = false
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: WireParser.maxHeader + WireParser.maxBody + 256 * 1024, alignment: 16)

    init(
        queue: EventQueue, timing: ProbeTiming, lookup: NameLookup,
        attempts: (@Sendable (ConnectAttempt) -> Void)? = nil
    ) {
        self.attempts = attempts
        poller = Poller(queue: queue)
        self.timing = timing
        logins = LoginGate(
            firstPause: timing.refusedLoginFirst.nanoseconds, longestPause: timing.refusedLoginMax.nanoseconds)
        self.lookup = lookup
    }

    deinit { buffer.deallocate() }

    /// Stopped, and every connection is closed.
    var isDone: Bool { !isRunning && poller.parting.isEmpty }

    /// Nothing is watched and nobody is said goodbye to.
    var isIdle: Bool { watches.isEmpty && poller.parting.isEmpty }

    func start(now: Int64) {
        isRunning = true
        stagger(Array(watches.values), now: now)
    }

    func stop(now: Int64) {
        isRunning = false
        for watch in watches.values { watch.leave(now: now) }
    }

    /// Many new cameras begin one after the other, not all at once.
    private func stagger(_ watches: [CameraWatch], now: Int64) {
        for (index, watch) in watches.enumerated() { watch.begin(at: now + Int64(index) * 2_000_000) }
    }

    func update(_ targets: [ProbeTarget], now: Int64) {
        let wanted = Dictionary(targets.map { ($0.id, $0) }) { $1 }
        for (id, watch) in watches where wanted[id] == nil {
            watch.leave(now: now)
            watches[id] = nil
        }
        var fresh: [CameraWatch] = []
        for target in targets where wanted[target.id] == target {
            if let watch = watches[target.id] {
                guard watch.target != target else { continue }
                watch.change(to: target, now: now)
                fresh.append(watch)
            } else {
                let watch = CameraWatch(target, timing: timing, engine: self, wall: clock.now())
                watches[target.id] = watch
                fresh.append(watch)
            }
        }
        for login in Set(fresh.compactMap(\.login)) { logins.reset(login) }
        logins.keep(only: Set(watches.values.compactMap(\.login)))
        if isRunning { stagger(fresh, now: now) }
    }

    /// Ends the pause that refusals of the camera's login brought, for all cameras that share it.
    /// - Returns: whether the camera is probed with a login.
    func retryLogin(of id: String, now: Int64) -> Bool {
        guard let login = watches[id]?.login else { return false }
        logins.reset(login)
        for watch in watches.values where watch.login == login { watch.hurry(to: now) }
        return true
    }

    /// Has a camera that is not connected be tried at once. A pause after refused logins stays: who asks again and again
    /// must not lock the account.
    /// - Returns: whether it is probed.
    func tryNow(_ id: String, now: Int64) -> Bool {
        guard let watch = watches[id] else { return false }
        watch.hurry(to: now)
        return true
    }

    /// Whether the next attempt at a camera is still to begin; `nil` for one that is not probed.
    func isWaiting(_ id: String) -> Bool? { watches[id].map(\.isWaiting) }

    func readings(now: Int64) -> [String: ProbeReading] {
        let wall = clock.now()
        return watches.mapValues { $0.reading(now: now, wall: wall) }
    }

    func tick(now: Int64) {
        for answer in lookup.takeAnswers() {
            if let watch = tickets.removeValue(forKey: answer.ticket), watch.ticket == answer.ticket {
                watch.resolved(answer, now: now)
            }
        }
        guard now - lastTick >= 40_000_000 else { return }
        lastTick = now
        poller.closeOverdue(now: now)
        guard isRunning else { return }
        for watch in watches.values { watch.tick(now: now) }
    }

    // What the watches need.

    var wall: Int64 { clock.now() }

    func tell(_ attempt: ConnectAttempt) { attempts?(attempt) }

    func ask(for watch: CameraWatch, host: String, port: UInt16) -> UInt64 {
        nextTicket += 1
        tickets[nextTicket] = watch
        lookup.ask(ticket: nextTicket, host: host, port: port)
        return nextTicket
    }

    /// A watch waits no longer for the answer.
    func forget(ticket: UInt64, host: String) {
        tickets[ticket] = nil
        lookup.forget(ticket: ticket, host: host)
    }

    func open(_ link: Link) -> Bool { poller.add(link) }
    func open(_ pair: MediaPorts) -> Bool { poller.add(pair.media) && poller.add(pair.control) }
    func close(_ link: Link) { poller.close(link) }
    func close(_ ports: MediaPorts) { poller.close(ports) }
    func part(_ link: Link, saying text: String, now: Int64) { poller.part(link, saying: text, now: now) }

    func send(_ text: String, over link: Link) -> Bool { send(Array(text.utf8), over: link) }

    func send(_ bytes: [UInt8], over link: Link) -> Bool {
        let wanted = link.wantsToWrite
        guard link.send(bytes) else { return false }
        if link.wantsToWrite != wanted { poller.update(link) }
        return true
    }

    // What came.

    func handle(_ event: EventQueue.Event, now: Int64) {
        if let port = poller.port(for: event.token) { return read(port, now: now) }
        guard let link = poller.link(for: event.token) else { return }
        if link.isConnecting {
            link.isConnecting = false
            let error = link.connectError()
            if error == 0 { poller.update(link) }
            link.owner?.connected(error: error, now: now)
            return
        }
        if event.canWrite {
            guard link.flush() else { return end(link, now: now) }
            if !link.wantsToWrite { poller.update(link) }
        }
        if event.canRead { read(link, now: now) }
    }

    private func end(_ link: Link, now: Int64) {
        if let owner = link.owner { owner.ended(now: now) } else { poller.close(link) }
    }

    /// As many datagrams as came, so that one camera's do not hold up another's.
    private func read(_ port: MediaPort, now: Int64) {
        for _ in 0..<256 {
            guard let owner = port.owner, let packet = port.receive(into: buffer) else { return }
            owner.received(packet, isControl: port.isControl, now: now)
        }
    }

    /// What came over the wire of an encrypted connection, as the camera said it; 0 while there is nothing to read.
    private func decrypt(
        _ link: Link, _ secure: SecureStream, _ bytes: UnsafeMutableRawBufferPointer, count: Int, now: Int64
    )
        -> Int?
    {
        guard secure.feed(UnsafeRawBufferPointer(rebasing: bytes[..<count])) else { return nil }
        if !secure.isReady {
            let step = secure.handshake()
            let wanted = link.wantsToWrite
            guard link.flush() else { return nil }
            if link.wantsToWrite != wanted { poller.update(link) }
            switch step {
            case .needsBytes: return 0
            case .failed(let reason):
                link.owner?.failedToSecure(reason, now: now)
                return 0
            case .done: link.owner?.secured(now: now)
            }
        }
        guard link.descriptor >= 0 else { return 0 }
        return secure.read(into: bytes)
    }

    private func read(_ link: Link, now: Int64) {
        guard let base = buffer.baseAddress else { return }
        let kept = link.pending.count
        link.pending.withUnsafeBytes {
            base.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
        }
        var count = recv(link.descriptor, base + kept, buffer.count - kept, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return end(link, now: now) }
        if let secure = link.secure {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[kept...])
            guard let said = decrypt(link, secure, rest, count: count, now: now) else { return end(link, now: now) }
            if said == 0 { return }
            count = said
        }
        link.hasReceived = true
        guard let owner = link.owner else { return }
        let bytes = UnsafeRawBufferPointer(start: base, count: kept + count)
        if owner.readsItself { return hand(bytes, of: link, to: owner, now: now) }
        var index = 0
        while index < bytes.count {
            if owner.toleratesNoise, !WireParser.mayBegin(in: bytes, at: index) {
                let next = WireParser.beginning(in: bytes, after: index)
                owner.skipped(next - index, now: now)
                index = next
                guard link.owner === owner, link.descriptor >= 0 else { return }
                continue
            }
            let (unit, end) = WireParser.next(in: bytes, at: index)
            let begin = index
            index = end
            switch unit {
            case .packet(let channel, let payload):
                owner.received(UnsafeRawBufferPointer(rebasing: bytes[payload]), channel: channel, now: now)
            case .message(let message): owner.received(message, now: now)
            case .garbage where owner.toleratesNoise:
                index = WireParser.beginning(in: bytes, after: begin)
                owner.skipped(index - begin, now: now)
            case .garbage(let problem): owner.receivedGarbage(problem, now: now)
            case .incomplete:
                keep(bytes[index...], of: link)
                return
            }
            // What it heard may have ended the connection.
            guard link.owner === owner, link.descriptor >= 0 else { return }
        }
        if !link.pending.isEmpty { link.pending.removeAll(keepingCapacity: true) }
    }

    /// Bytes of a stream of another kind than RTSP.
    private func hand(_ bytes: UnsafeRawBufferPointer, of link: Link, to owner: CameraWatch, now: Int64) {
        let used = owner.read(bytes, now: now)
        guard link.owner === owner, link.descriptor >= 0 else { return }
        keep(bytes[min(used, bytes.count)...], of: link)
    }

    private func keep(_ rest: Slice<UnsafeRawBufferPointer>, of link: Link) {
        link.pending.removeAll(keepingCapacity: true)
        link.pending.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest))
    }
}

internal import Glibc
internal import Model
internal import Streams

/// One camera of a probe: its connection, its state, and what is reported of it.
final class CameraWatch {
    enum Phase: Equatable {
        /// Nothing to do before the deadline.
        case waiting
        case resolving
        case connecting
        /// Agreeing on encryption.
        case securing
        case describing
        case settingUp
        case starting
        case playing
        /// No longer watched.
        case left
    }

    private(set) var target: ProbeTarget
    let timing: ProbeTiming
    unowned let engine: ProbeEngine
    var meter: StreamMeter
    var phase = Phase.left {
        didSet { if phase != oldValue, attempts.isOpen { attempts.enter(phase, address?.language, now: steadyNow()) } }
    }
    /// The steps of the attempt under way.
    var attempts = AttemptNotes()
    /// On the steady clock, in nanoseconds.
    var deadline: Int64 = 0
    var link: Link?
    /// Where media comes over UDP.
    var ports: MediaPorts?
    private(set) var ticket: UInt64 = 0
    private(set) var address: StreamAddress?
    private var addresses: [SocketAddress] = []
    var dialogue = Dialogue()
    /// Who reads what comes, where that is no RTSP.
    var reader: (any StreamReader)?
    /// What it reads of one turn; kept for its storage.
    var events: [StreamEvent] = []
    /// What the camera gives, once that is known.
    var kind: StreamKind?
    /// The last challenge, also for the next connection.
    var challenge: AuthenticationChallenge?
    var nonceCount: UInt32 = 0

    private(set) var isConnected = false
    private(set) var failure: CameraFailure?
    private(set) var detail = ""
    private var since: Int64
    private var failures: [CameraFailure: UInt64] = [:]
    private var retries = 0
    private(set) var attemptBegan: Int64 = 0
    var firstFrameSeconds: Double?
    private var playingSince: Int64 = 0
    var mediaSince: Int64?
    private var nextKeepAlive: Int64 = 0
    /// In the mode `sample`, what the last look found.
    private var lastSample: ProbeReading?
    /// Bytes that were no RTSP since the last packet.
    private var skippedInRow = 0
    private static let noiseMax = 1 << 20
    /// When they last came; what a camera filled up with before it froze is older.
    private var lastNoise: Int64?
    private static let noiseTime: Int64 = 1_000_000_000
    /// Where the camera has led to, from the address of its target.
    private var led: StreamAddress?
    private static let redirectsMax = 5

    init(_ target: ProbeTarget, timing: ProbeTiming, engine: ProbeEngine, wall: Int64) {
        self.target = target
        self.timing = timing
        self.engine = engine
        meter = StreamMeter(suspectAfter: timing.suspectAfter.nanoseconds)
        since = wall
    }

    // Beginnings and ends.

    func begin(at time: Int64) {
        phase = .waiting
        deadline = time
    }

    /// Begins at `time` if it waits for a later one.
    func hurry(to time: Int64) {
        if phase == .waiting { deadline = min(deadline, time) }
    }

    /// Whether the next attempt is still to begin.
    var isWaiting: Bool { phase == .waiting }

    /// What its device knows its login by; `nil` without one.
    var login: LoginGate.Login? {
        guard let address = led ?? StreamAddress(target.url), let user = address.user else { return nil }
        return LoginGate.Login(
            host: address.host.lowercased(), port: address.port, user: user, password: address.password ?? "")
    }

    func change(to target: ProbeTarget, now: Int64) {
        leave(now: now)
        self.target = target
        challenge = nil
        retries = 0
        lastSample = nil
    }

    /// Says goodbye to the camera; nothing happens until ``begin(at:)``.
    func leave(now: Int64) {
        attempts.abandon()
        hangUp(now: now)
        phase = .left
        mediaSince = nil
        kind = nil
        report(connected: false, nil, "")
    }

    /// Closes the connection, with TEARDOWN where there is a session.
    func hangUp(now: Int64) {
        if dialogue.isLoggingIn, let login { engine.logins.release(login, by: target.id) }
        dialogue.isLoggingIn = false
        if ticket != 0 { engine.forget(ticket: ticket, host: address?.host ?? "") }
        ticket = 0
        if let ports { engine.close(ports) }
        ports = nil
        let isRTSP = reader == nil
        reader = nil
        guard let link else { return }
        self.link = nil
        if isRTSP, !link.isConnecting, dialogue.session != nil || phase == .playing || phase == .starting {
            engine.part(link, saying: teardown(), now: now)
        } else {
            engine.close(link)
        }
    }

    private func attempt(now: Int64) {
        if let login, let until = engine.logins.pause(login, for: target.id, now: now) {
            return pauseLogin(until: until, now: now)
        }
        // With a login made for an earlier connection, one that is wrong would be refused twice.
        challenge = nil
        attemptBegan = now
        attempts.begin(wasConnected: isConnected, now: now)
        skippedInRow = 0
        lastNoise = nil
        led = nil
        dialogue = Dialogue()
        guard let address = StreamAddress(target.url), address.language != .tcp || target.mode == .reach else {
            let text =
                "The address of the camera is none of rtsp://, http:// or rtmp://, or can be read in two ways: "
                + "\(CameraAddress.mend)."
            return fail(.protocol, text, now: now)
        }
        kind = target.mode == .reach ? .reachability : address.language == .rtsp ? .rtsp : kind
        goTo(address, now: now)
    }

    func goTo(_ address: StreamAddress, now: Int64) {
        self.address = address
        deadline = now + timing.connectTimeout.nanoseconds
        dialogue.usesUDP = target.transport == .udp
        if let numeric = NameLookup.numeric(address.host, port: address.port) {
            addresses = numeric
            connect(now: now)
        } else {
            phase = .resolving
            ticket = engine.ask(for: self, host: address.host, port: address.port)
        }
    }

    /// The camera has its stream elsewhere. The login goes only to the host and port that it was written for, and what was
    /// encrypted leads it nowhere else.
    func follow(_ location: String?, now: Int64) {
        let redirects = dialogue.redirects + 1
        guard let from = address, let location, let next = from.leading(to: location) else {
            return fail(
                .protocol,
                "The camera leads to an address that is none of \(address?.language.rawValue.uppercased() ?? "RTSP").",
                now: now)
        }
        guard redirects <= Self.redirectsMax else {
            return fail(.protocol, "The camera leads on and on, at last to \(next.shown).", now: now)
        }
        let isResumed = dialogue.isResumed
        hangUp(now: now)
        challenge = nil
        led = next
        dialogue = Dialogue()
        dialogue.redirects = redirects
        dialogue.isResumed = isResumed && next.user != nil
        if let login, let until = engine.logins.pause(login, for: target.id, now: now) {
            return pauseLogin(until: until, now: now)
        }
        goTo(next, now: now)
    }

    /// Where the camera has led to, without credentials; `nil` where it stands at its own address.
    var leadsTo: String? { led?.shown }

    func resolved(_ answer: NameLookup.Answer, now: Int64) {
        ticket = 0
        guard phase == .resolving else { return }
        if let problem = answer.problem {
            return fail(.dns, "The name \(address?.host ?? "") has no address: \(problem).", now: now)
        }
        addresses = answer.addresses
        connect(now: now)
    }

    private func connect(now: Int64) {
        var error: Int32 = 0
        while !addresses.isEmpty {
            let next = addresses.removeFirst()
            guard let link = Link(to: next, error: &error) else { continue }
            guard engine.open(link) else {
                error = errno
                engine.close(link)
                continue
            }
            link.owner = self
            self.link = link
            phase = .connecting
            deadline = now + timing.connectTimeout.nanoseconds
            return
        }
        failToConnect(error, now: now)
    }

    func connected(error: Int32, now: Int64) {
        guard phase == .connecting else { return }
        if error == 0 { return address?.isTLS == true ? secure(now: now) : open(now: now) }
        hangUp(now: now)
        if addresses.isEmpty { failToConnect(error, now: now) } else { connect(now: now) }
    }

    /// Begins to encrypt.
    private func secure(now: Int64) {
        phase = .securing
        deadline = now + timing.answerTimeout.nanoseconds
        guard let link, let stream = SecureStream(host: address?.host ?? "") else {
            return failedToSecure("there is no memory", now: now)
        }
        link.secure = stream
        if case .failed(let reason) = stream.handshake() { return failedToSecure(reason, now: now) }
        guard engine.send("", over: link) else { return ended(now: now) }
    }

    func secured(now: Int64) {
        if phase == .securing { open(now: now) }
    }

    /// Begins to speak over a new connection.
    private func open(now: Int64) {
        if target.mode == .reach, address?.language == .tcp { return succeedDescribing(now: now) }
        if address?.language == .rtsp { describe(now: now) } else { beginReading(now: now) }
    }

    func failedToSecure(_ reason: String, now: Int64) {
        fail(.tls, "\(address?.place ?? "The camera") does not speak TLS with us: \(reason).", now: now)
    }

    private func failToConnect(_ error: Int32, now: Int64) {
        let place = address?.place ?? ""
        let text = String(cString: strerror(error))
        switch error {
        case ECONNREFUSED: fail(.refused, "\(place) refuses the connection.", now: now)
        case EMFILE, ENFILE:
            fail(.protocol, "This computer has no more file handles for another connection.", now: now)
        case EADDRNOTAVAIL, ECONNRESET: fail(.refused, "No connection to \(place): \(text).", now: now)
        default: fail(.timeout, "No connection to \(place): \(text).", now: now)
        }
    }

    func ended(now: Int64) {
        if phase == .securing { return failedToSecure("it ended the connection", now: now) }
        if reader != nil { return readEnd(now: now) }
        if dialogue.mayResume, phase == .describing {
            // Some cameras hang up after 401 and want the credentials on a new connection.
            let attempts = dialogue
            let known = challenge
            hangUp(now: now)
            if attempts.isHeld { return begin(at: now + timing.retryFirst.nanoseconds) }
            attempt(now: now)
            challenge = known
            dialogue = attempts.resumed()
            return
        }
        fail(.closed, "\(address?.place ?? "The camera") ended the connection.", now: now)
    }

    // The clock.

    func tick(now: Int64) {
        switch phase {
        case .left: return
        case .waiting: if now >= deadline { attempt(now: now) }
        case .resolving:
            if now >= deadline { fail(.dns, "The name \(address?.host ?? "") was not resolved in time.", now: now) }
        case .connecting:
            if now >= deadline {
                let patience = "\(timing.connectTimeout)"
                fail(.timeout, "\(address?.place ?? "") does not answer (waited \(patience)).", now: now)
            }
        case .securing:
            if now >= deadline { failedToSecure("it did not answer within \(timing.answerTimeout)", now: now) }
        case .describing where dialogue.isHeld: logIn(now: now)
        case .describing, .settingUp, .starting: if now >= deadline { answerIsOverdue(now: now) }
        case .playing: watchMedia(now: now)
        }
    }

    private func answerIsOverdue(now: Int64) {
        if phase == .starting, meter.lastPacket != nil { return play(now: now) }
        let place = address?.place ?? ""
        if link?.hasReceived == true {
            fail(.timeout, "\(place) did not answer \(dialogue.method) within \(timing.answerTimeout).", now: now)
        } else {
            fail(.mute, "\(place) accepts the connection and says nothing.", now: now)
        }
    }

    /// The camera agreed to play.
    func play(now: Int64) {
        phase = .playing
        playingSince = now
        // The first one comes at once: its answer names what the camera knows.
        nextKeepAlive = now
    }

    private func watchMedia(now: Int64) {
        tellOfFirstKeyframe(now: now)
        if now >= nextKeepAlive, reader == nil {
            nextKeepAlive = now + dialogue.keepAlive
            guard keepAlive() else { return ended(now: now) }
        }
        if target.mode == .sample, let mediaSince, now - mediaSince >= timing.sampleFor.nanoseconds {
            return succeedSampling(now: now)
        }
        guard let last = meter.lastPacket else {
            if now - playingSince >= timing.noMediaAfter.nanoseconds {
                fail(
                    .noMedia, "The camera agreed to play, and no picture came within \(timing.noMediaAfter).", now: now)
            }
            return
        }
        let silence = now - last
        if silence >= timing.stalledAfter.nanoseconds {
            if let lastNoise, now - lastNoise < Self.noiseTime {
                return receivedGarbage("sends bytes that are not RTSP instead of pictures", now: now)
            }
            if failure != .stalled {
                failures[.stalled, default: 0] += 1
                mediaSince = nil
                meter.interrupt()
                report(connected: false, .stalled, "Pictures stopped coming; the connection is still open.")
            }
            // Where noise was the last that came, a new connection tells what is wrong, and there is nothing to wait for.
            let patience = skippedInRow > 0 ? 0 : timing.stalledReconnect.nanoseconds
            if silence >= timing.stalledAfter.nanoseconds + patience {
                hangUp(now: now)
                attempt(now: now)
            }
        } else if let mediaSince, retries > 0, now - mediaSince >= 10_000_000_000 {
            retries = 0
        }
    }

    // What came.

    /// Whether bytes that are no RTSP are skipped: once media may come, as some cameras fill up between their packets.
    var toleratesNoise: Bool { phase == .starting || phase == .playing }

    /// Bytes between packets were no RTSP.
    func skipped(_ count: Int, now: Int64) {
        meter.skip(bytes: count)
        skippedInRow += count
        lastNoise = now
        if skippedInRow > Self.noiseMax { receivedGarbage("sends bytes that are not RTSP", now: now) }
    }

    func receivedGarbage(_ problem: String, now: Int64) {
        fail(.protocol, "\(address?.place ?? "The camera") \(problem).", now: now)
    }

    func received(_ packet: UnsafeRawBufferPointer, isControl: Bool, now: Int64) {
        received(packet, channel: isControl ? dialogue.controlChannel : dialogue.mediaChannel, now: now)
    }

    func received(_ packet: UnsafeRawBufferPointer, channel: UInt8, now: Int64) {
        // Media of a session that somebody else had is none of ours.
        guard phase == .starting || phase == .playing else { return }
        skippedInRow = 0
        if channel == dialogue.mediaChannel {
            if meter.receive(packet, at: now) { tookFrame(now: now) }
        } else if channel == dialogue.controlChannel {
            let findings = RTCPFindings(packet)
            meter.receiveReport(findings, wall: engine.wall)
            if !findings.goodbyes.isEmpty { fail(.closed, "The camera ended the stream.", now: now) }
        }
    }

    /// A frame came whole.
    func tookFrame(now: Int64) {
        guard !isConnected || mediaSince == nil else { return }
        if !dialogue.hasMedia { firstFrameSeconds = Double(now - attemptBegan) / 1e9 }
        dialogue.hasMedia = true
        mediaSince = now
        attempts.tookFrame(now: now)
        report(connected: true, nil, "")
    }

    /// The camera described its stream, or gave a picture, and that is all that was asked for.
    func succeedDescribing(now: Int64, again: Duration? = nil) {
        hangUp(now: now)
        retries = 0
        mediaSince = nil
        tellOfAttempt(at: now)
        report(connected: true, nil, "")
        begin(at: now + (again ?? timing.describeEvery).nanoseconds)
    }

    /// The stream was watched for long enough.
    private func succeedSampling(now: Int64) {
        lastSample = nil
        lastSample = reading(now: now, wall: engine.wall)
        hangUp(now: now)
        retries = 0
        mediaSince = nil
        begin(at: now + timing.samplePause.nanoseconds)
    }

    /// The login was refused, to this camera or to another that shares it: the device is left alone.
    func pauseLogin(until: Int64, now: Int64) {
        let minutes = max(1, (until - now + 59_999_999_999) / 60_000_000_000)
        if failure != .unauthorized { failures[.unauthorized, default: 0] += 1 }
        hangUp(now: now)
        mediaSince = nil
        let text =
            "\(address?.place ?? "The camera") refuses the configured user or password. So that it does not lock us out, "
            + "the next try comes in \(minutes) min, or at once after a change of the address."
        tellOfAttempt(failure: .unauthorized, text, at: now)
        report(connected: false, .unauthorized, text)
        begin(at: until)
    }

    func fail(_ reason: CameraFailure, _ text: String, now: Int64) {
        failures[reason, default: 0] += 1
        // The first of a kind is followed by the first pause of that kind.
        if (reason == .busy) != (failure == .busy) { retries = 0 }
        hangUp(now: now)
        mediaSince = nil
        tellOfAttempt(failure: reason, text, at: now)
        report(connected: false, reason, text)
        begin(at: now + pause(after: reason))
        retries += 1
    }

    private func pause(after reason: CameraFailure) -> Int64 {
        if reason == .unauthorized { return timing.refusedLoginFirst.nanoseconds }
        let first = (reason == .busy ? timing.busyFirst : timing.retryFirst).nanoseconds
        let most = (reason == .busy ? timing.busyMax : timing.retryMax).nanoseconds
        let doubled = first.multipliedReportingOverflow(by: 1 << Int64(min(retries, 20)))
        let pause = doubled.overflow ? most : min(doubled.partialValue, most)
        return pause - Int64.random(in: 0...max(1, pause / 5))
    }

    private func report(connected: Bool, _ failure: CameraFailure?, _ detail: String) {
        if connected != isConnected || failure != self.failure { since = engine.wall }
        isConnected = connected
        self.failure = failure
        self.detail = detail
    }

    func reading(now: Int64, wall: Int64) -> ProbeReading {
        // A rate takes some seconds: until a look is over, the one before counts.
        if target.mode == .sample, isConnected, var held = lastSample {
            held.failures = failures
            return held
        }
        var reading = ProbeReading()
        reading.connected = isConnected
        reading.failure = failure
        reading.detail = detail
        reading.since = since
        reading.firstFrameSeconds = firstFrameSeconds
        reading.failures = failures
        reading.leadsTo = leadsTo
        reading.kind = kind
        reading.lastFrame = meter.lastFrame.map { wall - (now - $0) / 1_000_000 }
        meter.fill(&reading, isLive: isConnected && phase == .playing, at: now)
        return reading
    }
}

internal import Model

/// The exchange of requests and answers on one connection.
struct Dialogue {
    var method = ""
    var uri = ""
    var extra = ""
    var sequence = 0
    var session: String?
    /// The session's address, as the description has it.
    var aggregate = ""
    /// Whether media is to come over UDP; else in this connection.
    var usesUDP = false
    /// The track's address.
    var track = ""
    var mediaChannel: UInt8 = 0
    var controlChannel: UInt8 = 1
    /// Nanoseconds.
    var keepAlive: Int64 = 30_000_000_000
    var hasMedia = false
    /// Whether the present request carries credentials, and the nonce that they were made with.
    var sentNonce: String?
    var refusals = 0
    /// The camera asked for credentials, and we have not sent them on another connection yet.
    var mayResume = false
    var isResumed = false
    var hasSentKeepAlive = false
    /// In a row; a keep-alive goes on without a login then, which media does not need.
    var refusedKeepAlives = 0
    /// Whether the login is with the camera, and not answered yet.
    var isLoggingIn = false
    /// How often the camera has led elsewhere.
    var redirects = 0
    /// Whether the camera names GET_PARAMETER among what it knows: some keep a session alive by that alone.
    var knowsGetParameter = false
    /// Whether the login waits for that of another camera.
    var isHeld = false

    func resumed() -> Dialogue {
        var next = Dialogue()
        next.isResumed = true
        next.usesUDP = usesUDP
        next.refusals = refusals
        next.redirects = redirects
        next.isLoggingIn = true
        return next
    }
}

/// The RTSP dialogue: DESCRIBE, SETUP, PLAY, keep-alive, TEARDOWN (RFC 2326).
extension CameraWatch {
    func describe(now: Int64) {
        phase = .describing
        dialogue.aggregate = address?.requestURL ?? ""
        request("DESCRIBE", dialogue.aggregate, "Accept: application/sdp\r\n", now: now)
    }

    private func request(_ method: String, _ uri: String, _ extra: String = "", now: Int64) {
        (dialogue.method, dialogue.uri, dialogue.extra) = (method, uri, extra)
        deadline = now + timing.answerTimeout.nanoseconds
        let text = compose(method, uri, extra)
        guard let link, engine.send(text, over: link) else { return ended(now: now) }
    }

    private func compose(_ method: String, _ uri: String, _ extra: String = "") -> String {
        dialogue.sequence += 1
        var text = "\(method) \(uri) RTSP/1.0\r\nCSeq: \(dialogue.sequence)\r\nUser-Agent: Watchpost\r\n"
        dialogue.sentNonce = nil
        if dialogue.refusedKeepAlives < 2, let value = authorization(method, uri) {
            text += "Authorization: \(value)\r\n"
        }
        if let session = dialogue.session { text += "Session: \(session)\r\n" }
        return text + extra + "\r\n"
    }

    /// The value of the header, once the camera has asked for it.
    func authorization(_ method: String, _ uri: String) -> String? {
        dialogue.sentNonce = nil
        guard let challenge, let user = address?.user else { return nil }
        nonceCount &+= 1
        dialogue.sentNonce = challenge.nonce
        return challenge.authorization(
            user: user, password: address?.password ?? "", method: method, uri: uri, count: nonceCount,
            clientNonce: String(UInt64.random(in: .min ... .max), radix: 16))
    }

    func teardown() -> String { compose("TEARDOWN", dialogue.aggregate) }

    func keepAlive() -> Bool {
        guard let link else { return false }
        let text = compose(dialogue.knowsGetParameter ? "GET_PARAMETER" : "OPTIONS", dialogue.aggregate)
        dialogue.hasSentKeepAlive = true
        return engine.send(text, over: link)
    }

    func received(_ message: RTSPMessage, now: Int64) {
        guard let status = message.status else { return answer(message, now: now) }
        if let known = message.header("public") {
            dialogue.knowsGetParameter = known.uppercased().contains("GET_PARAMETER")
        }
        if dialogue.hasSentKeepAlive, phase == .playing {
            // A new nonce is for the next request; all else about a keep-alive does not matter while media comes.
            if [405, 501, 551].contains(status) { dialogue.knowsGetParameter = false }
            dialogue.refusedKeepAlives = status == 401 ? dialogue.refusedKeepAlives + 1 : dialogue.refusedKeepAlives
            if status == 401 { takeChallenge(message.all("www-authenticate")) }
            return
        }
        switch phase {
        case .describing, .settingUp, .starting: break
        default: return
        }
        // One request is under way, and what comes is its answer: some cameras count in their own way.
        switch status {
        case 100..<200: return
        case 200..<300: proceed(message, now: now)
        case 301, 302, 303, 305, 307, 308: follow(message.header("location"), now: now)
        case 401: authorize(message.all("www-authenticate"), now: now)
        case 403 where dialogue.sentNonce != nil:
            refuse("The camera forbids this stream to the configured user.", now: now)
        case 403: fail(.unauthorized, "The camera forbids this stream to the configured user.", now: now)
        case 404, 410: fail(.notFound, "The camera has no stream under this path.", now: now)
        case 453, 503:
            let text =
                "The camera has no session for another viewer (status \(status)): others have them all. It is asked seldom now, "
                + "so that they keep theirs."
            fail(.busy, text, now: now)
        case 461 where phase == .settingUp && !dialogue.usesUDP:
            dialogue.usesUDP = true
            setUp(now: now)
        case 461:
            let kinds = target.transport == .udp ? "UDP" : "TCP or UDP"
            fail(.protocol, "The camera does not send media over \(kinds).", now: now)
        default: fail(.protocol, "The camera answered \(dialogue.method) with status \(status).", now: now)
        }
    }

    /// A request of the camera to us: it gets a polite answer.
    private func answer(_ message: RTSPMessage, now: Int64) {
        guard let link, phase != .connecting else { return }
        let isKnown = message.method == "OPTIONS"
        var text = "RTSP/1.0 \(isKnown ? "200 OK" : "501 Not Implemented")\r\n"
        if let sequence = message.sequence { text += "CSeq: \(sequence)\r\n" }
        guard engine.send(text + "\r\n", over: link) else { return ended(now: now) }
    }

    private func takeChallenge(_ offers: [String]) {
        guard let best = AuthenticationChallenge.best(of: offers) else { return }
        challenge = best
        nonceCount = 0
    }

    /// The camera wants a login.
    /// - Parameter offers: its `WWW-Authenticate` headers.
    func authorize(_ offers: [String], now: Int64) {
        guard address?.user != nil else {
            challenge = nil
            let text =
                leadsTo.map {
                    "The camera leads to \($0), which wants a user and a password: write that address with them."
                } ?? "The camera wants a user and a password, and its address has none."
            return fail(.unauthorized, text, now: now)
        }
        let sent = dialogue.sentNonce
        let known = challenge
        takeChallenge(offers)
        guard let challenge, !offers.isEmpty, AuthenticationChallenge.best(of: offers) != nil else {
            return fail(.unauthorized, AuthenticationChallenge.refusal(of: offers), now: now)
        }
        dialogue.refusals += 1
        // Credentials made with a nonce of an earlier connection, or with one that went stale, may be tried once more.
        let mayTryAgain =
            sent == nil || challenge.isStale || (dialogue.refusals == 1 && known != challenge && !dialogue.isResumed)
        guard mayTryAgain, dialogue.refusals <= 3 else {
            self.challenge = nil
            return refuse("The camera refuses the configured user or password (401 Unauthorized).", now: now)
        }
        dialogue.mayResume = !dialogue.isResumed
        logIn(now: now)
    }

    /// Sends the last request again, with the login, once that may be.
    func logIn(now: Int64) {
        guard let login else { return }
        switch engine.logins.ask(login, for: target.id, now: now) {
        case .pausing(let until): pauseLogin(until: until, now: now)
        case .another where phase == .describing: dialogue.isHeld = true
        // A session under way was let in already.
        case .another,
            .go where phase != .describing:
            askAgain(now: now)
        case .go:
            dialogue.isHeld = false
            dialogue.isLoggingIn = true
            askAgain(now: now)
        }
    }

    private func askAgain(now: Int64) {
        // Of HTTP, an answer to who was not let in may be as long as a stream: the next is on another connection.
        guard let address, address.language != .rtsp else {
            return request(dialogue.method, dialogue.uri, dialogue.extra, now: now)
        }
        goTo(address, now: now)
    }

    /// The camera saw the login and does not want it.
    func refuse(_ text: String, now: Int64) {
        guard let login else { return fail(.unauthorized, text, now: now) }
        dialogue.isLoggingIn = false
        engine.logins.refuse(login, from: target.id, now: now)
        let until = engine.logins.pause(login, for: target.id, now: now)
        fail(.unauthorized, text, now: now)
        if let until { begin(at: until) }
    }

    /// The camera let us in.
    func accepted(now: Int64) {
        dialogue.mayResume = false
        guard dialogue.isLoggingIn, let login else { return }
        dialogue.isLoggingIn = false
        engine.logins.accept(login, from: target.id, now: now)
    }

    private func proceed(_ message: RTSPMessage, now: Int64) {
        accepted(now: now)
        switch phase {
        case .describing: takeDescription(message, now: now)
        case .settingUp: takeSetup(message, now: now)
        default: play(now: now)
        }
    }

    private func takeDescription(_ message: RTSPMessage, now: Int64) {
        guard let description = SessionDescription(message.body) else {
            return fail(.protocol, "The camera describes no video stream.", now: now)
        }
        if description.isEncrypted, target.mode != .describe {
            let mend = "Take ?enableSrtp out of its address, or watch it with describe or by its recorder."
            return fail(
                .protocol, "The camera encrypts its media (SRTP), which the probe does not read. \(mend)", now: now)
        }
        meter.describe(description)
        if target.mode == .describe { return succeedDescribing(now: now) }
        let base = message.header("content-base") ?? message.header("content-location") ?? dialogue.uri
        let home = isUsable(base) ? SessionDescription.resolve(base, base: dialogue.uri) : dialogue.uri
        let track = SessionDescription.resolve(description.trackControl, base: home)
        let session = SessionDescription.resolve(description.sessionControl, base: home)
        guard isUsable(track), isUsable(session) else {
            return fail(.protocol, "The camera describes its stream with an impossible address.", now: now)
        }
        dialogue.aggregate = session
        meter.begin()
        phase = .settingUp
        dialogue.track = track
        setUp(now: now)
    }

    private func setUp(now: Int64) {
        guard dialogue.usesUDP else {
            return request("SETUP", dialogue.track, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", now: now)
        }
        guard let peer = link?.peer, let ports = MediaPorts(peer: peer), engine.open(ports) else {
            return fail(.protocol, "This computer has no free UDP ports for another camera.", now: now)
        }
        ports.media.owner = self
        ports.control.owner = self
        self.ports = ports
        let numbers = "\(ports.media.number)-\(ports.control.number)"
        request("SETUP", dialogue.track, "Transport: RTP/AVP;unicast;client_port=\(numbers)\r\n", now: now)
    }

    /// Where the camera sends from, as its answer says; packets from us open the way for its own.
    private func knock(_ transport: String) {
        for part in transport.split(separator: ";") {
            let words = part.split(separator: "=")
            guard words.count == 2, words[0].trimmed.lowercased() == "server_port" else { continue }
            let numbers = words[1].split(separator: "-").compactMap { UInt16($0.trimmed) }
            guard let first = numbers.first, first > 0, first < .max else { return }
            ports?.media.knock(at: first)
            ports?.control.knock(at: numbers.count > 1 ? numbers[1] : first + 1)
        }
    }

    /// Fit for a request's first line.
    private func isUsable(_ uri: String) -> Bool {
        !uri.isEmpty && uri.utf8.count <= 4_096 && uri.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != 0x22 }
    }

    private func takeSetup(_ message: RTSPMessage, now: Int64) {
        guard let session = message.header("session") else {
            return fail(.protocol, "The camera opened no session.", now: now)
        }
        let parts = session.split(separator: ";")
        dialogue.session = parts.first.map { String($0.trimmed) }
        for part in parts.dropFirst() {
            let words = part.split(separator: "=")
            if words.count == 2, words[0].trimmed.lowercased() == "timeout", let seconds = Int64(words[1].trimmed) {
                dialogue.keepAlive = min(max(seconds, 2), 3_600) * 1_000_000_000 / 2
            }
        }
        let transport = message.header("transport") ?? ""
        if dialogue.usesUDP { knock(transport) }
        for part in transport.split(separator: ";") {
            let words = part.split(separator: "=")
            guard words.count == 2, words[0].trimmed.lowercased() == "interleaved" else { continue }
            let channels = words[1].split(separator: "-").compactMap { UInt8($0.trimmed) }
            if let first = channels.first {
                dialogue.mediaChannel = first
                dialogue.controlChannel = channels.count > 1 ? channels[1] : first &+ 1
            }
        }
        phase = .starting
        request("PLAY", dialogue.aggregate, "Range: npt=0.000-\r\n", now: now)
    }
}

internal import Model
internal import Streams

/// Cameras that speak HTTP or RTMP: their bytes go to a ``StreamReader``, and what it tells comes here. Connections, logins,
/// pauses and reports are those of every camera.
extension CameraWatch {
    /// Whether what comes is read by ``reader``.
    var readsItself: Bool { reader != nil }

    /// Begins to speak over a new connection.
    func beginReading(now: Int64) {
        guard let address, let link else { return }
        phase = .describing
        deadline = now + timing.answerTimeout.nanoseconds
        meter.begin()
        var reader: any StreamReader
        if address.language == .rtmp {
            dialogue.method = "connect"
            reader = RTMPStream(place: address.place, isTLS: address.isTLS, path: address.path)
        } else {
            dialogue.method = "GET"
            reader = HTTPStream(
                host: address.authority, path: address.path, authorization: authorization("GET", address.path),
                hasLogin: address.user != nil, purpose: target.mode == .reach ? .reachability : .stream)
        }
        let greeting = reader.begin()
        self.reader = reader
        guard engine.send(greeting, over: link) else { return ended(now: now) }
    }

    /// What came over its connection.
    /// - Returns: how many bytes need not come again.
    func read(_ bytes: UnsafeRawBufferPointer, now: Int64) -> Int {
        events.removeAll(keepingCapacity: true)
        let used = reader?.read(bytes, into: &events) ?? bytes.count
        takeEvents(now: now)
        return used
    }

    /// The connection was ended by the camera.
    func readEnd(now: Int64) {
        events.removeAll(keepingCapacity: true)
        reader?.end(into: &events)
        takeEvents(now: now)
        if reader != nil { fail(.closed, "\(address?.place ?? "The camera") ended the connection.", now: now) }
    }

    private func takeEvents(now: Int64) {
        let connection = link
        for event in events {
            take(event, now: now)
            // What was told may have ended the connection.
            guard link === connection, reader != nil else { return }
        }
    }

    private func take(_ event: StreamEvent, now: Int64) {
        switch event {
        case .say(let bytes):
            guard let link, engine.send(bytes, over: link) else {
                return fail(.closed, "\(address?.place ?? "The camera") takes nothing any more.", now: now)
            }
        case .accepted: accepted(now: now)
        case .plays(let kind):
            self.kind = kind
            if target.mode == .describe || target.mode == .reach { return succeedDescribing(now: now) }
            // A single picture is to come within the time of an answer.
            if kind != .snapshot { play(now: now) }
        case .describes(let format): meter.describe(format)
        case .frame(let frame):
            meter.receive(frame, at: now)
            if frame.isWhole { tookFrame(now: now) }
        case .complete:
            let pause = target.mode == .sample ? timing.samplePause : timing.snapshotEvery
            succeedDescribing(now: now, again: pause)
        case .leads(let location): follow(location, now: now)
        case .challenged(let offers):
            disconnect()
            authorize(offers, now: now)
        case .failed(.unauthorized, let text) where dialogue.sentNonce != nil:
            refuse("\(address?.place ?? "The camera") \(text).", now: now)
        case .failed(let reason, let text):
            fail(reason, Redaction.urls(in: "\(address?.place ?? "The camera") \(text)."), now: now)
        }
    }

    /// Closes the connection, and waits for the login's turn.
    private func disconnect() {
        if let link { engine.close(link) }
        link = nil
        reader = nil
    }
}

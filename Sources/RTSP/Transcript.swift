internal import Model

/// All that a camera might say in one connection, read as the probe reads it but without one: what fuzzers feed.
package enum Transcript {
    /// Reads messages and packets until the bytes end, and passes over what is no RTSP.
    /// - Returns: how many units were read.
    @discardableResult
    package static func read(_ bytes: UnsafeRawBufferPointer) -> Int {
        var meter = StreamMeter(suspectAfter: 1_000_000_000)
        meter.begin()
        var (index, units, now) = (0, 0, Int64(1_000_000_000))
        while index < bytes.count {
            let (unit, end) = WireParser.next(in: bytes, at: index)
            switch unit {
            case .incomplete: return units
            case .garbage:
                let next = WireParser.beginning(in: bytes, after: index)
                precondition(next > index, "BUG: noise has no length")
                meter.skip(bytes: next - index)
                index = next
                continue
            case .message(let message):
                if let description = SessionDescription(message.body) { meter.describe(description) }
                if let challenge = AuthenticationChallenge.best(of: message.all("www-authenticate")) {
                    _ = challenge.authorization(
                        user: "user", password: "password", method: "DESCRIBE", uri: "rtsp://host/", count: 1,
                        clientNonce: "1")
                }
                _ = AuthenticationChallenge.refusal(of: message.all("www-authenticate"))
                if let location = message.header("location"), let next = StreamAddress(location) {
                    precondition(next.leading(to: location)?.host == next.host, "BUG: an address leads elsewhere")
                }
                if let base = message.header("content-base") {
                    _ = SessionDescription.resolve(base, base: "rtsp://host/")
                }
            case .packet(let channel, let payload):
                let packet = UnsafeRawBufferPointer(rebasing: bytes[payload])
                if channel == 0 { _ = meter.receive(packet, at: now) }
                if channel == 1 { meter.receiveReport(RTCPFindings(packet), wall: now / 1_000_000) }
            }
            precondition(end > index, "BUG: a unit has no length")
            index = end
            units += 1
            now += 40_000_000
        }
        var reading = ProbeReading()
        meter.fill(&reading, isLive: true, at: now)
        precondition(reading.fps.isFinite && reading.bitrate.isFinite && reading.jitterSeconds.isFinite, "BUG: a rate")
        return units
    }
}

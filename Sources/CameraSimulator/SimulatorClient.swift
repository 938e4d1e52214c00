internal import Glibc
internal import RTSP

/// A connection to the simulator, and the session on it.
final class SimulatorClient {
    enum Transport {
        case interleaved(media: UInt8, control: UInt8)
        /// Ports of the client on 127.0.0.1.
        case datagrams(media: UInt16, control: UInt16)
    }

    static let realm = "Simulated camera"

    let file: Int32
    let token: UInt64
    var camera: SimulatorCamera?
    var inbox: [UInt8] = []
    var outbox: [UInt8] = []
    var transport: Transport?
    var isPlaying = false
    /// On the steady clock, in nanoseconds.
    var nextReport: Int64 = 0
    private let nonce = String(UInt64.random(in: .min ... .max), radix: 16)
    private let session = String(UInt32.random(in: 1 << 28 ... .max), radix: 16)
    private let source = UInt32.random(in: .min ... .max)
    private var sequence = UInt16.random(in: .min ... .max)
    private var packets: UInt32 = 0
    private var octets: UInt32 = 0
    /// Packets left of the twenty that one is lost of, and how many are left when it is.
    private var left = 0
    private var lost = 0

    init(file: Int32, token: UInt64) {
        self.file = file
        self.token = token
    }

    /// `false` when the connection is broken.
    func flush() -> Bool {
        while !outbox.isEmpty {
            let flags = Int32(truncatingIfNeeded: MSG_NOSIGNAL)
            let count = outbox.withUnsafeBytes { send(file, $0.baseAddress, $0.count, flags) }
            if count == outbox.count {
                outbox.removeAll(keepingCapacity: true)
            } else if count > 0 {
                outbox.removeFirst(count)
            } else {
                return count < 0 && (errno == EAGAIN || errno == EINTR)
            }
        }
        return true
    }

    // Packets.

    /// The header of the next RTP packet (RFC 3550, section 5.1).
    func header(timestamp: UInt32, isLast: Bool, size: Int) -> [UInt8] {
        defer {
            sequence &+= 1
            packets &+= 1
            octets &+= UInt32(truncatingIfNeeded: size)
        }
        return [0x80, (isLast ? 0x80 : 0) | 96] + Self.bytes(sequence) + Self.bytes(timestamp) + Self.bytes(source)
    }

    /// Whether the camera has no session for it.
    var isRefused = false

    /// Whether the next packet is lost: with the fault `loss`, one of each twenty is, at any place.
    func losesNext() -> Bool {
        if left == 0 {
            left = 20
            lost = Int.random(in: 1...left)
        }
        defer { left -= 1 }
        return left == lost
    }

    /// An RTCP sender report with a source description (RFC 3550, sections 6.4.1 and 6.5).
    /// - Parameter ahead: seconds by which the camera's clock is before ours.
    func senderReport(timestamp: UInt32, ahead: Double) -> [UInt8] {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let nanoseconds = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) + Int64(ahead * 1e9)
        let seconds = UInt32(truncatingIfNeeded: nanoseconds / 1_000_000_000 + 2_208_988_800)
        let fraction = UInt32(truncatingIfNeeded: ((nanoseconds % 1_000_000_000) << 32) / 1_000_000_000)
        let report: [UInt8] = [0x80, 200, 0, 6]
        let words = [source, seconds, fraction, timestamp, packets, octets].flatMap { Self.bytes($0) }
        let name = Array("camera".utf8)
        let description: [UInt8] =
            [0x81, 202, 0, 4] + Self.bytes(source) + [1, UInt8(name.count)] + name + [0, 0, 0, 0]
        return report + words + description
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    // Requests.

    /// The answer, and whether the connection ends with it.
    func answer(_ request: RTSPMessage, datagramPorts: (UInt16, UInt16)?, now: Int64) -> (text: String, isLast: Bool) {
        if request.method == "OPTIONS" {
            let methods = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER"
            return (compose("200 OK", request, ["Public: \(methods)"]), false)
        }
        guard let camera else { return (compose("404 Not Found", request), false) }
        guard isAllowed(request, camera) else {
            let challenge = "WWW-Authenticate: Digest realm=\"\(Self.realm)\", nonce=\"\(nonce)\", qop=\"auth\""
            return (compose("401 Unauthorized", request, [challenge]), false)
        }
        switch request.method {
        case "DESCRIBE":
            let text = camera.description
            let base = request.uri.hasSuffix("/") ? request.uri : request.uri + "/"
            let headers = [
                "Content-Base: \(base)", "Content-Type: application/sdp", "Content-Length: \(text.utf8.count)",
            ]
            return (compose("200 OK", request, headers) + text, false)
        case "SETUP" where isRefused: return (compose("453 Not Enough Bandwidth", request), false)
        case "SETUP": return (setup(request, ports: datagramPorts), false)
        case "PLAY":
            guard transport != nil else { return (compose("455 Method Not Valid in This State", request), false) }
            camera.startWithKeyframe()
            isPlaying = true
            nextReport = now
            let headers = [
                "Session: \(session);timeout=60", "Range: npt=now-", "RTP-Info: url=\(request.uri);seq=\(sequence)",
            ]
            return (compose("200 OK", request, headers), false)
        case "PAUSE":
            isPlaying = false
            return (compose("200 OK", request, ["Session: \(session)"]), false)
        case "GET_PARAMETER", "SET_PARAMETER": return (compose("200 OK", request, ["Session: \(session)"]), false)
        case "TEARDOWN":
            isPlaying = false
            return (compose("200 OK", request, ["Session: \(session)"]), true)
        default: return (compose("501 Not Implemented", request), false)
        }
    }

    private func setup(_ request: RTSPMessage, ports: (UInt16, UInt16)?) -> String {
        for offer in (request.header("transport") ?? "").split(separator: ",") {
            let fields = AuthenticationChallenge.fields(of: Substring(offer.replacing(";", with: ",")))
            if offer.contains("RTP/AVP/TCP") {
                let channels = (fields["interleaved"] ?? "0-1").split(separator: "-").compactMap { UInt8($0) }
                let media = channels.first ?? 0
                let control = channels.count > 1 ? channels[1] : media &+ 1
                transport = .interleaved(media: media, control: control)
                let text = "Transport: RTP/AVP/TCP;unicast;interleaved=\(media)-\(control)"
                return compose("200 OK", request, [text, "Session: \(session);timeout=60"])
            }
            let wanted = (fields["client_port"] ?? "").split(separator: "-").compactMap { UInt16($0) }
            if let ports, let media = wanted.first, !offer.contains("multicast") {
                let control = wanted.count > 1 ? wanted[1] : media &+ 1
                transport = .datagrams(media: media, control: control)
                let text =
                    "Transport: RTP/AVP;unicast;client_port=\(media)-\(control);server_port=\(ports.0)-\(ports.1)"
                return compose("200 OK", request, [text, "Session: \(session);timeout=60"])
            }
        }
        return compose("461 Unsupported Transport", request)
    }

    private func compose(_ status: String, _ request: RTSPMessage, _ headers: [String] = []) -> String {
        var lines = ["RTSP/1.0 \(status)"]
        if let sequence = request.header("cseq") { lines.append("CSeq: \(sequence)") }
        return (lines + ["Server: Watchpost camera simulator"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Checks the credentials of a request (RFC 2617, section 3.2.2).
    private func isAllowed(_ request: RTSPMessage, _ camera: SimulatorCamera) -> Bool {
        guard camera.fault != .password else { return false }
        guard let user = camera.camera.user else { return true }
        guard let header = request.header("authorization"), header.lowercased().hasPrefix("digest ") else {
            return false
        }
        let fields = AuthenticationChallenge.fields(of: header.dropFirst(7))
        let offer =
            "Digest realm=\"\(Self.realm)\", nonce=\"\(nonce)\"" + (fields["qop"] == nil ? "" : ", qop=\"auth\"")
        guard let challenge = AuthenticationChallenge(header: offer) else { return false }
        let expected = challenge.response(
            user: user, password: camera.camera.password ?? "", method: request.method, uri: fields["uri"] ?? "",
            counter: fields["nc"] ?? "", clientNonce: fields["cnonce"] ?? "")
        return fields["username"] == user && fields["nonce"] == nonce && fields["response"] == expected
    }
}

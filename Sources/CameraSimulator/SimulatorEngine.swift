internal import Glibc
internal import RTSP

/// All cameras and connections of a simulator. Not for more than one thread: ``CameraSimulator`` keeps it under a lock.
final class SimulatorEngine {
    private static let listenerToken = UInt64.max - 1

    private let queue: EventQueue
    private let order: [SimulatorCamera]
    private let cameras: [String: SimulatorCamera]
    private let fps: Int
    private var clients: [UInt64: SimulatorClient] = [:]
    private var nextToken: UInt64 = 1
    private var listener: Int32 = -1
    private var datagrams: DatagramPair?
    private(set) var run = 0
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

    init(cameras: [SimulatedCamera], clip: Clip, queue: EventQueue) {
        self.queue = queue
        fps = clip.fps
        let skipSlice = SkipSlice(clip)
        let step = max(1, clip.accessUnits.count / max(1, cameras.count))
        order = cameras.enumerated().map { index, camera in
            SimulatorCamera(camera, clip: clip, skipSlice: skipSlice, offset: index * step)
        }
        self.cameras = Dictionary(order.map { ($0.camera.id, $0) }) { first, _ in first }
    }

    deinit { stop() }

    var isListening: Bool { listener >= 0 }

    func listen(port: Int) throws -> Int {
        stop()
        let kind = Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC
        let file = socket(AF_INET, kind, 0)
        var one: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard file >= 0, let number = UInt16(exactly: port), LoopbackAddress.bind(file, port: number),
            Glibc.listen(file, 1_024) == 0, let bound = LoopbackAddress.port(of: file),
            queue.add(file, token: Self.listenerToken, writes: false)
        else {
            let problem = UInt16(exactly: port) == nil ? "no such port" : String(cString: strerror(errno))
            if file >= 0 { close(file) }
            throw CameraSimulatorError.cannotListen(port: port, problem: problem)
        }
        listener = file
        datagrams = DatagramPair()
        run += 1
        let now = steadyNow()
        // A few moments for all cameras together: the thread wakes less often.
        for (index, camera) in order.enumerated() {
            camera.begin(at: now + Int64(index % 4) * 250_000_000 / Int64(fps))
        }
        return Int(bound)
    }

    func stop() {
        for client in clients.values { drop(client) }
        if listener >= 0 { close(listener) }
        listener = -1
        datagrams = nil
    }

    func fault(of id: String) -> CameraFault? { cameras[id]?.fault }

    func setFault(_ fault: CameraFault, for id: String) -> Bool {
        guard let camera = cameras[id] else { return false }
        camera.setFault(fault)
        for client in clients.values where client.camera === camera {
            switch fault {
            case .none, .stall, .freeze, .black, .keyless, .skew, .slow, .loss: break
            case .disconnect, .password, .mute: drop(client)
            case .garbage: deliver(Self.garbage, to: client)
            }
        }
        return true
    }

    static var garbage: [UInt8] { [0xde, 0xad, 0xbe, 0xef] + (0..<60).map { _ in UInt8.random(in: 0x80...0xff) } }

    // Time.

    /// Sends what is due, and tells how many milliseconds may pass until the next frame.
    func play() -> Int32 {
        let now = steadyNow()
        var watched: Set<ObjectIdentifier> = []
        var viewers: [ObjectIdentifier: [SimulatorClient]] = [:]
        for client in clients.values where client.isPlaying {
            guard let camera = client.camera else { continue }
            watched.insert(ObjectIdentifier(camera))
            viewers[ObjectIdentifier(camera), default: []].append(client)
        }
        var next = now + 100_000_000
        for camera in order {
            while camera.due <= now {
                let key = ObjectIdentifier(camera)
                guard let frame = camera.nextFrame(now: now, isWatched: watched.contains(key)) else { continue }
                for client in viewers[key] ?? [] {
                    send(frame.payloads, frame.timestamp, of: camera, to: client, now: now)
                }
            }
            next = min(next, camera.due)
        }
        return Int32(clamping: (next - now + 999_999) / 1_000_000)
    }

    private func send(
        _ payloads: [[UInt8]], _ timestamp: UInt32, of camera: SimulatorCamera, to client: SimulatorClient, now: Int64
    ) {
        guard client.isPlaying else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payloads.reduce(0) { $0 + $1.count + 16 } + 64)
        if now >= client.nextReport {
            client.nextReport = now + 2_000_000_000
            put(
                client.senderReport(timestamp: camera.timestamp(at: now), ahead: camera.fault == .skew ? 2.5 : 0),
                isControl: true, for: client, into: &bytes)
        }
        for (index, payload) in payloads.enumerated() {
            let header = client.header(timestamp: timestamp, isLast: index == payloads.count - 1, size: payload.count)
            if camera.fault == .loss, client.losesNext() { continue }
            put(header + payload, isControl: false, for: client, into: &bytes)
        }
        if !bytes.isEmpty { deliver(bytes, to: client) }
    }

    private func put(_ packet: [UInt8], isControl: Bool, for client: SimulatorClient, into bytes: inout [UInt8]) {
        switch client.transport {
        case .interleaved(let media, let control):
            bytes += [
                UInt8(ascii: "$"), isControl ? control : media, UInt8(packet.count >> 8), UInt8(packet.count & 0xff),
            ]
            bytes += packet
        case .datagrams(let media, let control):
            datagrams?.send(packet, isControl: isControl, to: isControl ? control : media)
        case nil: break
        }
    }

    // Connections.

    func handle(_ event: EventQueue.Event) {
        if event.token == Self.listenerToken { return accept() }
        guard let client = clients[event.token] else { return }
        if event.canWrite {
            guard client.flush() else { return drop(client) }
            if client.outbox.isEmpty { queue.modify(client.file, token: client.token, writes: false) }
        }
        if event.canRead { read(client) }
    }

    private func accept() {
        for _ in 0..<64 {
            let file = Glibc.accept(listener, nil, nil)
            guard file >= 0 else { return }
            _ = fcntl(file, F_SETFL, O_NONBLOCK)
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            var one: Int32 = 1
            setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            let client = SimulatorClient(file: file, token: nextToken)
            nextToken += 1
            clients[client.token] = client
            if !queue.add(file, token: client.token, writes: false) { drop(client) }
        }
    }

    private func drop(_ client: SimulatorClient) {
        guard clients.removeValue(forKey: client.token) != nil else { return }
        client.isPlaying = false
        close(client.file)
    }

    private func read(_ client: SimulatorClient) {
        let count = recv(client.file, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return drop(client) }
        let bytes = client.inbox + buffer[..<count]
        client.inbox = []
        var index = 0
        while index < bytes.count, clients[client.token] != nil {
            let (unit, end) = bytes.withUnsafeBytes { WireParser.next(in: $0, at: index) }
            index = end
            switch unit {
            case .packet: continue
            case .message(let request): answer(request, of: client)
            case .garbage: return drop(client)
            case .incomplete:
                client.inbox = Array(bytes[index...])
                return
            }
        }
    }

    private func answer(_ request: RTSPMessage, of client: SimulatorClient) {
        guard request.status == nil else { return drop(client) }
        let id = StreamAddress(request.uri).flatMap { Self.camera(inPathOf: $0.requestURL) }
        if let id, let camera = cameras[id] {
            client.camera = camera
        } else if request.method == "DESCRIBE" || request.method == "SETUP" {
            client.camera = nil
        }
        switch client.camera?.fault {
        case .disconnect: return drop(client)
        case .mute: return
        case .garbage: return deliver(Self.garbage, to: client)
        default: break
        }
        if let camera = client.camera, request.method == "SETUP" {
            let viewers = clients.values.count { $0 !== client && $0.camera === camera && $0.transport != nil }
            client.isRefused = viewers >= camera.camera.sessionsMax
        }
        let answer = client.answer(request, datagramPorts: datagrams?.ports, now: steadyNow())
        deliver(Array(answer.text.utf8), to: client)
        if answer.isLast, client.flush() { drop(client) }
    }

    /// The path's first part: `cam-1` of `rtsp://host:port/cam-1/trackID=0`.
    private static func camera(inPathOf url: String) -> String? {
        let parts = url.split(separator: "/", omittingEmptySubsequences: true)
        return parts.count > 2 ? String(parts[2].prefix { $0 != "?" }) : nil
    }

    private func deliver(_ bytes: [UInt8], to client: SimulatorClient) {
        let wasEmpty = client.outbox.isEmpty
        client.outbox += bytes
        // Who does not read for seconds is let go.
        guard client.flush(), client.outbox.count < 4 * 1024 * 1024 else { return drop(client) }
        if wasEmpty, !client.outbox.isEmpty { queue.modify(client.file, token: client.token, writes: true) }
    }
}

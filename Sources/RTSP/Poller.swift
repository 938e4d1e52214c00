internal import Glibc

/// The connections that it watches, which are found by their file descriptor.
final class Poller {
    private let queue: EventQueue
    private var links: [Link?] = []
    private var ports: [Int: MediaPort] = [:]
    private var generation: UInt32 = 0
    /// Connections that said goodbye and wait for the camera to close.
    private(set) var parting: [Link] = []

    init(queue: EventQueue) { self.queue = queue }

    func add(_ link: Link) -> Bool {
        generation &+= 1
        link.generation = generation
        let index = Int(link.descriptor)
        while links.count <= index { links.append(nil) }
        links[index] = link
        return queue.add(link.descriptor, token: link.token, writes: link.wantsToWrite)
    }

    func add(_ port: MediaPort) -> Bool {
        generation &+= 1
        port.generation = generation
        ports[Int(port.descriptor)] = port
        return queue.add(port.descriptor, token: port.token, writes: false)
    }

    /// `nil` for an event of a port that is gone, and for one of a connection.
    func port(for token: UInt64) -> MediaPort? {
        guard let port = ports[Int(truncatingIfNeeded: token & 0xffff_ffff)],
            port.generation == UInt32(token >> 32)
        else { return nil }
        return port
    }

    func close(_ pair: MediaPorts) {
        for port in [pair.media, pair.control] {
            port.owner = nil
            ports[Int(port.descriptor)] = nil
        }
    }

    /// Also watches for room to write, or no longer.
    func update(_ link: Link) { queue.modify(link.descriptor, token: link.token, writes: link.wantsToWrite) }

    /// `nil` for an event of a connection that is gone.
    func link(for token: UInt64) -> Link? {
        let index = Int(truncatingIfNeeded: token & 0xffff_ffff)
        guard index < links.count, let link = links[index], link.generation == UInt32(token >> 32) else { return nil }
        return link
    }

    func close(_ link: Link) {
        guard link.descriptor >= 0 else { return }
        links[Int(link.descriptor)] = nil
        Glibc.close(link.descriptor)
        link.descriptor = -1
        parting.removeAll { $0 === link }
    }

    /// Sends a last message and closes once the camera does, or a second later.
    func part(_ link: Link, saying text: String, now: Int64) {
        link.owner = nil
        guard link.descriptor >= 0, link.send(text) else { return close(link) }
        shutdown(link.descriptor, Int32(SHUT_WR))
        link.partUntil = now + 1_000_000_000
        parting.append(link)
    }

    func closeOverdue(now: Int64) {
        guard !parting.isEmpty else { return }
        for link in parting where link.partUntil <= now { close(link) }
    }
}

/// A TCP connection to a camera.
final class Link {
    fileprivate(set) var descriptor: Int32
    fileprivate(set) var generation: UInt32 = 0
    /// Who hears of it; `nil` for one that parts.
    weak var owner: CameraWatch?
    /// What came and is not yet a whole unit.
    var pending: [UInt8] = []
    var hasReceived = false
    private(set) var outbox: [UInt8] = []
    /// What the camera's address is.
    let peer: SocketAddress
    /// Where the connection is encrypted.
    var secure: SecureStream?
    fileprivate var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
    fileprivate var partUntil: Int64 = 0
    var isConnecting = true
    var wantsToWrite: Bool { isConnecting || !outbox.isEmpty }

    /// Begins to connect. `nil` with the error number when it cannot be.
    init?(to address: SocketAddress, error: inout Int32) {
        peer = address
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else {
            error = errno
            return nil
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let result = address.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            return connect(descriptor, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        if result != 0, errno != EINPROGRESS {
            error = errno
            Glibc.close(descriptor)
            return nil
        }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// The error number of a connection that was being made; 0 when it stands.
    func connectError() -> Int32 {
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 else { return errno }
        return error
    }

    /// `false` when the connection is broken, or the camera takes nothing.
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) -> Bool {
        guard let secure else {
            outbox += bytes
            return flush()
        }
        return secure.write(bytes) && flush()
    }

    func flush() -> Bool {
        if let secure { outbox += secure.take() }
        while !outbox.isEmpty {
            let flags = Int32(truncatingIfNeeded: MSG_NOSIGNAL)
            let count = outbox.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
            if count > 0 {
                outbox.removeFirst(count)
            } else if count < 0, errno == EAGAIN || errno == EINTR {
                return outbox.count <= 64 * 1024
            } else {
                return false
            }
        }
        return true
    }
}

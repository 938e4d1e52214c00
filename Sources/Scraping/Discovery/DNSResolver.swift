internal import Foundation

/// Asks the name servers of this host, over UDP and, for long answers, over TCP.
struct DNSResolver: Sendable {
    struct Server: Sendable, Hashable {
        let address: String
        let port: UInt16
    }

    /// `nil`: those of `/etc/resolv.conf`, read for each question.
    private let fixedServers: [Server]?
    private let timeout: Int

    /// - Parameter timeout: milliseconds that one server has.
    init(servers: [Server]? = nil, timeout: Int = 3_000) {
        fixedServers = servers
        self.timeout = timeout
    }

    private static let queue = DispatchQueue(label: "dns", attributes: .concurrent)

    private static func configured() -> [Server] {
        let text = (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
        let found = text.split(separator: "\n").compactMap { line -> Server? in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count > 1, words[0] == "nameserver" else { return nil }
            return Server(address: String(words[1]), port: 53)
        }
        return found.isEmpty ? [Server(address: "127.0.0.1", port: 53)] : found
    }

    /// The records of a name; none where there is no such name.
    /// - Throws: ``DiscoveryError`` where no server answers.
    func records(of name: String, _ type: DNSRecordType) async throws -> [DNSRecord] {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result { try self.ask(name, type) }) }
        }
    }

    private func ask(_ name: String, _ type: DNSRecordType) throws -> [DNSRecord] {
        let servers = fixedServers ?? Self.configured()
        var failure = DiscoveryError("no name server is known")
        for server in servers.prefix(3) {
            do throws(DiscoveryError) {
                return try ask(server, name, type)
            } catch {
                failure = DiscoveryError("cannot look up \(name) at \(server.address): \(error)")
            }
        }
        throw failure
    }

    private func ask(_ server: Server, _ name: String, _ type: DNSRecordType) throws(DiscoveryError) -> [DNSRecord] {
        // Hard to guess, as is the port that the system gives: nobody else can answer in the server's place.
        let id = UInt16.random(in: .min ... .max)
        let question = try DNSMessage.question(name, type, id: id)
        let datagrams = try DNSConnection(server, isStream: false, timeout: timeout)
        try datagrams.send(question)
        for _ in 0..<8 {
            switch try DNSMessage.answer(try datagrams.receive(), type, id: id) {
            case .records(let records): return records
            case .foreign: continue
            case .isCut:
                let stream = try DNSConnection(server, isStream: true, timeout: timeout)
                try stream.send(question)
                if case .records(let records) = try DNSMessage.answer(try stream.receive(), type, id: id) {
                    return records
                }
                throw DiscoveryError("its answer over TCP is not to the question")
            }
        }
        throw DiscoveryError("its answers are not to the question")
    }
}

/// A socket to a name server.
private final class DNSConnection {
    private let descriptor: Int32
    private let isStream: Bool

    init(_ server: DNSResolver.Server, isStream: Bool, timeout: Int) throws(DiscoveryError) {
        self.isStream = isStream
        let isIPv6 = server.address.contains(":")
        let kind = isStream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(kind.rawValue), 0)
        guard descriptor >= 0 else { throw DiscoveryError("no socket: \(String(cString: strerror(errno)))") }
        var limit = timeval(tv_sec: timeout / 1_000, tv_usec: timeout % 1_000 * 1_000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let result: Int32
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = server.port.bigEndian
            inet_pton(AF_INET6, server.address, &address.sin6_addr)
            result = Self.connect(descriptor, &address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = server.port.bigEndian
            inet_pton(AF_INET, server.address, &address.sin_addr)
            result = Self.connect(descriptor, &address)
        }
        if result != 0 { throw DiscoveryError(String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    func send(_ message: [UInt8]) throws(DiscoveryError) {
        // Over TCP each message has its length before it.
        let bytes = isStream ? [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message : message
        if Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) != bytes.count {
            throw DiscoveryError("it cannot be reached: \(String(cString: strerror(errno)))")
        }
    }

    func receive() throws(DiscoveryError) -> [UInt8] {
        guard isStream else { return try part(65_535) }
        let length = try whole(2)
        return try whole(Int(length[0]) << 8 | Int(length[1]))
    }

    private func whole(_ count: Int) throws(DiscoveryError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += try part(count - bytes.count) }
        return bytes
    }

    private func part(_ most: Int) throws(DiscoveryError) -> [UInt8] {
        var failure = false
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            let received = recv(descriptor, buffer.baseAddress, most, 0)
            count = max(0, received)
            failure = received <= 0
        }
        if failure { throw DiscoveryError("it does not answer") }
        return bytes
    }
}

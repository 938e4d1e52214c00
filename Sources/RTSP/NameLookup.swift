internal import Foundation
internal import Glibc
internal import Synchronization

/// The address of a host, ready for `connect`.
struct SocketAddress: Sendable, Equatable {
    var family: Int32
    var bytes: [UInt8]

    /// The same host at another port; it stands at one place in the addresses of IPv4 and IPv6.
    func with(port: UInt16) -> SocketAddress {
        var copy = self
        if bytes.count >= 4 {
            copy.bytes[2] = UInt8(port >> 8)
            copy.bytes[3] = UInt8(port & 0xff)
        }
        return copy
    }

    var port: UInt16 { bytes.count >= 4 ? UInt16(bytes[2]) << 8 | UInt16(bytes[3]) : 0 }

    /// Every address of this host, of the same kind.
    static func any(like other: SocketAddress) -> SocketAddress {
        var copy = other
        for index in copy.bytes.indices.dropFirst(2) { copy.bytes[index] = 0 }
        return copy
    }

    /// Whether both are of one host, at whatever port.
    func isSameHost(as other: SocketAddress) -> Bool {
        // Where the address stands in sockaddr_in and sockaddr_in6.
        let place = family == Int32(AF_INET6) ? 8..<24 : 4..<8
        guard family == other.family, bytes.count >= place.upperBound, other.bytes.count >= place.upperBound else {
            return false
        }
        return bytes[place] == other.bytes[place]
    }
}

/// Asks for the addresses of hosts on threads of its own, as `getaddrinfo` blocks: once for all who ask for one host at
/// the same time, and not for those who have given up before their turn.
final class NameLookup: Sendable {
    struct Answer: Sendable {
        var ticket: UInt64
        var addresses: [SocketAddress]
        /// Why there are none, for people.
        var problem: String?
    }

    private struct Order: Sendable {
        var ticket: UInt64
        var port: UInt16
    }

    private struct State {
        /// Hosts that no thread asks for yet, in turn.
        var queue: [String] = []
        /// By host, who waits for it.
        var orders: [String: [Order]] = [:]
        var answers: [Answer] = []
        var threads = 0
    }

    private static let maxThreads = 4
    private let state = Mutex(State())
    private let wake: @Sendable () -> Void
    private let resolve: @Sendable (String) -> (addresses: [SocketAddress], problem: String?)

    /// `wake` is called whenever an answer is there. `resolve` may block.
    init(
        wake: @escaping @Sendable () -> Void,
        resolve: @escaping @Sendable (String) -> (addresses: [SocketAddress], problem: String?) = {
            NameLookup.resolve($0, port: 0, flags: AI_ADDRCONFIG)
        }
    ) {
        self.wake = wake
        self.resolve = resolve
    }

    /// The addresses of a host that is an address already; at once.
    static func numeric(_ host: String, port: UInt16) -> [SocketAddress]? {
        let answer = resolve(host, port: port, flags: AI_NUMERICHOST)
        return answer.addresses.isEmpty ? nil : answer.addresses
    }

    func ask(ticket: UInt64, host: String, port: UInt16) {
        let needsThread = state.withLock { state in
            let isAsked = state.orders[host] != nil
            state.orders[host, default: []].append(Order(ticket: ticket, port: port))
            if !isAsked { state.queue.append(host) }
            guard !isAsked, state.threads < Self.maxThreads else { return false }
            state.threads += 1
            return true
        }
        if needsThread { Thread.detachNewThread { [self] in work() } }
    }

    /// Nobody waits for the answer any longer.
    func forget(ticket: UInt64, host: String) {
        state.withLock { state in
            state.orders[host]?.removeAll { $0.ticket == ticket }
            guard state.orders[host]?.isEmpty == true, let place = state.queue.firstIndex(of: host) else { return }
            state.queue.remove(at: place)
            state.orders[host] = nil
        }
    }

    func takeAnswers() -> [Answer] {
        state.withLock { state in
            defer { state.answers = [] }
            return state.answers
        }
    }

    private func work() {
        while true {
            let host: String? = state.withLock { state in
                if state.queue.isEmpty {
                    state.threads -= 1
                    return nil
                }
                return state.queue.removeFirst()
            }
            guard let host else { return }
            let found = resolve(host)
            state.withLock { state in
                for order in state.orders.removeValue(forKey: host) ?? [] {
                    let addresses = found.addresses.map { $0.with(port: order.port) }
                    state.answers.append(Answer(ticket: order.ticket, addresses: addresses, problem: found.problem))
                }
            }
            wake()
        }
    }

    private static func resolve(
        _ host: String, port: UInt16, flags: Int32
    ) -> (addresses: [SocketAddress], problem: String?) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0 else { return ([], String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let info = next?.pointee {
            if let address = info.ai_addr, addresses.count < 8 {
                let raw = UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
                addresses.append(SocketAddress(family: info.ai_family, bytes: Array(raw)))
            }
            next = info.ai_next
        }
        return (addresses, nil)
    }
}

internal import Foundation
internal import Glibc
internal import Synchronization

/// The address of a host, ready for `connect`.
struct SocketAddress: Sendable, Equatable {
    var family: Int32
    var bytes: [UInt8]
}

/// Asks for the addresses of hosts on threads of its own, as `getaddrinfo` blocks.
final class NameLookup: Sendable {
    struct Answer: Sendable {
        var ticket: UInt64
        var addresses: [SocketAddress]
        /// Why there are none, for people.
        var problem: String?
    }

    private struct Order: Sendable {
        var ticket: UInt64
        var host: String
        var port: UInt16
    }

    private struct State {
        var orders: [Order] = []
        var answers: [Answer] = []
        var threads = 0
    }

    private static let maxThreads = 4
    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// `wake` is called whenever an answer is there.
    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// The addresses of a host that is an address already; at once.
    static func numeric(_ host: String, port: UInt16) -> [SocketAddress]? {
        let answer = resolve(host, port: port, flags: AI_NUMERICHOST)
        return answer.addresses.isEmpty ? nil : answer.addresses
    }

    func ask(ticket: UInt64, host: String, port: UInt16) {
        let needsThread = state.withLock { state in
            state.orders.append(Order(ticket: ticket, host: host, port: port))
            guard state.threads < Self.maxThreads else { return false }
            state.threads += 1
            return true
        }
        if needsThread { Thread.detachNewThread { [self] in work() } }
    }

    func takeAnswers() -> [Answer] {
        state.withLock { state in
            defer { state.answers = [] }
            return state.answers
        }
    }

    private func work() {
        while true {
            let order: Order? = state.withLock { state in
                if state.orders.isEmpty {
                    state.threads -= 1
                    return nil
                }
                return state.orders.removeFirst()
            }
            guard let order else { return }
            let found = Self.resolve(order.host, port: order.port, flags: AI_ADDRCONFIG)
            let answer = Answer(ticket: order.ticket, addresses: found.addresses, problem: found.problem)
            state.withLock { $0.answers.append(answer) }
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

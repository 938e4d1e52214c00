internal import CLinux

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why messages cannot be taken at an address, with the mend.
package struct ListenFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ listening: LogListening, _ cause: String) { description = "cannot listen at \(listening.url): \(cause)" }

    init(_ listening: LogListening, errno code: Int32) {
        let cause =
            switch code {
            case EADDRINUSE: "the port is in use by another program; end it, or choose another port"
            case EACCES:
                "ports below 1024 are for the system alone; choose another, or give the service CAP_NET_BIND_SERVICE"
            case EADDRNOTAVAIL: "this host has no such address; write one that it has, or 0.0.0.0"
            default: String(cString: strerror(code))
            }
        self.init(listening, cause)
    }
}

/// Sockets at which messages come.
package enum ListeningSocket {
    private static let backlog: Int32 = 128

    /// A socket that does not block.
    /// - Throws: ``ListenFailure``.
    package static func make(_ listening: LogListening) throws(ListenFailure) -> Int32 {
        let isStream = listening.transport == .tcp
        let kind = Int32((isStream ? SOCK_STREAM : SOCK_DGRAM).rawValue)
        var hints = addrinfo()
        hints.ai_socktype = kind
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let host = listening.host.isEmpty ? "0.0.0.0" : listening.host
        guard getaddrinfo(host, String(listening.port), &hints, &found) == 0, let address = found?.pointee else {
            throw ListenFailure(listening, "the host name has no address; write an IP address of this host")
        }
        defer { freeaddrinfo(found) }
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = socket(address.ai_family, kind | flags, 0)
        guard socket >= 0 else { throw ListenFailure(listening, errno: errno) }
        if isStream {
            // Connections of before that the kernel still remembers are nobody's.
            var yes: Int32 = 1
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        } else {
            _ = wp_receive_buffer(socket, Int32(clamping: listening.receiveBuffer))
        }
        guard bind(socket, address.ai_addr, address.ai_addrlen) == 0, !isStream || listen(socket, backlog) == 0 else {
            let code = errno
            close(socket)
            throw ListenFailure(listening, errno: code)
        }
        return socket
    }
}

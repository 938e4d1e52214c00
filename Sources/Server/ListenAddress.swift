internal import Base
internal import Foundation

/// Where the server listens.
struct ListenAddress: Hashable, Sendable {
    static let standard = "127.0.0.1:9900"

    let host: String
    let port: Int

    /// - Throws: ``StartRefused`` for a text that is not `host:port`.
    init(_ text: String) throws(StartRefused) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw StartRefused("cannot listen at \"\(text)\"; write host:port, like \(Self.standard)") }
        let host = text[..<colon].trimmingCharacters(in: ["[", "]"])
        self.host = host.isEmpty ? "0.0.0.0" : host
        self.port = port
    }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    var isLoopback: Bool { LoopbackHost.isOne(host) }

    private static func isAny(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }

    var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var url: String { "http://" + (Self.isAny(host) ? "127.0.0.1:\(port)" : text) }

    /// Whether a URL leads to this host, by a name that it surely has.
    static func isThisHost(_ url: String) -> Bool {
        guard let host = host(of: url) else { return false }
        return LoopbackHost.isOne(host) || isAny(host) || host == ProcessInfo.processInfo.hostName.lowercased()
    }

    /// Whether a URL leads to our own metrics, on the page that listens here.
    func servesMetrics(at url: String) -> Bool {
        guard let address = URL(string: url), let host = Self.host(of: url) else { return false }
        let port = address.port ?? (address.scheme == "https" ? 443 : 80)
        return port == self.port && address.path() == "/metrics" && (host == self.host || Self.isThisHost(url))
    }

    private static func host(of url: String) -> String? {
        URL(string: url)?.host()?.lowercased().trimmingCharacters(in: ["[", "]"])
    }

    /// Looks whether the address can be had, before anything is started that would have to be ended again.
    /// - Parameter elsewhere: how another address is chosen.
    /// - Throws: ``StartRefused`` that says what holds it.
    func claim(elsewhere: String = "choose another with --listen") throws(StartRefused) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            throw StartRefused(
                "cannot listen at \(text): the host name has no address; write an IP address of this host")
        }
        defer { freeaddrinfo(found) }
        let socket = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            let reason = errno
            if reason == EADDRINUSE {
                throw StartRefused(
                    "cannot listen at \(text): the port is in use by another program; end it, or \(elsewhere)"
                )
            }
            throw StartRefused(
                "cannot listen at \(text): \(String(cString: strerror(reason))); \(elsewhere)")
        }
    }
}

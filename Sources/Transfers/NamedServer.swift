/// A server that is reached at one address and presents the certificate of another name (`server_name` of
/// `tls_config`). libcurl takes that name from the URL, so the name stands in the URL, and the address in where to connect.
struct NamedServer {
    /// The request's address with the certificate's name for its host.
    let url: String
    /// The host and port of the request's address, as the header `Host` has them.
    let authority: String
    /// In the form of `CURLOPT_CONNECT_TO`: the name and port of ``url``, then where they are.
    let connectTo: String

    /// A mail server, whose login and greeting stay as they are.
    init(of server: MailServer, name: String) {
        authority = server.authority
        url = server.url(host: name)
        connectTo = "\(name):\(server.port):\(server.authority)"
    }

    /// - Returns: `nil` where the address has no TLS, or is none.
    init?(url: String, name: String) {
        guard url.lowercased().hasPrefix("https://") else { return nil }
        let rest = url.dropFirst("https://".count)
        let whole = rest.prefix { !"/?#".contains($0) }
        let login = whole.lastIndex(of: "@").map { whole[...$0] } ?? ""
        let authority = whole.dropFirst(login.count)
        let colon = authority.lastIndex(of: ":")
        // In an IPv6 address in brackets the last colon is no port's.
        let hasPort = colon.map { !authority[$0...].contains("]") } ?? false
        let host = hasPort ? authority[..<(colon ?? authority.endIndex)] : authority
        let port = hasPort ? authority[(colon ?? authority.endIndex)...].dropFirst() : "443"
        guard !host.isEmpty, !port.isEmpty else { return nil }
        self.authority = String(authority)
        self.url = "https://\(login)\(name):\(port)\(rest.dropFirst(whole.count))"
        connectTo = "\(name):\(port):\(host):\(port)"
    }
}

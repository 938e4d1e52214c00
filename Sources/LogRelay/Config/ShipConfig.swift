package import Model

/// `ship` of an agent's `watchpost.yml`: the server that gets the agent's logs.
package struct ShipConfig: Sendable, Hashable {
    /// The server's address, without a slash at its end.
    package var url: String
    /// The token, and TLS.
    package var client = HTTPClientConfig()
    /// Bytes that may wait on the disk for the server.
    package var maxSize: Int64 = 1_000_000_000

    package init(url: String) {
        self.url = url
        // A token goes to the server that is written, and nowhere else.
        client.followRedirects = false
    }

    /// Whether nobody but this host sees what goes to the server, or it is encrypted.
    var isPrivate: Bool {
        if url.lowercased().hasPrefix("https://") { return true }
        let authority = url.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        let host =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        return host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

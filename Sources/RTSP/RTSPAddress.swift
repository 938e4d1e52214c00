internal import Model

/// The parts of an `rtsp://user:password@host:port/path` address (RFC 2326, section 3.2).
package struct RTSPAddress: Equatable, Sendable {
    package var isTLS: Bool
    /// Without the brackets of an IPv6 address.
    package var host: String
    package var port: UInt16
    /// Percent-decoded.
    package var user: String?
    package var password: String?
    /// The address without credentials, as it is sent to the camera.
    package var requestURL: String

    /// `nil` when the text is not such an address, can be read in two ways, or holds control characters or white space.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }), let mark = text.firstRange(of: "://") else {
            return nil
        }
        switch text[..<mark.lowerBound].lowercased() {
        case "rtsp", "rtspt": isTLS = false
        case "rtsps": isTLS = true
        default: return nil
        }
        guard let address = CameraAddress(text) else { return nil }
        let server = address.place.prefix { !"/?#".contains($0) }
        let place = address.place[server.endIndex...].prefix { $0 != "#" }
        if let credentials = address.credentials {
            let colon = credentials.firstIndex(of: ":")
            user = Self.percentDecoded(credentials[..<(colon ?? credentials.endIndex)])
            password = colon.map { Self.percentDecoded(credentials[credentials.index(after: $0)...]) } ?? ""
        }
        let name: Substring
        var portText: Substring?
        if server.hasPrefix("[") {
            guard let end = server.firstIndex(of: "]") else { return nil }
            name = server[server.index(after: server.startIndex)..<end]
            let tail = server[server.index(after: end)...]
            if tail.hasPrefix(":") { portText = tail.dropFirst() } else if !tail.isEmpty { return nil }
        } else if let colon = server.lastIndex(of: ":") {
            name = server[..<colon]
            portText = server[server.index(after: colon)...]
        } else {
            name = server
        }
        guard !name.isEmpty else { return nil }
        // The zone of a link-local address, `%25eth0` or `%eth0`, means something to this host alone (RFC 6874).
        let bare: Substring
        if server.hasPrefix("["), let zone = name.firstIndex(of: "%") {
            let interface = name[zone...].hasPrefix("%25") ? name[zone...].dropFirst(3) : name[zone...].dropFirst()
            guard !interface.isEmpty else { return nil }
            bare = name[..<zone]
            host = "\(bare)%\(interface)"
        } else {
            bare = name
            host = String(name)
        }
        port = isTLS ? 322 : 554
        if let portText, !portText.isEmpty {
            guard let number = UInt16(portText), number > 0 else { return nil }
            port = number
        }
        let asked = server.hasPrefix("[") ? "[\(bare)]" + (portText.map { ":\($0)" } ?? "") : String(server)
        requestURL = "\(isTLS ? "rtsps" : "rtsp")://\(asked)\(place)"
    }

    /// Where a redirect from here leads; `nil` for what is no address. It takes the login along only to the same host and
    /// port, and never from an encrypted connection to one that is not. One that the answer itself brings is for there.
    func leading(to location: String) -> RTSPAddress? {
        var text = location
        if location.hasPrefix("/") {
            let scheme = isTLS ? "rtsps" : "rtsp"
            text = "\(scheme)://\(place)\(location)"
        }
        guard text.utf8.count <= 4_096, var next = RTSPAddress(text) else { return nil }
        if next.user == nil, next.host.lowercased() == host.lowercased(), next.port == port, next.isTLS || !isTLS {
            (next.user, next.password) = (user, password)
        }
        return next
    }

    /// The address without credentials and without what may be secrets in its query.
    var shown: String {
        "\(isTLS ? "rtsps" : "rtsp")://\(place)"
            + requestURL.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }.prefix { $0 != "?" }
    }

    /// `host:port`, for people.
    package var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func percentDecoded(_ text: Substring) -> String {
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let high = hexadecimal(digits[digits.startIndex]),
                let low = hexadecimal(digits[digits.startIndex + 1])
            {
                output.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// The value of a hexadecimal digit.
func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}

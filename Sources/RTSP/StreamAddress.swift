internal import Model

/// The parts of a camera's address, `rtsp://user:password@host:port/path` (RFC 2326, section 3.2) and its like.
package struct StreamAddress: Equatable, Sendable {
    /// What is spoken there.
    package enum Language: String, Sendable {
        case rtsp, http, rtmp
        /// Nothing: only a connection is made.
        case tcp

        /// In the clear, and over TLS.
        fileprivate var ports: (plain: UInt16, secure: UInt16)? {
            switch self {
            case .rtsp: (554, 322)
            case .http: (80, 443)
            case .rtmp: (1_935, 443)
            case .tcp: nil
            }
        }
    }

    package var language: Language
    package var isTLS: Bool
    /// Without the brackets of an IPv6 address.
    package var host: String
    package var port: UInt16
    /// Percent-decoded.
    package var user: String?
    package var password: String?
    /// The address without credentials, as it is sent to the camera.
    package var requestURL: String
    /// Host and port as the address has them, as the header `Host` says them.
    package var authority: String
    /// With its query, and never empty.
    package var path: String

    /// `nil` when the text is not such an address, can be read in two ways, or holds control characters or white space.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }), let mark = text.firstRange(of: "://") else {
            return nil
        }
        switch text[..<mark.lowerBound].lowercased() {
        case "rtsp", "rtspt": (language, isTLS) = (.rtsp, false)
        case "rtsps": (language, isTLS) = (.rtsp, true)
        case "http": (language, isTLS) = (.http, false)
        case "https": (language, isTLS) = (.http, true)
        case "rtmp": (language, isTLS) = (.rtmp, false)
        case "rtmps": (language, isTLS) = (.rtmp, true)
        case "tcp": (language, isTLS) = (.tcp, false)
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
        if let portText, !portText.isEmpty {
            guard let number = UInt16(portText), number > 0 else { return nil }
            port = number
        } else {
            guard let ports = language.ports else { return nil }
            port = isTLS ? ports.secure : ports.plain
        }
        let asked = server.hasPrefix("[") ? "[\(bare)]" + (portText.map { ":\($0)" } ?? "") : String(server)
        requestURL = "\(language.rawValue)\(isTLS ? "s" : "")://\(asked)\(place)"
        authority = asked
        path = place.hasPrefix("/") ? String(place) : "/\(place)"
    }

    private var scheme: String { "\(language.rawValue)\(isTLS ? "s" : "")" }

    /// Where a redirect from here leads; `nil` for what is no address, or one of another kind. It takes the login along
    /// only to the same host and port, and never from an encrypted connection to one that is not. One that the answer
    /// itself brings is for there.
    func leading(to location: String) -> StreamAddress? {
        var text = location
        if location.hasPrefix("//") {
            text = "\(scheme):\(location)"
        } else if location.hasPrefix("/") {
            text = "\(scheme)://\(place)\(location)"
        } else if !location.isEmpty, location.firstRange(of: "://") == nil {
            let folder = path.prefix { $0 != "?" }
            text = "\(scheme)://\(place)\(folder[...(folder.lastIndex(of: "/") ?? folder.startIndex)])\(location)"
        }
        guard text.utf8.count <= 4_096, var next = StreamAddress(text), next.language == language else { return nil }
        if next.user == nil, next.host.lowercased() == host.lowercased(), next.port == port, next.isTLS || !isTLS {
            (next.user, next.password) = (user, password)
        }
        return next
    }

    /// The address without credentials and without what may be secrets in its query.
    var shown: String {
        "\(scheme)://\(place)"
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

internal import Base
internal import Digests

/// What a camera asks for after 401: Basic (RFC 7617) or Digest (RFC 2617, RFC 7616) with MD5, SHA-256 or SHA-512-256,
/// without or with `qop=auth`.
package struct AuthenticationChallenge: Sendable, Equatable {
    package enum Scheme: Sendable { case basic, digest }

    /// By its name in the header.
    package enum Algorithm: String, Sendable {
        case md5 = "MD5"
        case sha256 = "SHA-256"
        case sha512Truncated = "SHA-512-256"
    }

    package var algorithm = Algorithm.md5
    package var scheme: Scheme
    package var realm = ""
    package var nonce = ""
    package var opaque: String?
    package var usesQop = false
    package var usesSession = false
    package var isStale = false

    /// The best challenge that we can answer, of all `WWW-Authenticate` headers of an answer.
    package static func best(of headers: [String]) -> AuthenticationChallenge? {
        let known = headers.compactMap { AuthenticationChallenge(header: $0) }
        // Of several digests the first: a server names the one that it wants most first (RFC 7616, section 3.7).
        return known.first { $0.scheme == .digest } ?? known.first
    }

    /// Why none of an answer's challenges can be answered, for people.
    package static func refusal(of headers: [String]) -> String {
        let spoken = "The probe speaks Basic, and Digest with MD5, SHA-256 or SHA-512-256 and qop=auth."
        let digests = headers.filter { $0.trimmingPrefix(while: { $0 == " " }).lowercased().hasPrefix("digest") }
        let isForBodies = digests.contains { header in
            let qop = fields(of: header.drop { $0 == " " }.drop { $0 != " " })["qop"]?.lowercased()
            return qop?.contains("auth-int") ?? false
        }
        if isForBodies {
            return
                "The camera asks for Digest with qop=auth-int alone, which few cameras mean: choose Digest or Basic in its "
                + "settings. \(spoken)"
        }
        return "The camera asks for a kind of login that the probe does not speak. \(spoken)"
    }

    /// `nil` for a scheme or an algorithm that we do not speak.
    package init?(header: String) {
        let text = header.drop { $0 == " " }
        let name = text.prefix { $0 != " " && $0 != "," }
        switch name.lowercased() {
        case "basic": scheme = .basic
        case "digest": scheme = .digest
        default: return nil
        }
        let fields = Self.fields(of: text[name.endIndex...])
        realm = fields["realm"] ?? ""
        nonce = fields["nonce"] ?? ""
        opaque = fields["opaque"]
        isStale = fields["stale"]?.lowercased() == "true"
        guard scheme == .digest else { return }
        if var name = fields["algorithm"]?.uppercased() {
            usesSession = name.hasSuffix("-SESS")
            if usesSession { name.removeLast("-SESS".count) }
            guard let known = Algorithm(rawValue: name) else { return nil }
            algorithm = known
        }
        if let offers = fields["qop"]?.lowercased().split(whereSeparator: { ", ".contains($0) }) {
            guard offers.contains("auth") else { return nil }
            usesQop = true
        }
    }

    /// The value of the `Authorization` header.
    package func authorization(
        user: String, password: String, method: String, uri: String, count: UInt32, clientNonce: String
    ) -> String {
        guard scheme == .digest else { return "Basic " + Self.base64(Array("\(user):\(password)".utf8)) }
        let counter = Hexadecimal.padded(count)
        let response = response(
            user: user, password: password, method: method, uri: uri, counter: counter, clientNonce: clientNonce)
        var text = "Digest username=\"\(Self.quoted(user))\", realm=\"\(Self.quoted(realm))\", "
        text += "nonce=\"\(Self.quoted(nonce))\", uri=\"\(uri)\", response=\"\(response)\""
        if usesSession || algorithm != .md5 { text += ", algorithm=\(algorithm.rawValue)\(usesSession ? "-sess" : "")" }
        if let opaque { text += ", opaque=\"\(Self.quoted(opaque))\"" }
        if usesQop { text += ", qop=auth, nc=\(counter)" }
        if usesQop || usesSession { text += ", cnonce=\"\(clientNonce)\"" }
        return text
    }

    /// The digest itself (RFC 2617, section 3.2.2).
    package func response(
        user: String, password: String, method: String, uri: String, counter: String, clientNonce: String
    ) -> String {
        var secret = hex("\(user):\(realm):\(password)")
        if usesSession { secret = hex("\(secret):\(nonce):\(clientNonce)") }
        let request = hex("\(method):\(uri)")
        guard usesQop else { return hex("\(secret):\(nonce):\(request)") }
        return hex("\(secret):\(nonce):\(counter):\(clientNonce):auth:\(request)")
    }

    /// The `name=value` and `name="value"` fields of a header, names in small letters.
    package static func fields(of text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = text
        while true {
            rest = rest.drop { " ,\t".contains($0) }
            let name = rest.prefix { $0 != "=" && $0 != "," }
            rest = rest[name.endIndex...]
            guard !name.isEmpty else { break }
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst().drop { $0 == " " }
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != "\"" {
                    value.append(character == "\\" ? rest.popFirst() ?? character : character)
                }
            } else {
                let plain = rest.prefix { $0 != "," }
                value = String(plain.reversed().drop { $0 == " " }.reversed())
                rest = rest[plain.endIndex...]
            }
            fields[name.lowercased().filter { $0 != " " }] = value
        }
        return fields
    }

    /// The digest of a text's UTF-8 bytes, in lower-case hexadecimal digits.
    private func hex(_ text: String) -> String {
        switch algorithm {
        case .md5: Hexadecimal.text(Digest.md5(Array(text.utf8)))
        case .sha256: Hexadecimal.text(Digest.sha256(text))
        case .sha512Truncated: Hexadecimal.text(Digest.sha512Truncated(text))
        }
    }

    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    package static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for index in 0..<3 {
                word = word << 8 | (index < group.count ? UInt32(group[start + index]) : 0)
            }
            for index in 0..<4 {
                let sextet = Int(word >> UInt32(18 - 6 * index) & 63)
                output.append(index <= group.count ? alphabet[sextet] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes of a Base64 text (RFC 4648); `nil` when it holds anything else.
    package static func base64Decoded(_ text: some StringProtocol) -> [UInt8]? {
        var output: [UInt8] = []
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            let value: UInt8
            switch byte {
            case 0x41...0x5a: value = byte - 0x41
            case 0x61...0x7a: value = byte - 0x61 + 26
            case 0x30...0x39: value = byte - 0x30 + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            default: return nil
            }
            word = (word << 6 | UInt32(value)) & 0xff_ffff
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        return output
    }
}

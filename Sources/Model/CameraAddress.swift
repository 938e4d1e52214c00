internal import Base

/// How the text of a stream's address is divided into credentials and place: the one reader for all who connect to it,
/// check it or hand it on.
///
/// People write passwords as they are, with `@`, `/`, `#`, `?` and `:`, and such an address can be read in two ways: its
/// host stands behind the last `@` before the first `/`, `?` or `#` (RFC 3986, section 3.2), or behind the last `@` of
/// all. Where the two differ, the reading with an IP address (or `localhost`) for a host counts; where that does not
/// decide, there is none, for the wrong one would send parts of the password to a name server.
public struct CameraAddress: Sendable, Equatable {
    /// `user` or `user:password`, as written; `nil` without.
    public let credentials: Substring?
    /// Host, port, path and query.
    public let place: Substring
    /// Whether the credentials are written as RFC 3986 has it.
    public let isEncoded: Bool

    /// What to write instead of an address that can be read in two ways.
    public static let mend = "write @ / # ? : and % of user and password as %40 %2F %23 %3F %3A %25"

    /// `nil` where the text has no `://` or can be read in two ways.
    public init?(_ text: String) {
        guard let start = text.firstRange(of: "://")?.upperBound else { return nil }
        let rest = text[start...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let first = authority.lastIndex(of: "@")
        let place = first.map { rest[rest.index(after: $0)...] } ?? rest
        let standard = (credentials: first.map { rest[..<$0] }, place: place)
        guard let last = rest.lastIndex(of: "@"), last != first, authority.contains(":"),
            first != nil || !Self.hasLogin(rest[authority.endIndex..<last])
        else {
            (credentials, self.place, isEncoded) = (standard.credentials, standard.place, true)
            return
        }
        let other = rest[rest.index(after: last)...]
        let (host, isUsable) = Self.host(of: standard.place)
        let (otherHost, otherIsUsable) = Self.host(of: other)
        switch (isUsable, otherIsUsable) {
        case (true, true):
            if Self.isNumeric(host) == Self.isNumeric(otherHost) { return nil }
            isEncoded = Self.isNumeric(host)
        case (true, false): isEncoded = true
        case (false, true): isEncoded = false
        case (false, false): return nil
        }
        credentials = isEncoded ? standard.credentials : rest[..<last]
        self.place = isEncoded ? standard.place : other
    }

    /// `text` with its credentials percent-encoded where they are not, for programs that read it as RFC 3986 has it.
    public static func encoded(_ text: String) -> String {
        guard let address = CameraAddress(text), !address.isEncoded, let credentials = address.credentials else {
            return text
        }
        let colon = credentials.firstIndex(of: ":") ?? credentials.endIndex
        let user = encoded(credentials[..<colon])
        let password =
            colon < credentials.endIndex ? ":" + encoded(credentials[credentials.index(after: colon)...]) : ""
        return "\(text[..<credentials.startIndex])\(user)\(password)@\(address.place)"
    }

    private static func encoded(_ part: Substring) -> String {
        let bytes = Array(part.utf8)
        var output = ""
        for (index, byte) in bytes.enumerated() {
            let isPlain = byte > 0x20 && byte < 0x7f && !"@/#?:[]\"<>\\^`{|}%".utf8.contains(byte)
            // What is encoded already stays so.
            let isEscape =
                byte == UInt8(ascii: "%") && index + 2 < bytes.count
                && bytes[(index + 1)...(index + 2)].allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
            if isPlain || isEscape {
                output.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                output += "%" + Hexadecimal.digits(byte, uppercase: true)
            }
        }
        return output
    }

    /// The host of a place, and whether host and port can be ones.
    private static func host(of place: Substring) -> (Substring, Bool) {
        let server = place.prefix { !"/?#".contains($0) }
        if server.hasPrefix("["), let end = server.firstIndex(of: "]") {
            return (server[server.index(after: server.startIndex)..<end], isPort(server[server.index(after: end)...]))
        }
        let host = server.prefix { $0 != ":" }
        let isName = !host.isEmpty && host.utf8.allSatisfy { isNameByte($0) }
        return (host, isName && isPort(server[host.endIndex...]))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: byte >= 0x80
        }
    }

    /// Nothing, or a colon and a number.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text == ":" || text.hasPrefix(":") && UInt16(text.dropFirst()) ?? 0 > 0
    }

    private static func isNumeric(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host.contains(":") || parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether a path has a login of the other kind, `user=…&password=…`, whose `@` ends nothing.
    private static func hasLogin(_ path: Substring) -> Bool {
        path.split { "/?&;_".contains($0) }.contains { word in
            let name = word.prefix { $0 != "=" }
            return name.endIndex < word.endIndex && Redaction.namesSecret(String(name))
        }
    }
}

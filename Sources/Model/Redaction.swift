/// Takes credentials out of texts that leave the process: log lines, pages, metrics, messages.
///
/// A URL's credentials end at the last `@` before its path. People write passwords as they are, though, with `/`, `#`,
/// `?`, `@` and quotes, so of a URL with any sign of a password everything up to its last `@` goes: a path with an `@`
/// is shown too short rather than a password at all. Some cameras want their login as `user=…` and `password=…`, which is
/// hidden too, as are keys and tokens among an address' parameters (`api_key=…`), and all of it in an address that is
/// itself a parameter.
public enum Redaction {
    private static let hidden = "xxxxx"

    /// What stands for a text that is hidden as a whole.
    public static let hiddenText = hidden

    /// `text` with the user and password of every URL in it replaced: `rtsp://xxxxx:xxxxx@host/path`.
    public static func urls(in text: String) -> String {
        var text = text
        let plain =
            text.withUTF8 { bytes in
                separator(in: bytes, from: 0).map { redacted(bytes, first: $0) }
            } ?? text
        return EncodedAddresses.redacted(plain)
    }

    /// The value of the HTTP parameter `name` as it may be shown: `api_key` is hidden, `module` and `target` are not.
    public static func parameter(_ name: String, _ value: String) -> String {
        namesSecret(name) ? hidden : urls(in: value)
    }

    /// Whether the HTTP parameter `name` is one that holds a credential, by its words: `api_key`, `X-Auth-Token`.
    public static func namesSecret(_ name: String) -> Bool {
        var text = name
        return text.withUTF8 { bytes in
            bytes.split(whereSeparator: { !isLetterOrDigit($0) }).contains { namesLogin($0, isCamera: false) }
        }
    }

    /// A URL as people are shown it: without its credentials.
    public static func shown(_ url: String) -> String { urls(in: url).replacing("\(hidden):\(hidden)@", with: "") }

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private static func redacted(_ bytes: Bytes, first: Int) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 32)
        var copied = 0
        var next: Int? = first
        while let start = next {
            output += bytes[copied..<start]
            let isCamera = namesCamera(bytes[..<(start - 3)])
            let end = endOfURL(in: bytes, from: start)
            copied = start
            if let at = endOfCredentials(in: bytes[start..<end], isCamera: isCamera) {
                output += "\(hidden):\(hidden)@".utf8
                copied = at + 1
            }
            appendWithoutLogin(bytes[copied..<end], isCamera: isCamera, to: &output)
            copied = end
            next = separator(in: bytes, from: copied)
        }
        output += bytes[copied...]
        return String(decoding: output, as: UTF8.self)
    }

    /// The place behind the next `://`.
    private static func separator(in bytes: Bytes, from start: Int) -> Int? {
        var index = start
        while index + 2 < bytes.count {
            if isSeparator(bytes, at: index) { return index + 3 }
            index += 1
        }
        return nil
    }

    private static func isSeparator(_ bytes: Bytes, at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: ":") && index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "/")
            && bytes[index + 2] == UInt8(ascii: "/")
    }

    private static let cameraSchemes = ["rtsp", "rtsps", "rtmp", "rtmps"].map { Array($0.utf8) }

    /// Whether the text ends with the scheme of a stream.
    private static func namesCamera(_ before: Slice<Bytes>) -> Bool {
        cameraSchemes.contains { scheme in
            zip(scheme.reversed(), before.reversed()).allSatisfy { $0 == $1 | 0x20 } && before.count >= scheme.count
        }
    }

    // MARK: Where a URL ends

    /// A URL ends at white space, at a quote that closes, and before another one that it holds. Only the first of these
    /// ends one whose password has begun and not ended.
    private static func endOfURL(in bytes: Bytes, from start: Int) -> Int {
        var index = start
        var hasAt = false
        var isOpen: Bool?
        func passwordIsOpen() -> Bool {
            if hasAt { return false }
            let known = isOpen ?? hasPassword(bytes[start..<index].prefix { !endsAuthority($0) })
            isOpen = known
            return known
        }
        while index < bytes.count, bytes[index] > 32 {
            let byte = bytes[index]
            if byte == UInt8(ascii: "@") { hasAt = true }
            if isQuote(byte), index == start || closes(bytes, at: index), !passwordIsOpen() { return index }
            if isSeparator(bytes, at: index), !passwordIsOpen() { return index }
            index += 1
        }
        return index
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    /// Whether what follows a quote says that it closes: nothing, white space, or punctuation of JSON and of prose.
    private static func closes(_ bytes: Bytes, at index: Int) -> Bool {
        guard index + 1 < bytes.count else { return true }
        let next = bytes[index + 1]
        return next <= 32 || ",:;.)]}>\\".utf8.contains(next) || isQuote(next)
    }

    // MARK: Credentials before the host

    /// The place of the `@` at which a URL's credentials end.
    private static func endOfCredentials(in url: Slice<Bytes>, isCamera: Bool) -> Int? {
        guard let last = url.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let authority = url.prefix { !endsAuthority($0) }
        if isCamera, url[..<last].contains(UInt8(ascii: ":")) {
            // An `@` within a login of the other kind ends nothing.
            let isPlain = !authority.contains(UInt8(ascii: "@")) && !hasPassword(authority)
            return isPlain && login(in: url[..<last], isCamera: true) != nil ? nil : last
        }
        guard let inAuthority = authority.lastIndex(of: UInt8(ascii: "@")) else {
            return hasPassword(authority) ? last : nil
        }
        return authority[..<inAuthority].contains(UInt8(ascii: ":")) ? last : inAuthority
    }

    /// Whether a colon stands in the authority that begins no port.
    private static func hasPassword(_ authority: Slice<Bytes>) -> Bool {
        // The host of an address of IPv6 has colons.
        let rest = authority.first == UInt8(ascii: "[") ? authority.drop { $0 != UInt8(ascii: "]") } : authority
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let port = rest[(colon + 1)...]
        return port.count > 5 || !port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    // MARK: Credentials in path and query

    /// `user=a&password=b&channel=1` gives `user=xxxxx&password=xxxxx&channel=1`. A user alone is hidden only for cameras.
    private static func appendWithoutLogin(_ url: Slice<Bytes>, isCamera: Bool, to output: inout [UInt8]) {
        var rest = url
        while let value = login(in: rest, isCamera: isCamera) {
            output += rest[..<value]
            output += hidden.utf8
            rest = url[endOfValue(in: url, from: value)...]
        }
        output += rest
    }

    /// The place behind the next `password=` and its like.
    private static func login(in url: Slice<Bytes>, isCamera: Bool) -> Int? {
        var word = url.startIndex
        for index in url.indices {
            let byte = url[index]
            if byte == UInt8(ascii: "="), namesLogin(url[word..<index], isCamera: isCamera) { return index + 1 }
            if byte == UInt8(ascii: "&") || mayEndValue(byte) || isQuote(byte) { word = index + 1 }
        }
        return nil
    }

    /// A value ends at `&`; what else may stand between two of them may stand in a password too, so there it ends only
    /// before another name.
    private static func endOfValue(in url: Slice<Bytes>, from start: Int) -> Int {
        var index = start
        while index < url.endIndex, url[index] != UInt8(ascii: "&") {
            if mayEndValue(url[index]), beginsWithName(url[(index + 1)...]) { return index }
            index += 1
        }
        return index
    }

    private static func mayEndValue(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ";") || endsAuthority(byte)
    }

    private static func beginsWithName(_ rest: Slice<Bytes>) -> Bool {
        let name = rest.prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 }
        return !name.isEmpty && name.endIndex < rest.endIndex && rest[name.endIndex] == UInt8(ascii: "=")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    private static let users = ["user", "username", "usr", "login", "loginuse"].map { Array($0.utf8) }
    private static let passwordStart = Array("pass".utf8)
    private static let secretEnds = [
        "pwd", "passwd", "password", "passphrase", "loginpas", "key", "token", "secret", "signature", "credential",
        "credentials", "auth", "authorization", "jwt", "session", "sessionid",
    ].map { Array($0.utf8) }
    /// Too short to be an end of other words.
    private static let secrets = ["sig", "sid", "sas", "pat"].map { Array($0.utf8) }

    private static func namesLogin(_ word: Slice<Bytes>, isCamera: Bool) -> Bool {
        func matches(_ part: Slice<Bytes>, _ name: [UInt8]) -> Bool {
            part.count == name.count && zip(part, name).allSatisfy { $0 | 0x20 == $1 }
        }
        return matches(word.prefix(4), passwordStart)
            || secretEnds.contains { matches(word.suffix($0.count), $0) } || secrets.contains { matches(word, $0) }
            || isCamera && users.contains { matches(word, $0) }
    }
}

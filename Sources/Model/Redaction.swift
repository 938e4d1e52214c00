/// Takes credentials out of texts that leave the process: log lines, pages, metrics, messages.
public enum Redaction {
    private static let hidden = "xxxxx"

    /// `text` with the user and password of every URL in it replaced: `rtsp://xxxxx:xxxxx@host/path`.
    ///
    /// A URL's credentials end at the last `@` before its path. People write passwords with `/`, `#` and `?` as they
    /// are, though, so of a camera's URL everything up to its last `@` goes: a path with an `@` is shown too short
    /// rather than a password at all. Some cameras want their login as `user=…` and `password=…`, which is hidden too.
    public static func urls(in text: String) -> String {
        let bytes = Array(text.utf8)
        guard let first = separator(in: bytes, from: 0) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 16)
        var copied = 0
        var next: Int? = first
        while let start = next {
            output += bytes[copied..<start]
            let isCamera = namesCamera(bytes[..<(start - 3)])
            let url = bytes[start...].prefix { !endsURL($0) }
            let authority = isCamera ? url : url.prefix { !endsAuthority($0) }
            copied = start
            if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
                output += "\(hidden):\(hidden)@".utf8
                copied = at + 1
            }
            if isCamera {
                output += withoutLogin(url[copied...])
                copied = url.endIndex
            }
            next = separator(in: bytes, from: copied)
        }
        output += bytes[copied...]
        return String(decoding: output, as: UTF8.self)
    }

    /// A URL as people are shown it: without its credentials.
    public static func shown(_ url: String) -> String { urls(in: url).replacing("\(hidden):\(hidden)@", with: "") }

    /// The place behind the next `://`.
    private static func separator(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 2 < bytes.count {
            if bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: "/"),
                bytes[index + 2] == UInt8(ascii: "/")
            {
                return index + 3
            }
            index += 1
        }
        return nil
    }

    /// Whether the text ends with the scheme of a stream.
    private static func namesCamera(_ before: ArraySlice<UInt8>) -> Bool {
        let scheme = before.suffix(5).map { $0 | 0x20 }
        return ["rtsp", "rtsps", "rtmp", "rtmps"].contains { scheme.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    private static func endsURL(_ byte: UInt8) -> Bool { byte <= 32 || byte == UInt8(ascii: "\"") }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// `user=a&password=b&channel=1` gives `user=xxxxx&password=xxxxx&channel=1`.
    private static func withoutLogin(_ url: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var word: [UInt8] = []
        var isHiding = false
        for byte in url {
            switch byte {
            case UInt8(ascii: "&"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "'"):
                isHiding = false
                word = []
            case UInt8(ascii: "=") where !isHiding && namesLogin(word):
                isHiding = true
                output += [byte] + Array(hidden.utf8)
                continue
            default: word.append(byte | 0x20)
            }
            if !isHiding { output.append(byte) }
        }
        return output
    }

    private static func namesLogin(_ word: [UInt8]) -> Bool {
        ["user", "username", "login", "pass", "password", "passwd", "pwd", "token"].contains {
            word.elementsEqual($0.utf8)
        }
    }
}

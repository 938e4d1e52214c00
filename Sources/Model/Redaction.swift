/// Takes credentials out of texts that leave the process: log lines, pages, metrics, messages.
public enum Redaction {
    /// `text` with the user and password of every URL in it replaced: `rtsp://xxxxx:xxxxx@host/path`.
    ///
    /// A URL's authority ends at `/`, `?`, `#`, white space or a quote; of several `@` in it the last one
    /// ends the credentials, so that a password with an `@` does not show its tail.
    public static func urls(in text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            output.append(bytes[index])
            index += 1
            guard output.suffix(3).elementsEqual("://".utf8) else { continue }
            let authority = bytes[index...].prefix { !endsAuthority($0) }
            if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
                output.append(contentsOf: "xxxxx:xxxxx@".utf8)
                index = at + 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0...32:
            true
        default: false
        }
    }
}

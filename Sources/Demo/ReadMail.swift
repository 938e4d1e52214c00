internal import Foundation

/// What a person reads of a mail: its subject and its plain text.
struct ReadMail {
    private(set) var subject = ""
    private(set) var body = ""

    /// Reads headers and the first `text/plain` part (or, without one, the whole body) of RFC 5322 text.
    init(content: String) {
        let (headers, body) = Self.split(content)
        subject = Self.decodeWords(headers["subject"] ?? "")
        self.body = Self.plainText(headers, body).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func split(_ text: String) -> (headers: [String: String], body: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.prefix { $0 != "\r" } }
        let blank = lines.firstIndex { $0.isEmpty } ?? lines.endIndex
        var headers: [String: String] = [:]
        var name = ""
        for line in lines[..<blank] {
            if line.first == " " || line.first == "\t" {
                headers[name, default: ""] += " " + line.trimmingCharacters(in: .whitespaces)
            } else if let colon = line.firstIndex(of: ":") {
                name = line[..<colon].lowercased()
                headers[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
        }
        return (headers, lines[blank...].dropFirst().joined(separator: "\n"))
    }

    private static func plainText(_ headers: [String: String], _ body: String) -> String {
        let type = headers["content-type"] ?? "text/plain"
        guard type.lowercased().hasPrefix("multipart/"), let boundary = parameter("boundary", of: type) else {
            return decode(body, encoding: headers["content-transfer-encoding"] ?? "")
        }
        let parts = body.components(separatedBy: "--" + boundary).dropFirst().map { part in
            split(String(part.drop { $0.isNewline }))
        }
        let plain = parts.first { ($0.headers["content-type"] ?? "").lowercased().hasPrefix("text/plain") }
        guard let chosen = plain ?? parts.first else { return body }
        return plainText(chosen.headers, chosen.body)
    }

    private static func parameter(_ name: String, of header: String) -> String? {
        guard let range = header.range(of: name + "=", options: .caseInsensitive) else { return nil }
        let value = header[range.upperBound...]
        if value.first == "\"" { return String(value.dropFirst().prefix { $0 != "\"" }) }
        return String(value.prefix { $0 != ";" && !$0.isWhitespace })
    }

    private static func decode(_ body: String, encoding: String) -> String {
        switch encoding.lowercased() {
        case "base64":
            let data = Data(base64Encoded: body, options: .ignoreUnknownCharacters)
            return data.map { String(decoding: $0, as: UTF8.self) } ?? body
        case "quoted-printable":
            let joined = body.replacing("=\n", with: "")
            return joined.replacing("%", with: "%25").replacing("=", with: "%").removingPercentEncoding ?? joined
        default: return body
        }
    }

    /// Decodes `=?utf-8?q?…?=` and `=?utf-8?b?…?=` (RFC 2047).
    private static func decodeWords(_ header: String) -> String {
        header.replacing(/=\?[^?]+\?([QqBb])\?([^?]*)\?=(?:\s+(?==\?))?/) { match in
            let text = String(match.2)
            return match.1.lowercased() == "b"
                ? decode(text, encoding: "base64")
                : decode(text.replacing("_", with: " "), encoding: "quoted-printable")
        }
    }
}

internal import Base
internal import Foundation

/// Texts in the forms that mail wants.
enum MailText {
    /// A header's value on one line, or folded, with RFC 2047 words where it is not plain ASCII or too long.
    static func header(_ text: String) -> String {
        // A line feed would begin a header of the sender's choice.
        let line = String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
        let isPlain = line.utf8.allSatisfy { $0 < 128 } && line.utf8.count <= 900 && !line.contains("=?")
        return isPlain ? line : encodedWords(line)
    }

    /// A header of addresses: the names in front of them are encoded, the addresses stay as they are.
    static func addressHeader(_ text: String) -> String {
        split(text).map { part in
            guard let open = part.lastIndex(of: "<"), part.hasSuffix(">") else { return header(part) }
            let name = part[..<open].trimmingCharacters(in: .whitespaces)
            let address = header(String(part[open...]))
            if name.isEmpty { return address }
            let isPlain = header(name) == name
            return (isPlain ? name : header(name.trimmingCharacters(in: ["\""]))) + " " + address
        }.joined(separator: ",\r\n ")
    }

    /// Base64 words on lines of at most 76 characters, the header's name before the first; a character is never cut.
    private static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        func flush() {
            if !bytes.isEmpty { words.append("=?UTF-8?B?\(Data(bytes).base64EncodedString())?=") }
            bytes.removeAll()
        }
        for scalar in text.unicodeScalars {
            let next = Array(String(Character(scalar)).utf8)
            if bytes.count + next.count > (words.isEmpty ? 33 : 45) { flush() }
            bytes += next
        }
        flush()
        return words.joined(separator: "\r\n ")
    }

    /// Quoted-printable: lines of at most 76 characters that end with CRLF.
    static func quotedPrintable(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.map { quotedPrintable(line: Array($0.utf8)) }.joined(separator: "\r\n")
    }

    private static func quotedPrintable(line: [UInt8]) -> String {
        var output = ""
        var length = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let isSpace = byte == 32 || byte == 9
            // A dot alone on a line ends a message, "From " begins one in mailboxes: neither may start a line bare.
            let isRisky = length == 0 && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F"))
            let isPlain = (33...126).contains(byte) && byte != UInt8(ascii: "=") && !isRisky
            let piece: String
            if isPlain || (isSpace && !isLast) {
                piece = String(Character(Unicode.Scalar(byte)))
            } else {
                piece = "=" + Hexadecimal.digits(byte, uppercase: true)
            }
            if length + piece.count > 75 {
                output += "=\r\n"
                length = 0
            }
            output += piece
            length += piece.count
        }
        return output
    }

    /// The addresses of a list such as `Ops <ops@site.net>, guard@site.net`; `nil` if one is not an address.
    static func addresses(in list: String) -> [String]? {
        var addresses: [String] = []
        for part in split(list) {
            var text = part
            if let open = text.lastIndex(of: "<") {
                guard text.hasSuffix(">") else { return nil }
                text = String(text[text.index(after: open)...].dropLast())
            }
            guard isAddress(text) else { return nil }
            addresses.append(text)
        }
        return addresses.isEmpty ? nil : addresses
    }

    /// The entries of a list of addresses.
    private static func split(_ list: String) -> [String] {
        var parts: [String] = [""]
        var isQuoted = false
        var isBracketed = false
        for character in list {
            switch character {
            case "\"": isQuoted.toggle()
            case "<" where !isQuoted: isBracketed = true
            case ">" where !isQuoted: isBracketed = false
            default: break
            }
            if character == ",", !isQuoted, !isBracketed {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), at != text.startIndex, text.index(after: at) != text.endIndex else {
            return false
        }
        return !text.unicodeScalars.contains { $0.value <= 32 || $0.value == 127 || "<>,".unicodeScalars.contains($0) }
    }
}

/// Texts made harmless for the place where they are put.
package enum TemplateEscaping {
    /// For HTML text and quoted attributes.
    package static func html(_ text: String) -> String {
        var output = ""
        output.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "&#34;"
            case "'": output += "&#39;"
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\0": output += "\u{fffd}"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// HTML without its comments, which html/template leaves out too: what stands in them is for authors. In styles and
    /// scripts the signs mean something else.
    static func withoutComments(_ page: String) -> String {
        guard page.contains("<!--") else { return page }
        var output = ""
        var rest = page[...]
        while let sign = rest.firstMatch(of: #/<!--|<(style|script|textarea|title)\b/#.ignoresCase()) {
            output += rest[..<sign.range.lowerBound]
            guard let raw = sign.output.1 else {
                guard let end = rest[sign.range.upperBound...].firstRange(of: "-->") else { return output }
                rest = rest[end.upperBound...]
                continue
            }
            let after = rest[sign.range.upperBound...]
            let closing = after.firstRange(of: "</\(raw)")?.upperBound ?? after.endIndex
            output += rest[sign.range.lowerBound..<closing]
            rest = rest[closing...]
        }
        return output + rest
    }

    /// For a part of a URL's query: a space becomes `+`.
    package static func query(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: " "): output += "+"
            default: output += "%" + GoText.hexadecimal(UInt64(byte), width: 2).uppercased()
            }
        }
        return output
    }

    /// The reverse of ``query(_:)``; `nil` for a broken escape.
    static func unescapedQuery(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%") {
                guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
                else {
                    return nil
                }
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// For a text within quotes in JavaScript.
    static func script(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\\\"
            case "'": output += "\\'"
            case "\"": output += "\\\""
            case "<", ">", "&", "=": output += "\\u" + GoText.hexadecimal(UInt64(scalar.value), width: 4).uppercased()
            case _ where scalar.value < 0x20:
                output += "\\u" + GoText.hexadecimal(UInt64(scalar.value), width: 4).uppercased()
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}

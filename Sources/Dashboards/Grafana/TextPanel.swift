internal import CMarkdown
internal import Foundation

/// The text of a text panel as HTML that a page may show: without scripts, styles or addresses that run something.
enum TextPanel {
    /// Longer ones are no notes.
    static let bytesMax = 200_000

    /// - Parameters:
    ///   - mode: `markdown`, `html` or `code`.
    ///   - whenDropped: is given the names of tags with which something is lost.
    static func html(_ content: String, mode: String, whenDropped: (Substring) -> Void = { _ in }) -> String {
        let content = String(decoding: content.utf8.prefix(bytesMax), as: UTF8.self)
        return switch mode {
        case "html": SafeHTML.html(content, whenDropped: whenDropped)
        case "code": "<pre><code>\(SafeHTML.escaped(content))</code></pre>"
        // GitHub's Markdown as cmark-gfm reads it (https://github.github.com/gfm/).
        default: markdown(content, whenDropped)
        }
    }

    /// More are no table of a note.
    private static let cellsMax = 100_000

    /// Whether tables in it would have too many cells: each row has one for each column of its head, however few are written.
    private static func isTooWide(_ text: String) -> Bool {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
        let heads = lines.filter { line in line.allSatisfy { " \t\r|:->*".utf8.contains($0) } }
        let columns = heads.map { line in line.count { $0 == UInt8(ascii: "|") } }.max() ?? 0
        return columns * lines.count > cellsMax
    }

    private static func markdown(_ text: String, _ whenDropped: (Substring) -> Void) -> String {
        if isTooWide(text) { return "<pre>\(SafeHTML.escaped(text))</pre>" }
        var text = text
        let html = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmarkdown_html($0.baseAddress, $0.count) }
        }
        guard let html else { return "" }
        defer { free(html) }
        return SafeHTML.html(String(cString: html), whenDropped: whenDropped)
    }
}

/// A tag at the beginning of a text.
struct HTMLTag {
    /// Longer ones are none: each `<` is looked at so far at most.
    private static let bytesMax = 4_000

    let isEnd: Bool
    /// In small letters.
    let name: Substring
    let attributes: Substring
    /// Behind it.
    let end: Substring.Index

    init?(_ text: Substring) {
        let bytes = text.utf8
        var place = bytes.index(after: bytes.startIndex)
        isEnd = place < bytes.endIndex && bytes[place] == UInt8(ascii: "/")
        if isEnd { bytes.formIndex(after: &place) }
        let first = place
        while place < bytes.endIndex, Self.isNamed(bytes[place], first: place == first) {
            bytes.formIndex(after: &place)
        }
        guard place > first else { return nil }
        name = Substring(text[first..<place].lowercased())
        let behind = place
        var (quote, left) = (UInt8(0), Self.bytesMax)
        while place < bytes.endIndex, left > 0 {
            let byte = bytes[place]
            if quote == 0, byte == UInt8(ascii: ">") {
                attributes = text[behind..<place]
                end = bytes.index(after: place)
                return
            }
            if quote == byte { quote = 0 } else if quote == 0, byte == 0x22 || byte == 0x27 { quote = byte }
            bytes.formIndex(after: &place)
            left -= 1
        }
        return nil
    }

    private static func isNamed(_ byte: UInt8, first: Bool) -> Bool {
        let letter = UnicodeScalar(byte).properties.isAlphabetic && byte < 0x80
        return letter || !first && (0x30...0x39).contains(byte)
    }
}

/// HTML that somebody else wrote, of which only what formats a text is kept.
enum SafeHTML {
    private static let kept: Set<Substring> = [
        "a", "b", "strong", "i", "em", "u", "s", "code", "pre", "p", "br", "hr", "ul", "ol", "li", "h1", "h2", "h3",
        "h4", "h5", "h6", "del", "ins", "sup", "sub", "kbd", "mark", "dl", "dt", "dd", "table", "thead", "tbody", "tr",
        "th", "td", "blockquote", "div", "span", "small", "center",
    ]
    /// What stands inside is no text.
    private static let dropped: Set<Substring> = ["script", "style", "iframe", "object", "svg", "template", "title"]

    /// What is more than the look of a text: it is missed where it is not shown.
    private static let missed: Set<Substring> = [
        "script", "style", "iframe", "object", "svg", "video", "audio", "embed", "canvas", "form", "input", "button",
        "select", "textarea", "link",
    ]

    /// Deeper ones are not told from each other.
    private static let openMax = 100

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    static func html(_ text: String, whenDropped: (Substring) -> Void = { _ in }) -> String {
        var (result, open) = ("", [Substring]())
        var rest = text[...]
        while let begin = rest.firstIndex(of: "<") {
            // References such as &nbsp; are a text's own.
            result += rest[..<begin].replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
            rest = rest[begin...]
            if rest.hasPrefix("<!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
                continue
            }
            guard let tag = HTMLTag(rest) else {
                result += "&lt;"
                rest = rest.dropFirst()
                continue
            }
            let name = tag.name
            rest = rest[tag.end...]
            if missed.contains(name), !tag.isEnd { whenDropped(name) }
            if dropped.contains(name), !tag.isEnd {
                let end = rest.range(of: "</\(name)", options: .caseInsensitive)
                rest = end.map { rest[$0.lowerBound...] } ?? ""
                continue
            }
            guard kept.contains(name) else { continue }
            if !tag.isEnd {
                let stands = name == "br" || name == "hr"
                guard stands || open.count < openMax else { continue }
                result += "<\(name)\(name == "a" ? address(tag.attributes) : "")>"
                if !stands { open.append(name) }
            } else if let place = open.lastIndex(of: name) {
                // What was left open inside ends with it.
                for inner in open[place...].reversed() { result += "</\(inner)>" }
                open.removeSubrange(place...)
            }
        }
        result += rest.replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
        return result + open.reversed().map { "</\($0)>" }.joined()
    }

    private static func address(_ attributes: Substring) -> String {
        guard let match = attributes.firstMatch(of: /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/.ignoresCase())
        else {
            return ""
        }
        let address = String(match.1 ?? match.2 ?? match.3 ?? "").trimmingCharacters(in: .whitespaces)
        let isWeb = ["http://", "https://", "/", "#", "mailto:", "?"].contains { address.lowercased().hasPrefix($0) }
        return isWeb ? " href=\"\(address.replacing("\"", with: "&quot;"))\" rel=\"noreferrer\"" : ""
    }
}

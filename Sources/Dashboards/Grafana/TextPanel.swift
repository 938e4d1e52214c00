internal import CMarkdown
internal import Foundation

/// The text of a text panel as HTML that a page may show: without scripts, styles or addresses that run something.
enum TextPanel {
    /// Longer ones are no notes.
    static let bytesMax = 200_000

    /// - Parameter mode: `markdown`, `html` or `code`.
    static func html(_ content: String, mode: String) -> String {
        let content = String(decoding: content.utf8.prefix(bytesMax), as: UTF8.self)
        return switch mode {
        case "html": SafeHTML.html(content)
        case "code": "<pre><code>\(SafeHTML.escaped(content))</code></pre>"
        // GitHub's Markdown as cmark-gfm reads it (https://github.github.com/gfm/).
        default: markdown(content)
        }
    }

    private static func markdown(_ text: String) -> String {
        var text = text
        let html = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmarkdown_html($0.baseAddress, $0.count) }
        }
        guard let html else { return "" }
        defer { free(html) }
        return SafeHTML.html(String(cString: html))
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

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    static func html(_ text: String) -> String {
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
            guard let match = rest.prefixMatch(of: /<(\/?)([A-Za-z][A-Za-z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/) else {
                result += "&lt;"
                rest = rest.dropFirst()
                continue
            }
            let name = Substring(match.2.lowercased())
            rest = rest[match.range.upperBound...]
            if dropped.contains(name), match.1.isEmpty {
                let end = rest.range(of: "</\(name)", options: .caseInsensitive)
                rest = end.map { rest[$0.lowerBound...] } ?? ""
                continue
            }
            guard kept.contains(name) else { continue }
            if match.1.isEmpty {
                result += "<\(name)\(name == "a" ? address(match.3) : "")>"
                if name != "br", name != "hr" { open.append(name) }
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

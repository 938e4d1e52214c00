import Foundation
import Testing

@testable import WebUI

/// A language is a file: no text that a person reads stands anywhere else.
@Suite("Texts outside of the languages' files")
struct ForeignWordsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/WebUI").standardizedFileURL

    /// Names of things, which are the same in every language, and words of query languages and formats.
    private static let names: Set<String> = [
        "Watchpost", "Lucene", "KQL", "CSV", "JSON", "OTLP", "Zipkin", "HTTP", "UTC", "Enter", "Esc", "Tab",
    ]

    /// Texts that a person reads as what they are: queries, patterns and settings.
    private static let codes: Set<String> = [
        "component:recording AND level:ERROR", "service=recorder duration&gt;1.5s status=error",
        "service=recorder duration>1.5s status=error", "now-6h", "now-30d", "now", "name~select duration&gt;10ms",
        #"camera_id="gate", alertname=~"Camera.*""#,
        "filter { grok { match =&gt; { &quot;message&quot; =&gt; &quot;^%{COMBINEDAPACHELOG}&quot; } } }",
    ]

    private static func files(_ ending: String) throws -> [(name: String, text: String)] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var files: [(name: String, text: String)] = []
        for case let file as URL in try #require(all) where file.pathExtension == ending {
            if file.path.contains("/vendor/") { continue }
            files.append((file.lastPathComponent, try String(contentsOf: file, encoding: .utf8)))
        }
        return files.sorted { $0.name < $1.name }
    }

    /// Words of two letters and more that are no names.
    private static func words(in text: String) -> [String] {
        text.matches(of: /\p{L}[\p{L}'’-]*\p{L}/).map { String($0.output) }.filter { !names.contains($0) }
    }

    // MARK: Templates

    /// The texts of a template that stand in it: between its tags, and in attributes that are shown or read out.
    static func texts(ofTemplate text: String) -> [String] {
        var rest = text.replacing(/<(style|code|kbd|script)\b.*?<\/\1>/.dotMatchesNewlines(), with: " ")
        rest = rest.replacing(/\{\{.*?\}\}\}?|\[\[[\w.]+\]\]|&\w+;/, with: " ")
        var found: [String] = []
        for match in text.replacing(/\[\[[\w.]+\]\]|\{\{\{?[^}]*\}\}\}?/, with: " ")
            .matches(of: /\b(?:title|aria-label|placeholder|alt|value)=(?:"([^"]*)"|'([^']*)')/)
        {
            let value = String(match.1 ?? match.2 ?? "").trimmingCharacters(in: .whitespaces)
            // A choice and a hidden field have values that no person sees.
            let before = text[..<(text.firstRange(of: String(match.0))?.lowerBound ?? text.startIndex)].suffix(80)
            let isCode = match.0.hasPrefix("value") || codes.contains(value) || before.contains("<option")
            if !isCode, !words(in: value).isEmpty { found.append(value) }
        }
        rest = rest.replacing(/<[^>]*>/.dotMatchesNewlines(), with: "\n")
        for line in rest.split(separator: "\n") where !words(in: String(line)).isEmpty {
            found.append(line.trimmingCharacters(in: .whitespaces))
        }
        return found
    }

    @Test("no template holds one")
    func templates() throws {
        for (name, text) in try Self.files("mustache") {
            #expect(Self.texts(ofTemplate: text) == [], "\(name)")
        }
    }

    // MARK: Swift and scripts

    /// The literals of a source that read like prose: two words side by side, or one that begins with a capital letter.
    static func prose(of source: String, isSwift: Bool) -> [String] {
        let code = source.replacing(/(?m)^\s*\/\/.*$|\s\/\/ .*$/, with: "")
        let found =
            isSwift
            ? literals(code, quotes: ["\""], open: "\\(", close: (from: "(", to: ")"))
            : literals(code, quotes: ["\"", "`"], open: "${", close: (from: "{", to: "}"))
        return found.filter(isProse)
    }

    /// The texts between quotes, what is filled into them as texts of their own.
    private static func literals(
        _ code: String, quotes: Set<Character>, open: String, close: (from: Character, to: Character)
    ) -> [String] {
        var found: [String] = []
        var stack: [(quote: Character, text: String, depth: Int)] = []
        var depth = 0
        var isInside = false
        var rest = code[...]
        while let letter = rest.first {
            if isInside, let top = stack.last {
                if rest.hasPrefix(open), open != "${" || top.quote == "`" {
                    rest = rest.dropFirst(open.count)
                    stack[stack.count - 1].text += "\u{0}"
                    stack[stack.count - 1].depth = depth
                    depth = 1
                    isInside = false
                    continue
                }
                rest = rest.dropFirst()
                if letter == "\\" {
                    rest = rest.dropFirst()
                } else if letter == top.quote {
                    found.append(stack.removeLast().text)
                    isInside = false
                    if stack.isEmpty { depth = 0 }
                } else {
                    stack[stack.count - 1].text.append(letter)
                }
                continue
            }
            rest = rest.dropFirst()
            if quotes.contains(letter) {
                stack.append((letter, "", depth))
                isInside = true
            } else if !stack.isEmpty {
                if letter == close.from { depth += 1 }
                if letter == close.to {
                    depth -= 1
                    if depth == 0 {
                        isInside = true
                        depth = stack[stack.count - 1].depth
                    }
                }
            }
        }
        return found
    }

    private static func isProse(_ text: String) -> Bool {
        let shown = text.replacing("\u{0}", with: " ").trimmingCharacters(in: .whitespaces)
        // What has signs of code in it is none: queries, addresses, styles, selectors, headers.
        if shown.isEmpty || names.contains(shown) || shown.contains(/[=_{}<>\[\]$#|\/*]|::|\w:\w|\.\w|--|^\.|^-|: \w+;/)
        {
            return false
        }
        if text.contains(/\p{L}{2,}[,;:.!?…]? \p{L}{2,}/) { return true }
        return shown.contains(/^\p{Lu}\p{Ll}+[.…]?$/) || shown.contains(/^\p{L}{3,} $/)
    }

    @Test("no source in Swift holds one")
    func sources() throws {
        for (name, text) in try Self.files("swift") {
            let found = Self.prose(of: text, isSwift: true).filter { !Self.allowed.contains($0) }
            #expect(found == [], "\(name)")
        }
    }

    @Test("no script holds one")
    func scripts() throws {
        for (name, text) in try Self.files("js") {
            let found = Self.prose(of: text, isSwift: false).filter { !Self.allowed.contains($0) }
            #expect(found == [], "\(name)")
        }
    }

    // MARK: What is let through

    /// Literals that no person reads.
    private static let allowed: Set<String> = [
        // Names of keys, styles, elements and fonts in scripts.
        "Escape", "Home", "End", "frame stale", "panel note nothing", "note failed", "note log-context",
        "a, button, summary",
        "input, select, textarea", "wf-time num", "value short", "12px system-ui",
        "panel-time note", "tip-row nearest", "color-mix(in srgb, \0 \0%, transparent)",
        "color-mix(in srgb, var(\0), \0)", "color-mix(in srgb, \0, \0 \0%)", "rest note", "note rest",
        "body bars \0 \0", "body stats \0", "body log-lines", "body pie\0", "body states", "body table-panel",
        "state-row axis",
        // Names of fields and calculations by which Grafana's files call columns, and of all values in addresses.
        "All", "Field", "Metric", "Row", "Time", "Value", "Last", "First", "Min", "Max", "Mean", "Median", "Total",
        "Count", "Range", "Delta", "Step", "Difference", "Difference percent", "Min (above zero)", "All zeros",
        "All nulls", "Change count", "Distinct count", "Variance", "All values", "All unique values",
        // Units of Grafana, and what is given to other programs.
        "Bps", "Mbits", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi", "Inf", "level:(ERROR OR FATAL)",
        "Accept-Language, Cookie", "export default \0;",
        // States as the server's answers name them.
        "Offline", "Stalled", "Not recording", "Degraded", "Unknown", "Online",
        // Names of rules for plurals.
        "one other", "one few other",
    ]

    @Test(
        "one that is left somewhere is found",
        arguments: [
            ("<p>Hello {{name}}</p>", ["Hello"]), ("<p>[[a.b]] {{x}} <code>now</code> · UTC</p>", []),
            ("<a title=\"go on\" href=\"/x\">[[a.b]]</a>", ["go on"]),
            ("<input placeholder=\"[[a.b]]\" value=\"abc\">", []),
            ("<style>p { color: red }</style>{{#a}}none{{/a}}", ["none"]),
        ])
    func template(text: String, found: [String]) {
        #expect(Self.texts(ofTemplate: text) == found)
    }

    @Test(
        "prose is told from code",
        arguments: [
            (#"x = "No cameras are known""#, true), (#"say("logs.title")"#, false), (#"title: "Logs""#, true),
            (#""\(count) of them""#, true), (#"// "a comment of words""#, false),
            (#"Fact("Begins", say("a.b"))"#, true),
            (#""level:ERROR AND component:api""#, false), (#"["a": "b"]"#, false), (#""\(say("a.b")): \(x)""#, false),
        ])
    func swift(text: String, isProse: Bool) {
        #expect(Self.prose(of: text, isSwift: true).isEmpty != isProse)
    }

    @Test(
        "in scripts too",
        arguments: [
            ("a.textContent = `cannot show ${x}`", true), ("`wf-row ${a ? `No such row` : \"\"}`", true),
            ("a.className = \"note failed\"", true), ("`${a} ${b}`", false), ("say(\"script.x\")", false),
        ])
    func script(text: String, isProse: Bool) {
        #expect(Self.prose(of: text, isSwift: false).isEmpty != isProse)
    }
}

import Foundation
import Testing

@testable import WebUI

@Suite("Words")
struct WordsTests {
    private static let english = Words(
        code: "en",
        text: """
            # A comment.
            [language]
            plurals = one other
            [a]
            calm = All well
            found = {count} {count:camera|cameras} of {node}
            code = Name it in `watchpost.yml`, < {most}
            """)

    @Test(
        "a text is filled in, in the form of the number",
        arguments: [
            ("a.calm", [:], "All well"), ("a.found", ["count": 1, "node": "rec-1"], "1 camera of rec-1"),
            ("a.found", ["count": 12_000, "node": "{count}"], "12,000 cameras of {count}"),
            ("a.found", [:], "{count} {count:camera|cameras} of {node}"), ("a.none", [:], "a.none"),
        ] as [(String, [String: WordValue], String)])
    func texts(key: String, values: [String: WordValue], text: String) {
        #expect(Self.english.text(key, values) == text)
    }

    @Test(
        "languages have their own plurals",
        arguments: [
            ("other", [0, 0, 0, 0, 0]), ("one other", [1, 0, 1, 1, 1]), ("one few other", [2, 0, 1, 2, 0]),
        ])
    func plurals(rule: String, forms: [Int]) {
        let words = Words(code: "x", text: "[language]\nplurals = \(rule)\n[a]\nb = {n:0|1|2}")
        #expect([0, 1, 2, 11, 21].map { words.text("a.b", ["n": .number($0)]) } == forms.map(String.init))
    }

    @Test("a template gets its texts as HTML, and their places as its own tags")
    func templates() {
        #expect(
            Self.english.filled("<p title=\"[[a.calm]]\">[[a.code]] {{x}}</p>")
                == "<p title=\"All well\">Name it in <code>watchpost.yml</code>, &lt; {{most}} {{x}}</p>")
    }

    @Test(
        "a moment is shown in the zone of who reads",
        arguments: [
            ("GMT", 1_795_000_000_123, "2026-11-18 11:06:40.123", " UTC"),
            ("Asia/Ho_Chi_Minh", 1_795_000_000_123, "2026-11-18 18:06:40.123", " UTC+7"),
            ("America/St_Johns", 1_795_000_000_123, "2026-11-18 07:36:40.123", " UTC-3:30"),
            ("GMT", -1, "1969-12-31 23:59:59.999", " UTC"), ("GMT", 951_782_400_000, "2000-02-29 00:00:00.000", " UTC"),
            ("GMT", -62_167_219_200_000, "0000-01-01 00:00:00.000", " UTC"),
            ("GMT", 253_402_300_800_000, "10000-01-01 00:00:00.000", " UTC"),
        ])
    func moments(zone: String, time: Int64, moment: String, name: String) throws {
        let reader = Reader(words: .standard, zone: try #require(TimeZone(identifier: zone)))
        Reader.$current.withValue(reader) {
            #expect(Shown.moment(time) == moment)
            #expect(Shown.dateTime(time).hasSuffix(name))
        }
    }

    @Test("every text that a page wants is there, and every one that is there is wanted")
    func keys() throws {
        var wanted: Set<String> = [
            "language.name", "language.plurals", "language.decimal", "language.group", "language.date", "language.day",
        ]
        for template in PageTemplate.allCases {
            let text = Assets.text(of: "templates/\(template.rawValue).mustache")
            wanted.formUnion(text.matches(of: /\[\[([^\]]+)\]\]/).map { String($0.1) })
        }
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/WebUI")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var (begun, named) = (Set<String>(), Set<String>())
        for case let file as URL in try #require(files) where ["swift", "js"].contains(file.pathExtension) {
            let text = try String(contentsOf: file, encoding: .utf8)
            // One of two that a condition chooses stands as a literal alone.
            named.formUnion(text.matches(of: /"([a-z][A-Za-z]*(?:\.[A-Za-z0-9-]+)+)"/).map { String($0.1) })
            for match in text.matches(of: /\bsay\(\s*"([^"\\]*)(\\?)/) {
                // A key whose end is computed wants all that begin so.
                let isWhole = match.2.isEmpty && !match.1.hasSuffix(".")
                if isWhole { wanted.insert(String(match.1)) } else { begun.insert(String(match.1)) }
            }
        }
        for (code, words) in Words.all {
            let missing = wanted.subtracting(words.keys)
            #expect(missing.isEmpty, "\(code)")
            let unused = words.keys.subtracting(wanted).subtracting(named).filter { key in
                !begun.contains { key.hasPrefix($0) }
            }
            #expect(unused.isEmpty, "\(code)")
        }
    }
}

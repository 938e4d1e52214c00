import Testing

@testable import Dashboards

@Suite("Files that want to take time and room")
struct HostileTests {
    private func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test(
        "a text of the longest kind is read in a moment, whatever stands in it", .timeLimit(.minutes(1)),
        arguments: [
            ("html", "<a \"", 40_000), ("html", "<a b='c\" ", 20_000), ("html", "<b>", 60_000),
            ("html", "</x>", 50_000),
            ("html", "<b></i>", 20_000), ("html", "<!--", 40_000), ("markdown", ">", 100_000),
            ("markdown", "[", 100_000),
            ("markdown", "<a \"", 40_000), ("markdown", "* ", 50_000),
        ])
    func texts(mode: String, part: String, count: Int) {
        #expect(TextPanel.html(times(part, count), mode: mode).utf8.count < 2_000_000)
    }

    @Test("a table of many columns and rows is shown as it is written")
    func table() {
        let wide = times("|a", 1_000) + "\n" + times("|-", 1_000) + "\n" + times("|x\n", 60_000)
        #expect(TextPanel.html(wide, mode: "markdown").hasPrefix("<pre>|a"))
        let small = TextPanel.html("|a|b|\n|-|-|\n|c|d|", mode: "markdown")
        #expect(small.contains("<table>") && small.contains("<td>d</td>"), "\(small)")
    }

    @Test(
        "tags are read with their attributes, and what is none stays text",
        arguments: [
            ("<B CLASS=\"x>y\">a</b >", "<b>a</b>"), ("a < b <1> <", "a &lt; b &lt;1&gt; &lt;"),
            ("<h1 id='>'>t</h1>", "<h1>t</h1>"),
            ("<a href=\"/x\" onclick='\">'>l</a>", "<a href=\"/x\" rel=\"noreferrer\">l</a>"),
            ("<b\n>x", "<b>x</b>"), ("<ScRiPt>x</sCrIpT>y", "y"), ("<p", "&lt;p"),
        ])
    func tags(text: String, html: String) { #expect(SafeHTML.html(text) == html) }

    @Test("long titles are cut in what is told, and many variables are looked through")
    func lengths() throws {
        let title = times("t", 100_000)
        let long = try Dashboard.read(#"{"panels": [{"type": "acme", "title": "\#(title)"}]}"#, path: "t")
        #expect(long.losses.count == 1 && (long.losses.first?.text.count ?? 0) <= 300)
        let variables = (0..<2_000).map {
            "{\"name\": \"v\($0)\", \"query\": \"label_values(up{a='$v\($0 + 1)'}, b)\"}"
        }
        let json = "{\"panels\": [], \"templating\": {\"list\": [\(variables.joined(separator: ","))]}}"
        #expect(try Dashboard.read(json, path: "t").dashboard.variables.count == 2_000)
    }

    @Test(
        "a regular expression that no browser reads is told, and all others are not",
        arguments: [
            ("/(a/", "has no \")\""), ("a)", "has no \"(\""), ("/[a/", "has no \"]\""), ("*a", "to repeat"),
            ("/a**/", "to repeat"),
            ("a\\", "ends with"), ("/a|+b/i", "to repeat"),
        ])
    func patterns(text: String, hint: String) {
        #expect(PatternText.problem(of: text)?.contains(hint) == true, "\(text)")
    }

    @Test(
        "what real files have is read",
        arguments: [
            "", "/.*instance=\"([^\"]*)\".*/", "/^(?<text>.+?):(?<value>\\d+)$/", "(?:a|b)*", "/[(*]+/", "/\\(a\\)/g",
            "/a{2,3}?/",
            "/^(?!ram|loop).*$/", "[^:]+", "/.*{a=\"(.+?)\"}.*/",
        ])
    func goodPatterns(text: String) { #expect(PatternText.problem(of: text) == nil) }

    @Test("what is read otherwise than it is written is told at its place")
    func oddities() throws {
        let json = """
            {"uid": "a", "uid": "b",
             "panels": [{"type": "stat", "title": "P", "gridPos": {"x": -1, "w": "wide"},
              "fieldConfig": {"defaults": {"decimals": "two", "max": ""}}}],
             "templating": {"list": [{"name": "a", "query": "metrics($b)"}, {"name": "b", "query": "metrics([[a]])"}]}}
            """
        let reading = try Dashboard.read(json, path: "t")
        let told = reading.losses.map { "\($0.line):\($0.column) \($0.text)" }
        for (place, hint) in [
            ("1:21", "second time"), ("2:61", "outside of the grid"), ("2:70", "is no number"),
            ("3:44", "is no number"),
            ("4:26", "\"a\" needs itself"), ("4:65", "\"b\" needs itself"),
        ] { #expect(told.contains { $0.hasPrefix(place + " ") && $0.contains(hint) }, "\(place) \(hint): \(told)") }
        #expect(told.count == 6 && reading.dashboard.uid == "b", "\(told)")
    }
}

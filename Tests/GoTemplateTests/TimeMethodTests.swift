import Foundation
import Testing

@testable import GoTemplate

/// Times and durations answer as Go's; the wanted texts are Go's own.
@Suite("Methods of times and durations")
struct TimeMethodTests {
    static let cases: [(text: String, want: String)] = [
        (#"{{ (.t.Add 25200e9).Format "15:04" }}"#, "20:53"),
        (#"{{ (.t.Add 25200000000000).Format "15:04" }}"#, "20:53"),
        (#"{{ (.t.Add -3.6e12).Format "15:04" }}"#, "12:53"), (#"{{ (.t.Add (since .t)).Unix }}"#, "1426085600"),
        (#"{{ .t.Truncate 60000000000 }}"#, "2015-03-11 13:53:00 +0000 UTC"),
        (#"{{ .t.Round 3600e9 }}"#, "2015-03-11 14:00:00 +0000 UTC"),
        (
            #"{{ (.t.AddDate 0 0 1).Format "02.01." }} {{ (.t.AddDate 1 -3 25).Format "2006-01-02" }}"#,
            "12.03. 2016-01-05"
        ),
        (#"{{ ((tz "Europe/Paris" .t).AddDate 0 1 0).Format "15:04 -0700" }}"#, "14:53 +0200"),
        (#"{{ .t.Sub .zero }} {{ .zero.Sub .t }}"#, "2562047h47m16.854775807s -2562047h47m16.854775808s"),
        (#"{{ (.zero.Sub .t).Round 1000000000 }}"#, "-2562047h47m16.854775808s"),
        (#"{{ (.zero.Add 25200e9).Format "2006-01-02 15:04" }} {{ .zero.IsZero }}"#, "0001-01-01 07:00 true"),
        (
            #"{{ (since .t).Round 3600e9 }} {{ (since .t).Truncate 7e11 }} {{ (.t.Sub (.t.Add 1500e6)).Abs }}"#,
            "1h0m0s 58m20s 1.5s"
        ),
        (
            #"{{ .t.Month }} {{ printf "%02d" .t.Month }} {{ if eq .t.Weekday 3 }}mid{{ end }} {{ .t.Weekday }}"#,
            "March 03 mid Wednesday"
        ),
        (#"{{ .t.Compare .zero }} {{ .t.Nanosecond }} {{ .t.UnixMicro }}"#, "1 500000000 1426082000500000"),
    ]

    @Test("a constant becomes what a method wants", arguments: cases)
    func methods(text: String, want: String) throws {
        let functions = NotificationFunctions.table(now: 1_426_085_600_500)
        let data = TemplateValue.map(
            TemplateMap([
                "t": .time(TemplateTime(milliseconds: 1_426_082_000_500)),
                "zero": .time(TemplateTime(nanoseconds: nil)),
            ]))
        #expect(try Template(text, name: "t", functions: functions).execute(data) == want)
    }

    @Test(
        "what no constant can become is an error in Go's words",
        arguments: ["{{ .t.Add 1.5 }}", #"{{ .t.Add "1h" }}"#, "{{ .t.AddDate 0 1 }}", "{{ .t.Sub 3 }}"])
    func refused(text: String) throws {
        let data = TemplateValue.map(TemplateMap(["t": .time(TemplateTime(milliseconds: 0))]))
        let error = #expect(throws: TemplateError.self) { try Template(text, name: "t").execute(data) }
        #expect(error?.reason.contains("wrong") == true, "\(String(describing: error))")
    }
}

/// Values in pages, made harmless for their place.
@Suite("Values in pages")
struct HTMLContextTests {
    static let cases: [(page: String, value: String, want: String)] = [
        (#"<a href="{{ . }}">x</a>"#, "javascript:alert(1)", ##"<a href="#ZgotmplZ">x</a>"##),
        (#"<a href="{{ . }}">x</a>"#, " jAvAsCrIpT:alert(1)", ##"<a href="#ZgotmplZ">x</a>"##),
        (#"<a href="{{ . }}">x</a>"#, "data:text/html,x", ##"<a href="#ZgotmplZ">x</a>"##),
        (#"<a href="{{ . }}">x</a>"#, "https://w.test/a?b=1&c=2", #"<a href="https://w.test/a?b=1&amp;c=2">x</a>"#),
        (#"<a href='{{ . }}'>"#, "http://w.test/'onload='x", "<a href='http://w.test/%27onload=%27x'>"),
        (
            #"<a title="a" href={{ . }}>"#, "http://w.test/ onload=x",
            "<a title=\"a\" href=http://w.test/%20onload&#61;x>"
        ),
        (#"<a href="/p?q={{ . }}">"#, "a b&c=\"", #"<a href="/p?q=a%20b%26c%3d%22">"#),
        (#"<a href="/p?q={{ . | urlquery }}">"#, "a b", #"<a href="/p?q=a&#43;b">"#),
        (#"<IMG SRC = "{{ . }}">"#, "vbscript:x", ##"<IMG SRC = "#ZgotmplZ">"##),
        (
            #"<p title="{{ . }}">{{ . }}</p>"#, #"<"'&+>"#,
            "<p title=\"&lt;&#34;&#39;&amp;&#43;&gt;\">&lt;&#34;&#39;&amp;&#43;&gt;</p>"
        ),
        (#"<p title={{ . }}>"#, "a b=c", "<p title=a&#32;b&#61;c>"),
        (#"<p style="color:{{ . }}">"#, "red", #"<p style="color:red">"#),
        (#"<p style="width:{{ . }}">"#, "expression(alert(1))", #"<p style="width:ZgotmplZ">"#),
        (#"<p style="background:{{ . }}">"#, "url(javascript:x)", #"<p style="background:ZgotmplZ">"#),
        (#"<p onclick="f({{ . }})">"#, "x\");alert(1)//", #"<p onclick="f(&#34;x\&#34;);alert(1)//&#34;)">"#),
        (
            "<script>f('{{ . }}')</script>{{ . }}", "'</script>",
            #"<script>f('\'\u003C/script\u003E')</script>&#39;&lt;/script&gt;"#
        ),
        ("<p {{ . }}>", "onclick=x", "<p ZgotmplZ>"),
        ("<title>{{ . }}</title>", "</title><b>", "<title>&lt;/title&gt;&lt;b&gt;</title>"),
        (#"<p title="{{ . | html }}">{{ . | html }}"#, "<", #"<p title="&lt;">&lt;"#),
        ("a < b {{ . }}", "<i>", "a < b &lt;i&gt;"),
    ]

    @Test("a value is escaped by its place, and a link leads to a page or nowhere", arguments: cases)
    func places(page: String, value: String, want: String) throws {
        let template = try Template(page, name: "page", functions: NotificationFunctions.table(now: 0))
        #expect(try template.execute(.string(value), escapesHTML: true) == want)
    }

    @Test("what the author trusts is not escaped, and links of his are not judged")
    func trusted() throws {
        let functions = NotificationFunctions.table(now: 0)
        func expand(_ page: String, _ value: String) throws -> String {
            try Template(page, name: "page", functions: functions).execute(.string(value), escapesHTML: true)
        }
        #expect(
            try expand("{{ . | safeHtml }}<a href=\"{{ . }}\">", "<b title='x'>")
                == "<b title='x'><a href=\"%3cb%20title=%27x%27%3e\">")
        #expect(try expand(#"<p title="{{ . | safeHtml }}">"#, "<b>\"x\"</b>&amp;") == #"<p title="&#34;x&#34;&amp;">"#)
        #expect(try expand(#"<a href="{{ . | safeUrl }}">"#, "tel:+84 1") == #"<a href="tel:&#43;84%201">"#)
    }

    @Test(
        "an address of a page is told from what only looks like one",
        arguments: [
            ("http://w.test/x?y#z", true), ("HTTPS://w.test", true), ("javascript:alert(1)//http://w.test", false),
            ("http://w.test/\"onclick=x", false), ("//w.test", false), ("", false), ("http://w.test/a b", false),
        ])
    func web(text: String, isWeb: Bool) { #expect(LinkScheme.isWeb(text) == isWeb) }
}

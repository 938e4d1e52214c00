import GoTemplate
import Testing

@Suite("Go templates")
struct TemplateTests {
    static let data = TemplateValue.map(
        TemplateMap([
            "name": "cam-1", "fps": .number(9.8), "count": .integer(3), "empty": "", "tags": .list(["a", "b", "c"]),
            "labels": .texts(["zone": "gate", "camera_id": "cam-1"]), "yes": .bool(true),
            "time": .time(TemplateTime(milliseconds: 1_426_082_000_500)), "numbers": .list([.integer(1), .integer(2)]),
        ]))

    static let expansions: [(text: String, want: String)] = [
        ("plain", "plain"),
        ("{{.name}} at {{ .fps }}", "cam-1 at 9.8"),
        ("a {{- .name -}} b", "acam-1b"),
        ("a {{/* nothing */}} b", "a  b"),
        ("a {{- /* nothing */ -}} b", "ab"),
        ("{{ .missing }}|{{ .labels.missing }}|{{ .labels.zone }}", "<no value>||gate"),
        ("{{ if .empty }}x{{ else if .yes }}y{{ else }}z{{ end }}", "y"),
        ("{{ if and .yes .name }}both{{ end }}{{ if or .empty .name }} one{{ end }}", "both one"),
        ("{{ if not .empty }}not{{ end }}", "not"),
        ("{{ range $i, $tag := .tags }}{{ if $i }}, {{ end }}{{ $i }}={{ $tag }}{{ end }}", "0=a, 1=b, 2=c"),
        ("{{ range .labels }}{{ . }} {{ end }}", "cam-1 gate "),
        ("{{ range $name, $value := .labels }}{{ $name }}:{{ $value }};{{ end }}", "camera_id:cam-1;zone:gate;"),
        ("{{ range .none }}x{{ else }}nobody{{ end }}", "nobody"),
        ("{{ range .tags }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}{{ end }}", "ac"),
        ("{{ range .tags }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ with .labels }}{{ .zone }}{{ end }}{{ with .empty }}x{{ else }}y{{ end }}", "gatey"),
        ("{{ with $x := .name }}{{ $x }}{{ end }}", "cam-1"),
        ("{{ $x := 1 }}{{ if .yes }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if .yes }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        ("{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" .name }}", "<cam-1>"),
        ("{{ block \"b\" .name }}[{{ . }}]{{ end }}{{ template \"b\" 1 }}", "[cam-1][1]"),
        ("{{ .name | printf \"%s-%s\" \"x\" | len }}", "7"),
        ("{{ printf \"%s %v %d %.2f %q %x\" .name .yes .count .fps .name .count }}", "cam-1 true 3 9.80 \"cam-1\" 3"),
        ("{{ printf \"%5d|%-5d|%05d|%+d|%x|%X\" 42 42 42 42 \"hi\" 255 }}", "   42|42   |00042|+42|6869|FF"),
        ("{{ printf \"%d %s\" .fps 3 }}", "%!d(float64=9.8) %!s(int=3)"),
        ("{{ printf \"%d\" }}{{ printf \"x\" 1 }}", "%!d(MISSING)x%!(EXTRA int=1)"),
        ("{{ printf \"%[2]d %[1]d\" 1 2 }}", "2 1"),
        ("{{ printf \"%[-9223372036854775808]d\" 1 | len | lt 0 }}", "true"),
        ("{{ printf \"%[9223372036854775807]*d\" 1 | len | lt 0 }}", "true"),
        ("{{ printf \"%6.2f|%e|%g\" .fps .fps .fps }}", "  9.80|9.800000e+00|9.8"),
        ("{{ printf \"%v %v\" .tags .labels }}", "[a b c] map[camera_id:cam-1 zone:gate]"),
        ("{{ printf \"%[2]s %[1]s %%\" \"a\" \"b\" }}", "b a %"),
        ("{{ index .tags 1 }}{{ index .labels \"zone\" }}{{ index .labels \"no\" }}", "bgate"),
        ("{{ slice .name 0 3 }}{{ slice .tags 1 }}", "cam[b c]"),
        ("{{ len .tags }} {{ len .name }}", "3 5"),
        (
            "{{ eq 1 2 1 }} {{ ne \"a\" \"b\" }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1.5 2.5 }} {{ ge .fps 9.8 }}",
            "true true true true false true"
        ),
        ("{{ print 1 2 \"a\" \"b\" 3 }}|{{ println 1 \"a\" }}", "1 2ab3|1 a\n"),
        ("{{ html \"<a href='x'>&\" }} {{ urlquery \"a b&c\" }}", "&lt;a href=&#39;x&#39;&gt;&amp; a+b%26c"),
        ("{{ \"\\\"quoted\\\"\\n\\u00e9\" }}{{ `raw\\n` }}{{ 'a' }}", "\"quoted\"\né" + "raw\\n" + "97"),
        ("{{ 0x1F }} {{ 1e3 }} {{ 1_000 }} {{ -2.5 }} {{ 1.0 }}", "31 1000 1000 -2.5 1"),
        ("{{ (index .tags 0) }}{{ (.labels).zone }}", "agate"),
        ("{{ $.name }}{{ range .tags }}{{ $.count }}{{ end }}", "cam-1333"),
        ("{{ .time }}", "2015-03-11 13:53:20.5 +0000 UTC"),
        ("{{ .time.Format \"Mon Jan 2 15:04:05 MST 2006\" }}", "Wed Mar 11 13:53:20 UTC 2015"),
        ("{{ .time.Format \"2006-01-02T15:04:05.000Z07:00 3:4PM\" }}", "2015-03-11T13:53:20.500Z 1:53PM"),
        ("{{ .time.Unix }} {{ .time.Year }} {{ .time.Weekday }}", "1426082000 2015 Wednesday"),
        ("{ {{ .name }} } }} {", "{ cam-1 } }} {"),
    ]

    @Test("templates expand as Go expands them", arguments: expansions)
    func expansion(text: String, want: String) throws {
        #expect(try Template(text, name: "t").execute(Self.data) == want)
    }

    static let refusals: [(text: String, line: Int, column: Int, reason: String)] = [
        ("{{ .a", 1, 1, "no end"),
        ("a\n  {{ nothing }}", 2, 6, "function \"nothing\" not defined"),
        ("{{ if .a }}x", 1, 1, "{{end}} is missing"),
        ("{{ end }}", 1, 1, "unexpected {{end}}"),
        ("{{ $x }}", 1, 4, "undefined variable"),
        ("{{ \"abc }}", 1, 4, "no end"),
        ("{{ }}", 1, 1, "missing value"),
        ("{{ .a | }}", 1, 7, "missing value"),
        ("{{ break }}", 1, 1, "outside"),
        ("{{ 1 | 2 }}", 1, 8, "constant"),
        ("{{ (.a }}", 1, 5, "right parenthesis"),
        ("{{/* x }}", 1, 1, "comment has no end"),
    ]

    @Test("what is wrong is said with line and column", arguments: refusals)
    func refusal(text: String, line: Int, column: Int, reason: String) {
        let error = #expect(throws: TemplateError.self) { try Template(text, name: "t") }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        "a wrong definition within a block with variables is refused, and ends nothing",
        arguments: ["if $x := 1", "with $x := 1", "range $x, $y := .list", "range .list"],
        ["{{ define \"t\" }}", "{{ block \"t\" . }}"])
    func definitionInBlock(block: String, definition: String) throws {
        let wrong = ["", "{{ nothing }}", "{{ else }}", "{{ $x }}{{ end }}{{ end }}", "{{ break }}{{ end }}{{ end }}"]
        for rest in wrong {
            let text = "{{ $a := 1 }}{{ \(block) }}\(definition)\(rest)"
            #expect(throws: TemplateError.self, "\(text)") { try Template(text, name: "t") }
        }
        // And the block's own variables are in sight again behind a sound one.
        let own = block.contains("$x") ? "{{ $x }}" : ""
        let text = "{{ \(block) }}\(definition)a{{ end }}\(own){{ end }}"
        #expect(throws: Never.self, "\(text)") { try Template(text, name: "t") }
    }

    static let failures: [(text: String, reason: String)] = [
        ("{{ gt .fps 9 }}", "incompatible types for comparison"),
        ("{{ .name.x }}", "can't evaluate field x in type string"),
        ("{{ template \"no\" }}", "template \"no\" not defined"),
        ("{{ define \"t\" }}{{ template \"t\" }}{{ end }}{{ template \"t\" }}", "too deeply"),
        ("{{ index .tags 9 }}", "index out of range: 9"),
        ("{{ range .fps }}{{ end }}", "range can't iterate over 9.8"),
        ("{{ range 400000 }}{{ range 999 }}x{{ end }}{{ end }}", "too much"),
        ("{{ range 99999 }}{{ range 99999 }}{{ end }}{{ end }}", "too much"),
        (long + String(repeating: "{{ $x = print $x $x }}", count: 50), "too much"),
        (long + String(repeating: "{{ $x = printf \"%s%s\" $x $x }}", count: 50), "too much"),
        (long + String(repeating: "{{ $x = html $x $x }}", count: 50), "too much"),
        (long + String(repeating: "{{ $x = reReplaceAll \"x|&\" \"$0$0&\" $x }}", count: 50), "too much"),
        (long + "{{ range 100000 }}{{ $x = args $x }}{{ end }}{{ $x }}", "too deeply"),
        (long + String(repeating: "{{ $x = args $x $x }}", count: 15) + "{{ $x }}{{ $x }}{{ $x }}", "too much"),
    ]

    /// Begins with a text that a browser would want escaped.
    private static let long = "{{ $x := \"x&" + String(repeating: "x", count: 200) + "\" }}"
    private static let everything = PrometheusFunctions.table(externalURL: "http://localhost", now: 0) { _ in [] }

    @Test("what fails while expanding names the cause", arguments: failures)
    func failure(text: String, reason: String) throws {
        let template = try Template(text, name: "t", functions: Self.everything)
        for escapes in [false, true] {
            let error = #expect(throws: TemplateError.self) { try template.execute(Self.data, escapesHTML: escapes) }
            #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test("in HTML, texts are escaped and markup is not")
    func html() throws {
        let functions = NotificationFunctions.table(now: 0)
        let template = try Template(
            "<p title=\"{{ . }}\">{{ . }}{{ safeHtml \"<b>\" }}</p>", name: "t", functions: functions)
        #expect(
            try template.execute("a<\"b\">", escapesHTML: true)
                == "<p title=\"a&lt;&#34;b&#34;&gt;\">a&lt;&#34;b&#34;&gt;<b></p>")
    }

    @Test("a set's templates are called from others, and later ones replace earlier ones")
    func sets() throws {
        var set = TemplateSet(functions: .builtIn)
        try set.add("{{ define \"greet\" }}Hi {{ . }}{{ end }}", name: "one")
        #expect(try Template("{{ template \"greet\" . }}", name: "t").execute("you", set: set) == "Hi you")
        try set.add("{{ define \"greet\" }}Hello {{ . }}{{ end }}", name: "two")
        #expect(try Template("{{ template \"greet\" . }}", name: "t").execute("you", set: set) == "Hello you")
    }

    static let comments: [(page: String, shown: String)] = [
        ("a<!-- for authors -->b", "ab"), ("a<!--{{ .X }}-->b<!---->c", "abc"), ("a<!-- open", "a"),
        ("<style><!-- p {} --></style><p>", "<style><!-- p {} --></style><p>"),
        ("<title>a <!-- b --></title><!-- c -->", "<title>a <!-- b --></title>"),
        ("<!DOCTYPE html>x", "<!DOCTYPE html>x"),
        ("{{ .X }}", "1 &lt; 2 &lt;!-- --&gt;"),
    ]

    @Test("a page's comments are left out, as html/template does", arguments: comments)
    func htmlComments(page: String, shown: String) throws {
        let data = TemplateValue.map(TemplateMap(["X": .string("1 < 2 <!-- -->")], missing: nil))
        let template = try Template(page, name: "page", functions: .builtIn)
        #expect(try template.execute(data, escapesHTML: true) == shown)
        if !page.contains("{{") { #expect(try template.execute(data, escapesHTML: false) == page) }
    }
}

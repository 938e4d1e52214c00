import GoTemplate
import Model
import Testing

@Suite("Template functions")
struct FunctionTests {
    static let numbers: [(Double, String)] = [
        (2.388888888888889, "2.388888888888889"), (1_000_000, "1e+06"), (9.8, "9.8"), (0, "0"), (-0.0, "-0"),
        (100_000, "100000"), (999_999, "999999"), (1_234_567, "1.234567e+06"), (0.0001, "0.0001"),
        (0.00001, "1e-05"), (1e21, "1e+21"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        (123.456, "123.456"), (2.5e-300, "2.5e-300"), (0.1 + 0.2, "0.30000000000000004"), (100, "100"),
        (1.5e300, "1.5e+300"),
    ]

    @Test("a float prints as Go's %v", arguments: numbers)
    func number(value: Double, want: String) throws {
        let template = try RuleTemplate("{{ $value }}", name: "t")
        #expect(try template.expand(.init(labels: .empty, value: value, now: 0)) == want)
    }

    static let expansions: [(text: String, value: Double, want: String)] = [
        ("{{ $value | humanize }}", 1_234_567, "1.235M"),
        ("{{ humanize $value }}", 0.00123, "1.23m"),
        ("{{ humanize $value }}", 0, "0"),
        ("{{ humanize $value }}", 999.99, "1000"),
        ("{{ humanize \"1500\" }}", 0, "1.5k"),
        ("{{ humanize $value }}", -.infinity, "-Inf"),
        ("{{ humanize1024 $value }}", 1_610_612_736, "1.5Gi"),
        ("{{ humanize1024 $value }}", 1, "1"),
        ("{{ humanizePercentage $value }}", 0.07321, "7.321%"),
        ("{{ humanizeDuration $value }}", 93_784, "1d 2h 3m 4s"),
        ("{{ humanizeDuration $value }}", 3_600, "1h 0m 0s"),
        ("{{ humanizeDuration $value }}", 899, "14m 59s"),
        ("{{ humanizeDuration $value }}", 59.5, "59.5s"),
        ("{{ humanizeDuration $value }}", 0.012345, "12.35ms"),
        ("{{ humanizeDuration $value }}", 0, "0s"),
        ("{{ humanizeDuration $value }}", -300, "-5m 0s"),
        ("{{ humanizeTimestamp $value }}", 1_435_065_584.128, "2015-06-23 13:19:44.128 +0000 UTC"),
        ("{{ humanizeTimestamp $value }}", 1_435_065_584.123456, "2015-06-23 13:19:44.123 +0000 UTC"),
        ("{{ ($value | toTime).Year }}", 1_435_065_584, "2015"),
        ("{{ parseDuration \"1h30m\" }}", 0, "5400"),
        ("{{ $labels.camera_id | toUpper }}-{{ .Labels.zone | title }}", 0, "CAM-1-North Gate"),
        ("{{ $labels.nothing }}|{{ $externalLabels.site }}|{{ $externalURL }}", 0, "|hcm|http://host/w/"),
        ("{{ match \"cam-.*\" $labels.camera_id }}", 0, "true"),
        ("{{ reReplaceAll \"([a-z]+)-([0-9]+)\" \"$2_${1}x\" $labels.camera_id }}", 0, "camx"),
        ("{{ reReplaceAll \"x*\" \"-\" \"abc\" }}", 0, "-a-b-c-"),
        ("{{ stripPort \"node:9100\" }} {{ stripPort \"[::1]:9100\" }} {{ stripPort \"node\" }}", 0, "node ::1 node"),
        (
            "{{ stripDomain \"node.example.org:9100\" }} {{ stripDomain \"10.0.0.1:9100\" }}", 0,
            "node:9100 10.0.0.1:9100"
        ),
        ("{{ graphLink \"up == 0\" }} {{ pathPrefix }}", 0, "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /w"),
        ("{{ with query \"up\" }}{{ . | first | value }} {{ . | first | label \"instance\" }}{{ end }}", 0, "1 b"),
        (
            "{{ range query \"up\" | sortByLabel \"instance\" }}{{ .Labels.instance }}={{ .Value }};{{ end }}", 0,
            "a=0;b=1;"
        ),
        ("{{ define \"x\" }}{{ .arg0 }}+{{ .arg1 }}{{ end }}{{ template \"x\" (args 1 \"b\") }}", 0, "1+b"),
        ("{{ define \"x\" }}<{{ . }}>{{ end }}{{ tmpl \"x\" 5 }}", 0, "<5>"),
        ("{{ printf \"%.1f\" $value }}%", 95.46, "95.5%"),
        ("FPS is {{ $value }}, well under", 14.2, "FPS is 14.2, well under"),
    ]

    @Test("rules' functions answer as Prometheus'", arguments: expansions)
    func rule(text: String, value: Double, want: String) throws {
        let context = RuleTemplate.Context(
            labels: ["camera_id": "cam-1", "zone": "north gate"], value: value, externalLabels: ["site": "hcm"],
            externalURL: "http://host/w/", now: 0,
            query: { _ in
                [.init(labels: ["instance": "b"], value: 1), .init(labels: ["instance": "a"], value: 0)]
            })
        #expect(try RuleTemplate(text, name: "t").expand(context) == want)
    }

    @Test("a query that fails or finds nothing is named with its place")
    func queryFails() throws {
        let template = try RuleTemplate("a\n{{ query \"up\" | first | value }}", name: "summary")
        let error = #expect(throws: TemplateError.self) {
            try template.expand(.init(labels: .empty, value: 1, now: 0))
        }
        #expect(
            error?.description
                == "cannot expand template summary:2:17: error calling first: first() called on vector with no elements"
        )
    }

    static let notifications: [(text: String, want: String)] = [
        ("{{ join \", \" (stringSlice \"a\" \"b\") }}", "a, b"),
        ("{{ trimSpace \"  x \" }}|{{ urlUnescape \"a%20b+c\" }}", "x|a b c"),
        ("{{ date \"15:04\" .t }} {{ .t | tz \"Asia/Ho_Chi_Minh\" | date \"15:04 -0700\" }}", "13:53 20:53 +0700"),
        ("{{ .t | tz \"Europe/Paris\" | date \"2006-01-02 15:04 -0700\" }}", "2015-03-11 14:53 +0100"),
        ("{{ since .t }} {{ since .t | humanizeDuration }}", "1h0m0s 1h 0m 0s"),
        ("{{ (since .t).Minutes }}", "60"),
        ("{{ .m | toJson }}", "{\"a\":\"<\",\"b\":1}".replacing("<", with: "\\u003c")),
    ]

    @Test("notifications' functions answer as Alertmanager's", arguments: notifications)
    func notification(text: String, want: String) throws {
        let functions = NotificationFunctions.table(now: 1_426_085_600_000)
        let data = TemplateValue.map(
            TemplateMap([
                "t": .time(TemplateTime(milliseconds: 1_426_082_000_000)),
                "m": .map(TemplateMap(["a": "<", "b": .integer(1)])),
            ]))
        #expect(try Template(text, name: "t", functions: functions).execute(data) == want)
    }
}

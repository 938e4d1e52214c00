import Dashboards
import Testing

@Suite("What of a file is not drawn, and what cannot be read")
struct LossTests {
    @Test("each loss has its line and column")
    func losses() throws {
        let json = """
            {"panels": [
              {"id": 1, "type": "news", "title": "N"},
              {"id": 2, "type": "stat", "title": "L", "datasource": {"type": "loki"}, "targets": [{"expr": "{a=\\"b\\"}"}]},
              {"id": 3, "type": "table", "title": "T", "targets": [{"expr": "up"}],
               "transformations": [{"id": "histogramOfOld"}, {"id": "merge"}, {"id": "x", "disabled": true}]},
              7]}
            """
        let reading = try Dashboard.read(json, path: "t.json")
        #expect(reading.losses.map(\.line) == [2, 3, 5, 6] && reading.losses.map(\.column) == [3, 3, 24, 3])
        for (loss, hint) in zip(reading.losses, ["news", "loki", "histogramOfOld", "no object"]) {
            #expect(loss.text.contains(hint), "\(loss.text)")
        }
        #expect(reading.dashboard.panels.map(\.type) == [.placeholder, .placeholder, .table])
        #expect(reading.dashboard.panels.map(\.title) == ["N", "L", "T"])
        #expect(reading.dashboard.panels[2].transformations.map(\.id) == ["merge"])
    }

    @Test(
        "each kind of panel is drawn, or stands in its place",
        arguments: [
            ("timeseries", Panel.Kind.timeseries), ("graph", .timeseries), ("stat", .stat), ("singlestat", .stat),
            ("gauge", .gauge), ("bargauge", .bargauge), ("table", .table), ("table-old", .table), ("text", .text),
            ("piechart", .piechart), ("state-timeline", .stateTimeline), ("status-history", .placeholder),
            ("heatmap", .placeholder), ("histogram", .placeholder), ("nodeGraph", .placeholder),
            ("alertlist", .placeholder),
            ("", .placeholder),
        ])
    func kinds(type: String, kind: Panel.Kind) throws {
        let json = #"{"panels": [{"id": 1, "type": "\#(type)", "title": "p", "targets": [{"expr": "up"}]}]}"#
        let reading = try Dashboard.read(json, path: "t.json")
        #expect(reading.dashboard.panels.map(\.type) == [kind] && reading.dashboard.panels.map(\.title) == ["p"])
        #expect(reading.losses.isEmpty == (kind != .placeholder))
        #expect((reading.dashboard.panels[0].notDrawn == nil) == (kind != .placeholder))
    }

    @Test(
        "logs ask our search where the query is one of words, and are named where it is none",
        arguments: [
            (#"{"query": "level:error", "datasource": {"type": "elasticsearch"}}"#, Panel.Kind.logs, "level:error"),
            (#"{"query": "a"}"#, .logs, "a"),
            (#"{"expr": "{a=\"b\"}", "datasource": {"type": "loki"}}"#, .placeholder, nil),
        ] as [(String, Panel.Kind, String?)])
    func logs(target: String, kind: Panel.Kind, query: String?) throws {
        let panels = try Dashboard.read(#"{"panels": [{"type": "logs", "targets": [\#(target)]}]}"#, path: "t")
            .dashboard.panels
        #expect(panels.map(\.type) == [kind] && panels[0].options.logQuery == query)
    }

    @Test(
        "what of a panel is not had here is told",
        arguments: [
            (#""type": "text", "content": "![logo](https://e.org/l.png)""#, "pictures"),
            (#""type": "text", "mode": "html", "content": "<a><img src='/l.png'></a>""#, "pictures"),
            (#""type": "graph", "alert": {"conditions": []}"#, "alert of Grafana"),
            (#""type": "graph", "timeRegions": [{"op": "time"}]"#, "times of the day"),
            (#""type": "graph", "timeRegions": [], "alert": null"#, nil),
            (#""type": "stat", "options": {"showPercentChange": true}"#, "percent"),
            (#""type": "stat", "options": {"showPercentChange": false}"#, nil),
            (
                #""type": "table", "fieldConfig": {"defaults": {"custom": {"cellOptions": {"type": "sparkline"}}}}"#,
                "lines in cells"
            ),
            (
                #""type": "table", "fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "custom.cellOptions", "value": {"type": "sparkline"}}]}]}"#,
                "lines in cells"
            ),
            (
                #""type": "timeseries", "fieldConfig": {"defaults": {"custom": {"scaleDistribution": {"type": "symlog"}}}}"#,
                "symlog"
            ),
            (#""type": "text", "content": "no [picture](/a), a!""#, nil),
            (#""type": "stat", "alert": {"conditions": []}"#, "alert of Grafana"),
            (
                #""type": "table", "fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "custom.displayMode", "value": "image"}, {"id": "custom.width", "value": 9}]}]}"#,
                "cells of the kind \"image\""
            ),
            (#""type": "table", "fieldConfig": {"defaults": {"custom": {"displayMode": "basic"}}}"#, nil),
            (
                #""type": "table", "fieldConfig": {"defaults": {"custom": {"cellOptions": {"type": "pill"}}}}"#,
                "\"pill\""
            ),
            (
                #""type": "timeseries", "fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "custom.scaleDistribution", "value": {"type": "symlog"}}]}]}"#,
                "symlog"
            ),
            (#""type": "stat", "options": {"reduceOptions": {"calcs": ["kurtosis"]}}"#, "kurtosis"),
            (#""type": "table", "options": {"footer": {"show": true, "reducer": ["skew"]}}"#, "skew"),
            (
                #""type": "table", "transformations": [{"id": "timeSeriesTable", "options": {"A": {"stat": "skew"}}}]"#,
                "skew"
            ),
            (#""type": "timeseries", "options": {"legend": {"calcs": ["current", "p95", "skew", "logmin"]}}"#, "skew"),
            (#""type": "piechart", "options": {"legend": {"values": ["percent"], "calcs": []}}"#, nil),
            (
                #""type": "table", "transformations": [{"id": "groupBy", "options": {"fields": {"a": {"operation": "aggregate", "aggregations": ["mode"]}}}}]"#,
                "\"mode\""
            ),
            (
                #""type": "table", "transformations": [{"id": "reduce", "options": {"reducers": ["max", "top"]}}]"#,
                "\"top\""
            ),
            (
                #""type": "graph", "yaxes": [{}, {}], "thresholds": [{"value": 1, "yaxis": "right"}]"#,
                "limits of the right axis"
            ),
            (
                #""type": "text", "options": {"mode": "html", "content": "<p>a</p><iframe src='/x'></iframe><SVG><g></g></SVG><iframe></iframe>"}"#,
                "<iframe>, <svg> of its text"
            ),
            (#""type": "text", "options": {"mode": "code", "content": "<iframe src='/x'>"}"#, nil),
            (#""type": "text", "options": {"content": "`<iframe>` <font>a</font>"}"#, nil),
            (#""type": "text", "options": {"content": "a\n\n<video src='/x'></video>"}"#, "<video>"),
            (#""type": "graph", "datasource": "InfluxDB", "targets": [{"measurement": "cpu"}]"#, "\"InfluxDB\""),
            (#""type": "graph", "datasource": "a", "targets": [{"target": "servers.*"}]"#, "\"a\""),
            (#""type": "graph", "datasource": "a", "targets": [{"expr": "\n"}, {"expr": "up", "target": ""}]"#, nil),
            (#""type": "graph", "datasource": "a", "targets": [{"refId": "A", "hide": true}]"#, nil),
        ] as [(String, String?)])
    func parts(words: String, told: String?) throws {
        let losses = try Dashboard.read(#"{"panels": [{"title": "p", \#(words)}]}"#, path: "t").losses
        #expect(losses.count == (told == nil ? 0 : 1) && losses.allSatisfy { $0.text.contains(told ?? "?") })
    }

    @Test(
        "a panel of which no query is read stands in its place, with the reason",
        arguments: [
            (
                #""datasource": "Mixed", "targets": [{"expr": "up", "hide": true}, {"datasource": "__expr__", "type": "math", "expression": "$A"}]"#,
                "__expr__"
            ),
            (
                #""datasource": {"type": "prometheus"}, "targets": [{"datasource": {"uid": "__expr__"}, "type": "reduce"}]"#,
                "__expr__"
            ),
            (#""datasource": "-- Grafana --", "targets": [{"refId": "A"}]"#, "-- Grafana --"),
            (#""datasource": {"type": "datasource", "uid": "grafana"}, "targets": [{"queryType": "list"}]"#, "grafana"),
            (#""targets": [{"queryType": "randomWalk", "refId": "A"}]"#, "randomWalk"),
            (#""targets": [{"queryType": "snapshot", "snapshot": []}]"#, "snapshot"),
            (#""datasource": "-- Dashboard --", "targets": [{"panelId": 99}]"#, "-- Dashboard --"),
            (#""datasource": {"type": "prometheus"}, "targets": [{"refId": "A"}]"#, nil),
            (#""datasource": "-- Grafana --", "targets": [{"queryType": "list", "hide": true}]"#, nil),
            (#""datasource": "-- Grafana --", "targets": []"#, nil),
        ] as [(String, String?)])
    func unread(words: String, reason: String?) throws {
        for type in ["timeseries", "graph"] {
            let reading = try Dashboard.read(#"{"panels": [{"id": 1, "type": "\#(type)", \#(words)}]}"#, path: "t")
            #expect(reading.dashboard.panels[0].notDrawn == reason)
            #expect((reading.dashboard.panels[0].type == .placeholder) == (reason != nil))
            #expect(reading.losses.count == (reason == nil ? 0 : 1))
        }
    }

    @Test(
        "a time zone of the file is told",
        arguments: [("utc", true), ("Europe/Rome", true), ("browser", false), ("", false)])
    func zone(name: String, isTold: Bool) throws {
        let json = #"{"timezone": "\#(name)", "panels": [{"type": "stat"}]}"#
        #expect(try Dashboard.read(json, path: "t").losses.contains { $0.text.contains("time zone") } == isTold)
    }

    @Test("text panels have nothing that runs")
    func text() throws {
        func html(_ mode: String, _ content: String) throws -> String? {
            let quoted = content.replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            let json = #"{"panels": [{"type": "text", "options": {"mode": "\#(mode)", "content": "\#(quoted)"}}]}"#
            return try Dashboard.read(json, path: "t").dashboard.panels.first?.options.html
        }
        let marked = try #require(try html("markdown", "# Head\n\n**b** [l](javascript:alert(1)) <script>x()</script>"))
        #expect(marked.contains("<h1>Head</h1>") && marked.contains("<strong>b</strong>"))
        #expect(!marked.contains("javascript:") && !marked.contains("<script"), "\(marked)")
        let mixed = try #require(
            try html("markdown", "## a\n<b onclick=\"x()\">b</b> ~~c~~ 1 < 2\n\n<div>d\n\n| e |\n|---|\n| <i>f |"))
        #expect(mixed.contains("<b>b</b> <del>c</del> 1 &lt; 2") && mixed.contains("<td><i>f</i></td>"), "\(mixed)")
        #expect(mixed.hasSuffix("</div>") && !mixed.contains("onclick"), "\(mixed)")
        let plain = try #require(
            try html(
                "html",
                "<p onclick=\"x()\">a<b>c</p><script>y</script><a href=\"javascript:z\">l</a><a href='/ok'>m</a><img src=x onerror=y>"
            ))
        #expect(plain == "<p>a<b>c</b></p><a>l</a><a href=\"/ok\" rel=\"noreferrer\">m</a>", "\(plain)")
        #expect(try html("code", "<b>") == "<pre><code>&lt;b&gt;</code></pre>")
        let about = try Dashboard.read(
            #"{"panels": [{"type": "graph", "description": "**a** <script>b</script>"}, {"type": "graph"}]}"#, path: "t"
        )
        #expect(about.dashboard.panels.map(\.descriptionHTML) == ["<p><strong>a</strong> </p>\n", nil])
    }

    @Test(
        "a file that is broken is told with its line and column",
        arguments: [
            ("", 1, 1, "ends before"), ("{", 1, 2, "key in quotes"), ("{\n \"panels\": [\n", 3, 1, "ends"),
            ("{\"panels\": [{]}", 1, 14, "key in quotes"), ("{\n\"title\": \"a\n\"}", 2, 12, "quote is missing"),
            ("{\"panels\": [],}", 1, 15, "key in quotes"), ("[]", 1, 1, "no dashboard"),
            ("{\"panels\": 5}", 1, 1, "no dashboard"),
            ("{\"a\": {\"panels\": []}}", 1, 1, "no dashboard"), ("<html>", 1, 1, "no value"),
            ("null", 1, 1, "no dashboard"),
            ("{\"panels\": [] \"title\": \"x\"}", 1, 15, "comma"),
        ])
    func broken(json: String, line: Int, column: Int, hint: String) {
        let error = #expect(throws: DashboardError.self) { try Dashboard.read(json, path: "dir/t.json") }
        #expect(error?.description.contains("dir/t.json") == true)
        #expect(error?.reason.contains(hint) == true, "\(error?.description ?? "")")
        #expect(error?.line == line && error?.column == column, "\(error?.description ?? "")")
    }

    @Test(
        "what has another form than Grafana writes stops nothing",
        arguments: [
            #"{"panels": [{"type": 5, "title": 7, "gridPos": "wide", "targets": {"a": 1}}]}"#,
            #"{"panels": [{"type": "stat", "gridPos": {"x": -5, "y": 1e12, "w": 1e300, "h": -4}, "targets": [1, null]}]}"#,
            #"{"panels": [{"type": "stat", "fieldConfig": [], "options": 4, "transformations": {}}], "templating": [], "time": 5}"#,
            #"{"panels": [{"type": "table", "fieldConfig": {"defaults": {"thresholds": 5, "mappings": {}, "custom": []}, "overrides": {"a": 1}}}]}"#,
            #"{"panels": [{"type": "graph", "yaxes": 4, "seriesOverrides": [5, {}], "legend": [], "thresholds": ["x"]}], "links": 5}"#,
            #"{"panels": [{"type": "row", "panels": 5}, {"type": "stat"}], "annotations": {"list": {}}}"#,
            #"{"rows": [5, {"panels": [{"type": "graph", "span": "wide"}]}], "templating": {"list": [5, {"name": 7}]}}"#,
        ])
    func otherForms(json: String) throws {
        let panels = try Dashboard.read(json, path: "t.json").dashboard.panels
        #expect(panels.count == 1)
        #expect(
            (0...23).contains(panels[0].x) && (1...24).contains(panels[0].width) && (1...200).contains(panels[0].height)
        )
    }
}

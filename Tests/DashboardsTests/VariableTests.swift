import Testing

@testable import Dashboards

@Suite("Variables of dashboards")
struct VariableTests {
    private func variable(_ json: String) throws -> (DashboardVariable?, [DashboardLoss]) {
        let reading = try Dashboard.read(#"{"templating": {"list": [\#(json)]}}"#, path: "t.json")
        return (reading.dashboard.variables.first, reading.losses)
    }

    @Test(
        "queries of each form, as a text, in an object and as a definition",
        arguments: [
            ("label_values(up, instance)", .labelValues(label: "instance", series: "up")),
            ("label_values(up{job=~\"a,b\"}, instance)", .labelValues(label: "instance", series: "up{job=~\"a,b\"}")),
            ("label_values(instance)", .labelValues(label: "instance", series: nil)),
            ("label_values({job=\"$job\"},instance)", .labelValues(label: "instance", series: "{job=\"$job\"}")),
            (" label_values( up , instance ) ", .labelValues(label: "instance", series: "up")),
            ("node_load1{job=\"$job\"}", .series("node_load1{job=\"$job\"}")), ("up", .series("up")),
            ("{job=~\"a.*\"}", .series("{job=~\"a.*\"}")), ("$metric", .series("$metric")),
            ("label_names()", .labelNames(pattern: "")), ("metrics(node_.*)", .metrics(pattern: "node_.*")),
            ("query_result(topk(5, up{a=\"b)\"}))", .result("topk(5, up{a=\"b)\"})")),
            ("label_values(sum by (a, b) (up), $label)", .labelValues(label: "$label", series: "sum by (a, b) (up)")),
        ] as [(String, DashboardVariable.Query)])
    func queries(text: String, query: DashboardVariable.Query) throws {
        let quoted = text.replacing("\"", with: "\\\"")
        for form in [
            #""query": "\#(quoted)""#, #""query": {"query": "\#(quoted)", "refId": "x"}"#,
            #""definition": "\#(quoted)""#,
        ] {
            let (read, losses) = try variable(#"{"name": "v", "type": "query", \#(form)}"#)
            #expect(read?.query == query, "\(form)")
            #expect(losses.filter { !$0.text.contains("no panels") }.isEmpty)
        }
    }

    @Test(
        "each kind",
        arguments: [
            (#"{"name": "v", "type": "custom", "query": "a, b\\,c, text : value"}"#, "custom", ["a", "b,c", "value"]),
            (
                #"{"name": "v", "type": "custom", "query": "", "options": [{"text": "A", "value": "a"}, {"value": "$__all"}]}"#,
                "custom", ["a"]
            ),
            (
                #"{"name": "v", "type": "custom", "valuesFormat": "json", "query": "[{\"text\": \"A, a\", \"value\": \"a\", \"x\": 1}, {\"value\": 2}, \"c\"]"}"#,
                "custom", ["a", "2", "c"]
            ),
            (#"{"name": "v", "type": "custom", "valuesFormat": "json", "query": "a, b"}"#, "custom", ["a", "b"]),
            (
                #"{"name": "v", "type": "interval", "query": "1m,10m", "auto": true, "auto_count": 10}"#, "interval",
                ["1m", "10m"]
            ),
            (#"{"name": "v", "type": "textbox", "query": "x"}"#, "textbox", ["x"]),
            (#"{"name": "v", "type": "constant", "query": "x"}"#, "constant", ["x"]),
            (#"{"name": "v", "type": "datasource", "query": "prometheus"}"#, "datasource", ["watchpost"]),
            (#"{"name": "v", "type": "query", "query": "label_values(a)"}"#, "query", []),
        ])
    func kinds(json: String, kind: String, values: [String]) throws {
        let read = try #require(try variable(json).0)
        #expect(read.kind.rawValue == kind && read.options.map(\.value) == values)
        if kind == "interval" { #expect(read.autoCount == 10 && read.autoMin == "10s") }
        if kind == "constant" { #expect(read.isHidden) }
    }

    @Test("what else a variable says")
    func facts() throws {
        let read = try #require(
            try variable(
                #"""
                {"name": "v", "label": "Host", "type": "query", "query": "label_values(a)", "hide": 1, "regex": "/x(.*)/",
                 "sort": 3, "includeAll": true, "allValue": ".+", "multi": true, "current": {"text": "x", "value": ["$__all"]}}
                """#
            ).0)
        #expect(read.title == "Host" && !read.hasLabel && !read.isHidden && read.regex == "/x(.*)/" && read.sort == 3)
        #expect(read.includesAll && read.allValue == ".+" && read.isMulti && read.current == ["$__all"])
        #expect(try variable(#"{"name": "v", "type": "custom", "query": "a", "hide": 2}"#).0?.isHidden == true)
    }

    @Test(
        "what is not known is told with its place",
        arguments: [
            (#"{"name": "v", "type": "adhoc"}"#, "adhoc"), (#"{"type": "custom"}"#, "no name"),
            (#"{"name": "v", "type": "query", "query": "SELECT * FROM t"}"#, "not one of Prometheus"),
        ])
    func told(json: String, hint: String) throws {
        let losses = try variable(json).1
        let loss = try #require(losses.first { $0.text.contains(hint) }, "\(losses)")
        #expect(loss.line == 1 && loss.column == 26)
    }
}

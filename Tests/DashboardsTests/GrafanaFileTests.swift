import Dashboards
import Testing

@Suite("Grafana's dashboard files")
struct GrafanaFileTests {
    @Test("panels come in reading order, with their units, thresholds and sizes")
    func panels() throws {
        let json = """
            {"uid": "u", "title": "T", "time": {"from": "now-6h", "to": "now"}, "panels": [
              {"id": 2, "type": "timeseries", "title": "second", "gridPos": {"x": 0, "y": 8, "w": 24, "h": 9},
               "targets": [{"expr": "up", "legendFormat": "{{job}}"}, {"expr": "down", "hide": true}],
               "fieldConfig": {"defaults": {"unit": "ms", "thresholds": {"steps": [{"color": "green", "value": null}, {"color": "red", "value": 50}]},
               "custom": {"thresholdsStyle": {"mode": "line"}}}}},
              {"id": 1, "type": "stat", "title": "first", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 6}, "targets": [{"expr": "1"}]},
              {"id": 3, "type": "news", "title": "third"}]}
            """
        let reading = try Dashboard.read(json, path: "t.json")
        let dashboard = reading.dashboard
        #expect(dashboard.panels.map(\.title) == ["first", "second"])
        #expect(dashboard.from == "now-6h")
        let second = dashboard.panels[1]
        #expect(second.targets == [.init(expr: "up", legendFormat: "{{job}}")])
        #expect(second.thresholds == [.init(value: nil, color: "green"), .init(value: 50, color: "red")])
        #expect(second.lineThresholds)
        #expect((second.unit, second.width, second.height) == ("ms", 24, 9))
        #expect(reading.warnings.count == 1 && reading.warnings[0].contains("news"))
    }

    @Test(
        "variables know the label and the series that their values come from",
        arguments: [
            ("label_values(up, instance)", "instance", "up"),
            ("label_values(up{job=~\"a,b\"}, instance)", "instance", "up{job=~\"a,b\"}"),
            ("label_values(instance)", "instance", nil),
        ] as [(String, String, String?)])
    func variables(query: String, label: String, metric: String?) throws {
        let quoted = query.replacing("\"", with: "\\\"")
        for form in ["\"\(quoted)\"", "{\"query\": \"\(quoted)\"}"] {
            let json = "{\"templating\": {\"list\": [{\"name\": \"v\", \"type\": \"query\", \"query\": \(form)}]}}"
            let variable = try #require(try Dashboard.read(json, path: "t.json").dashboard.variables.first)
            #expect(variable.label == label)
            #expect(variable.metric == metric)
        }
    }

    @Test("numbers that are not whole, and texts that are numbers, are taken as they are meant")
    func numbers() throws {
        let json = """
            {"panels": [{"id": 1, "type": "stat", "gridPos": {"x": 0, "y": "2", "w": 11.6, "h": 7.5}, "fieldConfig":
            {"defaults": {"min": "0", "decimals": 1.0, "thresholds": {"steps": [{"color": "green", "value": null},
            {"color": "red", "value": "50"}, {"color": "blue", "value": "much"}, {"value": 60}, 7]}}}},
            {"id": 2, "type": "stat", "gridPos": {"x": 0, "y": 0, "w": 1e300, "h": -4}}]}
            """
        let panels = try Dashboard.read(json, path: "t.json").dashboard.panels
        #expect(panels.map(\.id) == [2, 1])
        #expect(panels.map(\.width) == [12, 12] && panels.map(\.height) == [2, 8])
        #expect(panels[1].min == 0 && panels[1].decimals == 1)
        #expect(panels[1].thresholds.map(\.value) == [nil, 50, 60])
    }

    @Test("a panel or a variable of another form is left out and told, and the others are drawn")
    func otherForms() throws {
        let json = """
            {"time": 5, "templating": {"list": [{"name": 7}, {"name": "v", "type": "custom", "query": "a,b"}]},
            "panels": [{"id": "x"}, {"id": 2, "type": "stat"}, 3,
            {"type": "row", "panels": [{"id": 4, "type": "stat"}, {"id": [], "type": "stat"}]}]}
            """
        let reading = try Dashboard.read(json, path: "t.json")
        #expect(reading.dashboard.panels.map(\.id) == [2, 4])
        #expect(reading.dashboard.variables.map(\.name) == ["v"] && reading.dashboard.from == "now-1h")
        #expect(reading.warnings.filter { $0.contains("left out") }.count == 4, "\(reading.warnings)")
    }

    @Test(
        "what cannot be read says where",
        arguments: [("{", "not valid JSON"), ("[]", "at the top"), ("{\"panels\": 5}", ".panels")])
    func refused(json: String, hint: String) {
        let error = #expect(throws: DashboardError.self) { try Dashboard.read(json, path: "dir/t.json") }
        #expect(error?.description.contains("dir/t.json") == true)
        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }
}

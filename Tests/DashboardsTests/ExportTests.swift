import Testing

@testable import Dashboards

@Suite("Parts of an exported file that stand elsewhere in it")
struct ExportTests {
    private func reading(_ json: String) throws -> DashboardReading { try Dashboard.read(json, path: "dir/file.json") }

    @Test("constants that Grafana asks for at import have the value that the file gives")
    func constants() throws {
        let dashboard = try reading(
            #"""
            {"__inputs": [{"name": "VAR_LIMIT", "type": "constant", "value": 50}, {"name": "DS_P", "type": "datasource", "pluginId": "prometheus"}],
             "title": "T", "templating": {"list": [{"type": "constant", "name": "limit", "query": "${VAR_LIMIT}"}]},
             "panels": [{"type": "stat", "title": "of ${VAR_LIMIT} and ${nobody}", "datasource": {"uid": "${DS_P}"}, "targets": [{"expr": "up > ${VAR_LIMIT}"}]}]}
            """#
        ).dashboard
        #expect(dashboard.variables.first?.options.map(\.value) == ["50"])
        #expect(dashboard.panels.map(\.title) == ["of 50 and ${nobody}"])
        #expect(dashboard.panels.first?.targets.map(\.expr) == ["up > 50"])
    }

    @Test("a data source that is only named is known by the input or the variable of that name")
    func sources() throws {
        let read = try reading(
            #"""
            {"__inputs": [{"name": "DS_LOKI", "type": "datasource", "pluginId": "loki"}],
             "annotations": {"list": [{"name": "n", "datasource": "${DS_LOKI}", "expr": "{a=\"b\"}"}, {"name": "m", "expr": "up"}]},
             "templating": {"list": [{"type": "datasource", "name": "influx", "query": "influxdb"},
              {"type": "query", "name": "app", "datasource": "${DS_LOKI}", "query": "label_values(app)"}]}, "panels": [
              {"type": "timeseries", "title": "a", "datasource": "${DS_LOKI}", "targets": [{"expr": "{a=\"b\"}"}]},
              {"type": "timeseries", "title": "b", "datasource": {"uid": "$influx"}, "targets": [{"query": "SELECT 1"}]},
              {"type": "timeseries", "title": "c", "datasource": "${DS_OTHER}", "targets": [{"expr": "up"}]}]}
            """#)
        #expect(read.dashboard.panels.map(\.type) == [.placeholder, .placeholder, .timeseries])
        #expect(
            read.dashboard.annotations.map(\.name) == ["m"]
                && read.dashboard.variables.map { $0.query == nil } == [true, true])
        for (loss, hint) in zip(read.losses, ["app", "\"n\"", "loki", "influxdb"]) {
            #expect(loss.text.contains(hint), "\(loss.text)")
        }
        #expect(read.losses.count == 4)
    }

    @Test("library panels come with the file, or are told")
    func libraries() throws {
        let read = try reading(
            #"""
            {"__elements": {"l": {"uid": "l", "model": {"type": "gauge", "title": "Model", "targets": [{"expr": "up"}]}}}, "panels": [
              {"id": 1, "title": "Own", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 5}, "libraryPanel": {"uid": "l", "name": "L"}},
              {"id": 2, "gridPos": {"x": 6, "y": 0, "w": 6, "h": 5}, "libraryPanel": {"uid": "gone", "name": "Gone"}}]}
            """#)
        let panels = read.dashboard.panels
        #expect(panels.map(\.type) == [.gauge, .placeholder] && panels.map(\.width) == [6, 6])
        #expect(panels[0].title == "Own" && panels[0].targets.map(\.expr) == ["up"] && panels[1].notDrawn == "Gone")
        #expect(read.losses.map(\.line) == [3] && read.losses[0].text.contains("library panel"))
    }

    @Test("a panel that shows the answer of another one asks the same")
    func shared() throws {
        let panels = try reading(
            #"""
            {"panels": [
              {"id": 1, "type": "timeseries", "targets": [{"expr": "up", "refId": "A"}], "transformations": [{"id": "merge"}]},
              {"id": 2, "type": "row", "collapsed": true, "gridPos": {"y": 9}, "panels": [
                {"id": 3, "type": "stat", "datasource": {"type": "datasource", "uid": "-- Dashboard --"},
                 "targets": [{"panelId": 1, "withTransforms": true}], "transformations": [{"id": "reduce"}]}]},
              {"id": 4, "type": "stat", "datasource": "-- Dashboard --", "targets": [{"panelId": 1}], "gridPos": {"y": 20}}]}
            """#
        ).dashboard.panels
        #expect(panels.map { $0.targets.map(\.expr) } == [["up"], ["up"], ["up"]])
        #expect(panels.map { $0.transformations.map(\.id) } == [["merge"], ["merge", "reduce"], []])
    }

    @Test("sizes of letters, footers, labels of pies, bars, cells and centred axes are read")
    func options() throws {
        let panels = try reading(
            #"""
            {"panels": [
              {"type": "stat", "options": {"text": {"titleSize": 12, "valueSize": 30}}},
              {"type": "table", "options": {"footer": {"show": true, "reducer": ["sum"], "fields": ["A"]}},
               "fieldConfig": {"defaults": {"custom": {"cellOptions": {"type": "gauge", "mode": "lcd"}}}}},
              {"type": "table", "options": {"footer": {"show": false, "reducer": ["sum"], "fields": ""}}},
              {"type": "piechart", "options": {"displayLabels": ["name", "percent"], "sort": "asc"}},
              {"type": "bargauge", "options": {"showUnfilled": false, "valueMode": "hidden"}},
              {"type": "timeseries", "fieldConfig": {"defaults": {"custom": {"axisCenteredZero": true, "gradientMode": "scheme"}}}},
              {"type": "gauge", "options": {"showThresholdMarkers": false, "showThresholdLabels": false}}]}
            """#
        ).dashboard.panels
        #expect(panels[0].options.titleSize == 12 && panels[0].options.valueSize == 30)
        #expect(panels[1].options.footer == .init(calc: "sum", fields: ["A"]) && panels[2].options.footer == nil)
        #expect(panels[1].field.cell == "gauge" && panels[1].field.cellMode == "lcd")
        #expect(panels[3].options.pieLabels == ["name", "percent"] && panels[3].options.pieSort == "asc")
        #expect(panels[4].options.hidesUnfilled == true && panels[4].options.valueMode == "hidden")
        #expect(panels[6].options.hidesMarks == true && panels[6].options.labelsMarks == nil)
        #expect(panels[5].field.axisIsCentered == true && panels[5].field.gradient == "scheme")
    }
}

import Testing

@testable import Dashboards

@Suite("Panels of old files")
struct OldPanelTests {
    private func panel(_ json: String) throws -> Panel {
        try #require(try Dashboard.read(#"{"panels": [\#(json)]}"#, path: "t.json").dashboard.panels.first)
    }

    @Test("a graph is a time series with its axes, lines, stacks, thresholds and legend")
    func graph() throws {
        let read = try panel(
            #"""
            {"id": 1, "type": "graph", "lines": true, "linewidth": 2, "fill": 3, "stack": true, "percentage": true,
             "nullPointMode": "null as zero", "steppedLine": true, "dashes": true, "dashLength": 5, "spaceLength": 6,
             "yaxes": [{"format": "bytes", "min": "0", "max": null, "label": "left", "logBase": 10, "show": true},
              {"format": "percent", "show": true, "max": 100}], "aliasColors": {"a": "#BF1B00"},
             "seriesOverrides": [{"alias": "/in/", "transform": "negative-Y", "yaxis": 2, "stack": false, "fill": 0},
              {"alias": "b", "lines": false, "bars": true, "legend": false}, {"color": "red"}],
             "thresholds": [{"value": 80, "colorMode": "critical", "fill": true, "line": true, "op": "gt"}],
             "legend": {"show": true, "alignAsTable": true, "rightSide": true, "values": true, "avg": true, "current": true},
             "targets": [{"expr": "up"}]}
            """#)
        #expect(read.type == .timeseries && read.field.unit == "bytes" && read.field.min == 0 && read.field.max == nil)
        #expect(read.field.lineWidth == 2 && read.field.fillOpacity == 30 && read.field.stacking == "percent")
        #expect(read.field.nullsAreZero == true && read.field.lineInterpolation == "stepAfter")
        #expect(read.field.dashes == [5, 6] && read.field.axisLabel == "left" && read.field.logBase == 10)
        #expect(
            read.field.thresholds == [.init(value: nil, color: "transparent"), .init(value: 80, color: "red")])
        #expect(read.field.thresholdsStyle == "line+area")
        #expect(read.overrides.map(\.matcher) == ["byName", "byRegexp", "byName"])
        #expect(read.overrides.map(\.names) == [["a"], ["/in/"], ["b"]])
        #expect(read.overrides[0].style.color == .init(mode: "fixed", fixed: "#BF1B00"))
        let second = read.overrides[1].style
        #expect(second.transform == "negative-Y" && second.axisPlacement == "right" && second.unit == "percent")
        #expect(second.max == 100 && second.stacking == "none" && second.fillOpacity == 0)
        #expect(read.overrides[2].style.isOutOfLegend == true && read.overrides[2].style.drawStyle == "bars")
        #expect(read.options.legend.isTable && read.options.legend.isRight)
        #expect(read.options.legend.calcs == ["mean", "lastNotNull"])
    }

    @Test(
        "how a graph draws is one of three",
        arguments: [
            (#""lines": false, "points": true"#, "points", 0.0), (#""bars": true, "lines": false"#, "bars", 100),
            (#""fill": 1"#, "line", 10), (#""lines": true"#, "line", 10), (#""fill": 0"#, "line", 0),
        ])
    func drawing(words: String, style: String, fill: Double) throws {
        let read = try panel(#"{"type": "graph", \#(words)}"#)
        #expect(read.field.drawStyle == style && read.field.fillOpacity == fill)
    }

    @Test("a singlestat is a stat or a gauge with its calculation, colours and mappings")
    func singlestat() throws {
        let stat = try panel(
            #"""
            {"type": "singlestat", "format": "percent", "decimals": 1, "valueName": "current", "thresholds": "50, 80",
             "colors": ["#299c46", "rgba(237, 129, 40, 0.89)", "#d44a3a"], "colorBackground": true, "prefix": "p",
             "postfix": "q", "nullText": "N/A", "sparkline": {"show": true}, "mappingType": 1,
             "valueMaps": [{"op": "=", "text": "none", "value": "null"}, {"op": "=", "text": "down", "value": "0"}],
             "rangeMaps": [{"from": "1", "to": "2", "text": "no"}], "targets": [{"expr": "up"}]}
            """#)
        #expect(stat.type == .stat && stat.field.unit == "percent" && stat.field.decimals == 1)
        #expect(stat.options.calcs == ["lastNotNull"] && stat.options.colorMode == "background")
        #expect(stat.options.graphMode == "area" && stat.options.prefix == "p" && stat.options.suffix == "q")
        #expect(
            stat.field.thresholds == [
                .init(value: nil, color: "#299c46"), .init(value: 50, color: "rgba(237, 129, 40, 0.89)"),
                .init(value: 80, color: "#d44a3a"),
            ])
        #expect(
            stat.field.mappings == [
                .init(kind: .special, match: "null", text: "none"), .init(kind: .value, match: "0", text: "down"),
            ])
        let gauge = try panel(#"{"type": "singlestat", "gauge": {"show": true, "minValue": 10, "maxValue": 20}}"#)
        #expect(gauge.type == .gauge && gauge.field.min == 10 && gauge.field.max == 20)
        #expect(gauge.options.calcs == ["mean"] && gauge.options.graphMode == "none")
    }

    @Test("an old table has its columns' styles as overrides")
    func table() throws {
        let read = try panel(
            #"""
            {"type": "table", "transform": "timeseries_to_rows", "sort": {"col": 1, "desc": true}, "styles": [
              {"pattern": "Time", "type": "hidden"},
              {"pattern": "/Value/", "alias": "v", "type": "number", "unit": "bytes", "decimals": 2, "colorMode": "cell",
               "colors": ["green", "yellow", "red"], "thresholds": ["10", "20"]}], "targets": [{"expr": "up", "format": "table"}]}
            """#)
        #expect(read.type == .table && read.overrides.map(\.matcher) == ["byName", "byRegexp"])
        #expect(read.overrides[0].style.isHidden == true && read.overrides[1].style.displayName == "v")
        #expect(read.overrides[1].style.unit == "bytes" && read.overrides[1].style.cell == "color-background")
        #expect(read.overrides[1].style.thresholds?.map(\.value) == [nil, 10, 20])
        #expect(read.options.sortBy == "#1" && read.options.sortsDown)
    }
}

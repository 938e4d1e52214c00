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
        #expect(stat.options.limit == nil, "each of several series is shown")
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
        #expect(read.transformations.isEmpty, "one query that answers a table is one")
        #expect(read.overrides[0].style.isHidden == true && read.overrides[1].style.displayName == "v")
        #expect(read.overrides[1].style.unit == "bytes" && read.overrides[1].style.cell == "color-background")
        #expect(read.overrides[1].style.thresholds?.map(\.value) == [nil, 10, 20])
        #expect(read.options.sortBy == "#1" && read.options.sortsDown)
    }

    @Test(
        "limits of a graph are steps of colours, from above or below",
        arguments: [
            (
                #""thresholds": [{"value": 80, "op": "gt", "colorMode": "warning", "line": true}]"#,
                "- transparent, 80 orange"
            ),
            (
                #""thresholds": [{"value": 5, "op": "lt", "colorMode": "critical", "fill": true}]"#,
                "- red, 5 transparent"
            ),
            (
                #""thresholds": [{"value": 9, "op": "lt", "colorMode": "warning"}, {"value": 5, "op": "lt", "colorMode": "critical"}]"#,
                "- red, 5 orange, 9 transparent"
            ),
            (
                #""thresholds": [{"value": 9, "op": "gt", "colorMode": "ok"}, {"value": 5, "op": "lt", "colorMode": "custom", "fillColor": "rgba(1,2,3,0.2)"}]"#,
                "- rgba(1,2,3,0.2), 5 transparent, 9 green"
            ),
            (
                #""grid": {"threshold1": 3, "threshold1Color": "gold", "threshold2": 6, "threshold2Color": "navy"}"#,
                "- transparent, 3 gold, 6 navy"
            ),
            (#""grid": {"threshold1": 6, "threshold1Color": "gold", "threshold2": null}"#, "- transparent, 6 gold"),
            (
                #""grid": {"threshold1": 6, "threshold1Color": "gold", "threshold2": 3, "threshold2Color": "navy"}"#,
                "- navy, 3 gold, 6 transparent"
            ),
        ])
    func limits(words: String, steps: String) throws {
        let read = try panel(#"{"type": "graph", \#(words)}"#)
        let found = (read.field.thresholds ?? []).map { "\($0.value.map { String(Int($0)) } ?? "-") \($0.color)" }
        #expect(found.joined(separator: ", ") == steps)
    }

    @Test(
        "series of the right axis have nothing of the left one",
        arguments: [
            (
                #"{"max": 100, "min": "0", "label": "l", "logBase": 2, "decimals": 1}"#, #"{"format": "s"}"#,
                ["decimals", "min", "max", "axisLabel", "logBase"]
            ),
            (#"{"max": 100, "min": "0"}"#, #"{"max": 5, "decimals": 3}"#, ["min"]), ("{}", #"{"min": 1}"#, nil),
        ] as [(String, String, [String]?)])
    func right(left: String, right: String, clears: [String]?) throws {
        let read = try panel(
            #"{"type": "graph", "yaxes": [\#(left), \#(right)], "seriesOverrides": [{"alias": "a", "yaxis": 2}]}"#)
        #expect(read.overrides[0].style.clears == clears)
        #expect(read.overrides[0].style.axisPlacement == "right")
        if right.contains("decimals") {
            #expect(read.overrides[0].style.decimals == 3 && read.overrides[0].style.max == 5)
        }
    }

    @Test("limits of a graph hold for their axis")
    func limitsOfAxes() throws {
        let read = try panel(
            #"""
            {"type": "graph", "thresholds": [{"value": 1, "line": true}, {"value": 2, "yaxis": "right", "fill": true}],
             "seriesOverrides": [{"alias": "a", "yaxis": 2}]}
            """#)
        #expect(read.field.thresholds?.map(\.value) == [nil, 1] && read.field.thresholdsStyle == "line")
        let right = read.overrides[0].style
        #expect(right.thresholds?.map(\.value) == [nil, 2] && right.thresholdsStyle == "area" && right.clears == nil)
        let left = try panel(
            #"{"type": "graph", "thresholds": [{"value": 1, "line": true}], "seriesOverrides": [{"alias": "a", "yaxis": 2}]}"#
        )
        #expect(left.overrides[0].style.clears == ["thresholds", "thresholdsStyle"])
    }

    @Test(
        "what is missing is no value, zero or gone over, for each series",
        arguments: [("null as zero", false, true), ("connected", true, false), ("null", false, false)])
    func nulls(mode: String, spans: Bool, areZero: Bool) throws {
        let read = try panel(#"{"type": "graph", "seriesOverrides": [{"alias": "a", "nullPointMode": "\#(mode)"}]}"#)
        #expect(read.overrides[0].style.spansNulls == spans && read.overrides[0].style.nullsAreZero == areZero)
    }

    @Test(
        "the times below a chart are hidden, in the words of before and of today",
        arguments: [
            (#""type": "graph", "x-axis": false"#, true), (#""type": "graph", "xaxis": {"show": false}"#, true),
            (#""type": "graph", "xaxis": {"show": true}"#, nil),
            (
                #""type": "timeseries", "fieldConfig": {"overrides": [{"matcher": {"id": "byType", "options": "time"}, "properties": [{"id": "custom.axisPlacement", "value": "hidden"}]}]}"#,
                true
            ),
            (
                #""type": "timeseries", "fieldConfig": {"overrides": [{"matcher": {"id": "byType", "options": "number"}, "properties": [{"id": "custom.axisPlacement", "value": "hidden"}]}]}"#,
                nil
            ),
        ] as [(String, Bool?)])
    func times(words: String, isHidden: Bool?) throws {
        #expect(try panel("{\(words)}").options.hidesTimes == isHidden)
    }

    @Test("marks of an old gauge are written or left out", arguments: [(true, true), (false, false)])
    func marks(labels: Bool, markers: Bool) throws {
        let read = try panel(
            #"{"type": "singlestat", "gauge": {"show": true, "thresholdLabels": \#(labels), "thresholdMarkers": \#(markers)}}"#
        )
        #expect(read.options.labelsMarks == (labels ? true : nil) && read.options.hidesMarks == (markers ? nil : true))
    }

    @Test("a legend is ordered, and leaves out series of zeros")
    func legend() throws {
        let read = try panel(
            #"""
            {"type": "graph", "hideTimeOverride": true, "timeFrom": "1h", "transparent": true, "pointradius": 1, "fillGradient": 4, "fill": 0,
             "yaxes": [{"format": "short", "logBase": 32}],
             "seriesOverrides": [{"alias": "b", "bars": false, "fillGradient": 3}],
             "legend": {"show": true, "values": true, "avg": true, "sort": "avg", "sortDesc": true, "hideZero": true}}
            """#)
        #expect(read.options.legend.sortBy == "mean" && read.options.legend.sortsDown && read.hidesOwnTime)
        #expect(read.field.fillOpacity == 40 && read.field.gradient == "opacity" && read.field.logBase == nil)
        #expect(read.isTransparent == true && read.field.pointSize == 4)
        #expect(read.overrides[0].style.fillOpacity == 30 && read.overrides[0].style.drawStyle == "line")
        #expect(read.overrides[1].matcher == "byValue" && read.overrides[1].reducer == "allIsZero")
        #expect(read.overrides[1].style.isOutOfLegend == true && read.overrides.count == 2)
        let today = try panel(
            #"{"type": "timeseries", "options": {"legend": {"displayMode": "table", "calcs": ["max"], "sortBy": "Last *", "sortDesc": true}}}"#
        )
        #expect(today.options.legend.sortBy == "lastNotNull" && today.options.legend.sortsDown)
    }

    @Test(
        "a graph by series is bars, one of values a placeholder",
        arguments: [
            ("time", Panel.Kind.timeseries, 0), ("series", .bargauge, 0), ("histogram", .placeholder, 1),
        ])
    func axis(mode: String, kind: Panel.Kind, losses: Int) throws {
        let json = #"{"panels": [{"type": "graph", "title": "t", "xaxis": {"mode": "\#(mode)", "values": ["avg"]}}]}"#
        let reading = try Dashboard.read(json, path: "t.json")
        let read = try #require(reading.dashboard.panels.first)
        #expect(read.type == kind && reading.losses.count == losses)
        if kind == .bargauge { #expect(read.options.calcs == ["mean"] && read.options.orientation == "vertical") }
    }

    @Test("a threshold that has no colour is no step")
    func colors() throws {
        let read = try panel(#"{"type": "singlestat", "thresholds": "0,1,2", "colors": ["red", "gold", "navy"]}"#)
        #expect(
            read.field.thresholds == [
                .init(value: nil, color: "red"), .init(value: 0, color: "gold"), .init(value: 1, color: "navy"),
            ])
    }

    @Test(
        "an old table is made of what its queries answer",
        arguments: [
            (#""transform": "table""#, ["table"], [String]()),
            (#""transform": "table""#, ["table", "table"], ["merge"]),
            (#""transform": "timeseries_to_rows""#, ["table", "table"], ["merge"]),
            (#""transform": "timeseries_to_rows""#, ["time_series"], ["seriesToRows"]),
            (#""transform": "table""#, ["time_series"], ["seriesToRows"]),
            (#""transform": "timeseries_to_columns""#, ["time_series"], ["joinByField"]),
            (
                #""transform": "timeseries_aggregations", "columns": [{"text": "Current", "value": "current"}]"#,
                ["time_series"], ["reduce"]
            ),
        ])
    func tables(words: String, formats: [String], steps: [String]) throws {
        let targets = formats.map { #"{"expr": "up", "format": "\#($0)"}"# }.joined(separator: ",")
        let read = try panel(#"{"type": "table", "styles": [], \#(words), "targets": [\#(targets)]}"#)
        #expect(read.transformations.map(\.id) == steps)
    }

    @Test("styles of an old table: of all columns, of rows, with links, of moments, by the old names of calculations")
    func styles() throws {
        let read = try panel(
            #"""
            {"type": "table", "transform": "timeseries_aggregations", "showHeader": false, "styles": [
              {"pattern": "/.*/", "type": "number", "unit": "bytes", "decimals": 0},
              {"pattern": "Current", "type": "string", "colorMode": "row", "colors": ["a", "b"], "thresholds": ["1"],
               "mappingType": 1, "valueMaps": [{"value": "1", "text": "UP"}], "rangeMaps": [{"from": "0", "to": "9", "text": "x"}]},
              {"pattern": "Time", "type": "date", "dateFormat": "MMMM D"},
              {"pattern": "x", "type": "string", "link": true, "linkUrl": "/d/a?var-b=$__cell", "linkTargetBlank": true}]}
            """#)
        #expect(read.field.unit == "bytes" && read.field.decimals == 0 && read.options.hidesHead)
        #expect(read.overrides.map(\.names) == [["Current", "Last *"], ["Time"], ["x"]])
        #expect(read.overrides[0].style.cell == "color-background" && read.overrides[0].style.colorsRow == true)
        #expect(read.overrides[0].style.mappings == [.init(kind: .value, match: "1", text: "UP")])
        #expect(read.overrides[1].style.unit == "time:MMMM D")
        #expect(
            read.overrides[2].style.links == [
                .init(title: "/d/a?var-b=$__cell", url: "/d/a?var-b=$__cell", isNew: true)
            ])
    }

    @Test("the old pie has its unit, calculation, colours and legend")
    func pie() throws {
        let read = try panel(
            #"""
            {"type": "grafana-piechart-panel", "format": "bytes", "valueName": "avg", "pieType": "donut",
             "legendType": "Right side", "legend": {"show": true, "percentage": true}, "aliasColors": {"a": "teal"}}
            """#)
        #expect(read.type == .piechart && read.field.unit == "bytes" && read.options.calcs == ["mean"])
        #expect(read.options.pie == "donut" && read.options.legend.isRight && read.options.legend.calcs == ["percent"])
        #expect(read.overrides.map(\.style.color) == [.init(mode: "fixed", fixed: "teal")])
    }

    @Test("gauges of Grafana 6 had their fields among their options, in two ways")
    func gauges() throws {
        let fields = try panel(
            #"""
            {"type": "gauge", "options": {"fieldOptions": {"calcs": ["last"], "defaults": {"max": "8", "min": 0, "unit": "s",
             "title": "$__series_name of $__field_name"}, "mappings": [{"type": 1, "value": "1", "text": "one"}],
             "thresholds": [{"color": "red", "index": 1, "value": 5}, {"color": "green", "index": 0, "value": null}]}}}
            """#)
        #expect(fields.field.min == 0 && fields.field.max == 8 && fields.field.unit == "s")
        #expect(fields.field.displayName == "${__series.name} of ${__field.name}" && fields.options.calcs == ["last"])
        #expect(fields.field.thresholds == [.init(value: nil, color: "green"), .init(value: 5, color: "red")])
        for words in [
            #""valueOptions": {"unit": "s", "decimals": 1, "stat": "avg", "prefix": "p", "suffix": "q"}"#,
            #""unit": "s", "decimals": 1, "stat": "avg", "prefix": "p", "suffix": "q""#,
        ] {
            let first = try panel(
                #"""
                {"type": "gauge", "options": {\#(words), "minValue": "1", "maxValue": 4,
                 "thresholds": [{"color": "red", "index": 1, "value": 2}, {"color": "green", "index": 0, "value": null}],
                 "valueMappings": [{"type": 1, "value": "1", "text": "one"}]}}
                """#)
            #expect(first.field.min == 1 && first.field.max == 4 && first.field.unit == "s")
            #expect(first.field.decimals == 1 && first.options.prefix == "p" && first.options.suffix == "q")
            #expect(first.field.thresholds == [.init(value: nil, color: "green"), .init(value: 2, color: "red")])
            #expect(first.field.mappings == [.init(kind: .value, match: "1", text: "one")])
            #expect(first.options.calcs == ["mean"])
        }
    }
}

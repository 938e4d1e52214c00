import Testing

@testable import Dashboards

@Suite("Fields, overrides, mappings and thresholds")
struct FieldTests {
    private func style(_ defaults: String) throws -> FieldStyle { FieldReader.style(try JSONReader.read(defaults)) }

    @Test("all that a chart may be told is read from its defaults")
    func defaults() throws {
        let style = try style(
            #"""
            {"unit": "bytes", "decimals": 1.0, "min": "0", "max": 10, "displayName": "n", "noValue": "none",
             "color": {"mode": "fixed", "fixedColor": "#abc", "seriesBy": "max"}, "links": [{"title": "t", "url": "/u"}],
             "custom": {"drawStyle": "bars", "lineWidth": 3, "fillOpacity": 20, "fillBelowTo": "low",
              "lineInterpolation": "stepAfter", "lineStyle": {"fill": "dash", "dash": [4, 2]}, "showPoints": "never",
              "pointSize": 6, "stacking": {"mode": "percent", "group": "B"}, "axisPlacement": "right", "axisLabel": "l",
              "axisSoftMin": 1, "axisSoftMax": 2, "scaleDistribution": {"type": "log", "log": 2}, "spanNulls": 60000,
              "transform": "negative-Y", "hideFrom": {"viz": true, "legend": false}, "thresholdsStyle": {"mode": "area"},
              "width": 90, "align": "right", "cellOptions": {"type": "color-text"}}}
            """#)
        #expect(style.unit == "bytes" && style.decimals == 1 && style.min == 0 && style.max == 10)
        #expect(style.displayName == "n" && style.noValue == "none")
        #expect(style.color == .init(mode: "fixed", fixed: "#abc", by: "max"))
        #expect(style.links == [.init(title: "t", url: "/u", isNew: false)])
        #expect(style.drawStyle == "bars" && style.lineWidth == 3 && style.fillOpacity == 20)
        #expect(style.fillBelowTo == "low" && style.lineInterpolation == "stepAfter" && style.dashes == [4, 2])
        #expect(style.showPoints == "never" && style.pointSize == 6)
        #expect(style.stacking == "percent" && style.stackingGroup == "B")
        #expect(style.axisPlacement == "right" && style.axisLabel == "l" && style.axisSoftMin == 1)
        #expect(style.axisSoftMax == 2 && style.logBase == 2)
        #expect(style.spansNulls == false && style.spansNullsUpTo == 60_000)
        #expect(style.transform == "negative-Y" && style.isHidden == true && style.isOutOfLegend == false)
        #expect(style.thresholdsStyle == "area" && style.width == 90 && style.align == "right")
        #expect(style.cell == "color-text")
    }

    @Test(
        "overrides say which fields, and what of them",
        arguments: [
            (#"{"id": "byName", "options": "a"}"#, "byName", ["a"]),
            (#"{"id": "byRegexp", "options": "/a.*/"}"#, "byRegexp", ["/a.*/"]),
            (#"{"id": "byType", "options": "number"}"#, "byType", ["number"]),
            (#"{"id": "byFrameRefID", "options": "B"}"#, "byFrameRefID", ["B"]),
            (#"{"id": "byNames", "options": {"mode": "exclude", "names": ["a", "b"]}}"#, "byNames", ["a", "b"]),
        ])
    func overrides(matcher: String, kind: String, names: [String]) throws {
        let json =
            #"[{"matcher": \#(matcher), "properties": [{"id": "unit", "value": "s"}, {"id": "custom.fillOpacity", "value": 9}, {"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}, {"id": "unknown", "value": 1}]}]"#
        let losses = Losses()
        let override = try #require(FieldReader.overrides(try JSONReader.read(json), losses).first)
        #expect(override.matcher == kind && override.names == names && override.isExcept == (kind == "byNames"))
        #expect(override.style.unit == "s" && override.style.fillOpacity == 9)
        #expect(override.style.color == .init(mode: "fixed", fixed: "red"))
        #expect(losses.all.isEmpty)
    }

    @Test("an override by a value has its comparison; one by something unknown is told")
    func overrideByValue() throws {
        let json =
            #"[{"matcher": {"id": "byValue", "options": {"reducer": "max", "op": "lte", "value": 0}}, "properties": []}, {"matcher": {"id": "byColour"}}]"#
        let losses = Losses()
        let all = FieldReader.overrides(try JSONReader.read(json), losses)
        #expect(all.count == 1 && all[0].reducer == "max" && all[0].operation == "lte" && all[0].value == 0)
        #expect(losses.all.map(\.text) == ["an override for fields \"byColour\" is not known here"])
    }

    private func override(_ properties: String) throws -> FieldStyle {
        let json = #"[{"matcher": {"id": "byName", "options": "a"}, "properties": [\#(properties)]}]"#
        return try #require(FieldReader.overrides(try JSONReader.read(json), Losses()).first).style
    }

    @Test(
        "lines are dashed, dotted or whole, with their ends",
        arguments: [
            (#"{"fill": "dash"}"#, [10.0, 10], nil, "butt"),
            (#"{"fill": "dot", "dash": [0, 5]}"#, [0, 5], "round", "round"),
            (#"{"fill": "square"}"#, [10, 10], "square", "square"), (#"{"fill": "solid"}"#, [], nil, "butt"),
        ] as [(String, [Double], String?, String?)])
    func dashes(line: String, lengths: [Double], own: String?, override cap: String?) throws {
        let read = try style(#"{"custom": {"lineStyle": \#(line)}}"#)
        #expect(read.dashes == lengths && read.dashCap == own)
        let changed = try override(#"{"id": "custom.lineStyle", "value": \#(line)}"#)
        #expect(changed.dashes == lengths && changed.dashCap == cap)
    }

    @Test(
        "a property without a value takes back what the panel says",
        arguments: [
            (#"{"id": "unit"}"#, ["unit"]), (#"{"id": "max", "value": null}, {"id": "min"}"#, ["max", "min"]),
            (#"{"id": "thresholds"}"#, ["thresholds", "thresholdsArePercent"]),
            (#"{"id": "custom.hideFrom"}"#, ["isHidden", "isOutOfLegend"]),
            (#"{"id": "unit", "value": ""}, {"id": "custom.lineWidth", "value": 0}, {"id": "custom.other"}"#, nil),
        ] as [(String, [String]?)])
    func resets(properties: String, keys: [String]?) throws { #expect(try override(properties).clears == keys) }

    @Test(
        "cells of a table, by the names of before and of today",
        arguments: [
            (#""displayMode": "basic""#, "gauge", "basic", nil),
            (#""displayMode": "lcd-gauge""#, "lcd-gauge", nil, nil),
            (#""displayMode": "color-text""#, "color-text", nil, nil),
            (#""cellOptions": {"type": "gauge"}"#, "gauge", "gradient", nil),
            (#""cellOptions": {"type": "gauge", "mode": "lcd"}"#, "gauge", "lcd", nil),
            (#""cellOptions": {"type": "auto", "wrapText": true}"#, "auto", nil, true),
            (#""wrapText": true"#, nil, nil, true),
        ] as [(String, String?, String?, Bool?)])
    func cells(words: String, cell: String?, mode: String?, wraps: Bool?) throws {
        let read = try style(#"{"custom": {\#(words)}}"#)
        #expect(read.cell == cell && read.cellMode == mode && read.wrapsText == wraps)
    }

    @Test(
        "mappings of any age",
        arguments: [
            (
                #"{"type": "value", "options": {"1": {"text": "up", "color": "green"}}}"#,
                .init(kind: .value, match: "1", text: "up", color: "green")
            ),
            (
                #"{"type": "range", "options": {"from": 0, "to": 5, "result": {"text": "low"}}}"#,
                .init(kind: .range, from: 0, to: 5, text: "low")
            ),
            (
                #"{"type": "regex", "options": {"pattern": "a(.*)", "result": {"text": "$1"}}}"#,
                .init(kind: .regex, match: "a(.*)", text: "$1")
            ),
            (
                #"{"type": "special", "options": {"match": "null+nan", "result": {"text": "none", "color": "red"}}}"#,
                .init(kind: .special, match: "null+nan", text: "none", color: "red")
            ),
            (#"{"type": 1, "value": "1", "text": "yes"}"#, .init(kind: .value, match: "1", text: "yes")),
            (
                #"{"type": 2, "from": "1", "to": "3", "text": "some"}"#,
                .init(kind: .range, from: 1, to: 3, text: "some")
            ),
            (#"{"op": "=", "value": "null", "text": "N/A"}"#, .init(kind: .special, match: "null", text: "N/A")),
        ] as [(String, FieldStyle.Mapping)])
    func mappings(json: String, mapping: FieldStyle.Mapping) throws {
        #expect(FieldReader.mappings(try JSONReader.read("[\(json)]")) == [mapping])
    }

    @Test("thresholds stand in order, the first from the bottom, in any colour, absolute or in percent")
    func thresholds() throws {
        let read = try style(
            #"""
            {"thresholds": {"mode": "percentage", "steps": [{"color": "rgb(1, 2, 3)", "value": "null"},
             {"color": "red", "value": "90"}, {"color": "#ff0", "value": 50}, {"color": "blue", "value": "much"}, 7]}}
            """#)
        #expect(read.thresholdsArePercent == true)
        #expect(
            read.thresholds == [
                .init(value: nil, color: "rgb(1, 2, 3)"), .init(value: 50, color: "#ff0"),
                .init(value: 90, color: "red"),
            ])
    }
}

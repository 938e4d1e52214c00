import Testing

@testable import Dashboards

@Suite("Shapes of dashboards")
struct ShapeTests {
    private func read(_ json: String) throws -> Dashboard { try Dashboard.read(json, path: "dir/file.json").dashboard }

    @Test(
        "each shape in which Grafana gives a dashboard has its panel, title and uid",
        arguments: [
            #"{"uid": "u", "title": "T", "panels": [{"id": 1, "type": "graph", "title": "p", "targets": [{"expr": "up"}]}]}"#,
            #"{"dashboard": {"uid": "u", "title": "T", "panels": [{"id": 1, "type": "timeseries", "title": "p", "targets": [{"expr": "up"}]}]}, "meta": {}}"#,
            #"{"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": "u"}, "spec": {"title": "T", "panels": [{"type": "timeseries", "title": "p", "targets": [{"expr": "up"}]}]}}"#,
            #"{"uid": "u", "title": "T", "schemaVersion": 14, "rows": [{"panels": [{"id": 1, "type": "graph", "title": "p", "span": 12, "targets": [{"expr": "up"}]}]}]}"#,
            #"{"kind": "Dashboard", "metadata": {"name": "u"}, "spec": {"title": "T", "elements": {"e": {"kind": "Panel", "spec": {"id": 1, "title": "p", "data": {"kind": "QueryGroup", "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "query": {"kind": "DataQuery", "group": "prometheus", "spec": {"expr": "up"}}}}]}}, "vizConfig": {"kind": "VizConfig", "group": "timeseries", "spec": {}}}}}, "layout": {"kind": "GridLayout", "spec": {"items": [{"spec": {"x": 0, "y": 0, "width": 12, "height": 8, "element": {"name": "e"}}}]}}}}"#,
        ])
    func shapes(json: String) throws {
        let dashboard = try read(json)
        #expect(dashboard.uid == "u" && dashboard.title == "T")
        let panel = try #require(dashboard.panels.first)
        #expect(panel.type == .timeseries && panel.title == "p" && panel.targets.map(\.expr) == ["up"])
        #expect(dashboard.panels.count == 1)
    }

    @Test(
        "the second schema has its orders of options in words",
        arguments: [
            ("\"alphabeticalAsc\"", 1), ("\"numericalDesc\"", 4), ("\"naturalAsc\"", 7), ("\"disabled\"", 0), ("5", 5),
        ])
    func orders(word: String, sort: Int) throws {
        let dashboard = try read(
            #"""
            {"spec": {"title": "T", "elements": {}, "layout": {"kind": "GridLayout", "spec": {"items": []}}, "variables": [
              {"kind": "QueryVariable", "spec": {"name": "v", "sort": \#(word), "query": {"kind": "DataQuery",
               "group": "prometheus", "spec": {"query": "label_values(up, job)"}}}}]}}
            """#)
        #expect(dashboard.variables.map(\.sort) == [sort])
    }

    /// A file of the second schema with panels `a` … and what is said of the layout.
    private func second(_ layout: String, panel: String = "", data: String = "", more: String = "") throws -> Dashboard
    {
        let elements = ["a", "b", "c"].map { name in
            #"""
            "\#(name)": {"kind": "Panel", "spec": {"title": "\#(name)", \#(panel) "data": {"spec": {\#(data)
             "queries": [{"spec": {"refId": "A", "query": {"group": "prometheus", "spec": {"expr": "up"}}}}]}},
             "vizConfig": {"group": "stat", "spec": {}}}}
            """#
        }
        return try read(
            #"{"spec": {"title": "T", \#(more) "elements": {\#(elements.joined(separator: ","))}, "layout": \#(layout)}}"#
        )
    }

    @Test("grids of the second schema hold rows, and those that place by themselves count in each section")
    func secondLayouts() throws {
        func item(_ name: String, _ words: String = "") -> String {
            #"{"spec": {\#(words) "element": {"name": "\#(name)"}}}"#
        }
        let grid = try second(
            #"""
            {"kind": "GridLayout", "spec": {"items": [\#(item("a", #""x": 0, "y": 0, "width": 12, "height": 4,"#)),
             {"kind": "GridLayoutRow", "spec": {"title": "R", "y": 4, "collapsed": true, "repeat": {"value": "v"}, "elements": [
              \#(item("b", #""x": 0, "y": 0, "width": 6, "height": 5,"#)), \#(item("c", #""x": 6, "y": 2, "width": 6, "height": 5,"#))]}}]}}
            """#)
        #expect(grid.sections.map(\.title) == [nil, "R"] && grid.sections.map(\.isClosed) == [false, true])
        #expect(grid.sections[1].repeats == "v" && grid.sections[1].panels.map(\.title) == ["b", "c"])
        #expect(grid.sections[1].panels.map(\.y) == [0, 2] && grid.sections[1].panels.map(\.x) == [0, 6])
        let auto = #"{"kind": "AutoGridLayout", "spec": {"items": [\#(item("a"))]}}"#
        let next = #"{"kind": "AutoGridLayout", "spec": {"items": [\#(item("b")), \#(item("c"))]}}"#
        let rows = try second(
            #"{"kind": "RowsLayout", "spec": {"rows": [{"spec": {"title": "A", "layout": \#(auto)}}, {"spec": {"title": "B", "layout": \#(next)}}]}}"#
        )
        #expect(rows.sections.map { $0.panels.map(\.title) } == [["a"], ["b", "c"]])
        #expect(rows.panels.map(\.x) == [0, 0, 12] && rows.panels.map(\.y) == [0, 0, 0])
    }

    @Test("panels of the second schema have their options, its text variable is a text box")
    func secondOptions() throws {
        let dashboard = try second(
            #"{"spec": {"items": [{"spec": {"width": 6, "element": {"name": "a"}}}]}}"#,
            panel: #""transparent": true,"#,
            data: #"""
                "queryOptions": {"maxDataPoints": 50, "hideTimeOverride": true}, "transformations": [
                 {"group": "merge", "spec": {}}, {"group": "limit", "spec": {"disabled": true}}],
                """#,
            more: #""variables": [{"kind": "TextVariable", "spec": {"name": "t", "query": "x"}}],"#)
        let panel = try #require(dashboard.panels.first)
        #expect(panel.isTransparent == true && panel.maxDataPoints == 50 && panel.hidesOwnTime)
        #expect(panel.transformations.map(\.id) == ["merge"])
        #expect(dashboard.variables.map(\.kind) == [.textbox] && dashboard.variables[0].options.map(\.value) == ["x"])
    }

    @Test("a panel of the second schema shows the answer of another one")
    func secondShared() throws {
        let query =
            #""query": {"kind": "DataQuery", "group": "datasource", "datasource": {"name": "-- Dashboard --"}, "spec": {"panelId": 1}}"#
        let dashboard = try read(
            #"""
            {"spec": {"title": "T", "elements": {
              "a": {"spec": {"id": 1, "title": "a", "vizConfig": {"group": "stat"}, "data": {"spec": {"queries": [
               {"spec": {"query": {"group": "prometheus", "spec": {"expr": "up"}}}}]}}}},
              "b": {"spec": {"id": 2, "title": "b", "vizConfig": {"group": "stat"}, "data": {"spec": {"queries": [{"spec": {\#(query)}}]}}}}},
             "layout": {"spec": {"items": [{"spec": {"width": 6, "element": {"name": "a"}}}, {"spec": {"width": 6, "element": {"name": "b"}}}]}}}}
            """#)
        #expect(dashboard.panels.map { $0.targets.map(\.expr) } == [["up"], ["up"]])
    }

    @Test(
        "queries of the second schema are of the source that they name, in words of both versions",
        arguments: [
            (#""kind": "prometheus""#, true), (#""kind": "DataQuery", "group": "prometheus""#, true),
            (#""kind": "DataQuery", "group": """#, true), (#""kind": "DataQuery""#, true),
            (#""kind": "DataQuery", "group": "loki""#, false), (#""kind": "loki""#, false),
        ])
    func secondSources(kind: String, isOurs: Bool) throws {
        let query = #"{\#(kind), "spec": {"expr": "up", "query": "label_values(up, job)", "useValueForTime": true}}"#
        let dashboard = try read(
            #"""
            {"spec": {"title": "T", "elements": {"a": {"spec": {"title": "a", "vizConfig": {"group": "stat"},
               "data": {"spec": {"queries": [{"spec": {"query": \#(query)}}]}}}}},
             "variables": [{"kind": "QueryVariable", "spec": {"name": "v", "query": \#(query)}}],
             "annotations": [{"kind": "AnnotationQuery", "spec": {"name": "n", "query": \#(query), "filter": {"ids": [1]},
               "legacyOptions": {"titleFormat": "t"}}}],
             "layout": {"spec": {"items": [{"spec": {"element": {"name": "a"}}}]}}}}
            """#)
        #expect(dashboard.panels[0].targets.count == (isOurs ? 1 : 0))
        #expect((dashboard.variables[0].query != nil) == isOurs)
        #expect(dashboard.annotations.map(\.title) == (isOurs ? ["t"] : []))
        #expect(dashboard.annotations.allSatisfy { $0.usesValue && $0.panelIds == [1] })
    }

    @Test("annotations are for some panels, and their values may be the moments")
    func annotations() throws {
        let dashboard = try read(
            #"""
            {"panels": [{"type": "stat"}], "annotations": {"list": [
              {"name": "a", "expr": "a", "filter": {"exclude": true, "ids": [2, 3]}, "useValueForTime": true},
              {"name": "b", "expr": "b", "filter": {"exclude": false, "ids": [4]}, "useValueForTime": "on"},
              {"name": "c", "expr": "c", "useValueForTime": false}]}}
            """#)
        #expect(dashboard.annotations.map(\.panelIds) == [[2, 3], [4], nil])
        #expect(dashboard.annotations.map(\.isExcept) == [true, false, false])
        #expect(dashboard.annotations.map(\.usesValue) == [true, true, false])
    }

    @Test("without a uid the file's name counts; times, refresh, tags and links are read")
    func facts() throws {
        let dashboard = try read(
            #"""
            {"title": "T", "time": {"from": "now/d", "to": "now-5m"}, "refresh": "1m", "tags": ["a", "b"], "links": [
              {"title": "Other", "type": "link", "url": "/d/x", "keepTime": true, "includeVars": true, "targetBlank": true},
              {"type": "dashboards", "tags": ["a"], "title": "List"}, {"type": "link", "title": "nowhere"}],
             "annotations": {"list": [{"builtIn": 1, "type": "dashboard", "name": "own"},
              {"name": "n", "enable": false, "expr": "up == 0", "iconColor": "blue", "hide": true},
              {"name": "m", "target": {"expr": "x"}}]}, "panels": [{"type": "stat", "targets": [{"expr": "1"}]}]}
            """#)
        #expect(dashboard.uid == "file" && dashboard.from == "now/d" && dashboard.to == "now-5m")
        #expect(dashboard.refresh == 60 && dashboard.tags == ["a", "b"])
        #expect(
            dashboard.links == [
                .init(title: "Other", url: "/d/x", tags: nil, keepsTime: true, keepsVariables: true, isNew: true),
                .init(title: "List", url: "", tags: ["a"], keepsTime: false, keepsVariables: false, isNew: false),
            ])
        #expect(dashboard.annotations.map(\.expr) == ["up == 0", "x"])
        #expect(
            dashboard.annotations.map(\.isOn) == [false, true] && dashboard.annotations.map(\.color) == ["blue", "red"])
    }

    @Test("headings hold what stands below them, open and closed, of today and of old files")
    func sections() throws {
        let today = try read(
            #"""
            {"panels": [{"id": 9, "type": "stat", "title": "behind", "gridPos": {"x": 0, "y": 30, "w": 6, "h": 4}},
              {"id": 5, "type": "row", "title": "Closed", "collapsed": true, "repeat": "v", "gridPos": {"y": 20, "h": 1},
               "panels": [{"id": 6, "type": "stat", "title": "in", "gridPos": {"x": 12, "y": 21, "w": 12, "h": 4}}]},
              {"id": 1, "type": "stat", "title": "top", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4}},
              {"id": 2, "type": "row", "title": "Open", "gridPos": {"y": 4}},
              {"id": 4, "type": "stat", "title": "right", "gridPos": {"x": 12, "y": 5, "w": 12, "h": 7.5}},
              {"id": 3, "type": "stat", "title": "left", "gridPos": {"x": 0, "y": 5, "w": 11.6, "h": 8}}]}
            """#)
        #expect(today.sections.map(\.title) == [nil, "Open", "Closed", nil])
        #expect(today.sections.map(\.isClosed) == [false, false, true, false])
        #expect(today.sections.map { $0.panels.map(\.title) } == [["top"], ["left", "right"], ["in"], ["behind"]])
        #expect(today.sections[2].repeats == "v" && today.sections[1].panels.map(\.y) == [0, 0])
        #expect(today.sections[1].panels.map(\.width) == [12, 12] && today.sections[1].panels.map(\.height) == [8, 8])
        #expect(today.sections[2].panels.map(\.y) == [0] && today.sections[2].panels.map(\.x) == [12])

        let old = try read(
            #"""
            {"rows": [{"title": "A", "showTitle": true, "height": "250px", "panels": [
                {"id": 1, "type": "graph", "title": "a", "span": 6}, {"id": 2, "type": "graph", "title": "b", "span": 6},
                {"id": 3, "type": "graph", "title": "c", "span": 12}]},
              {"title": "B", "collapse": true, "repeat": "v", "panels": [{"id": 4, "type": "text", "title": "d"}]}]}
            """#)
        #expect(old.sections.map(\.title) == ["A", "B"] && old.sections.map(\.isClosed) == [false, true])
        #expect(old.sections[1].repeats == "v" && old.sections[1].panels.map(\.title) == ["d"])
        #expect(old.sections[0].panels.map(\.x) == [0, 12, 0] && old.sections[0].panels.map(\.y) == [0, 0, 7])
        #expect(old.sections[0].panels.map(\.width) == [12, 12, 24])
    }

    @Test("numbers of panels differ, whatever the file says")
    func ids() throws {
        let panels = try read(
            #"""
            {"panels": [{"type": "stat"}, {"id": 3, "type": "stat"}, {"id": 3, "type": "stat"}, {"id": "x", "type": "stat"},
              {"type": "row", "collapsed": true, "panels": [{"id": 3, "type": "stat"}, {"id": 9, "type": "stat"}]}]}
            """#
        ).panels
        #expect(panels.count == 6 && Set(panels.map(\.id)).count == 6, "\(panels.map(\.id))")
        #expect(panels.map(\.id).contains(3) && panels.map(\.id).contains(9))
    }

    @Test("repeats, own times and links of a panel")
    func panel() throws {
        let panel = try #require(
            try read(
                #"""
                {"panels": [{"id": 1, "type": "timeseries", "repeat": "dev", "repeatDirection": "v", "maxPerRow": 3,
                  "timeFrom": "2h", "timeShift": "1d", "interval": "30s", "maxDataPoints": 200,
                  "links": [{"title": "Runbook", "url": "https://a.test/", "targetBlank": true}, {"title": "none"}],
                  "targets": [{"expr": "a", "hide": true}, {"expr": "b", "refId": "B", "instant": true, "format": "table"},
                    {"expr": "c", "refId": "C", "instant": true, "range": true, "legendFormat": "{{x}}", "interval": "1m"}]}]}
                """#
            ).panels.first)
        #expect(panel.repeats == "dev" && panel.repeatsDown && panel.repeatsMax == 3)
        #expect(
            panel.timeFrom == "2h" && panel.timeShift == "1d" && panel.interval == "30s" && panel.maxDataPoints == 200)
        #expect(panel.links == [.init(title: "Runbook", url: "https://a.test/", isNew: true)])
        #expect(panel.targets.map(\.refId) == ["B", "C"] && panel.targets.map(\.isInstant) == [true, false])
        #expect(panel.targets.map(\.format) == ["table", "time_series"] && panel.targets[1].interval == "1m")
    }

    @Test("a bar gauge says where names stand, a pie's legend its values, a query how much longer its steps are")
    func fewer() throws {
        let panels = try read(
            #"""
            {"panels": [{"type": "bargauge", "options": {"namePlacement": "left"}, "targets": [{"expr": "a", "intervalFactor": 2},
              {"expr": "b", "intervalFactor": 1}]},
             {"type": "piechart", "options": {"legend": {"calcs": [], "values": ["value", "percent"]}}}]}
            """#
        ).panels
        #expect(panels[0].options.namePlacement == "left" && panels[0].targets.map(\.intervalFactor) == [2, nil])
        #expect(panels[1].options.legend.calcs == ["value", "percent"])
    }

    @Test(
        "the least width of old files is a number of panels in a row",
        arguments: [(6, 4), (4, 6), (8, 3), (24, 1), (5, 4), (1, 24)])
    func minSpan(width: Int, count: Int) throws {
        let json = #"{"panels": [{"type": "stat", "repeat": "v", "minSpan": \#(width)}]}"#
        #expect(try read(json).panels.first?.repeatsMax == count)
    }

    @Test("in old rows it is of twelve columns", arguments: [(3, 4), (2, 6), (4, 3), (12, 1), (6, 2)])
    func oldMinSpan(width: Int, count: Int) throws {
        let json = #"{"rows": [{"panels": [{"type": "graph", "repeat": "v", "minSpan": \#(width)}]}]}"#
        #expect(try read(json).panels.first?.repeatsMax == count)
    }

    @Test("panels of old rows stand as wide and high as they are, below each other where the row has room")
    func oldPlaces() throws {
        let json = #"""
            {"rows": [{"height": "250px", "panels": [
                {"id": 1, "span": 2.4, "height": "100px", "type": "stat"}, {"id": 2, "span": 10, "height": "", "type": "graph"},
                {"id": 3, "span": 4.8, "height": "150px", "type": "stat"}]},
              {"height": 200, "panels": [{"id": 4, "type": "stat", "height": "100px", "span": 6},
                {"id": 5, "type": "stat", "height": "80", "span": 6}, {"id": 6, "type": "stat", "height": "3px", "span": 12}]},
              {"panels": [{"id": 7, "type": "graph"}]}]}
            """#
        let places = try Dashboard.read(json, path: "t.json").dashboard.panels.map {
            "\($0.id): \($0.x) \($0.y) \($0.width) \($0.height)"
        }
        #expect(
            places == [
                "1: 0 0 4 3", "2: 4 0 20 7", "3: 0 7 8 4", "4: 0 14 12 3", "5: 12 14 12 3", "6: 0 17 24 3",
                "7: 0 20 8 7",
            ])
    }

    @Test("copies that Grafana left of what repeats are made anew")
    func clones() throws {
        let rows = #"""
            {"rows": [{"panels": [{"id": 1, "type": "graph", "repeat": "v", "repeatIteration": 7, "scopedVars": {}},
                {"id": 2, "type": "graph", "repeat": null, "repeatIteration": 7, "repeatPanelId": 1}]},
              {"panels": [{"id": 3, "type": "graph"}], "repeat": null, "repeatIteration": 7, "repeatRowId": 1}]}
            """#
        #expect(try Dashboard.read(rows, path: "t.json").dashboard.panels.map(\.id) == [1])
        let panels = #"""
            {"panels": [{"id": 1, "type": "graph", "repeat": "v"}, {"id": 2, "type": "graph", "repeatPanelId": 1},
              {"id": 3, "type": "row", "repeat": "v", "panels": [{"id": 4, "type": "graph"}]},
              {"id": 5, "type": "row", "repeatPanelId": 3, "panels": [{"id": 6, "type": "graph"}]},
              {"id": 7, "type": "graph", "repeatedByRow": true}]}
            """#
        #expect(try Dashboard.read(panels, path: "t.json").dashboard.panels.map(\.id) == [1, 4])
    }
}

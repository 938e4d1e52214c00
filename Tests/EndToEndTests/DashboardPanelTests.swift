import Foundation
import TestSupport
import Testing

/// What Grafana's files show in a real browser: units, styles, transformations, and each kind of panel.
@Suite("Panels of Grafana's files", .serialized, .enabled(if: Peers.has("chromium"), "chromium is not installed"))
struct DashboardPanelTests {
    /// What modules.py tells.
    private struct ScriptSight: Decodable {
        let wrong: String?
        let call: String?
        let got: String?
        let wanted: String?
        let count: Int?
        let missing: [String]?
        let errors: [String]?
    }

    @Test(
        "each of Grafana's units is written as Grafana documents; styles, calculations, frames and transformations too",
        .timeLimit(.minutes(1)))
    func scripts() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let browser = try Peers.browser(
            script: "modules.py", server.url, Peers.part("units.tsv"), Peers.part("panel_scripts.json"))
        try await browser.end(within: .seconds(40))
        let sights: [ScriptSight] = browser.messages("saw")
        for sight in sights where sight.wrong != nil {
            Issue.record(
                "\(sight.call ?? "") of \(sight.wrong ?? ""): \(sight.got ?? ""), should be \(sight.wanted ?? "")")
        }
        let last = try #require(sights.last, "\(browser.printed)")
        #expect(last.count ?? 0 > 800 && last.missing == [] && last.errors == [], "\(browser.printed.suffix(2_000))")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// What dashboard_panels.py tells of a panel.
    private struct Sight: Decodable, Sendable {
        let board: String
        let title: String
        var state = ""
        var note = ""
        var values: [String] = []
        var labels: [String] = []
        var legend: [String] = []
        var ink: String?
        var ground: String?
        var bow: String?
        var rows: [[String]] = []
        var cell: String?
        var links: [String] = []
        var pieces = 0
        var canvas = 0
        var text = ""
        var errors: [String]?

        private enum CodingKeys: String, CodingKey {
            case board, title, state, note, values, labels, legend, ink, ground, bow, rows, cell, links, pieces, canvas
            case text, errors
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func decoded<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
                try container.decodeIfPresent(Value.self, forKey: key) ?? usual
            }
            board = try container.decode(String.self, forKey: .board)
            title = try container.decode(String.self, forKey: .title)
            state = try decoded(.state, "")
            note = try decoded(.note, "")
            values = try decoded(.values, [])
            labels = try decoded(.labels, [])
            legend = try decoded(.legend, [])
            ink = try container.decodeIfPresent(String.self, forKey: .ink)
            ground = try container.decodeIfPresent(String.self, forKey: .ground)
            bow = try container.decodeIfPresent(String.self, forKey: .bow)
            rows = try decoded(.rows, [])
            cell = try container.decodeIfPresent(String.self, forKey: .cell)
            links = try decoded(.links, [])
            pieces = try decoded(.pieces, 0)
            canvas = try decoded(.canvas, 0)
            text = try decoded(.text, "")
            errors = try container.decodeIfPresent([String].self, forKey: .errors)
        }
    }

    private static let boards = ["colours", "mappings", "legacy", "kinds", "steps", "odd", "units", "all"]

    /// Series of two rooms, whose instances have dots, without anybody who is scraped.
    private static let rules = """
        groups:
          - name: rooms
            interval: 1s
            rules:
              - { record: room_load, expr: vector(0.5), labels: { instance: "10.0.0.5:9121", room: lobby, floor: one } }
              - { record: room_load, expr: vector(2), labels: { instance: "10.0.0.6:9121", room: gate, floor: two } }
              - { record: room_bytes, expr: vector(1024), labels: { room: lobby } }
              - { record: room_bytes, expr: vector(4096), labels: { room: gate } }

        """

    /// A panel, and what must be seen of it.
    private struct Row: Sendable {
        let board: String
        let title: String
        let check: @Sendable (Sight) -> Bool

        init(_ board: String, _ title: String, _ check: @escaping @Sendable (Sight) -> Bool) {
            self.board = board
            self.title = title
            self.check = check
        }
    }

    private static let rows: [Row] = [
        Row("colours", "any colour of CSS") { $0.values == ["95%"] && $0.bow == "red" && $0.ink == "red" },
        Row("colours", "no colour") { $0.values == ["22.4 GiB"] && $0.ink == "neutral" && $0.ground == nil },
        Row("colours", "percent of its ends") { $0.values == ["90%"] && $0.bow == "red" },
        Row("colours", "one colour") { $0.values == ["1"] && $0.ink == "blue" },
        Row("colours", "the ground") { $0.ground == "red" && $0.ink == "neutral" },
        Row("colours", "below the threshold") { $0.ink == "green" },
        Row("colours", "a name of Grafana") { $0.ink == "orange" },
        Row("mappings", "a value") { $0.values == ["UP"] && $0.ink == "green" },
        Row("mappings", "another value") { $0.values == ["DOWN"] && $0.ink == "red" },
        Row("mappings", "no number") { $0.values == ["N/A"] },
        Row("mappings", "a range") { $0.values == ["warm"] && $0.ink == "orange" },
        Row("mappings", "a pattern") { $0.values == ["refused"] },
        Row("legacy", "a red gauge") { $0.values == ["95%"] && $0.bow == "red" },
        Row("legacy", "words around") { $0.values == ["node UP now"] },
        Row("legacy", "a gauge of nothing") { $0.values == ["N/A"] && $0.state == "drawn" },
        Row("legacy", "the largest") { $0.values == ["1.5 min"] },
        Row("kinds", "table") { $0.rows.first == ["Time", "__name__", "floor", "instance", "room", "Value"] },
        Row("kinds", "table") { $0.rows.last?.dropFirst(2) == ["one", "10.0.0.5:9121", "lobby", "0.5"] },
        Row("kinds", "text") { $0.text.hasPrefix("Heading") && $0.text.hasSuffix("What to do in lobby, $nobody") },
        Row("kinds", "logs") {
            $0.rows.count == 1 && $0.rows[0].last?.hasSuffix("ERROR it went ⟨ESC⟩[31mwrong") == true
                && $0.links.first?.hasPrefix("/logs?query=component%3Aapp&start=") == true
        },
        Row("kinds", "state-timeline") { $0.pieces == 1 && $0.text.hasPrefix("lobby\n0.5\n") },
        Row("kinds", "piechart") { $0.pieces == 1 && $0.labels == ["lobby"] && $0.values == ["0.5"] },
        Row("kinds", "bargauge") { $0.pieces == 1 && $0.labels == ["lobby"] && $0.values == ["0.5"] },
        Row("steps", "hidden and renamed") {
            $0.rows.first == ["room", "instance", "Load", "floor"]
                && Set($0.rows.dropFirst()) == [
                    ["lobby", "10.0.0.5:9121", "0.5", "one"], ["gate", "10.0.0.6:9121", "2", "two"],
                ]
        },
        Row("steps", "joined") {
            $0.rows.first == ["room", "Value #A", "Bytes", "each"]
                && Set($0.rows.dropFirst()) == [["lobby", "0.5", "1 KiB", "2,048"], ["gate", "2", "4 KiB", "2,048"]]
        },
        Row("steps", "grouped and sorted") {
            $0.rows == [["floor", "Value (sum)", "Value (count)"], ["two", "2", "1"], ["one", "0.5", "1"]]
        },
        Row("steps", "the largest of the time") { $0.values == ["0.5"] },
        Row("steps", "a field of a table") { $0.values == ["gate"] },
        Row("steps", "cells") {
            $0.cell != "neutral" && $0.links.count == 2
                && $0.links.contains { $0.hasSuffix("/graph?g0.expr=room_load%7Broom%3D%22lobby%22%7D") }
        },
        Row("steps", "a sum below") { $0.rows.count == 4 && $0.rows.last == ["Total", "2.5"] },
        Row("steps", "a name of its own") { $0.labels == ["In lobby"] && $0.values == ["0.5"] },
        Row("sorted", "ascending") { $0.rows.map(\.last) == ["Value", "0.5", "2"] && $0.cell == "green" },
        Row("sorted", "descending") { $0.rows.map(\.last) == ["Value", "2", "0.5"] && $0.cell == "red" },
        Row("odd", "a threshold in words") { $0.values == ["3"] && $0.ink == "green" },
        Row("odd", "overrides") { $0.labels == ["The lobby", "gate"] && $0.values == ["50%", "2"] },
        Row("odd", "never here") { $0.state == "empty" && $0.note.contains("never_seen_total") },
        Row("odd", "not of this room") { $0.state == "empty" && !$0.note.isEmpty },
        Row("all", "Load of All") { $0.canvas > 0 && $0.legend.count == 2 && $0.legend[0].hasPrefix("10.0.0.5:9121") },
        Row("all", "of all") { $0.values == ["2"] },
    ]

    private static let notDrawn = [
        "status-history", "heatmap", "barchart", "histogram", "alertlist", "news", "dashlist", "xychart", "geomap",
        "canvas", "nodeGraph", "traces", "annolist", "trend",
    ]

    private static let units = [
        "s": "1.09 day", "ms": "1.09 day", "dtdurations": "1 day", "dateTimeAsIso": "2023-11-14 22:13:20",
        "ops": "1.23M ops/s", "hertz": "50 MHz", "celsius": "42.5 °C", "bool_on_off": "On", "d": "3.5 day",
        "µs": "1.5 ms", "kbytes": "2 MiB", "deckbytes": "2.05 MB", "Mbits": "12.5 Mb/s", "currencyUSD": "$5",
        "percent": "0.004%", "suffix: fps": "25 fps", "short": "1.23 Mil", "locale": "1,234,567",
        "sci": "1.234567e+6", "dBm": "-70 dBm", "string": "3", "bytes": "0.001 B",
    ]

    @Test(
        "colours, mappings, old panels, each kind, transformations, overrides, units and values with dots are drawn as in Grafana",
        .timeLimit(.minutes(2)))
    func panels() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", "rule_files: [rooms.yml]\n")
        try folder.write("config/rooms.yml", Self.rules)
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - { type: filestream, id: text, paths: ["\(folder.path)/*.log"], fields: { component: app } }

            """)
        try folder.write("app.log", Date().ISO8601Format() + " ERROR it went \u{1B}[31mwrong\n")
        for board in Self.boards {
            let file = try String(contentsOfFile: Peers.part("dashboards/\(board).json"), encoding: .utf8)
            try folder.write("config/dashboards/\(board).json", file)
        }
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the rooms' series", within: .seconds(30)) {
            try await server.query("min(count_over_time(room_load[5m])) >= 3").isEmpty ? nil : true
        }
        _ = try await eventually("the line", within: .seconds(30)) {
            try await server.logs("component:app").isEmpty ? nil : true
        }
        let browser = try RunningProcess(
            Peers.python, [Peers.part("dashboard_panels.py"), server.url] + Self.boards)
        try await browser.end(within: .seconds(90))
        let sights: [Sight] = browser.messages("saw")
        for row in Self.rows {
            let seen = sights.filter { $0.board == row.board && $0.title == row.title }
            #expect(seen.count == 1 && row.check(seen[0]), "\(row.board), \(row.title): \(seen)")
        }
        for title in Self.notDrawn {
            let seen = sights.first { $0.board == "kinds" && $0.title == title }
            #expect(seen?.text == "Not drawn here: \(title).")
        }
        for (unit, text) in Self.units {
            #expect(sights.first { $0.board == "units" && $0.title == unit }?.values == [text], "\(unit)")
        }
        #expect(sights.last?.errors == [], "\(browser.printed.suffix(2_000))")
        let looking = try AccessSight.look(at: ["/dashboards/kinds", "/dashboards/steps"], of: server)
        try await looking.end(within: .seconds(60))
        AccessSight.judge(looking, pages: 2)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

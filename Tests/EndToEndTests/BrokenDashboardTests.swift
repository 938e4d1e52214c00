import Foundation
import TestSupport
import Testing
import Transfers

/// Files of dashboards that are broken in every way: the server serves, each one's page says why, all others are drawn.
@Suite("Dashboards that are broken", .serialized, .timeLimit(.minutes(2)))
struct BrokenDashboardTests {
    /// A file, and what is told of it.
    private struct Case {
        /// Without `.json`; the page has this name where the file cannot be read.
        let name: String
        let bytes: [UInt8]
        let line: Int
        let column: Int
        let hint: String
        /// Of the page, where it is drawn nonetheless.
        var uid: String?

        init(_ name: String, _ text: String, _ line: Int, _ column: Int, _ hint: String, uid: String? = nil) {
            self.init(name, Array(text.utf8), line, column, hint)
            self.uid = uid
        }

        init(_ name: String, _ bytes: [UInt8], _ line: Int, _ column: Int, _ hint: String) {
            self.name = name
            self.bytes = bytes
            self.line = line
            self.column = column
            self.hint = hint
        }
    }

    private static let panel = #"{"type": "stat", "title": "Seven", "targets": [{"expr": "vector(7)"}]}"#

    /// A dashboard of four lines, with members in the third.
    private static func board(_ uid: String, _ members: String) -> String {
        "{\"uid\": \"\(uid)\",\n\"title\": \"\(uid)\",\n\(members)\n}"
    }

    private static let good = board("good", "\"panels\": [\(panel)]")

    /// Those whose page says why it is not drawn.
    private static let unreadable: [Case] = [
        Case("empty", "", 1, 1, "the text ends"),
        Case("blank", "\n\n  \n", 4, 1, "the text ends"),
        Case("words", "# a page\n", 1, 1, "no value of JSON"),
        Case("cut", "{\"title\": \"a\",\n\"panels\": [{\"type\": \"st", 2, 24, "inside quotes"),
        Case("two", good + "\n" + good, 5, 1, "more after the end"),
        Case("comma", "{\"title\": \"a\"\n\"panels\": []}", 2, 1, "comma is missing"),
        Case("utf16", Array("{}".utf16.flatMap { [UInt8(truncatingIfNeeded: $0), 0] }), 1, 2, "key in quotes"),
        Case("mark16", [0xFF, 0xFE, 0x7B, 0], 1, 1, "not UTF-8"),
        Case("bytes", Array("{\n\"title\": \"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8), 2, 11, "not UTF-8"),
        Case("number", board("number", "\"panels\": [{\"gridPos\": {\"x\": 1e999}}]"), 3, 30, "too large"),
        Case("nan", board("nan", "\"panels\": [{\"gridPos\": {\"x\": NaN}}]"), 3, 30, "no value of JSON"),
        Case("deep", String(repeating: "[", count: 100_000), 1, 130, "nested deeper"),
        Case("deeper", String(repeating: "{\"panels\":", count: 100_000), 1, 1_291, "nested deeper"),
        Case("list", "[\(good)]", 1, 1, "no dashboard"),
        Case("null", "null", 1, 1, "no dashboard"),
        Case(
            "object", board("object", "\"schemaVersion\": 39, \"panels\": {\"a\": \(panel)}"), 3, 32,
            "no list of panels"),
        Case("name with \"quotes\" & <b>", "{", 1, 2, "key in quotes"),
    ]

    /// Those that are drawn, with what `check` tells.
    private static let odd: [Case] = [
        Case(
            "doubled", board("a", "\"panels\": [\(panel)], \"uid\": \"doubled\""), 3, 92, "a second time",
            uid: "doubled"),
        Case(
            "texts", board("texts", "\"panels\": [{\"type\": \"stat\", \"gridPos\": {\"w\": \"wide\"}}]"), 3, 46,
            "is no number",
            uid: "texts"),
        Case(
            "far", board("far", "\"panels\": [{\"type\": \"stat\", \"gridPos\": {\"y\": -1e300, \"h\": 1e300}}]"), 3,
            46,
            "outside of the grid", uid: "far"),
        Case(
            "circle",
            board(
                "circle",
                "\"panels\": [\(panel)], \"templating\": {\"list\": [{\"name\": \"a\", \"query\": \"label_values(up{x='$a'}, job)\"}]}"
            ), 3, 109, "needs itself", uid: "circle"),
        Case(
            "pattern",
            board(
                "pattern",
                "\"panels\": [\(panel)], \"templating\": {\"list\": [{\"name\": \"a\", \"query\": \"metrics(up)\", \"regex\": \"/(b/\"}]}"
            ), 3, 156, "has no \")\"", uid: "pattern"),
        Case(
            "unknown", board("unknown", "\"panels\": [{\"type\": \"acme\", \"title\": \"Odd\"}]"), 3, 12,
            "not drawn here",
            uid: "unknown"),
        Case("steps", board("..", "\"panels\": [\(panel)]"), 1, 9, "none for an address", uid: "steps"),
        Case(
            "many",
            board("many", "\"panels\": [\([String](repeating: panel, count: 1_200).joined(separator: ", "))]"), 1, 1,
            "only the first 1000", uid: "many"),
    ]

    private static func page(_ uid: String) -> String {
        "/dashboards/" + (uid.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? uid)
    }

    /// The page of an identifier with any letters.
    private static func get(_ server: Server, _ uid: String) async throws -> HTTPResponse {
        try await Transfers().send(HTTPRequest(url: server.url + page(uid), timeout: .seconds(30)))
    }

    @Test("the server serves, the page of each says why, a check has its line and column, and the others are drawn")
    func table() async throws {
        let folder = try TemporaryDirectory()
        let site = folder.path + "/site"
        try folder.write("site/dashboards/good.json", "\u{feff}" + Self.good)
        try folder.write(
            "site/dashboards/odd-uid.json", Self.board("a/b?c=<i>d</i>#%41", "\"panels\": [\(Self.panel)]"))
        for one in Self.unreadable + Self.odd {
            try Data(one.bytes).write(to: URL(filePath: "\(site)/dashboards/\(one.name).json"))
        }
        try FileManager.default.createDirectory(
            atPath: site + "/dashboards/folder.json", withIntermediateDirectories: true)
        mkfifo(site + "/dashboards/pipe.json", 0o600)
        symlink("/nowhere", site + "/dashboards/dangling.json")
        symlink("/dev/zero", site + "/dashboards/device.json")
        // A file of 100 MB that takes no room.
        FileManager.default.createFile(atPath: site + "/dashboards/large.json", contents: nil)
        truncate(site + "/dashboards/large.json", 100 << 20)

        let check = try RunningProcess(Peers.watchpost, ["check", site])
        try await check.end()
        let told = check.printed.split(separator: "\n")
        for one in Self.unreadable + Self.odd {
            let place = "\(site)/dashboards/\(one.name).json:\(one.line):\(one.column): "
            let isTold = told.contains { $0.hasPrefix(place) && $0.contains(one.hint) }
            #expect(isTold, "\(place) \(told.filter { $0.contains("/\(one.name).json") }.map { $0.prefix(300) })")
        }
        let others = [
            "folder": "not a file", "pipe": "not a file", "dangling": "leads to no", "device": "not a file",
            "large": "more than",
        ]
        for (name, hint) in others {
            #expect(told.contains { $0.hasPrefix("\(site)/dashboards/\(name).json:1:1: error: ") && $0.contains(hint) })
        }

        let server = try await Server.serve(configuration: site, data: folder.path + "/data")
        for (name, hint) in Self.unreadable.map({ ($0.name, $0.hint) }) + others.map({ ($0, $1) }) {
            let page = try await Self.get(server, name)
            let text = String(decoding: page.body, as: UTF8.self).replacing("&quot;", with: "\"")
            #expect(page.status == 200 && text.contains("role=\"alert\"") && text.contains(hint), "\(name)")
        }
        for uid in Self.odd.compactMap(\.uid) + ["good", "a/b?c=<i>d</i>#%41"] {
            let page = try await Self.get(server, uid)
            let text = String(decoding: page.body, as: UTF8.self)
            #expect(page.status == 200 && text.contains("data-panel") && !text.contains("role=\"alert\""), "\(uid)")
            #expect(!text.contains("<i>"), "\(uid)")
        }
        let list = try await server.text("/dashboards")
        #expect(list.contains("href=\"/dashboards/a%2Fb%3Fc%3D%3Ci%3Ed%3C%2Fi%3E%23%2541\""))
        #expect(list.matches(of: /class="tile"/).count == Self.odd.count + 2)
        #expect(list.matches(of: /class="tile degraded"/).count == Self.unreadable.count + others.count)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "files that come, go, break and heal while the server runs are shown as they are, the good state while broken")
    func changes() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("site/dashboards/a.json", Self.board("a", "\"panels\": [\(Self.panel)]"))
        let server = try await Server.serve(configuration: folder.path + "/site", data: folder.path + "/data")
        func page(_ uid: String, _ what: String, _ holds: @escaping (Int, String) -> Bool) async throws {
            _ = try await eventually("\(uid): \(what)", within: .seconds(30), every: .milliseconds(300)) {
                let page = try await Self.get(server, uid)
                return holds(page.status, String(decoding: page.body, as: UTF8.self)) ? true : nil
            }
        }
        try await page("a", "drawn") { $0 == 200 && $1.contains("Seven") && !$1.contains("role=\"alert\"") }
        try folder.write("site/dashboards/a.json", "{\n\"panels\": [")
        try folder.write("site/dashboards/new.json", Self.board("new", "\"panels\": [\(Self.panel)]"))
        try folder.write("site/dashboards/Gates/b.json", "{]")
        try await page("a", "as it was, with the reason") { $1.contains("Seven") && $1.contains("a.json:2:12: error") }
        try await page("new", "there") { $0 == 200 && $1.contains("Seven") }
        try await page("b", "says why") { $0 == 200 && $1.contains("Gates/b.json:1:2: error") }
        let healed = Self.board("a", "\"panels\": [\(Self.panel.replacing("Seven", with: "Eight"))]")
        try folder.write("site/dashboards/a.json", healed)
        try FileManager.default.removeItem(atPath: folder.path + "/site/dashboards/new.json")
        try await page("a", "healed") { $1.contains("Eight") && !$1.contains("role=\"alert\"") }
        try await page("new", "gone") { status, _ in status == 404 }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Model
import SiteView
import TestSupport
import Testing

@testable import WatchpostHTTP

@Suite("What viewers share of the site")
struct LiveSiteTests {
    private static func camera(
        _ id: String, _ state: CameraState = .online, since: Int64 = 1_000_000, _ reason: String = ""
    )
        -> CameraStatus
    {
        var camera = CameraStatus(id: id, state: state, since: since)
        camera.reason = reason
        return camera
    }

    private static func overview(_ cameras: [CameraStatus], now: Int64 = 1_000, alerts: [AlertView] = []) -> Overview {
        Overview(
            siteName: "s", version: "v", now: now, cameras: cameras, alerts: alerts, mounts: [], findings: [],
            isDemo: false)
    }

    private struct ListAnswer: Decodable {
        let list: String
        let version: Int
        let nodes: [[String]]
        let cameras: [[Cell]]
    }

    private struct ChangesAnswer: Decodable {
        let list: String
        let from: Int
        let to: Int
        let set: [[Cell]]
    }

    /// A number, a text, or labels.
    private enum Cell: Decodable, Equatable {
        case number(Int)
        case text(String)
        case labels([String: String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .labels(try container.decode([String: String].self))
            }
        }
    }

    private static func read(_ list: LiveList) throws -> ListAnswer {
        try JSONDecoder().decode(ListAnswer.self, from: Data(list.json(name: "e.\(list.position.list)", now: 0)))
    }

    /// A client: what the list said, changed by what the stream told.
    private struct Client {
        var list = 0
        var version = 0
        var rows: [[Cell]] = []

        mutating func ask(_ list: LiveList) throws {
            let answer = try LiveSiteTests.read(list)
            (self.list, version, rows) = (list.position.list, answer.version, answer.cameras)
        }

        mutating func hear(_ list: LiveList) throws {
            guard list.position.list == self.list else { return try ask(list) }
            guard list.position.version > version else { return }
            guard let json = list.changes(since: version, listName: "e") else { return try ask(list) }
            let answer = try JSONDecoder().decode(ChangesAnswer.self, from: Data(json))
            #expect(answer.from == version && answer.to == list.position.version)
            for row in answer.set {
                guard case .number(let place)? = row.first else { continue }
                rows[place] = Array(rows[place].prefix(2)) + row.dropFirst()
            }
            version = answer.to
        }
    }

    @Test(
        "clients that hear of changes, often or seldom, know what a fresh list says",
        arguments: 1...20 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var cameras = (0..<30).map { Self.camera("cam-\($0)") }
        var list = LiveList()
        var clients = [Client(), Client(), Client()]
        var now: Int64 = 1_000
        for step in 0..<200 {
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: 0..<cameras.count, using: &random)
                cameras[place].state = CameraState.allCases.randomElement(using: &random) ?? .online
                cameras[place].since = now * 10
                cameras[place].reason =
                    ["", "9.\(step) of 25 frames", "no \"answer\"\n\u{1}<b>", "é%2F"].randomElement(using: &random)
                    ?? ""
            }
            if Int.random(in: 0..<20, using: &random) == 0 { cameras.append(Self.camera("new-\(step)")) }
            if Int.random(in: 0..<20, using: &random) == 0, cameras.count > 5 { cameras.removeFirst() }
            now += Int64.random(in: 500...6_000, using: &random)
            list.take(Self.overview(cameras.shuffled(using: &random), now: now))
            // The first hears of all, the second of some, the third rarely.
            for (index, often) in [1, 4, 40].enumerated() where Int.random(in: 0..<often, using: &random) == 0 {
                try clients[index].hear(list)
                let fresh = try Self.read(list)
                #expect(clients[index].rows == fresh.cameras && clients[index].version == fresh.version, "seed \(seed)")
            }
        }
    }

    @Test("a reason that differs in its numbers stands for ten seconds, and no page looks for it")
    func numbers() {
        var list = LiveList()
        list.take(Self.overview([Self.camera("a", .degraded, "9.8 of 25 frames")], now: 0))
        let mark = list.mark
        list.take(Self.overview([Self.camera("a", .degraded, "9.7 of 25 frames")], now: 1_000))
        #expect(list.position.version == 0)
        list.take(Self.overview([Self.camera("a", .degraded, "9.6 of 25 frames")], now: 11_000))
        #expect(list.position.version == 1 && list.mark == mark)
        list.take(Self.overview([Self.camera("a", .degraded, "4 % lost")], now: 11_500))
        #expect(list.position.version == 2 && list.mark != mark)
    }

    @Test("more changes than a viewer should hear one by one are a new list")
    func many() {
        var list = LiveList()
        list.take(Self.overview((0..<5_000).map { Self.camera("cam-\($0)") }))
        list.take(Self.overview((0..<5_000).map { Self.camera("cam-\($0)", $0 < 1_000 ? .offline : .online) }))
        #expect(list.changes(since: 0, listName: "e") != nil)
        list.take(Self.overview((0..<5_000).map { Self.camera("cam-\($0)", $0 < 1_001 ? .stalled : .online) }))
        #expect(list.changes(since: 1, listName: "e") == nil && list.position.version == 2)
    }

    @Test("what else a page shows has a mark: an alert, its end, a silence over it")
    func mark() {
        var list = LiveList()
        var marks: [String] = []
        func alert(_ suppressed: [String]) -> AlertView {
            AlertView(
                name: "A", fingerprint: "1", state: .firing, suppressedBy: suppressed, severity: "critical",
                summary: "s",
                description: "", labels: [:], activeAt: 0, value: "0.05")
        }
        for alerts in [[], [alert([])], [alert(["silence 1"])], []] {
            list.take(Self.overview([Self.camera("a")], alerts: alerts))
            marks.append(list.mark)
        }
        #expect(Set(marks).count == 3 && marks[0] == marks[3])
    }

    @Test("cameras of one name on two nodes are two, in natural order; hostile names stay what they are")
    func order() throws {
        let names = ["cam-10", "cam-2", "<b>\"x\" & y/é%2F", String(repeating: "n", count: 200), "\u{202e}x\n"]
        let own = names.map { Self.camera($0) }
        let others = ["rec-10", "rec-2"].flatMap { node in
            names.map { name in
                var camera = Self.camera(name)
                camera.node = CameraNode(site: "north", instance: node)
                return camera
            }
        }
        var list = LiveList()
        list.take(Self.overview((own + others).shuffled()))
        let answer = try Self.read(list)
        #expect(answer.cameras.count == 15 && answer.nodes == [["north", "rec-2"], ["north", "rec-10"]])
        let texts = answer.cameras.map { if case .text(let text) = $0[0] { text } else { "" } }
        #expect(Set(texts) == Set(names))
        let two = try #require(texts.firstIndex(of: "cam-2"))
        let ten = try #require(texts.firstIndex(of: "cam-10"))
        #expect(
            two < ten
                && answer.cameras.map { $0[1] } == Array(repeating: .number(0), count: 5)
                    + Array(repeating: .number(1), count: 5) + Array(repeating: .number(2), count: 5)
        )
    }

    @Test(
        "rows are read as they are written, and not without bound",
        arguments: [
            ("0-2,5", [0, 1, 2, 5]), ("7", [7]), ("", nil), ("a", nil), ("3-1", nil), ("-1", nil), ("1,", nil),
            ("0-399", Array(0...399)), ("0-400", nil), ("0-9223372036854775807", nil), ("0-398,5-6", nil),
        ] as [(String, [Int]?)])
    func rows(text: String, rows: [Int]?) {
        #expect(LiveAPI.rows(text) == rows)
    }

    @Test(
        "the stream begins with a tick, a client that knows the version gets no list, and numbers are of that list alone"
    )
    func api() async throws {
        let router = Router(context: AppRequestContext.self)
        let api = LiveAPI(view: FixedSite(isTroubled: true))
        api.addRoutes(to: router.group("/api/watchpost"))
        let client = RouterClient(router)
        let stream = try await client.get("/api/watchpost/live")
        #expect(stream.headers[.contentType] == "text/event-stream")
        let lines = stream.text.split(separator: "\n").map(String.init)
        let event = try #require(lines.first { $0.hasPrefix("id: ") }).dropFirst(4)
        #expect(lines[1] == "event: tick" && lines[2].contains("\"version\":0") && lines.count == 3)
        let again = try await client.get(
            "/api/watchpost/live", headers: [try #require(HTTPField.Name("Last-Event-ID")): String(event)])
        #expect(!again.text.contains("event: cameras") && again.text.contains("id: \(event)\n"))
        let list = try await client.get("/api/watchpost/live/cameras")
        let answer = try JSONDecoder().decode(ListAnswer.self, from: Data(list.text.utf8))
        #expect(answer.cameras.count == 6 && list.headers[.eTag] == "W/\"\(event)\"")
        let numbers = try await client.get("/api/watchpost/live/numbers?list=\(answer.list)&rows=0-9")
        #expect(
            numbers.status == 200 && numbers.text.contains(",25,25,2100000,0,6,\"H.264 1280×720\"]"), "\(numbers.text)")
        #expect(try await client.get("/api/watchpost/live/numbers?list=old.1&rows=0").status == 409)
        #expect(try await client.get("/api/watchpost/live/numbers?list=\(answer.list)&rows=x").status == 400)
    }
}

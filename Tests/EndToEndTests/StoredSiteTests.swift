import Base
import Codecs
import Exposition
import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// A data directory and a configuration that an older binary left behind when it was killed, opened by this one. It is
/// made by `Parts/StoredSite/stored_site.py`, and opened half a minute after it was left, whenever that was: the
/// server's clock is moved.
@Suite("A site that an older version left, end to end", .serialized)
struct StoredSiteTests {
    /// What the older binary answered at the end, and what nobody has read or told yet.
    private struct Expected: Decodable {
        struct Series: Decodable, Equatable {
            let metric: [String: String]
            let values: [Point]
        }

        struct Point: Decodable, Hashable {
            let time: Double
            let value: String

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                time = try pair.decode(Double.self)
                value = try pair.decode(String.self)
            }
        }

        struct Event: Decodable, Hashable, Comparable {
            let time: Int64
            let message: String

            init(time: Int64, message: String) { (self.time, self.message) = (time, message) }

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                time = try pair.decode(Int64.self)
                message = try pair.decode(String.self)
            }

            static func < (left: Event, right: Event) -> Bool {
                (left.time, left.message) < (right.time, right.message)
            }
        }

        let series: [Series]
        let queriedAt: Double
        let events: [Event]
        let silences: [Silence]
        let alerts: [Alert]
        let pending: [RuleAlert]
        let token: String
        let leftAt: Int
        let unread: [String]
        /// Receivers and identifiers of notifications that could not be delivered.
        let untold: [[String]]
    }

    private struct Silence: Decodable, Equatable {
        struct Matcher: Decodable, Equatable {
            let name: String
            let value: String
        }

        struct Status: Decodable, Equatable { let state: String }

        let id: String
        let matchers: [Matcher]
        let startsAt: String
        let endsAt: String
        let updatedAt: String
        let createdBy: String
        let comment: String
        let status: Status
    }

    private struct Alert: Decodable, Equatable {
        struct Status: Decodable, Equatable {
            let state: String
            let silencedBy: [String]
        }

        let labels: [String: String]
        let startsAt: String
        let fingerprint: String
        let status: Status
    }

    private struct RuleAlert: Decodable {
        let labels: [String: String]
        let state: String
        let activeAt: String
    }

    private struct RuleAlerts: Decodable {
        struct Content: Decodable { let alerts: [RuleAlert] }
        let data: Content
    }

    private struct Matrix: Decodable {
        struct Content: Decodable { let result: [Expected.Series] }
        let data: Content
    }

    private struct Post: Decodable {
        let path: String
        let headers: [String: String]
        let text: String

        enum Key: String, CodingKey { case path, headers, body }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            path = try container.decode(String.self, forKey: .path)
            headers = try container.decode([String: String].self, forKey: .headers)
            let text = try? container.decode(String.self, forKey: .body)
            self.text = try text ?? "\(container.decode(JSON.self, forKey: .body))"
        }
    }

    /// Any JSON, to look for words in it.
    private enum JSON: Decodable {
        case object([String: JSON]), list([JSON]), text(String), other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let object = try? value.decode([String: JSON].self) {
                self = .object(object)
            } else if let list = try? value.decode([JSON].self) {
                self = .list(list)
            } else {
                self = (try? value.decode(String.self)).map(JSON.text) ?? .other
            }
        }
    }

    private let folder: TemporaryDirectory
    private let expected: Expected
    private let sink: RunningProcess
    private let offset: Int

    init() async throws {
        folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        self.sink = sink.process
        let ports = try ["exporter": Peers.freePort(), "sink": sink.web, "remote": sink.web]
        let placed = try Peers.storedSite(in: folder.path, ports: ports)
        // Every file that was followed is known again, also under its new name.
        #expect(try await placed.line(matching: Regex(#"placed (\d+)"#)) == "4", "\(placed.printed)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = try #require(FileManager.default.contents(atPath: folder.path + "/expected.json"))
        expected = try decoder.decode(Expected.self, from: file)
        offset = expected.leftAt + 30 - Int(Date().timeIntervalSince1970)
    }

    private func serve() async throws -> Server {
        let address = "127.0.0.1:\(try Peers.freePort())"
        let process = try RunningProcess(
            Peers.watchpost,
            ["serve", "--config", folder.path + "/config", "--data", folder.path + "/data", "--listen", address],
            environment: ["LD_PRELOAD": folder.path + "/clock.so", "WATCHPOST_CLOCK_OFFSET": String(offset)])
        let server = Server(process: process, url: "http://" + address)
        try await server.waitUntilReady()
        return server
    }

    private func posts(to path: String) -> [Post] { sink.messages("post").filter { $0.path == path } }

    private func series(_ server: Server) async throws -> [Expected.Series] {
        let answer: Matrix = try await server.decode(
            "/api/v1/query", [("query", #"{__name__=~"plates_.*"}[4d]"#), ("time", String(expected.queriedAt))])
        return answer.data.result.sorted { "\($0.metric.sorted(by: <))" < "\($1.metric.sorted(by: <))" }
    }

    private func events(_ server: Server) async throws -> [Expected.Event] {
        let page: LogPage = try await server.decode(
            "/api/watchpost/logs", [("query", "fields.component:app"), ("start", "0"), ("limit", "5000")])
        return page.events.map { Expected.Event(time: $0.timestamp, message: $0.message) }
    }

    /// The samples that came to the remote, each with how often.
    private func sent() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for post in posts(to: "/write") {
            let packed = try #require(Data(base64Encoded: post.text))
            let message = try packed.withUnsafeBytes { try Snappy.decompress($0, limit: 64 << 20) }
            let request = try message.withUnsafeBytes { try RemoteWriteRequest($0, version: .one) }
            for series in request.series {
                guard case .new(let labels, _) = series.identity else { continue }
                for sample in request.samples[series.samples] where !sample.value.isNaN {
                    counts["\(labels) \(sample.timestamp) \(sample.value)", default: 0] += 1
                }
            }
        }
        return counts
    }

    private func fire(_ name: String, _ server: Server) async throws {
        let body = #"[{"labels": {"alertname": "\#(name)"}}]"#
        #expect(try await server.post("/api/v2/alerts", body).status == 200)
        // The groups of one receiver are looked at together: what was to be told again has been told with it.
        _ = try await eventually("the notification of \(name); it printed \(server.process.printed)") {
            posts(to: "/desk").contains { $0.text.contains(name) } ? true : nil
        }
    }

    private func checkStores(_ server: Server, more: [String]) async throws {
        let kept = expected.series.sorted { "\($0.metric.sorted(by: <))" < "\($1.metric.sorted(by: <))" }
        #expect(kept.count == 7)
        #expect(try await series(server) == kept)
        let count = expected.events.count + expected.unread.count + more.count
        _ = try? await eventually("\(count) lines", within: .seconds(30)) {
            try await events(server).count == count ? true : nil
        }
        let found = try await events(server)
        #expect(Set(found).isSuperset(of: expected.events), "lines of the former run")
        let messages = (expected.events.map(\.message) + expected.unread + more).sorted()
        #expect(found.map(\.message).sorted() == messages)
        let silences: [Silence] = try await server.decode("/api/v2/silences")
        #expect(silences == expected.silences)
    }

    private func checkAlerts(_ server: Server) async throws {
        let known = expected.alerts.sorted { $0.fingerprint < $1.fingerprint }
        #expect(known.count == 4 && known.contains { !$0.status.silencedBy.isEmpty })
        let alerts: [Alert] = try await server.decode("/api/v2/alerts")
        let old = Set(known.map(\.fingerprint))
        #expect(alerts.filter { old.contains($0.fingerprint) }.sorted { $0.fingerprint < $1.fingerprint } == known)
        let before = try #require(expected.pending.first)
        let pending = try await eventually("the pending alert") {
            let answer: RuleAlerts = try await server.decode("/api/v1/alerts")
            return answer.data.alerts.first { $0.state == "pending" }
        }
        #expect(pending.labels == before.labels)
        // Time during which nobody looked does not count for it.
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        func moment(_ text: String) throws -> Date {
            try (try? format.parse(text)) ?? Date.ISO8601FormatStyle().parse(text)
        }
        let moved = try moment(pending.activeAt).timeIntervalSince(moment(before.activeAt))
        #expect((0..<300).contains(moved), "pending since \(pending.activeAt), before \(before.activeAt)")
    }

    @Test("nothing is lost, and no line, sample or notification comes twice", .timeLimit(.minutes(3)))
    func opened() async throws {
        var server = try await serve()
        let half = try #require(FileHandle(forWritingAtPath: folder.path + "/logs/half.log"))
        try half.seekToEnd()
        try half.write(contentsOf: Data("line\n".utf8))
        try half.close()
        try await checkStores(server, more: ["half of a line"])

        // The notification whose receiver was down, as the same one.
        #expect(expected.untold.count == 1 && expected.untold.first?.first == "pager")
        _ = try await eventually("the notification of the gate") { posts(to: "/pager").isEmpty ? nil : true }
        #expect(posts(to: "/pager").first?.headers["Idempotency-Key"] == expected.untold.first?.last)
        try await checkAlerts(server)
        try await fire("First", server)

        // The link of a notification of the former run.
        let question = String(
            decoding: try await server.get("/silence", [("token", expected.token)]).body, as: UTF8.self)
        #expect(question.contains("Silence this alert?"), "\(question)")

        // What waited for the remote.
        let wanted = expected.series.reduce(0) { $0 + $1.values.count }
        _ = try? await eventually("\(wanted) samples", within: .seconds(30)) {
            try sent().count == wanted ? true : nil
        }
        let came = try sent()
        #expect(wanted > 200 && came.count == wanted && came.values.allSatisfy { $0 == 1 })

        _ = try await eventually("the camera whose recorder is gone to be told of") {
            let state = try await server.camera("stored-yard")?.state
            return state == .offline || state == .notRecording ? true : nil
        }

        // Once more, after an end in order: now it is all this version's own.
        server.process.signal(SIGTERM)
        try await server.process.end()
        server = try await serve()
        try await checkStores(server, more: ["half of a line"])
        try await checkAlerts(server)
        try await fire("Second", server)
        server.process.signal(SIGTERM)
        try await server.process.end()
        #expect(posts(to: "/pager").count == 1)
        let told = posts(to: "/desk").map(\.text)
        #expect(told.count == 2, "only what is new is told: \(told)")
        #expect(try sent() == came)
    }
}

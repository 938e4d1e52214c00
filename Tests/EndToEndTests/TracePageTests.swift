import Foundation
import Model
import SampleTraces
import Telemetry
import TestSupport
import Testing
import Transfers

/// Traces of a running server: its pages in a real browser, and its command line.
@Suite("The pages of traces", .serialized)
struct TracePageTests {
    private struct Sight: Decodable {
        var ready: Double?
        var script: Double?
        var total: String?
        var first: [Int]?
        var last: [Int]?
        var slowest: Double?
        var heap: Double?
        var nodes: Double?
        var closed: String?
        var expanded: String?
        var active: String?
        var detail: String?
        var hidden: Bool?
        var found: String?
        var hit: String?
        var following: String?
        var marked: Int?
        var gap: String?
        var logs: String?
        var wide: [String: Int]?
        var plain: Int?
        var facts: String?
        var way: [String]?
        var line: String?
        var errors: [String]?
    }

    private static let id = TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736)

    /// A tree ten deep, each tenth span failed, and a pause of a fifth of the time before its last part.
    private static func large(_ count: Int, endingAt now: Date) -> [Span] {
        let start = Int64(now.timeIntervalSince1970 * 1e9) - 30_000_000_000
        return (0..<count).map { number in
            let pause: Int64 = number > count - min(50, count / 2) ? 5_000_000_000 : 0
            let begin = start + Int64(number) * 2_000_000 + pause
            var span = Span(
                traceID: id, spanID: SpanID(UInt64(number) + 1), start: begin,
                end: number == 0 ? start + 29_000_000_000 : begin + 1_500_000)
            if number > 0 { span.parentID = SpanID(number % 10 == 1 ? 1 : UInt64(number)) }
            span.name = number == 0 ? "segment write" : "work \(number % 7)"
            span.kind = .internal
            span.status = number % 10 == 5 ? .error : .unset
            span.attributes = [
                SpanAttribute("vms.camera.id", .string("cam-7")), SpanAttribute("number", .integer(Int64(number))),
            ]
            span.resource = SpanResource(attributes: [
                SpanAttribute("service.name", .string(["recorder", "indexer", "uploader"][number % 3])),
                SpanAttribute("host.name", .string("node-1")),
            ])
            return span
        }
    }

    private func server(in folder: TemporaryDirectory) async throws -> Server {
        try folder.write("config/watchpost.yml", "instance: node-1\n")
        return try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
    }

    private func send(_ spans: [Span], to server: Server) async throws {
        let answer = try await Transfers().send(
            HTTPRequest(
                method: "POST", url: server.url + "/v1/traces", headers: [("Content-Type", "application/x-protobuf")],
                body: OTLPTraceProtobuf.request(of: spans), timeout: .seconds(60)))
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    @Test(
        "a waterfall of 10,000 spans opens at once, keeps few rows, and is gone through by keys",
        .enabled(if: Peers.has("chromium"), "needs chromium"), .timeLimit(.minutes(3)))
    func waterfall() async throws {
        let folder = try TemporaryDirectory()
        let server = try await server(in: folder)
        try await send(Self.large(10_000, endingAt: Date()), to: server)
        let browser = try Peers.browser(server.url, "trace", Self.id.description)
        try await browser.end(within: .seconds(120))
        let sights: [Sight] = browser.messages("saw")
        func sight<Value>(_ value: (Sight) -> Value?) throws -> Value {
            try #require(sights.lazy.compactMap(value).first, "\(browser.printed)")
        }
        // From the table's last byte on it is the page's own time; all of it counts the server's, too.
        print(
            "waterfall: ready after \(try sight(\.ready)) ms, \(try sight(\.script)) ms of them its script;",
            "heap \(try sight(\.heap) / 1e6) MB, slowest frame \(try sight(\.slowest)) ms")
        // What people run is the release; a debug binary takes longer for the page's data.
        let readyMax: Double = Peers.watchpost.contains("/release/") ? 1_000 : 5_000
        #expect(try sight(\.script) < 1_000 && sight(\.ready) < readyMax)
        #expect(try sight(\.heap) < 100e6 && sight(\.nodes) < 20_000)
        #expect(try sight(\.total) == "10000")
        let (first, last) = (try sight(\.first), try sight(\.last))
        #expect(first.first == 0 && first.count < 100 && last.count < 100 && last.last == 9_999)
        #expect(try sight(\.closed) == "9991" && sight(\.expanded) == "false" && sight(\.active) == "row-1")
        #expect(try sight(\.detail).contains("vms.camera.id") && sight(\.hidden))
        #expect(try sight(\.found).hasPrefix("1,000 found"))
        #expect(try sight(\.hit) == "row-5" && sight(\.following) == "row-15" && sight(\.marked) > 0)
        #expect(try sight(\.gap) == "row-9951")
        #expect(try sight(\.logs).contains("Logs of cam-7 meanwhile"))
        let wide = try sight(\.wide)
        #expect(wide.count == 6 && wide.values.allSatisfy { $0 <= 0 }, "\(wide)")
        #expect(try sight(\.plain) == 200 && sight(\.facts).contains("segment write"))
        // A build may be without the chart library.
        let errors = try sight(\.errors).filter { !$0.contains("uplot") && !$0.contains("404") }
        #expect(errors.isEmpty)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("the command line searches and draws", .timeLimit(.minutes(2)))
    func commands() async throws {
        let folder = try TemporaryDirectory()
        let server = try await server(in: folder)
        func traces(_ arguments: String...) async throws -> String {
            let run = try RunningProcess(Peers.watchpost, ["traces"] + arguments + ["--server", server.url])
            try await run.end(within: .seconds(30))
            return run.printed
        }
        #expect(try await traces("search").contains("No trace has such a span since 1h."))
        try await send(Self.large(30, endingAt: Date()), to: server)
        let found = try await traces("search", "camera=cam-7 status=error duration<1s")
        #expect(
            found.contains("✕ 3") && found.contains("recorder: segment write") && found.contains(Self.id.description))
        let drawn = try await traces("show", Self.id.description)
        #expect(drawn.contains("30 spans, ✕ 3 errors, camera cam-7") && drawn.contains("━━━"))
        #expect(drawn.contains("    indexer: work 1") || drawn.contains("  indexer: work 1"))
        #expect(drawn.contains("worked here for"))
        #expect(try await traces("show", Self.id.description, "--json").contains("\"criticalTime\""))
        #expect(try await traces("search", "duration>5").contains("a unit behind the number"))
        #expect(try await traces("show", "77").contains("no span of the trace"))
        #expect(try await traces("show", "xyz").contains("hexadecimal"))
        #expect(try await traces("search", "--limit", "0").contains("from 1 to 1000"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "from a staged fault to the line of the log that tells of it: overview, camera, trace, line, in three clicks",
        .enabled(if: Peers.has("chromium") && Peers.has("ffmpeg"), "needs chromium and ffmpeg"),
        .timeLimit(.minutes(5)))
    func threeClicks() async throws {
        let port = try Peers.freePort()
        let demo = Server(
            process: try RunningProcess(
                Peers.watchpost, ["demo", "--cameras", "2", "--no-incident", "--listen", "127.0.0.1:\(port)"]),
            url: "http://127.0.0.1:\(port)")
        try await demo.waitUntilReady(within: .seconds(90))
        _ = try await eventually("cameras to be online", within: .seconds(90)) {
            let cameras = try await demo.cameras()
            return cameras.count == 2 && cameras.allSatisfy { $0.state == .online } ? true : nil
        }
        let order = try await demo.post("/api/watchpost/demo/fault", "{\"camera\": \"cam-2\", \"fault\": \"stall\"}")
        try #require(order.status == 200)
        _ = try await eventually("the fault to be seen", within: .seconds(90)) {
            try await demo.camera("cam-2")?.state != .online ? true : nil
        }
        let browser = try Peers.browser(demo.url, "clicks", "cam-2")
        try await browser.end(within: .seconds(120))
        let sights: [Sight] = browser.messages("saw")
        let way = try #require(sights.lazy.compactMap(\.way).first, "\(browser.printed)")
        let line = try #require(sights.lazy.compactMap(\.line).first)
        #expect(way.count == 3 && way[0].contains("/cameras/cam-2") && way[2].contains("/logs/event?"))
        let trace = try #require(way[1].split(separator: "/").last)
        #expect(trace.count == 32 && line.contains("trace_id=\(trace)"), "\(way) \(line)")
        demo.process.signal(SIGINT)
        try await demo.process.end()
    }
}

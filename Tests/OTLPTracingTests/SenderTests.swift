import Model
import Synchronization
import TestSupport
import Testing
import Transfers

@testable import OTLPTracing

@Suite("Spans on their way to a server")
struct SenderTests {
    private static func span(_ number: UInt64) -> Model.Span {
        Model.Span(traceID: TraceID(high: 0, low: 1), spanID: SpanID(number), start: 1, end: 2)
    }

    /// A server that answers as it is told, then takes everything.
    private final class Server: Sendable {
        let answers: Mutex<[SpanExporter.Outcome]>
        let batches = Mutex<[[UInt64]]>([])
        let words = Mutex<[SpanSender.Word]>([])

        init(_ answers: [SpanExporter.Outcome] = []) { self.answers = Mutex(answers) }

        func sender(_ limits: SpanSender.Limits) -> SpanSender {
            SpanSender(to: "server", limits: limits) { [self] word in
                words.withLock { $0.append(word) }
            } send: { [self] spans in
                batches.withLock { $0.append(spans.map(\.spanID.number)) }
                return answers.withLock { $0.isEmpty ? .taken(rejected: 0, reason: "") : $0.removeFirst() }
            }
        }
    }

    private static var quick: SpanSender.Limits {
        var limits = SpanSender.Limits()
        limits.pause = .milliseconds(20)
        limits.retry = .milliseconds(5)
        limits.retryMax = .milliseconds(10)
        return limits
    }

    private static func running(_ sender: SpanSender, _ body: () async throws -> Void) async rethrows {
        let task = Task { await sender.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            await task.value
            throw error
        }
        task.cancel()
        await task.value
    }

    @Test("go in batches, and a full batch does not wait for the pause")
    func batches() async throws {
        var limits = Self.quick
        limits.pause = .seconds(3_600)
        let server = Server()
        let sender = server.sender(limits)
        try await Self.running(sender) {
            for number in 1...1_100 { sender.take(Self.span(UInt64(number))) }
            _ = try await eventually("two batches") { sender.counts.sent >= 1_024 ? true : nil }
        }
        #expect(server.batches.withLock { $0.map(\.count) } == [512, 512, 76])
        #expect(server.batches.withLock { $0.flatMap { $0 } } == Array(1...1_100))
        #expect(sender.counts == .init(sent: 1_100, dropped: 0, lost: 0))
    }

    @Test("that do not fit are dropped, counted and told")
    func dropped() async throws {
        let server = Server()
        let sender = server.sender(Self.quick)
        for number in 1...2_050 { sender.take(Self.span(UInt64(number))) }
        #expect(sender.counts.dropped == 2 && sender.waiting == 2_048)
        try await Self.running(sender) {
            _ = try await eventually("all to be sent") { sender.counts.sent == 2_048 ? true : nil }
        }
        #expect(server.words.withLock { $0.filter { "\($0)".contains("2 spans were dropped") }.count } == 1)
    }

    @Test("are sent again while the server is busy, which is told once, and its end too")
    func busy() async throws {
        let server = Server([.later(nil, reason: "busy"), .later(.milliseconds(1), reason: "busy")])
        let sender = server.sender(Self.quick)
        try await Self.running(sender) {
            sender.take(Self.span(7))
            _ = try await eventually("the span to be sent") { sender.counts.sent == 1 ? true : nil }
        }
        #expect(server.batches.withLock { $0 } == [[7], [7], [7]])
        #expect(
            server.words.withLock { $0 } == [
                .problem("spans wait to be sent: busy"), .recovered("server takes the spans again"),
            ])
    }

    @Test("that are refused are lost, as are those of which nobody took notice for too long")
    func lost() async throws {
        var limits = Self.quick
        limits.patience = .zero
        limits.batch = 2
        let server = Server([
            .lost(reason: "status 400"), .taken(rejected: 1, reason: "one is wrong"), .later(nil, reason: "away"),
        ])
        let sender = server.sender(limits)
        for number in 1...6 { sender.take(Self.span(UInt64(number))) }
        try await Self.running(sender) {
            _ = try await eventually("three batches") {
                sender.counts == .init(sent: 1, dropped: 0, lost: 5) ? true : nil
            }
        }
        let words = server.words.withLock { $0 }
        #expect(words.contains(.problem("2 spans are lost: status 400")))
        #expect(words.contains(.problem("server refused 1 of 2 spans: one is wrong")))
        #expect(words.contains(.problem("2 spans are lost: away")))
    }

    @Test("that wait at the end are sent then, those that are just sent in vain too")
    func farewell() async throws {
        var limits = Self.quick
        limits.retry = .seconds(3_600)
        limits.retryMax = .seconds(3_600)
        let server = Server([.later(nil, reason: "busy")])
        let sender = server.sender(limits)
        try await Self.running(sender) {
            sender.take(Self.span(1))
            _ = try await eventually("the first try") { server.batches.withLock { $0.count } == 1 ? true : nil }
            sender.take(Self.span(2))
        }
        #expect(server.batches.withLock { $0.dropFirst().flatMap { $0 } } == [1, 2])
        #expect(sender.counts == .init(sent: 2, dropped: 0, lost: 0))
    }

    @Test(
        "are judged by what the server answers",
        arguments: [
            (200, [:], [UInt8](), "taken 0 "), (202, [:], [], "taken 0 "),
            (200, [:], [10, 6, 8, 2, 18, 2, 110, 111], "taken 2 no"), (200, [:], [10, 200, 1], "taken 0 "),
            (429, [:], [], "later nil"), (502, [:], [], "later nil"), (504, [:], [], "later nil"),
            (503, ["retry-after": "7"], [], "later 7"), (503, ["retry-after": "-1"], [], "later 0"),
            (503, ["retry-after": "99999999"], [], "later 300"), (503, ["retry-after": "soon"], [], "later nil"),
            (503, ["retry-after": "Thu, 26 Nov 2020 12:00:00 GMT"], [], "later 0"),
            (400, [:], [], "lost"), (404, [:], [], "lost"), (413, [:], [], "lost"), (415, [:], [], "lost"),
            (500, [:], [], "lost"), (401, [:], [], "lost"), (302, [:], [], "lost"),
        ])
    func judged(_ status: Int, _ headers: [String: String], _ body: [UInt8], _ wanted: String) {
        let outcome = SpanExporter.judge(HTTPResponse(status: status, headers: headers, body: body), "server")
        let words =
            switch outcome {
            case .taken(let rejected, let reason): "taken \(rejected) \(reason)"
            case .later(let pause, _): "later \(pause.map { "\(Int($0 / .seconds(1)))" } ?? "nil")"
            case .lost: "lost"
            }
        #expect(words == wanted, "\(status) \(headers)")
    }

    @Test("that a server refuses in words are lost with these words, without credentials")
    func refusal() {
        let refusal: [UInt8] = [8, 3, 18, 4] + Array("oops".utf8)
        let outcome = SpanExporter.judge(
            HTTPResponse(status: 400, headers: ["content-type": "application/x-protobuf"], body: refusal), "server")
        guard case .lost(let reason) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(reason == "server answered with HTTP status 400: oops")
        let plain = SpanExporter.judge(
            HTTPResponse(status: 500, headers: [:], body: Array("see http://joe:pw@x/\nmore".utf8)), "server")
        guard case .lost(let reason) = plain else { return #expect(Bool(false), "\(plain)") }
        #expect(!reason.contains("pw") && !reason.contains("more"))
    }
}

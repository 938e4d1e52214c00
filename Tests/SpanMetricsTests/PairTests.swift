import Model
import SpanMetrics
import Testing

/// Spans of some calls, and who called whom.
struct PairCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let spans: [Span]
    /// By both, at once.
    var edges: [String: Double] = [:]
    /// More, after the wait.
    var later: [String: Double] = [:]
    var unpaired = 0.0

    init(
        _ description: String, _ spans: [Span], _ edges: [String: Double] = [:], later: [String: Double] = [:],
        unpaired: Double = 0
    ) {
        testDescription = description
        self.spans = spans
        self.edges = edges
        self.later = later
        self.unpaired = unpaired
    }

    private static func text(_ key: String, _ value: String) -> SpanAttribute { SpanAttribute(key, .string(value)) }

    static let all: [PairCase] = [
        PairCase(
            "a request", [.of("web", .client, 1), .of("api", .server, 2, parent: 1)], ["web>api": 1]),
        PairCase(
            "a message", [.of("web", .producer, 1), .of("api", .consumer, 2, parent: 1)],
            ["web>api messaging_system": 1]),
        PairCase(
            "a message with several receivers",
            [
                .of("web", .producer, 1), .of("api", .consumer, 2, parent: 1), .of("mail", .consumer, 3, parent: 1),
                .of("api", .consumer, 4, parent: 1),
            ], ["web>api messaging_system": 2, "web>mail messaging_system": 1]),
        PairCase(
            "both halves under one number, as Zipkin has it",
            [.of("web", .client, 2, parent: 1), .of("api", .server, 2, parent: 1)], ["web>api": 1]),
        PairCase(
            "both halves of a root under one number", [.of("web", .client, 2), .of("api", .server, 2)], ["web>api": 1]),
        PairCase(
            "a chain of requests",
            [
                .of("web", .client, 1), .of("api", .server, 2, parent: 1), .of("api", .client, 3, parent: 2),
                .of("store", .server, 4, parent: 3),
            ], ["web>api": 1, "api>store": 1]),
        PairCase("a service that calls itself", [.of("a", .client, 1), .of("a", .server, 2, parent: 1)], ["a>a": 1]),
        PairCase(
            "the same numbers in two traces are two calls",
            [
                .of("web", .client, 1), .of("api", .server, 2, parent: 1), .of("cron", .client, 1, trace: 2),
                .of("api", .server, 2, parent: 1, trace: 2),
            ], ["web>api": 1, "cron>api": 1]),
        PairCase(
            "a caller that was sent twice is one",
            [.of("web", .client, 1), .of("web", .client, 1), .of("api", .server, 2, parent: 1)], ["web>api": 1]),
        PairCase(
            "a database tells nothing itself",
            [.of("api", .client, 1, [text("db.system", "postgresql"), text("db.name", "vms")])],
            ["api>vms database": 1]),
        PairCase(
            "a database under the newer names",
            [
                .of(
                    "api", .client, 1,
                    [
                        text("db.system.name", "postgresql"), text("db.namespace", "vms"),
                        text("server.address", "db-1"),
                    ])
            ], ["api>vms database": 1]),
        PairCase(
            "a database whose name is a number goes by what it is",
            [.of("api", .client, 1, [text("db.system", "redis"), text("db.namespace", "0")])],
            ["api>redis database": 1]),
        PairCase(
            "a database without a name", [.of("api", .client, 1, [text("db.system", "redis")])],
            ["api>redis database": 1]),
        PairCase(
            "who is called tells nothing, and is known by its address",
            [.of("api", .client, 1, [text("server.address", "sms.example.org")]).failed()],
            later: ["api>sms.example.org virtual_node": 1]),
        PairCase(
            "the name of a peer goes before its address",
            [
                .of(
                    "api", .client, 1,
                    [
                        text("http.url", "http://10.0.0.1/"), text("net.peer.ip", "10.0.0.1"),
                        text("peer.service", "sms"),
                    ]
                )
            ], later: ["api>sms virtual_node": 1]),
        PairCase(
            "an address of a whole request, without its login",
            [.of("api", .client, 1, [text("http.url", "https://user:secret@sms.example.org:8443/send?to=1")])],
            later: ["api>sms.example.org virtual_node": 1]),
        PairCase(
            "a peer that answers is not one more",
            [.of("api", .client, 1, [text("server.address", "store")]), .of("store", .server, 2, parent: 1)],
            ["api>store": 1]),
        PairCase("who is called is not known", [.of("api", .client, 1)], unpaired: 1),
        PairCase("who calls is not known", [.of("api", .server, 2, parent: 1)], unpaired: 1),
        PairCase("a root is called by nobody", [.of("api", .server, 2)]),
        PairCase(
            "spans within a service call nobody",
            [.of("api", .internal, 1), .of("api", .internal, 2, parent: 1), .of("api", .unspecified, 3, parent: 1)]),
        PairCase(
            "the parent of a server's span is no call",
            [.of("api", .internal, 1), .of("store", .server, 2, parent: 1)], unpaired: 1),
    ]
}

@Suite("Pairs of spans")
struct PairTests {
    @Test("pairs are found in every order, in one batch and in several", arguments: PairCase.all)
    func pairs(_ one: PairCase) throws {
        for spans in Self.orders(of: one.spans) {
            for isOneBatch in [true, false] {
                let time = TestTime()
                let metrics = SpanMetrics(store: TestStore(), timeSource: time)
                if isOneBatch { try metrics.append(spans) } else { for span in spans { try metrics.append([span]) } }
                #expect(metrics.edges == one.edges)
                #expect(metrics.value("traces_service_graph_unpaired_spans_total") == 0)
                time.pass(120_000)
                #expect(metrics.edges == one.edges.merging(one.later) { $0 + $1 })
                #expect(metrics.value("traces_service_graph_unpaired_spans_total") == one.unpaired)
                #expect(metrics.value("traces_service_graph_waiting_spans") == 0)
            }
        }
    }

    private static func orders(of spans: [Span]) -> [[Span]] {
        if spans.isEmpty { return [[]] }
        return spans.indices.flatMap { index in
            var rest = spans
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }

    @Test("a call that either half says has failed has failed, and each half tells its own time")
    func failedCalls() throws {
        for (client, server) in [(true, false), (false, true), (true, true), (false, false)] {
            let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
            let caller = Span.of("web", .client, 1, duration: 300)
            let called = Span.of("api", .server, 2, parent: 1, duration: 3)
            try metrics.append([client ? caller.failed() : caller, server ? called.failed() : called])
            #expect(metrics.edges("traces_service_graph_request_failed_total") == ["web>api": client || server ? 1 : 0])
            #expect(metrics.edges("traces_service_graph_request_client_seconds_sum") == ["web>api": 0.3])
            #expect(metrics.edges("traces_service_graph_request_server_seconds_sum") == ["web>api": 0.003])
        }
    }

    @Test("the time of a caller counts once, however many it called")
    func timesOfFanOut() throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        try metrics.append([.of("web", .producer, 1), .of("api", .consumer, 2, parent: 1)])
        try metrics.append([.of("api", .consumer, 3, parent: 1)])
        let edge = "web>api messaging_system"
        #expect(metrics.edges == [edge: 2])
        #expect(metrics.edges("traces_service_graph_request_client_seconds_count") == [edge: 1])
        #expect(metrics.edges("traces_service_graph_request_server_seconds_count") == [edge: 2])
    }

    @Test("what comes after the wait is no pair, however the clock is set")
    func late() throws {
        let time = TestTime()
        let metrics = SpanMetrics(store: TestStore(), timeSource: time)
        try metrics.append([.of("web", .client, 1), .of("web", .client, 3)])
        time.setWall(0)
        time.pass(119_999)
        try metrics.append([.of("api", .server, 2, parent: 1)])
        time.pass(1)
        try metrics.append([.of("api", .server, 4, parent: 3)])
        #expect(metrics.edges == ["web>api": 1])
        #expect(metrics.value("traces_service_graph_unpaired_spans_total") == 1)
    }

    @Test("with too many that wait the oldest go, and are counted")
    func crowd() throws {
        var limits = SpanMetricsLimits()
        limits.waitingMax = 64
        let metrics = SpanMetrics(store: TestStore(), limits: limits, timeSource: TestTime())
        try metrics.append((1...100).map { .of("web", .client, $0) })
        #expect(metrics.value("traces_service_graph_waiting_spans") == 64)
        #expect(metrics.value("traces_service_graph_dropped_spans_total") == 36)
        try metrics.append((1...100).reversed().map { .of("api", .server, 1_000 + $0, parent: $0) })
        #expect(metrics.edges == ["web>api": 64])
        #expect(metrics.value("traces_service_graph_waiting_spans") == 64)
    }

    @Test("a hundred thousand halves of one call are paired in no time")
    func crowdOfOne() throws {
        let metrics = SpanMetrics(store: TestStore(), timeSource: TestTime())
        let clock = ContinuousClock()
        let called = SpanBatch((0..<100_000).map { _ in .of("api", .server, 2, parent: 1) })
        let took = try clock.measure {
            try metrics.append(called)
            try metrics.append([.of("web", .client, 1)])
            try metrics.append(called)
        }
        #expect(metrics.edges == ["web>api": 200_000])
        #expect(took < .seconds(5))
    }
}

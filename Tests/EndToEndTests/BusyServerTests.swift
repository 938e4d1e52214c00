import CameraSimulator
import Foundation
import TestSupport
import Testing
import Transfers

/// What others must not wait for: clumsy rules, a slow disk, searches through everything.
@Suite("A busy server", .serialized)
struct BusyServerTests {
    private static let prometheus = """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: ['rules/*.yml']
        """

    /// Four groups of which each computes for longer than its interval.
    private static let heavy =
        "groups:\n"
        + (1...4).map { number in
            """
              - name: heavy-\(number)
                interval: 2s
                rules:
                  - record: heavy_\(number)
                    expr: quantile_over_time(0.9, (vector(time()) % 7)[30m:1ms])

            """
        }.joined()

    private static let light = """
        groups:
          - name: light
            interval: 1s
            rules:
              - record: light
                expr: vector(time())
        """

    /// Times at which samples of a series were stored in the last minute, in seconds.
    private static func times(of selector: String, _ server: Server) async throws -> [Double] {
        struct Answer: Decodable {
            struct Found: Decodable { let result: [Series] }
            struct Series: Decodable { let values: [Point] }
            struct Point: Decodable {
                let time: Double

                init(from decoder: any Decoder) throws {
                    var pair = try decoder.unkeyedContainer()
                    time = try pair.decode(Double.self)
                }
            }

            let data: Found
        }
        let answer: Answer = try await server.decode("/api/v1/query", [("query", selector + "[1m]")])
        return answer.data.result.flatMap(\.values).map(\.time).sorted()
    }

    private static func widestGap(_ times: [Double]) -> Double {
        zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .infinity
    }

    /// The longest that any of the requests takes that are made one after the other for a while.
    private static func longest(
        _ path: String, _ parameters: [(String, String)] = [], for span: Duration, _ server: Server
    ) async throws -> Duration {
        let end = ContinuousClock.now + span
        var longest = Duration.zero
        while ContinuousClock.now < end {
            let asked = ContinuousClock.now
            #expect(try await server.get(path, parameters).status == 200)
            longest = max(longest, asked.duration(to: .now))
            try await Task.sleep(for: .milliseconds(100))
        }
        return longest
    }

    @Test(
        "answers health and tells its own series at their time while clumsy rules compute and the disk is slow",
        .timeLimit(.minutes(5)))
    func heavyRulesAndSlowDisk() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", Self.prometheus)
        try folder.write("config/rules/heavy.yml", Self.heavy)
        let library = folder.path + "/slow_fsync.so"
        let compiler = try RunningProcess(
            "cc", ["-shared", "-fPIC", "-o", library, Peers.part("slow_fsync.c")])
        try await compiler.end()
        try #require(FileManager.default.fileExists(atPath: library), "\(compiler.printed)")
        let port = try Peers.freePort()
        let server = Server(
            process: try RunningProcess(
                Peers.watchpost,
                [
                    "serve", "--config", folder.path + "/config", "--data", folder.path + "/data", "--listen",
                    "127.0.0.1:\(port)",
                ], environment: ["LD_PRELOAD": library, "FSYNC_MS": "1500"]),
            url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady(within: .seconds(90))
        // A second is room for a machine that has other things to do: it was up to nine.
        let longest = try await Self.longest("/-/healthy", for: .seconds(20), server)
        #expect(longest < .seconds(1))
        // The series that are told only show afterwards, when what waited for the disk is stored.
        let last = Date().timeIntervalSince1970 - 2
        let times = try await eventually("what was told to be stored", within: .seconds(60)) {
            let times = try await Self.times(of: #"own_series_timestamp_seconds{job="watchpost"}"#, server)
            return times.last.map { $0 > last } ?? false ? times : nil
        }
        #expect(times.count > 15)
        #expect(Self.widestGap(times) < 3)
        let lost = try await server.query(#"own_series_lost_samples_total{job="watchpost"}"#)
        #expect(lost.map(\.value) == [0])
        server.process.signal(SIGKILL)
    }

    @Test(
        "evaluates a light rule each second beside rules that compute for longer, and tells its alert at once",
        .timeLimit(.minutes(5)))
    func lightRuleBesideHeavyOnes() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("config/prometheus.yml", Self.prometheus)
        try folder.write("config/rules/heavy.yml", Self.heavy)
        let sink = try await Peers.sink()
        let falls = Int(Date().timeIntervalSince1970) + 20
        try folder.write(
            "config/rules/light.yml",
            Self.light + "\n      - alert: Down\n        expr: vector(time()) >= \(falls)\n")
        try folder.write(
            "config/alertmanager.yml",
            """
            route: {receiver: sink, group_wait: 0s}
            receivers: [{name: sink, webhook_configs: [{url: 'http://127.0.0.1:\(sink.web)/'}]}]
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let pause = Double(falls) - Date().timeIntervalSince1970
        try await Task.sleep(for: .seconds(max(0, pause)))
        _ = try await eventually("the alert to be told", within: .seconds(60)) {
            (sink.process.messages("post") as [SunkPost]).first { $0.body.status == "firing" }
        }
        // Three seconds are room for a machine that has other things to do.
        #expect(Date().timeIntervalSince1970 - Double(falls) < 1 + 3)
        let times = try await Self.times(of: "light", server)
        #expect(times.count > 15)
        #expect(Self.widestGap(times) <= 2)
        // They are not starved either.
        for number in 1...4 { #expect(try await !Self.times(of: "heavy_\(number)", server).isEmpty) }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// The shipped rule, with seconds for minutes.
    private static let cameraRule = """
        groups:
          - name: cameras
            interval: 1s
            rules:
              - alert: CameraOffline
                expr: |
                  camera_connection_status == 0
                  or
                  (last_over_time(camera_connection_status[1d]) == 0 unless camera_connection_status)
                for: 4s
        """

    @Test(
        "tells that a camera is down in its usual time, also beside rules that compute for longer",
        .timeLimit(.minutes(5)), arguments: [false, true])
    func cameraBesideHeavyRules(isBusy: Bool) async throws {
        let folder = try TemporaryDirectory()
        let simulator = try SimulatedCameras(["gate"])
        defer { simulator.stop() }
        let sink = try await Peers.sink()
        try folder.write("config/prometheus.yml", Self.prometheus)
        if isBusy { try folder.write("config/rules/heavy.yml", Self.heavy) }
        try folder.write("config/rules/cameras.yml", Self.cameraRule)
        try folder.write(
            "config/watchpost.yml", "cameras: [{id: gate, url: '\(simulator.url(of: "gate"))', watch: [probe]}]\n")
        try folder.write(
            "config/alertmanager.yml",
            """
            route: {receiver: sink, group_wait: 0s}
            receivers: [{name: sink, webhook_configs: [{url: 'http://127.0.0.1:\(sink.web)/'}]}]
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the camera to be online", within: .seconds(60)) {
            try await server.query("camera_connection_status == 1").first
        }
        // So that the dear rules are known for what they are.
        try await Task.sleep(for: .seconds(10))
        let fell = ContinuousClock.now
        try simulator.setFault(.disconnect, for: "gate")
        _ = try await eventually("the alert to be told", within: .seconds(60)) {
            (sink.process.messages("post") as [SunkPost]).first { $0.body.status == "firing" }
        }
        let told = fell.duration(to: .now) / .seconds(1)
        print(
            "CameraOffline was told after \(told) s, \(isBusy ? "beside four heavy groups" : "with nothing else to do")"
        )
        // To see it, to store it, to evaluate, to hold it for four seconds, to evaluate again; and the same room as above.
        #expect(told < 1 + 1 + 1 + 4 + 1 + 3)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "answers queries while log searches wait for each other, and ends a search when its client leaves",
        .timeLimit(.minutes(10)))
    func slowLogSearches() async throws {
        let folder = try TemporaryDirectory()
        let lines = (0..<200_000).map { "line \($0) of camera \($0 % 97) took \($0 % 13) ms and a few words more\n" }
        try folder.write("app.log", lines.joined())
        try folder.write(
            "config/filebeat.yml", "filebeat.inputs: [{type: filestream, id: app, paths: ['\(folder.path)/app.log']}]")
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the log to be stored", within: .seconds(180), every: .seconds(1)) {
            let page = try await server.logs("message:\"line 199999\"", limit: 1)
            return page.isEmpty ? nil : true
        }
        func search() async throws -> Duration {
            let asked = ContinuousClock.now
            _ = try await server.get("/api/watchpost/logs", [("query", Self.slowSearch), ("limit", "10")])
            return asked.duration(to: .now)
        }
        let alone = try await search()
        let ends = try await withThrowingTaskGroup(of: Duration.self) { group in
            for _ in 0..<8 { group.addTask { try await search() } }
            try await Task.sleep(for: .milliseconds(300))
            let longest = try await Self.longest("/api/v1/query", [("query", "1")], for: alone * 2, server)
            #expect(longest < .seconds(1))
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // They waited for each other, so that those behind can show whether those in front were ended.
        let line = try #require(ends.max())
        let query = try #require(Self.slowSearch.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let port = try #require(URL(string: server.url)?.port)
        do {
            let clients = try (0..<8).map { _ in try RawClient(port) }
            for client in clients {
                try client.send("GET /api/watchpost/logs?query=\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        let asked = ContinuousClock.now
        _ = try await server.logs("message:\"line 199999\"", limit: 1)
        #expect(asked.duration(to: .now) < line / 2 + .seconds(2))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// Looks at every word of every line.
    private static let slowSearch = "message:/.*q.*x.*z.*/ OR message:*q*w*v*"
}

import Foundation
import TestSupport
import Testing
import Transfers

/// What people hear when much goes wrong at once.
@Suite("Storms of alerts", .serialized)
struct StormTests {
    /// What was told, but for what the machine does besides.
    private static func posts(_ sink: RunningProcess) -> [SunkPost.Body] {
        (sink.messages("post") as [SunkPost]).map(\.body).filter { body in
            !body.alerts.allSatisfy { SeedExpressions.alertsOfTheMachine.contains($0.labels["alertname"] ?? "") }
        }
    }

    private static func stop(_ server: Server) async throws {
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    /// A page of a thousand cameras of one recorder.
    /// - Parameter together: how many of those that are down its agent tells as one.
    private static func page(down: Int, together: Int = 0) -> String {
        var page = "# TYPE camera_connection_status gauge\n"
        let cause = "kind=\"subnet\",cause=\"10.50.3.0/24\""
        for number in 0..<together {
            page += "camera_shared_cause_info{camera_id=\"cam-\(number)\",\(cause)} 1\n"
        }
        if together > 0 {
            page += "camera_shared_cause_cameras{\(cause)} \(together + 1)\n"
            page += "camera_shared_cause_span_seconds{\(cause)} 4\n"
        }
        for number in 0..<1_000 {
            page += "camera_connection_status{camera_id=\"cam-\(number)\"} \(number < down ? 0 : 1)\n"
            page += "camera_fps{camera_id=\"cam-\(number)\"} \(number < down ? 0 : 25)\n"
            page += "camera_fps_expected{camera_id=\"cam-\(number)\"} 25\n"
        }
        return page
    }

    @Test(
        "a thousand cameras of one node go down in one scrape, or its exporter does: two messages at most, and one at the end",
        .timeLimit(.minutes(4)))
    func node() async throws {
        let folder = try TemporaryDirectory()
        let recorder = try await PageServer()
        let sink = try await Peers.sink()
        try await recorder.serve(Self.page(down: 0))
        let initialize = try RunningProcess(Peers.watchpost, ["init", folder.path + "/config"])
        try await initialize.end()
        // The default rules, a minute of theirs in five seconds.
        for file in ["rules/vms.yml", "rules/watchpost.yml"] {
            let path = folder.path + "/config/" + file
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacing("for: 30s", with: "for: 3s").replacing("for: 90s", with: "for: 4s")
                .replacing(#/for: (\d+)m/#) { "for: \((Int($0.output.1) ?? 1) * 5)s" }
                .replacing(#/keep_firing_for: (\d+)m/#) { "keep_firing_for: \((Int($0.output.1) ?? 1) * 5)s" }
                .replacing(#/interval: \d+s/#, with: "interval: 1s")
            try folder.write("config/" + file, text)
        }
        let file = folder.path + "/config/alertmanager.yml"
        let routes = try String(contentsOfFile: file, encoding: .utf8)
            .replacing("group_wait: 10s", with: "group_wait: 1s").replacing("group_wait: 30s", with: "group_wait: 2s")
            .replacing("group_interval: 1m", with: "group_interval: 5s")
            .replacing("group_interval: 5m", with: "group_interval: 25s")
            .replacing(
                "  - name: default\n",
                with: "  - name: default\n    webhook_configs: [{ url: 'http://127.0.0.1:\(sink.web)/' }]\n")
        try folder.write("config/alertmanager.yml", routes)
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [rules/*.yml]
            scrape_configs:
              - job_name: recorder
                static_configs: [{ targets: ['\(recorder.address)'], labels: { instance: node-7 } }]
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        func firing(_ name: String) async throws -> Int {
            let expression = "count(ALERTS{alertname=\"\(name)\",alertstate=\"firing\"}) or vector(0)"
            return Int(try await server.query(expression).first?.value ?? 0)
        }
        _ = try await eventually("the cameras to be seen", within: .seconds(30)) {
            try await server.query("count(camera_connection_status{instance=\"node-7\"} == 1)").first?.value == 1_000
                ? true : nil
        }
        try await recorder.serve(Self.page(down: 1_000))
        _ = try await eventually("a thousand alerts", within: .seconds(60)) {
            try await firing("CameraOffline") >= 1_000 ? true : nil
        }
        // Two of the group's intervals beyond.
        try await Task.sleep(for: .seconds(12))
        let told = Self.posts(sink.process)
        #expect((1...2).contains(told.count), "\(told.map { $0.alerts.map { $0.labels["alertname"] ?? "" } })")
        #expect(told.allSatisfy { $0.status == "firing" })
        #expect(told.first?.alerts.map { $0.labels["alertname"] } == ["ManyCamerasDown"])

        try await recorder.serve(Self.page(down: 0))
        _ = try await eventually("all to be over", within: .seconds(90)) {
            Self.posts(sink.process).contains { $0.status == "resolved" } ? true : nil
        }
        try await Task.sleep(for: .seconds(12))
        let ends = Self.posts(sink.process).dropFirst(told.count)
        #expect(ends.count == 1 && ends.first?.status == "resolved", "\(ends)")
        print("1,000 cameras down: \(told.count) message(s) when they went, \(ends.count) when they came back")

        let before = Self.posts(sink.process).count
        try await recorder.serve("gone", status: 503)
        _ = try await eventually("a thousand cameras to be missing", within: .seconds(60)) {
            try await firing("CameraMissing") >= 1_000 ? true : nil
        }
        try await Task.sleep(for: .seconds(12))
        let gone = Self.posts(sink.process).dropFirst(before)
        #expect(gone.count == 1 && gone.first?.alerts.map { $0.labels["alertname"] } == ["ExporterDown"], "\(gone)")
        try await recorder.serve(Self.page(down: 0))
        _ = try await eventually("the exporter to be back", within: .seconds(90)) {
            Self.posts(sink.process).count > before + gone.count ? true : nil
        }
        try await Task.sleep(for: .seconds(12))
        let back = Self.posts(sink.process).dropFirst(before + gone.count)
        #expect(back.count == 1 && back.first?.status == "resolved", "\(back)")
        print("their exporter down: \(gone.count) message(s) when it went, \(back.count) when it came back")

        // Eleven of a subnet, and one by itself, in one scrape.
        let quiet = Self.posts(sink.process).count
        try await recorder.serve(Self.page(down: 12, together: 11))
        let later = try await eventually("the one by itself to be told", within: .seconds(60)) {
            let told = Self.posts(sink.process).dropFirst(quiet)
            return told.contains { $0.alerts.contains { $0.labels["camera_id"] != nil } } ? told : nil
        }
        let names = later.flatMap {
            $0.alerts.map { "\($0.labels["alertname"] ?? "") \($0.labels["camera_id"] ?? "")" }
        }
        #expect(Set(names) == ["CamerasDownTogether ", "CameraOffline cam-11"], "\(names)")
        #expect(names.first == "CamerasDownTogether ")
        let cameras: [CausedCamera] = try await server.decode("/api/watchpost/cameras")
        #expect(cameras.count { $0.sharedCause?.cause == "10.50.3.0/24" && $0.sharedCause?.watched == 12 } == 11)
        let page = try await server.text("/")
        #expect(page.contains("11 of 12 cameras of 10.50.3.0/24 are down, and fell within 4 s"))
        try await Self.stop(server)
    }

    @Test("ten thousand alerts fire at once: evaluated, grouped and told within one interval", .timeLimit(.minutes(3)))
    func manyAlerts() async throws {
        let folder = try TemporaryDirectory()
        let exporter = try await PageServer()
        let sink = try await Peers.sink()
        let lines = (0..<10_000).map { "work_stuck{worker=\"w-\($0)\",rack=\"r-\($0 % 100)\"} 0" }
        try await exporter.serve("# TYPE work_stuck gauge\n" + lines.joined(separator: "\n") + "\n")
        try folder.write(
            "config/alertmanager.yml",
            """
            route: { receiver: a, group_by: [rack], group_wait: 1s, group_interval: 15s }
            receivers: [{ name: a, webhook_configs: [{ url: "http://127.0.0.1:\(sink.web)/" }] }]
            """)
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 5s, evaluation_interval: 15s }
            rule_files: [rules.yml]
            scrape_configs: [{ job_name: work, static_configs: [{ targets: ['\(exporter.address)'] }] }]
            """)
        try folder.write(
            "config/rules.yml",
            """
            groups:
              - name: g
                rules:
                  - alert: Stuck
                    expr: work_stuck == 1
                    annotations: { summary: "{{ $labels.worker }} of {{ $labels.rack }} is stuck" }
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the workers to be seen", within: .seconds(30)) {
            try await server.query("count(work_stuck)").first?.value == 10_000 ? true : nil
        }
        try await exporter.serve(
            "# TYPE work_stuck gauge\n" + lines.joined(separator: "\n").replacing("} 0", with: "} 1") + "\n")
        func told() -> Set<String> {
            Set(Self.posts(sink.process).flatMap { $0.alerts.compactMap { $0.labels["worker"] } })
        }
        _ = try await eventually("the first to be told", within: .seconds(60)) { told().isEmpty ? nil : true }
        let began = ContinuousClock.now
        _ = try await eventually("all to be told", within: .seconds(60), every: .milliseconds(200)) {
            told().count == 10_000 ? true : nil
        }
        let took = ContinuousClock.now - began
        let group: RuleGroups = try await server.decode("/api/v1/rules")
        let evaluation = try #require(group.data.groups.first?.evaluationTime)
        print("10,000 alerts: evaluated in \(evaluation) s, told in 100 groups within \(took) of the first")
        #expect(evaluation < 15 && took < .seconds(15))
        #expect(Self.posts(sink.process).count <= 200, "no group is told piece by piece")
        try await Self.stop(server)
    }

    private struct CausedCamera: Decodable {
        struct Cause: Decodable {
            let cause: String
            let watched: Int
        }

        let sharedCause: Cause?
    }

    private struct RuleGroups: Decodable {
        struct Answer: Decodable {
            struct Group: Decodable { let evaluationTime: Double }

            let groups: [Group]
        }

        let data: Answer
    }
}

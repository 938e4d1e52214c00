import Foundation
import TestSupport
import Testing
import Transfers

/// Notifications over a mail server that is down, kills, and reloads. Clocks that are set are tried with a clock of the
/// test's own, in `QueueTests` and `ClockTests`.
@Suite("Notifications are not lost", .serialized)
struct ChaosTests {
    /// Whether the long forms run: ten minutes without a mail server, fifty kills.
    private static let isLong = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] != nil

    private struct Mail: Decodable {
        let headers: [String: String]
        var subject: String { headers["Subject"] ?? "" }
        var identifier: String { headers["Message-ID"] ?? "" }
    }

    private static func mails(_ sink: RunningProcess) -> [Mail] { sink.messages("mail") }

    private static func write(_ folder: TemporaryDirectory, smtp: Int, rules: String? = nil) throws {
        try folder.write(
            "config/alertmanager.yml",
            """
            global: { smtp_smarthost: "127.0.0.1:\(smtp)", smtp_from: "watch@site.test", smtp_require_tls: false }
            route: { receiver: guard, group_by: [alertname], group_wait: 0s, group_interval: 2s, repeat_interval: 1h }
            receivers:
              - name: guard
                email_configs: [{ to: "guard@site.test", send_resolved: true }]
            """)
        if let rules {
            try folder.write(
                "config/prometheus.yml", "global: { evaluation_interval: 500ms }\nrule_files: [rules.yml]\n")
            try folder.write("config/rules.yml", rules)
        }
    }

    private static func serve(_ folder: TemporaryDirectory) async throws -> Server {
        try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
    }

    private static func fire(_ name: String, _ server: Server, isOver: Bool = false) async throws {
        let now = Date()
        let end = isOver ? #", "endsAt": "\#(now.ISO8601Format())""# : ""
        let body = #"[{"labels": {"alertname": "\#(name)"}\#(end)}]"#
        #expect(try await server.post("/api/v2/alerts", body).status == 200)
    }

    private static func stop(_ server: Server) async throws {
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    private static func kill(_ server: Server) async throws {
        server.process.signal(SIGKILL)
        try await server.process.end()
    }

    @Test("the mail server is down: each alert is told once when it is back, also one that is over by then")
    func mailServerDown() async throws {
        let folder = try TemporaryDirectory()
        let smtp = try Peers.freePort()
        try Self.write(folder, smtp: smtp)
        let server = try await Self.serve(folder)
        try await Self.fire("GoesOn", server)
        try await Self.fire("IsOver", server)
        let outage: Duration = Self.isLong ? .seconds(600) : .seconds(8)
        try await Task.sleep(for: outage / 2)
        try await Self.fire("IsOver", server, isOver: true)
        try await Task.sleep(for: outage / 2)
        let sink = try await Peers.sink(smtp: smtp)
        _ = try await eventually("both mails", within: .seconds(120)) {
            Self.mails(sink.process).count >= 2 ? true : nil
        }
        try await Task.sleep(for: .seconds(5))
        let subjects = Self.mails(sink.process).map(\.subject).sorted()
        // What nobody sends again is over after five minutes.
        let first = Self.isLong ? "[RESOLVED] GoesOn " : "[FIRING:1] GoesOn "
        #expect(subjects == [first, "[RESOLVED] IsOver "], "\(subjects)")
        print("mail server down for \(outage): told \(subjects)")
        try await Self.stop(server)
    }

    @Test("a kill between firing and sending: told once after the start", .timeLimit(.minutes(1)))
    func killedBeforeSending() async throws {
        let folder = try TemporaryDirectory()
        let smtp = try Peers.freePort()
        try Self.write(folder, smtp: smtp)
        var server = try await Self.serve(folder)
        try await Self.fire("GateGone", server)
        try await Task.sleep(for: .milliseconds(300))
        try await Self.kill(server)
        let sink = try await Peers.sink(smtp: smtp)
        server = try await Self.serve(folder)
        _ = try await eventually("the mail") { Self.mails(sink.process).isEmpty ? nil : true }
        try await Task.sleep(for: .seconds(5))
        #expect(Self.mails(sink.process).map(\.subject) == ["[FIRING:1] GateGone "])
        try await Self.stop(server)
    }

    @Test(
        "a kill between the mail server's word and ours: told twice at most, as the same mail", .timeLimit(.minutes(1)))
    func killedAfterSending() async throws {
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        try Self.write(folder, smtp: sink.smtp)
        var server = try await Self.serve(folder)
        try sink.process.write("drop\n")
        _ = try await sink.process.line(matching: Regex("obeyed (drop)"))
        try await Self.fire("GateGone", server)
        _ = try await eventually("the mail", every: .milliseconds(2)) { Self.mails(sink.process).isEmpty ? nil : true }
        try await Self.kill(server)
        try sink.process.write("keep\n")
        let before = Self.mails(sink.process).count
        server = try await Self.serve(folder)
        _ = try await eventually("it again") { Self.mails(sink.process).count > before ? true : nil }
        try await Task.sleep(for: .seconds(4))
        let mails = Self.mails(sink.process)
        #expect(mails.count == before + 1, "\(mails.map(\.subject))")
        #expect(Set(mails.map(\.identifier)).count == 1 && mails.first?.identifier.isEmpty == false)
        try await Self.stop(server)
    }

    @Test("kills at any moment: every alert is told once, or twice as the same mail", .timeLimit(.minutes(10)))
    func killedAtAnyMoment() async throws {
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        try Self.write(folder, smtp: sink.smtp)
        let rounds = Self.isLong ? 50 : 8
        for round in 0..<rounds {
            let server = try await Self.serve(folder)
            try await Self.fire("Round\(round)", server)
            try await Task.sleep(for: .milliseconds(Int64.random(in: 0...80)))
            try await Self.kill(server)
        }
        let server = try await Self.serve(folder)
        try await Task.sleep(for: .seconds(5))
        let mails = Dictionary(grouping: Self.mails(sink.process), by: \.subject)
        for round in 0..<rounds {
            let told = mails["[FIRING:1] Round\(round) "] ?? []
            #expect((1...2).contains(told.count), "round \(round): \(told.count)")
            #expect(Set(told.map(\.identifier)).count == 1, "round \(round)")
        }
        let twice = mails.values.filter { $0.count == 2 }.count
        print("\(rounds) kills: \(rounds - twice) told once, \(twice) twice as the same mail, 0 lost")
        try await Self.stop(server)
    }

    @Test("rules are read again in the middle of `for`: the alert is neither early nor late", .timeLimit(.minutes(1)))
    func reloadWhilePending() async throws {
        func rules(_ annotation: String, _ others: String = "") -> String {
            """
            groups:
              - name: g
                rules:
                  - alert: Held
                    expr: vector(1)
                    for: 6s
                    annotations: { summary: "\(annotation)" }
            \(others)
            """
        }
        let folder = try TemporaryDirectory()
        let sink = try await Peers.sink()
        try Self.write(folder, smtp: sink.smtp, rules: rules("before"))
        let server = try await Self.serve(folder)
        _ = try await eventually("the alert to be pending", every: .milliseconds(20)) {
            try await server.text("/api/v1/alerts").contains("pending") ? true : nil
        }
        let began = ContinuousClock.now
        for reload in 1...3 {
            try await Task.sleep(for: .seconds(1))
            try folder.write(
                "config/rules.yml",
                rules("after \(reload)", "      - record: more:of_them\n        expr: vector(\(reload))\n"))
            #expect(try await server.post("/-/reload").status == 200)
        }
        try folder.write("config/rules.yml", "groups: [{ name: g, rules: [{ alert: Broken, expr: 'sum(' }] }]")
        #expect(try await server.post("/-/reload").status != 200)
        _ = try await eventually("the mail", within: .seconds(20), every: .milliseconds(20)) {
            Self.mails(sink.process).isEmpty ? nil : true
        }
        let took = ContinuousClock.now - began
        #expect(took > .seconds(5) && took < .seconds(8), "\(took)")
        try await Task.sleep(for: .seconds(3))
        #expect(Self.mails(sink.process).count == 1)
        #expect(sink.process.printed.contains("after 3"))
        try await Self.stop(server)
    }
}

import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// Six recording nodes, each with a network of its own, on one bridge with the server that scrapes their agents.
@Suite("Six nodes and one server, end to end", .serialized)
struct NodeTests {
    /// A node, and the server's end of its cable.
    private struct Node {
        let process: RunningProcess
        let cable: String
        let address: String
    }

    /// The bridge on which the server stands at 10.77.0.1. It is taken away with the test.
    private final class Bridge: Sendable {
        let name = "wp\(UInt16.random(in: .min ... .max))"

        init() throws {
            try ip("link", "add", name, "type", "bridge")
            try ip("address", "add", "10.77.0.1/24", "dev", name)
            try ip("link", "set", name, "up")
        }

        deinit { try? ip("link", "delete", name) }
    }

    private static func ip(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ip"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw NeverCame(
                description: "ip \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }

    private static func node(_ number: Int, on bridge: Bridge, in folder: TemporaryDirectory) async throws -> Node {
        let place = "node-\(number)"
        try folder.write("\(place)/host/watchpost.yml", "instance: host\n")
        try folder.write(
            "\(place)/config/watchpost.yml",
            "cameras:\n"
                + ["gate", "yard \(number)"].map {
                    "  - { id: \"\($0)\", url: \"rtsp://127.0.0.1:8554/stream\", watch: [probe], "
                        + "labels: { place: \"\(place)\" } }\n"
                }.joined())
        let process = try RunningProcess(
            "/usr/bin/unshare",
            [
                "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "/usr/bin/python3", Peers.part("node.py"),
                Peers.watchpost, "\(folder.path)/\(place)",
            ])
        _ = try await process.line(matching: Regex("ready"))
        let node = Node(process: process, cable: "\(bridge.name)n\(number)", address: "10.77.0.1\(number)")
        try ip("link", "add", node.cable, "type", "veth", "peer", "name", "eth0", "netns", String(process.pid))
        try ip("link", "set", node.cable, "master", bridge.name, "up")
        try process.write("cable \(node.address)\n")
        _ = try await process.line(matching: Regex("watching"))
        return node
    }

    private static let scraping = """
        global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: recording-nodes
            static_configs: [{ targets: [AGENTS], labels: { site: north } }]
            relabel_configs: [{ source_labels: [__address__], regex: "(.+):.+", target_label: instance }]
          - job_name: node-exporter
            static_configs: [{ targets: [HOSTS], labels: { site: north } }]
            relabel_configs: [{ source_labels: [__address__], regex: "(.+):.+", target_label: instance }]

        """

    private static let rules = """
        groups:
          - name: g
            rules:
              - alert: CameraOffline
                expr: camera_connection_status == 0
                labels: { severity: critical }
                annotations: { summary: "Camera {{ $labels.camera_id }} is offline" }
              - alert: NodeDown
                expr: up{job="node-exporter"} == 0
                labels: { severity: critical }
                annotations: { summary: "{{ $labels.instance }} is down" }
              - alert: ExporterDown
                expr: up{job="recording-nodes"} == 0
                labels: { severity: critical }
                annotations: { summary: "{{ $labels.instance }} has no agent" }

        """

    private static let alerting = """
        global: { smtp_smarthost: "127.0.0.1:SMTP", smtp_from: "watch@site.test", smtp_require_tls: false }
        route: { receiver: guard, group_by: [alertname, instance], group_wait: 200ms, group_interval: 2s }
        receivers: [{ name: guard, email_configs: [{ to: "guard@site.test" }] }]

        """

    private static func site(_ nodes: [Node], smtp: Int, in folder: TemporaryDirectory) throws -> String {
        func targets(_ port: Int) -> String { nodes.map { "'\($0.address):\(port)'" }.joined(separator: ", ") }
        try folder.write(
            "config/prometheus.yml",
            scraping.replacing("AGENTS", with: targets(9_090)).replacing("HOSTS", with: targets(9_100)))
        try folder.write("config/rules.yml", rules)
        try folder.write("config/alertmanager.yml", alerting.replacing("SMTP", with: String(smtp)))
        return folder.path + "/config"
    }

    /// Addresses on a page of ours, and in a mail.
    private static func links(in text: String, of server: Server) -> Set<String> {
        let onPage = text.matches(of: /href="(\/[^"]*)"/).map { String($0.1).replacing("&amp;", with: "&") }
        let inMail = text.matches(of: /https?:\/\/[^\s"<>]+/).map { String($0.0) }
            .filter { $0.hasPrefix(server.url) }.map { String($0.dropFirst(server.url.count)) }
        return Set(onPage + inMail)
    }

    private static func expectAnswers(_ links: Set<String>, _ server: Server) async throws {
        for link in links {
            // What a browser asks for has no fragment.
            let parts = link.prefix { $0 != "#" }.split(separator: "?", maxSplits: 1)
            guard let path = parts.first?.removingPercentEncoding else { continue }
            let fields = parts.count > 1 ? parts[1].split(separator: "&") : []
            let answer = try await server.get(
                path,
                fields.map { field in
                    let pair = field.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
                    return (pair[0], pair.count > 1 ? pair[1] : "")
                })
            #expect(answer.status == 200, "\(link)")
        }
    }

    @Test(
        "all cameras stand on one first page; a cut cable, a dead node and a dead agent are one cause each; links lead",
        .enabled(if: geteuid() == 0 && Peers.has("/usr/bin/unshare"), "networks of one's own need root"),
        .timeLimit(.minutes(4)))
    func sixNodes() async throws {
        let folder = try TemporaryDirectory()
        let bridge = try Bridge()
        var nodes: [Node] = []
        for number in 1...6 { nodes.append(try await Self.node(number, on: bridge, in: folder)) }
        let sink = try await Peers.sink()
        let server = try await Server.serve(
            configuration: try Self.site(nodes, smtp: sink.smtp, in: folder), data: folder.path + "/data")

        let well = try await eventually("all cameras to be well", within: .seconds(60)) {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            return overview.cameras.count == 12 && overview.cameras.allSatisfy { $0.state == .online } ? overview : nil
        }
        #expect(well.nodes.count == 6 && well.nodes.allSatisfy { $0.problem == nil && $0.cameras == 2 })
        #expect(Set(well.cameras.map(\.node)).count == 6 && well.cameras.allSatisfy { ($0.fps ?? 0) > 20 })
        let first = try await server.text("/")
        #expect(first.contains("All well") && first.components(separatedBy: "data-camera=").count == 13)
        try await Self.expectAnswers(Self.links(in: first, of: server), server)
        // What only its node knows is asked of it.
        let answer = try await server.get("/cameras/gate", [("site", "north"), ("instance", "10.77.0.13")])
        let page = String(decoding: answer.body, as: UTF8.self)
        #expect(page.contains("rtsp://127.0.0.1:8554/stream") && page.contains("node-3"))
        #expect(try await server.text("/cameras/gate").contains("<h1>Which gate?</h1>"))

        // A camera, a cable, a node, an agent.
        try nodes[0].process.write("stall\n")
        try Self.ip("link", "set", nodes[1].cable, "down")
        nodes[2].process.signal(SIGKILL)
        try nodes[3].process.write("kill\n")
        let wrong = try await eventually("each to be told", within: .seconds(60)) {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            let gone = overview.nodes.filter { $0.problem != nil }.map(\.node.instance)
            let stalled = overview.cameras.count { $0.state == .stalled }
            return Set(gone) == ["10.77.0.12", "10.77.0.13", "10.77.0.14"] && stalled == 2 ? overview : nil
        }
        #expect(wrong.cameras.count == 12 && wrong.cameras.count { $0.state == .unknown } == 6)
        #expect(wrong.cameras.count { $0.state == .online } == 4)
        let problems = Dictionary(uniqueKeysWithValues: wrong.nodes.map { ($0.node.instance, $0.problem ?? "") })
        #expect(problems["10.77.0.14"]?.contains("the host itself answers") == true, "\(problems)")
        #expect(problems["10.77.0.12"]?.contains("the host itself answers") == false, "\(problems)")
        #expect(wrong.cameras.count { $0.state == .stalled && $0.reason.contains("stopped") } == 2)
        let told = try await server.text("/")
        #expect(told.contains("<h1>5 need attention</h1>"), "\(told)")
        // Three nodes, and two cameras: a row each.
        let rows = told.matches(of: /data-fault="(\w+) [^"]*" data-state="(\w+)"/).map { "\($0.1) \($0.2)" }
        #expect(
            rows.sorted() == ["camera Stalled", "camera Stalled"] + Array(repeating: "node Gone", count: 3), "\(rows)")

        // Every link of every page and mail leads somewhere.
        var links = Self.links(in: told, of: server)
        links.formUnion(Self.links(in: try await server.text("/alerts"), of: server))
        _ = try await eventually("a mail of each", within: .seconds(30)) {
            let mails = sink.process.printed
            return mails.contains("CameraOffline 10.77.0.11") && mails.contains("10.77.0.12 is down")
                && mails.contains("10.77.0.14 has no agent") ? true : nil
        }
        let mails = sink.process.printed.replacing("\\r\\n", with: "\n").replacing("\\\"", with: "\"")
        let inMails = Self.links(in: mails, of: server)
        #expect(inMails.contains { $0.hasPrefix("/cameras/gate?") && $0.contains("instance=10.77.0.11") }, "\(mails)")
        try await Self.expectAnswers(links.union(inMails), server)

        // All is well again, but for the node that is dead.
        try nodes[0].process.write("play\n")
        try Self.ip("link", "set", nodes[1].cable, "up")
        var states: [String] = []
        _ = try? await eventually("the cable's node and the camera to be back", within: .seconds(60)) {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            states = overview.cameras.map { "\($0.key): \($0.state.rawValue) \($0.reason)" }
            // Their alerts end with the next evaluation. What was lost in between counts for some minutes.
            return states.count { $0.contains(": Online") || $0.contains(" % of frames are lost") } == 8 ? true : nil
        }
        #expect(
            states.count { $0.contains(": Online") || $0.contains(" % of frames are lost") } == 8,
            "\(states.joined(separator: "\n"))")
        // What was told then leads somewhere still.
        try await Self.expectAnswers(inMails, server)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

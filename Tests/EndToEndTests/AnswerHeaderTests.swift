import Foundation
import TestSupport
import Testing

/// What stands before the body of every answer, and what no answer shows.
@Suite("Every answer", .serialized)
struct AnswerHeaderTests {
    private static func ask(
        _ method: String, _ path: String, _ port: Int, host: String = "localhost", accept: String = "*/*"
    ) async throws -> (status: Int, headers: [String: String], body: String) {
        let client = try RawClient(port)
        try client.send(
            "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nAccept: \(accept)\r\nConnection: close\r\n\r\n")
        let answer = try await client.rest()
        let parts = answer.components(separatedBy: "\r\n\r\n")
        let lines = parts[0].components(separatedBy: "\r\n")
        let headers = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }.map {
            (String($0[0]).lowercased(), $0[1].trimmingCharacters(in: .whitespaces))
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (status ?? 0, Dictionary(headers) { $1 }, parts.dropFirst().joined(separator: "\r\n\r\n"))
    }

    private static let paths: [(path: String, status: Int)] = [
        ("/", 200), ("/alerts", 200), ("/metrics", 200), ("/-/healthy", 200), ("/-/ready", 200),
        ("/assets/live.js", 200), ("/assets/icon.svg", 200), ("/assets/none.js", 404), ("/none", 404),
        ("/api/v1/query?query=1", 200), ("/api/v1/query?query=(", 400), ("/api/v1/status/config", 200),
        ("/api/v2/status", 200), ("/api/watchpost/cameras", 200), ("/api/watchpost/cameras/none", 404),
        ("/federate?match[]=up", 200), ("/cameras/none", 404),
    ]

    @Test(
        "tells browsers to sniff nothing and frame nothing, and HEAD has the same head and no body",
        .timeLimit(.minutes(2)))
    func heads() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let agentPort = try Peers.freePort()
        let agent = Server(
            process: try RunningProcess(
                Peers.watchpost, ["agent", "--listen", "127.0.0.1:\(agentPort)", "--data", folder.path + "/agent"]),
            url: "http://127.0.0.1:\(agentPort)")
        try await agent.waitUntilReady()
        let port = try #require(URL(string: server.url)?.port)
        let agents = [("/metrics", 200), ("/", 200), ("/-/healthy", 200), ("/none", 404)]
        for (port, paths) in [(port, Self.paths), (agentPort, agents.map { (path: $0.0, status: $0.1) })] {
            for (path, status) in paths {
                let whole = try await Self.ask("GET", path, port)
                #expect(whole.status == status, "\(path)")
                for answer in [whole, try await Self.ask("HEAD", path, port)] {
                    #expect(answer.headers["x-content-type-options"] == "nosniff", "\(path)")
                    #expect(answer.headers["x-frame-options"] == "DENY", "\(path)")
                    #expect(answer.headers["referrer-policy"] == "same-origin", "\(path)")
                    #expect(answer.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
                }
                let head = try await Self.ask("HEAD", path, port)
                #expect(head.status == status && head.body.isEmpty, "HEAD \(path): \(head)")
                #expect(head.headers["content-type"] == whole.headers["content-type"], "\(path)")
            }
        }
        // Refused before any route, and by a route's method.
        let foreign = try await Self.ask("GET", "/", port, host: "evil.example")
        #expect(foreign.status == 403 && foreign.headers["x-content-type-options"] == "nosniff")
        // A browser is told that there is no page, and gets the way back; a program gets the status alone.
        for path in ["/none", "/none/%3Cb%3E", "/logs/none", "/v1/traces"] {
            let page = try await Self.ask("GET", path, port, accept: "text/html,application/xhtml+xml,*/*;q=0.8")
            #expect(page.status == 404 && page.headers["content-type"] == "text/html; charset=utf-8", "\(path)")
            #expect(page.body.contains("There is no page at /") && page.body.contains("href=\"/\""), "\(path)")
            #expect(!page.body.contains("<b>"), "\(path)")
            let head = try await Self.ask("HEAD", path, port, accept: "text/html")
            #expect(head.status == 404 && head.body.isEmpty, "\(path)")
            let plain = try await Self.ask("GET", path, port)
            #expect(plain.status == 404 && !plain.body.contains("<html"), "\(path)")
        }
        // A stream has a head, too, and HEAD does not wait for its end.
        let events = try await Self.ask("HEAD", "/api/watchpost/events", port)
        #expect(events.status == 200 && events.body.isEmpty && events.headers["content-type"] == "text/event-stream")
        for process in [server.process, agent.process] {
            process.signal(SIGTERM)
            try await process.end()
        }
    }

    @Test("shows no key of a scrape or of a discovery, and what a prober probes", .timeLimit(.minutes(2)))
    func secretParameters() async throws {
        let folder = try TemporaryDirectory()
        let closed = try Peers.freePort()
        _ = try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: nvr
                params: { api_key: [kEy1], access_token: [kEy2], page: [a], sig: [kEy3] }
                static_configs: [{ targets: ['127.0.0.1:\(closed)'], labels: { __param_session: kEy4 } }]
                relabel_configs:
                  - { target_label: __param_x_auth, replacement: kEy5 }
              - job_name: probe
                metrics_path: /probe
                params: { module: [http_2xx], target: ['https://u:kEy6@shop.example/?token=kEy7&id=9'] }
                static_configs: [{ targets: ['127.0.0.1:\(closed)'] }]
              - job_name: found
                http_sd_configs: [{ url: 'http://127.0.0.1:\(closed)/sd?api_key=kEy8&site=hcm' }]
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let targets = try await eventually("both targets to be down", within: .seconds(30)) {
            let text = try await server.text("/api/v1/targets")
            return text.components(separatedBy: "\"health\":\"down\"").count == 3 ? text : nil
        }
        let status = try await eventually("the discovery to fail", within: .seconds(30)) {
            let text = try await server.text("/status")
            return text.contains("site=hcm") ? text : nil
        }
        for path in ["/api/v1/status/config", "/api/v1/targets/metadata", "/api/watchpost/status", "/", "/metrics"] {
            #expect(!(try await server.text(path)).contains("kEy"), "\(path)")
        }
        let log = server.process.printed
        for text in [targets, status, log] { #expect(!text.contains("kEy"), "\(text)") }
        #expect(targets.contains("module=http_2xx") && targets.contains("shop.example") && targets.contains("page=a"))
        let config = try await server.text("/api/v1/status/config")
        #expect(config.contains("http_2xx") && config.contains("shop.example") && config.contains("site=hcm"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

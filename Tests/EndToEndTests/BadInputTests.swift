import Foundation
import Model
import TestSupport
import Testing
import Transfers

@Suite("Bad input, end to end", .serialized)
struct BadInputTests {
    @Test(
        "a bad file is refused with its place before anything starts",
        arguments: [
            ("watchpost.yml", "cameras:\n  - id: a\n    watch: [sniff]\n", "watchpost.yml:3:"),
            ("watchpost.yml", "listn: 127.0.0.1:1\n", "watchpost.yml:1:1"),
            ("prometheus.yml", "global: { scrape_interval: often }\n", "prometheus.yml:1:"),
            (
                "rules/a.yml", "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: sum(\n",
                "rules/a.yml:5:"
            ),
            (
                "alertmanager.yml", "route: { receiver: nobody }\nreceivers: [{ name: somebody }]\n",
                "alertmanager.yml:1:"
            ),
        ])
    func badFile(name: String, text: String, place: String) async throws {
        let folder = try TemporaryDirectory()
        if name.hasPrefix("rules") { try folder.write("prometheus.yml", "rule_files: [rules/*.yml]\n") }
        try folder.write(name, text)
        let server = try RunningProcess(
            Peers.watchpost,
            ["serve", "--config", folder.path, "--data", folder.path + "/data", "--listen", "127.0.0.1:0"])
        try await server.end()
        #expect(server.printed.contains(place), "\(server.printed)")
        let check = try RunningProcess(Peers.watchpost, ["check", folder.path])
        try await check.end()
        #expect(check.printed.contains(place) && check.printed.contains("error"), "\(check.printed)")
    }

    @Test(
        "on reload a bad file leaves the old configuration at work, and a good one takes its place",
        .timeLimit(.minutes(1)))
    func reload() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            "config/prometheus.yml",
            "rule_files: [rules/*.yml]\nglobal: { evaluation_interval: 1s, scrape_interval: 1s }\n")
        try folder.write("config/rules/a.yml", "groups: [{ name: g, rules: [{ record: one, expr: '1' }] }]\n")
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the first rule", within: .seconds(10)) {
            try await server.query("one").isEmpty ? nil : true
        }
        try folder.write("config/rules/a.yml", "groups: [{ name: g, rules: [{ record: two, expr: '1 +' }] }]\n")
        let refusal = try await server.post("/-/reload")
        #expect(refusal.status == 500)
        #expect(String(decoding: refusal.body, as: UTF8.self).contains("a.yml:1:"))
        #expect(try await server.query("one").count == 1)
        try folder.write("config/rules/a.yml", "groups: [{ name: g, rules: [{ record: two, expr: '2' }] }]\n")
        server.process.signal(SIGHUP)
        _ = try await eventually("the second rule", within: .seconds(10)) {
            try await server.query("two").isEmpty ? nil : true
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("a port in use is said in one line, and nothing is left behind")
    func portInUse() async throws {
        let folder = try TemporaryDirectory()
        let first = try await Server.serve(configuration: nil, data: folder.path + "/a")
        let address = String(first.url.dropFirst("http://".count))
        let second = try RunningProcess(Peers.watchpost, ["serve", "--data", folder.path + "/b", "--listen", address])
        try await second.end()
        #expect(second.printed.contains(address) && second.printed.contains("in use"), "\(second.printed)")
        #expect(try await first.get("/-/healthy").status == 200)
        first.process.signal(SIGTERM)
        try await first.process.end()
    }

    @Test("a camera that answers garbage is told from a dead one, and the others go on", .timeLimit(.minutes(2)))
    func garbage() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera()
        let garbage = try RunningProcess(
            "python3",
            [
                "-c",
                """
                import os, socket, sys, threading
                s = socket.create_server(('127.0.0.1', 0)); print('port', s.getsockname()[1], flush=True)
                threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
                while True:
                    c, _ = s.accept(); c.recv(100); c.sendall(os.urandom(5000)); c.close()
                """,
            ])
        let garbagePort = try await garbage.line(matching: Regex(#"port (\d+)"#))
        try folder.write(
            "config/watchpost.yml",
            """
            cameras:
              - { id: good, url: "rtsp://127.0.0.1:\(cameraPort)/stream", watch: [probe] }
              - { id: bad, url: "rtsp://127.0.0.1:\(garbagePort)/stream", watch: [probe] }

            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("both states", within: .seconds(40)) {
            let good = try await server.camera("good")
            let bad = try await server.camera("bad")
            return good?.state == .online && bad?.failure == .protocol ? true : nil
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = camera
    }

    @Test("requests from other sites change nothing")
    func foreignOrigin() async throws {
        let folder = try TemporaryDirectory()
        let server = try await Server.serve(configuration: nil, data: folder.path + "/data")
        let curl = try RunningProcess(
            "curl",
            [
                "-s", "-o", "/dev/null", "-w", "%{http_code} ", "-X", "POST", "-H", "Origin: http://evil.test",
                server.url + "/-/reload", "--next", "-s", "-o", "/dev/null", "-w", "%{http_code} ", "-H",
                "Host: evil.test", server.url + "/",
            ])
        try await curl.end()
        #expect(curl.printed == "403 403 ")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

import Foundation
import Model
import TestSupport
import Testing
import Transfers

/// A credential is planted in every address that the configuration takes, and looked for in everything that leaves the
/// process or lies on the disk.
@Suite("Credentials, end to end", .serialized)
struct CredentialTests {
    /// Stands in every password, in a form that no encoding changes.
    private static let mark = "S3cr3tMark"

    private static func site(camera: Int, in folder: TemporaryDirectory) throws {
        let footage = folder.path + "/footage"
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        try folder.write("secrets/url", "rtsp://guard:\(mark)1@127.0.0.1:\(camera)/stream")
        try folder.write("secrets/gateway", "http://guard:\(mark)2@127.0.0.1:1")
        try folder.write("secrets/mail", mark + "3")
        let command =
            "[ffmpeg, -rtsp_transport, tcp, -i, \"{url}\", -c, copy, -f, segment, -segment_time, \"4\", -segment_wrap, \"3\", "
            + "-segment_format, matroska, \"{path}/%d.mkv\"]"
        try folder.write(
            "config/watchpost.yml",
            """
            cameras:
              - { id: right, url_file: \(folder.path)/secrets/url, watch: [recorder, probe] }
              - { id: wrong, url: "rtsp://guard:\(mark)4@127.0.0.1:\(camera)/stream", watch: [recorder, probe] }
              - { id: path, url: "rtsp://127.0.0.1:\(camera)/user=guard&password=\(mark)5", watch: [probe] }
              - { id: dead, url: "rtsp://guard:\(mark)6@127.0.0.1:1/x?token=\(mark)7", watch: [describe] }
              - { id: gateway, watch: [gateway] }
            recordings:
              - { camera: right, path: \(footage), segment: 4s }
              - { camera: wrong, path: \(footage), segment: 4s }
            recorders:
              - { camera: right, command: \(command) }
              - { camera: wrong, command: \(command) }
            gateways:
              - { kind: mediamtx, url_file: \(folder.path)/secrets/gateway }
              - { kind: go2rtc, url: "http://guard:\(mark)8@127.0.0.1:1" }

            """)
        try folder.write(
            "config/prometheus.yml",
            """
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [rules/*.yml]
            scrape_configs:
              - job_name: app
                basic_auth: { username: guard, password: \(mark)9 }
                static_configs: [{ targets: ['127.0.0.1:1'] }]
              - job_name: found
                http_sd_configs: [{ url: "http://guard:\(mark)10@127.0.0.1:1/sd" }]
            remote_write: [{ url: "http://guard:\(mark)11@127.0.0.1:1/api/v1/write" }]

            """)
        try folder.write(
            "config/rules/r.yml", "groups: [{ name: g, rules: [{ alert: Always, expr: vector(1) }] }]\n")
        try folder.write(
            "config/alertmanager.yml",
            """
            global:
              smtp_smarthost: 127.0.0.1:1
              smtp_from: a@b.test
              smtp_auth_username: guard
              smtp_auth_password_file: \(folder.path)/secrets/mail
            route: { receiver: all, group_wait: 1s, group_interval: 1s }
            receivers:
              - name: all
                email_configs: [{ to: x@b.test }]
                slack_configs: [{ api_url: "http://127.0.0.1:1/services/\(mark)12", channel: "#a" }]
                webhook_configs: [{ url: "http://guard:\(mark)13@127.0.0.1:1/hook?token=\(mark)14" }]

            """)
    }

    /// The processes that a process started, and those that they started.
    private static func descendants(of root: Int32) -> [Int32] {
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        var parents: [Int32: Int32] = [:]
        for pid in pids {
            let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            if fields.count > 1 { parents[pid] = Int32(fields[1]) }
        }
        var found: [Int32] = [root]
        var isGrowing = true
        while isGrowing {
            let more = parents.filter { found.contains($0.value) && !found.contains($0.key) }.map(\.key)
            found += more
            isGrowing = !more.isEmpty
        }
        return found
    }

    @Test("no page, metric, log, file, argument or environment has one", .timeLimit(.minutes(3)))
    func planted() async throws {
        let folder = try TemporaryDirectory()
        let (camera, port) = try await Peers.camera(user: "guard", password: Self.mark + "1")
        try Self.site(camera: port, in: folder)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the cameras' states", within: .seconds(60)) {
            let cameras = try await server.cameras()
            let isRight = cameras.contains { $0.id == "right" && $0.state == .online && $0.lastRecorded != nil }
            return isRight && cameras.filter { $0.failure != nil }.count >= 3 ? true : nil
        }
        _ = try await eventually("failed deliveries and recorder lines", within: .seconds(60)) {
            let deliveries = try await server.text("/api/watchpost/deliveries")
            let lines = try await server.logs("component:recording")
            return deliveries.contains("hook") && !lines.isEmpty ? true : nil
        }
        var places: [(String, String)] = []
        for path in [
            "/", "/alerts", "/logs", "/dashboards", "/status", "/cameras/right", "/cameras/wrong", "/metrics",
            "/api/v1/targets", "/api/v1/status/config", "/api/v1/rules", "/api/v1/alerts", "/api/v1/alertmanagers",
            "/api/v1/metadata", "/api/v1/status/tsdb", "/api/v1/status/flags", "/api/watchpost/overview",
            "/api/watchpost/cameras", "/api/watchpost/alerts", "/api/watchpost/deliveries", "/api/watchpost/status",
            "/api/watchpost/logs?limit=5000", "/api/v1/query?query=%7B__name__%3D~%22.%2B%22%7D",
            "/federate?match[]=%7Bjob!%3D%22%22%7D",
        ] {
            let response = try await Transfers().send(HTTPRequest(url: server.url + path, timeout: .seconds(30)))
            #expect(response.status < 500, "\(path)")
            places.append((path, String(decoding: response.body, as: UTF8.self)))
        }
        for command in [
            ["check", folder.path + "/config"], ["cameras", "--server", server.url],
            ["probe", "--config", folder.path + "/config", "--camera", "wrong"],
        ] {
            let process = try RunningProcess(Peers.watchpost, command)
            try await process.end(within: .seconds(40))
            places.append((command[0], process.printed))
        }
        for pid in Self.descendants(of: server.process.pid) {
            for name in ["cmdline", "environ"] {
                let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/\(name)") ?? Data()
                places.append(("/proc/\(pid)/\(name)", String(decoding: bytes, as: UTF8.self)))
            }
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
        places.append(("what it printed", server.process.printed))
        for (place, text) in places {
            #expect(!text.contains(Self.mark), "\(place): \(Self.around(text))")
        }
        #expect(places.count > 30)
        let files = FileManager.default.enumerator(atPath: folder.path + "/data")
        var count = 0
        while let name = files?.nextObject() as? String {
            guard let bytes = FileManager.default.contents(atPath: folder.path + "/data/" + name) else { continue }
            count += 1
            #expect(bytes.range(of: Data(Self.mark.utf8)) == nil, "\(name)")
        }
        #expect(count > 5)
        _ = camera
    }

    private static func around(_ text: String) -> Substring {
        guard let place = text.range(of: mark) else { return "" }
        let start = text.index(place.lowerBound, offsetBy: -100, limitedBy: text.startIndex) ?? text.startIndex
        let end = text.index(place.upperBound, offsetBy: 40, limitedBy: text.endIndex) ?? text.endIndex
        return text[start..<end]
    }
}

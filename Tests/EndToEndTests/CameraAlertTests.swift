import Foundation
import Model
import TestSupport
import Testing
import Transfers

/// One camera, recorded and watched, all of whose neighbours are other people's programs: the camera is
/// gst-rtsp-server, the recorder ffmpeg, the mailbox aiosmtpd, the webhook's end Python's HTTP server.
@Suite("A camera that fails, end to end", .serialized)
struct CameraAlertTests {
    private static let password = "Gr3en-door"
    private static let mailPassword = "m4il-secret"

    private struct Mail: Decodable {
        let to: [String]
        let subject: String
        let tls: Bool
        let login: Bool
        let body: String
    }

    private static func mails(_ mailbox: RunningProcess) -> [Mail] { mailbox.messages("mail") }

    private static func posts(_ webhook: RunningProcess) -> [SunkPost] { webhook.messages("post") }

    private static func writeSite(in folder: TemporaryDirectory, camera: Int, mail: Int, webhook: Int, password: String)
        throws
    {
        try folder.write("mail-password", mailPassword)
        try folder.write("rtsp-url", "rtsp://guard:\(password)@127.0.0.1:\(camera)/stream")
        try FileManager.default.createDirectory(atPath: folder.path + "/footage", withIntermediateDirectories: true)
        try folder.write(
            "config/watchpost.yml",
            """
            instance: node-1
            cameras:
              - id: gate
                url_file: \(folder.path)/rtsp-url
                fps: 25
                watch: [recorder, probe]
            recordings:
              - { camera: gate, path: \(folder.path)/footage, segment: 4s }
            recorders:
              - camera: gate
                command: [ffmpeg, -rtsp_transport, tcp, -timeout, "5000000", -i, "{url}", -c, copy, -f, segment,
                          -segment_time, "4", -segment_format, matroska, -reset_timestamps, "1", "{path}/%d.mkv"]

            """)
        try folder.write(
            "config/prometheus.yml",
            "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [rules/*.yml]\n")
        try folder.write(
            "config/rules/cameras.yml",
            """
            groups:
              - name: camera_alerts
                interval: 1s
                rules:
                  - alert: CameraOffline
                    expr: camera_connection_status == 0 or (last_over_time(camera_connection_status[1d]) == 0 unless camera_connection_status)
                    for: 3s
                    labels: { severity: critical, component: recording }
                    annotations:
                      summary: "Camera {{ $labels.camera_id }} is offline"
                      description: "Camera has been offline for 3 seconds"

            """)
        try folder.write(
            "config/alertmanager.yml",
            """
            global:
              smtp_smarthost: localhost:\(mail)
              smtp_from: watchpost@site.test
              smtp_auth_username: watch
              smtp_auth_password_file: \(folder.path)/mail-password
            # Recorders of other people on this host are found, too; nobody is told of them here.
            route:
              receiver: nobody
              routes:
                - matchers: [camera_id="gate"]
                  receiver: operators
                  group_by: [alertname, instance]
                  group_wait: 1s
                  group_interval: 2s
                  repeat_interval: 1h
            receivers:
              - name: nobody
              - name: operators
                email_configs:
                  - to: guard@site.test
                    send_resolved: true
                    tls_config: { ca_file: \(folder.path)/mail.pem }
                webhook_configs:
                  - url: http://127.0.0.1:\(webhook)/hook

            """)
    }

    @Test(
        "killed, it is reported once by mail and webhook; back again, resolved; stalled, it is found too",
        .timeLimit(.minutes(4)))
    func failsAndReturns() async throws {
        let folder = try TemporaryDirectory()
        let (mailbox, mailPort) = try await Peers.mailbox(user: "watch", password: Self.mailPassword, in: folder)
        let (webhook, webhookPort) = try await Peers.webhook()
        var (camera, cameraPort) = try await Peers.camera(user: "guard", password: Self.password)
        try Self.writeSite(
            in: folder, camera: cameraPort, mail: mailPort, webhook: webhookPort, password: Self.password)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        _ = try await eventually("the camera to be online: \(server.process.printed)", within: .seconds(40)) {
            let status = try await server.camera("gate")
            return status?.state == .online && abs((status?.fps ?? 0) - 25) < 1.5 ? true : nil
        }
        #expect(Self.mails(mailbox).isEmpty)

        camera.signal(SIGKILL)
        _ = try await eventually("a mail and a webhook of the alert", within: .seconds(40)) {
            Self.mails(mailbox).count >= 1 && Self.posts(webhook).count >= 1 ? true : nil
        }
        try await Task.sleep(for: .seconds(4))
        #expect(Self.mails(mailbox).count == 1)
        #expect(Self.posts(webhook).count == 1)
        let mail = try #require(Self.mails(mailbox).first)
        #expect(mail.tls && mail.login)
        #expect(mail.to == ["guard@site.test"])
        #expect(mail.body.contains("Camera gate is offline"))
        let post = try #require(Self.posts(webhook).first)
        #expect(post.body.status == "firing")
        #expect(post.body.alerts.first?.labels["camera_id"] == "gate")
        #expect(post.body.alerts.first?.labels["instance"] == "node-1")

        (camera, _) = try await Peers.camera(port: cameraPort, user: "guard", password: Self.password)
        _ = try await eventually("resolved by mail and webhook", within: .seconds(60)) {
            Self.mails(mailbox).count >= 2 && Self.posts(webhook).last?.body.status == "resolved" ? true : nil
        }

        _ = try await eventually("the camera to be online again", within: .seconds(30)) {
            try await server.camera("gate")?.state == .online ? true : nil
        }
        _ = Self.mails(mailbox).count
        try camera.write("stall\n")
        _ = try await eventually("the stall to be seen", within: .seconds(40)) {
            let status = try await server.camera("gate")
            return status?.state == .stalled || status?.failure == .stalled || status?.failure == .noMedia ? true : nil
        }
        _ = try await eventually("a second alert", within: .seconds(40)) {
            Self.posts(webhook).count >= 3 && Self.posts(webhook).last?.body.status == "firing" ? true : nil
        }
        try await Self.expectNoSecrets(server, folder: folder, sent: mailbox.printed + webhook.printed)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("a wrong password is the reason given, and shows nowhere", .timeLimit(.minutes(2)))
    func wrongPassword() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera(user: "guard", password: "another")
        let (webhook, webhookPort) = try await Peers.webhook()
        try Self.writeSite(in: folder, camera: cameraPort, mail: 9, webhook: webhookPort, password: Self.password)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let status = try await eventually("the reason", within: .seconds(40)) {
            let status = try await server.camera("gate")
            return status?.failure == .unauthorized ? status : nil
        }
        #expect(status.reason.contains("401"))
        _ = try await eventually("the alert", within: .seconds(30)) { Self.posts(webhook).isEmpty ? nil : true }
        try await Self.expectNoSecrets(server, folder: folder, sent: webhook.printed)
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = camera
    }

    /// Looks for the passwords wherever a text leaves the process or is kept.
    private static func expectNoSecrets(_ server: Server, folder: TemporaryDirectory, sent: String) async throws {
        var places = ["messages": sent, "own output": server.process.printed]
        for path in [
            "/", "/cameras/gate", "/alerts", "/logs", "/status", "/metrics", "/api/watchpost/overview",
            "/api/watchpost/logs?limit=5000", "/api/watchpost/deliveries", "/api/watchpost/status", "/api/v1/targets",
        ] {
            places[path] = try await server.text(path)
        }
        let data = folder.path + "/data"
        for file in FileManager.default.enumerator(atPath: data)?.compactMap({ $0 as? String }) ?? [] {
            let bytes = FileManager.default.contents(atPath: data + "/" + file)
            places["data/" + file] = bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int32(process) != nil {
            let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
            let text = arguments.map { String(decoding: $0, as: UTF8.self) } ?? ""
            // The camera and the mailbox of this test are told theirs.
            let isOurs = text.contains("ffmpeg") || text.contains("watchpost")
            if isOurs, !text.contains("mailbox.py"), !text.contains("camera.py") {
                places["arguments of \(text.prefix(60))"] = text
            }
        }
        for (place, text) in places {
            #expect(!text.contains(password), "the camera's password stands in \(place)")
            #expect(!text.contains(mailPassword), "the mail password stands in \(place)")
        }
    }
}

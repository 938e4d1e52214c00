import Base
import Foundation
import Model
import SiteConfig
import State
import Testing
import Transfers

@testable import Alerting

@Suite("Deliveries to real servers")
struct DeliveryTests {
    let scratch: ScratchDirectory
    let transfers = Transfers()

    init() throws { scratch = try ScratchDirectory() }

    /// Runs a router over `receiver` until `body` is through.
    func withRouter(
        _ receiver: ReceiverConfig, _ change: (inout AlertmanagerConfig) -> Void = { _ in },
        _ body: (AlertRouter) async throws -> Void
    ) async throws {
        var config = AlertmanagerConfig(
            route: route(receiver.name, wait: 0, interval: 200), receivers: [receiver])
        change(&config)
        let router = try AlertRouter(
            config: config, state: try scratch.store(), transfers: transfers, externalURL: "http://watch.test:9900/",
            firstPause: .milliseconds(20))
        let running = Task { await router.run() }
        try await body(router)
        running.cancel()
        await running.value
    }

    /// An alert that fires now, or that ended a moment ago.
    static func cameraAlert(isOver: Bool = false, camera: String = "cam-1") -> Alert {
        let now = SystemTimeSource().now()
        return alert(
            "CameraOffline", ["camera_id": camera, "severity": "critical", "instance": "node-1"], from: now - 60_000,
            to: isOver ? now - 1 : now + 600_000,
            annotations: [
                "summary": "Camera \(camera) is <offline>", "description": "Nothing for 2 minutes – \"gone\"",
            ])
    }

    func deliveries(_ router: AlertRouter, _ count: Int) async throws -> [Delivery] {
        for _ in 0..<1_000 {
            let deliveries = try router.deliveries(limit: 100)
            if deliveries.count >= count { return deliveries }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try router.deliveries(limit: 100)
    }

    @Test("a webhook gets the payload of Alertmanager's version 4, first firing and then resolved")
    func webhook() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        try await withRouter(receiver("team.x", sendResolved: true, url: "http://127.0.0.1:\(web.port)/hook")) {
            router in
            await router.receive([Self.cameraAlert()])
            _ = try await web.events(WebEvent<WebhookBody>.self, 1)
            #expect(router.alerts().map(\.state) == [.active])
            #expect(router.groups().map(\.receiver) == ["team.x"])
            await router.receive([Self.cameraAlert(isOver: true)])
            let events = try await web.events(WebEvent<WebhookBody>.self, 2)
            let first = events[0].body
            #expect(first.version == "4")
            #expect(first.status == "firing")
            #expect(first.receiver == #"team\.x"#)
            #expect(first.groupKey == #"{}:{alertname="CameraOffline"}"#)
            #expect(first.groupLabels == ["alertname": "CameraOffline"])
            #expect(first.commonLabels["camera_id"] == "cam-1")
            #expect(first.externalURL == "http://watch.test:9900")
            #expect(events[0].type == "application/json")
            #expect(first.alerts[0].endsAt == "0001-01-01T00:00:00Z")
            #expect(first.alerts[0].fingerprint.count == 16)
            #expect(events[1].body.status == "resolved")
            #expect(events[1].body.alerts[0].endsAt.hasPrefix("20"))
            let log = try await deliveries(router, 2)
            #expect(log.map(\.status) == [.sent, .sent])
            #expect(log[0].alerts.map(\.status) == ["resolved"])
            #expect(router.alerts().isEmpty)
        }
    }

    @Test("too many alerts are cut to max_alerts, and the rest is counted")
    func truncation() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        var receiver = receiver("ops", sendResolved: true, url: "http://127.0.0.1:\(web.port)/hook")
        receiver.webhooks[0].maxAlerts = 2
        try await withRouter(receiver, { $0.route.groupWait = .milliseconds(100) }) { router in
            let now = SystemTimeSource().now()
            await router.receive((1...5).map { alert("A", ["lbl": "\($0)"], from: now, to: now + 60_000) })
            let body = try await web.events(WebEvent<WebhookBody>.self, 1)[0].body
            #expect(body.alerts.count == 2)
            #expect(body.truncatedAlerts == 3)
        }
    }

    static let answers: [(path: String, status: Delivery.Status, attempts: Int)] = [
        ("fail/2/x", .sent, 3), ("busy/x", .sent, 2), ("refuse/x", .failed, 1),
    ]

    @Test("an answer that may pass is tried again, a refusal is not", arguments: answers)
    func retries(path: String, status: Delivery.Status, attempts: Int) async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        let receiver = receiver("ops", sendResolved: true, url: "http://127.0.0.1:\(web.port)/\(path)")
        try await withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([Self.cameraAlert()])
            let delivery = try #require(try await deliveries(router, 1).first)
            #expect(delivery.status == status)
            #expect(delivery.attempts == attempts)
            #expect(!delivery.error.contains(path), "the address is a credential: \(delivery.error)")
            #expect(status == .sent || delivery.error.contains("400"))
            #expect(router.statistics.integrations["webhook"]?.attempts == attempts)
        }
    }

    @Test("an attempt that takes longer than the webhook's timeout is given up and repeated")
    func timeout() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        var receiver = receiver("ops", sendResolved: true, url: "http://127.0.0.1:\(web.port)/slow")
        receiver.webhooks[0].timeout = .milliseconds(200)
        try await withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([Self.cameraAlert()])
            let delivery = try #require(try await deliveries(router, 1).first)
            #expect(delivery.status == .sent)
            #expect(delivery.attempts == 2)
        }
    }

    @Test("Slack gets an attachment that names the camera, and its refusals are told")
    func slack() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        var receiver = ReceiverConfig(name: "ops")
        for path in ["hook", "notok"] {
            var slack = SlackConfig(
                position: position, apiURL: .inline("http://127.0.0.1:\(web.port)/\(path)/T0/B0/secret"))
            slack.channel = "#vms-alerts"
            slack.sendResolved = true
            receiver.slacks.append(slack)
        }
        try await withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([Self.cameraAlert()])
            let events = try await web.events(WebEvent<SlackBody>.self, 2)
            let body = try #require(events.first { $0.path.hasPrefix("/hook") }).body
            #expect(body.channel == "#vms-alerts")
            #expect(body.username == "Alertmanager")
            let attachment = try #require(body.attachments.first)
            #expect(attachment.color == "danger")
            #expect(attachment.title == "[FIRING:1] CameraOffline (cam-1 node-1 critical)")
            #expect(attachment.text.contains("cam-1") && attachment.text.contains("Nothing for 2 minutes"))
            #expect(attachment.text.contains("since 20"))
            #expect(attachment.titleLink?.hasPrefix("http://watch.test:9900/") == true)
            let log = try await deliveries(router, 2)
            let refused = try #require(log.first { $0.integration == "slack[1]" })
            #expect(refused.status == .failed && refused.error.contains("channel_not_found"))
        }
    }

    @Test("mail goes through STARTTLS and a login, in plain text and HTML, one thread a group")
    func mail() async throws {
        try PythonModule.require("aiosmtpd")
        let (certificate, key) = (scratch.url.appending(path: "c.pem").path, scratch.url.appending(path: "k.pem").path)
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "1", "-subj", "/CN=mail", "-addext", "subjectAltName=DNS:mail.site.test", "-out", certificate,
            "-keyout", key,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        let server = try PythonPeer(PeerPrograms.mail, in: scratch.url, arguments: [certificate, key])
        let passwordFile = scratch.url.appending(path: "password")
        try Data("s3cret\n".utf8).write(to: passwordFile)
        var email = EmailConfig(
            position: position, to: "Ops <ops@site.test>, guard@site.test, demo@example.com",
            from: "Watchpost <watch@site.test>", smarthost: "127.0.0.1:\(server.port)")
        email.sendResolved = true
        email.authUsername = "guard"
        email.authPassword = .file(passwordFile.path)
        email.caFile = certificate
        // The server is reached by its address, and its certificate has its name alone.
        email.serverName = "mail.site.test"
        email.headers = ["Subject": "[CRITICAL] Größe: {{ .GroupLabels.alertname }}\r\nBcc: all@site.test"]
        var receiver = ReceiverConfig(name: "ops")
        receiver.emails = [email]
        var wrong = email
        wrong.authPassword = .inline("wr0ng")
        receiver.emails.append(wrong)
        try await withRouter(receiver, { $0.route.groupInterval = .seconds(1) }) { router in
            await router.receive([Self.cameraAlert()])
            let log = try await deliveries(router, 2)
            let sent = log.first { $0.integration == "email[0]" }
            #expect(sent?.status == .sent, "\(sent?.error ?? "")")
            let refused = try #require(log.first { $0.integration == "email[1]" })
            #expect(refused.status == .failed && refused.attempts == 1)
            #expect(!refused.error.contains("wr0ng"))
            await router.receive([Self.cameraAlert(isOver: true)])
            let mails = try await server.events(MailEvent.self, 2)
            let mail = mails[0]
            #expect(mail.tls)
            #expect(mail.login == "guard")
            #expect(mail.from == "watch@site.test")
            #expect(mail.to == ["ops@site.test", "guard@site.test"])
            #expect(mail.defects == [])
            #expect(mail.longest <= 78)
            #expect(mail.headers["Subject"] == "[CRITICAL] Größe: CameraOffline  Bcc: all@site.test")
            #expect(mail.headers["Bcc"] == nil)
            #expect(mail.headers["Date"] != nil && mail.headers["Message-ID"]?.hasSuffix("@site.test>") == true)
            #expect(mail.headers["References"] != nil && mail.headers["References"] == mails[1].headers["References"])
            #expect(mail.headers["Message-ID"] != mails[1].headers["Message-ID"])
            let page = try #require(mail.parts["text/html"])
            #expect(page.contains("Camera cam-1 is &lt;offline&gt;") && page.contains("Camera <strong>cam-1</strong>"))
            let plain = try #require(mail.parts["text/plain"])
            #expect(plain.contains("Nothing for 2 minutes – \"gone\""))
            #expect(plain.contains("since:"))
            #expect(mails[1].parts["text/plain"]?.contains("OVER") == true)
        }
    }

    @Test(
        "ten thousand alerts of one group are one mail that a server takes, and a template that fails is said in words")
    func longMail() async throws {
        try PythonModule.require("aiosmtpd")
        let server = try PythonPeer(PeerPrograms.mail, in: scratch.url)
        var receiver = ReceiverConfig(name: "ops")
        for text in ["", "{{ (index .Alerts 0).Labels.camera_id }} {{ (index .Alerts 99999).Labels.camera_id }}"] {
            var email = EmailConfig(
                position: position, to: "ops@site.test", from: "watch@site.test", smarthost: "127.0.0.1:\(server.port)")
            email.requireTLS = false
            email.text = text
            receiver.emails.append(email)
        }
        try await withRouter(
            receiver,
            {
                $0.route.groupInterval = .seconds(60)
                $0.route.groupWait = .milliseconds(300)
            }
        ) { router in
            await router.receive((1...10_000).map { Self.cameraAlert(camera: "cam-\($0)") })
            let log = try await deliveries(router, 2)
            #expect(log.map(\.status) == [.sent, .sent], "\(log.map(\.error))")
            let mails = try await server.events(MailEvent.self, 2)
            #expect(mails.allSatisfy { $0.headers["Subject"]?.hasPrefix("[FIRING:10000] CameraOffline") == true })
            let page = try #require(mails[0].parts["text/html"])
            #expect(page.contains("[10000] Firing") && page.contains("10000 in all") && page.utf8.count < 1_000_000)
            let plain = mails.compactMap { $0.parts["text/plain"] }
            #expect(plain.contains { $0.contains("10000 in all") })
            let failed = try #require(plain.first { $0.contains("The template of `text` failed") })
            #expect(failed.contains("NOW  Camera cam-1") && failed.contains("and 9950 more"))
        }
    }

    @Test("a mail server's `later` is tried again, its `never` is not")
    func mailRefusals() async throws {
        try PythonModule.require("aiosmtpd")
        let server = try PythonPeer(PeerPrograms.mail, in: scratch.url)
        var receiver = ReceiverConfig(name: "ops")
        for name in ["nobody", "later"] {
            var email = EmailConfig(
                position: position, to: "\(name)@site.test", from: "watch@site.test",
                smarthost: "127.0.0.1:\(server.port)")
            email.requireTLS = false
            receiver.emails.append(email)
        }
        try await withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([Self.cameraAlert()])
            let log = try await deliveries(router, 2)
            let never = try #require(log.first { $0.integration == "email[0]" })
            #expect(never.status == .failed && never.attempts == 1, "\(never)")
            let later = try #require(log.first { $0.integration == "email[1]" })
            #expect(later.status == .sent && later.attempts == 2, "\(later)")
        }
    }

    @Test("placeholders are never contacted and are told as not configured")
    func placeholders() async throws {
        var receiver = ReceiverConfig(name: "critical-alerts")
        var gmail = EmailConfig(
            position: position, to: "ops-team@example.com,managers@example.com", from: "vms-alerts@example.com",
            smarthost: "smtp.gmail.com:587")
        gmail.authPassword = .file("/nowhere")
        let smtp = EmailConfig(
            position: position, to: "ops@site.test", from: "a@site.test", smarthost: "smtp.example.com:587")
        receiver.emails = [gmail, smtp]
        receiver.slacks = [
            SlackConfig(position: position, apiURL: .inline("https://hooks.slack.com/services/YOUR/WEBHOOK/URL"))
        ]
        receiver.webhooks = [WebhookConfig(position: position, url: .inline("https://sms.example.org/send"))]
        try await withRouter(receiver) { router in
            await router.receive([Self.cameraAlert()])
            let log = try await deliveries(router, 4)
            #expect(log.count == 4)
            #expect(log.allSatisfy { $0.status == .notConfigured && $0.attempts == 0 && !$0.error.isEmpty })
            try await Task.sleep(for: .milliseconds(500))
            #expect(try router.deliveries(limit: 100).count == 4)
        }
    }

    @Test("a receiver without integrations is recorded for the pages")
    func recorded() async throws {
        try await withRouter(ReceiverConfig(name: "default")) { router in
            await router.receive([Self.cameraAlert()])
            let delivery = try #require(try await deliveries(router, 1).first)
            #expect(delivery.status == .recorded && delivery.integration == "none")
            #expect(delivery.alerts.map(\.summary) == ["Camera cam-1 is <offline>"])
        }
    }

    @Test(
        "a mail goes over TLS from the first byte where the port or the configuration says so",
        arguments: [(465, nil, true), (587, nil, false), (465, false, false), (587, true, true)] as [(Int, Bool?, Bool)]
    )
    func implicitTLS(port: Int, forced: Bool?, isImplicit: Bool) throws {
        var config = EmailConfig(position: position, to: "a@test", from: "b@test", smarthost: "mail.test:\(port)")
        config.implicitTLS = forced
        #expect(try #require(EmailIntegration.server(config, password: nil)).implicitTLS == isImplicit)
    }

    @Test("alerts are forwarded to an Alertmanager as its API wants them")
    func forwarding() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        let forwarder = AlertmanagerForwarder(transfers: transfers, queueMax: 3)
        forwarder.update([
            .init(urls: [
                "http://127.0.0.1:\(web.port)/am/api/v2/alerts", "http://alertmanager.example.com:9093/api/v2/alerts",
            ])
        ])
        await forwarder.receive((1...4).map { Self.cameraAlert(camera: "cam-\($0)") })
        #expect(forwarder.statistics.dropped == 1)
        let running = Task { await forwarder.run() }
        let event = try #require(try await web.events(WebEvent<[ForwardedItem]>.self, 1).first)
        #expect(event.path == "/am/api/v2/alerts")
        #expect(event.body.count == 3)
        #expect(event.body[0].labels["camera_id"] == "cam-2")
        #expect(event.body[0].startsAt.hasSuffix("Z"))
        running.cancel()
        await running.value
    }

    @Test("an Alertmanager is logged in to, and a post that fails is told of until one succeeds")
    func forwardingWithLogin() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        let url = "http://127.0.0.1:\(web.port)/fail/1"
        var destination = AlertmanagerForwarder.Destination(urls: [url])
        destination.client.basicAuth = .init(username: "user", password: .inline("secret"))
        let forwarder = AlertmanagerForwarder(transfers: transfers)
        forwarder.update([destination])
        let running = Task { await forwarder.run() }
        await forwarder.receive([Self.cameraAlert()])
        _ = try await web.events(WebEvent<[ForwardedItem]>.self, 1)
        for _ in 0..<500 where forwarder.statistics.failed == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(forwarder.statistics.failures[url]?.contains("503") == true)
        await forwarder.receive([Self.cameraAlert()])
        let events = try await web.events(WebEvent<[ForwardedItem]>.self, 2)
        #expect(events.map(\.login) == ["Basic dXNlcjpzZWNyZXQ=", "Basic dXNlcjpzZWNyZXQ="])
        for _ in 0..<500 where forwarder.statistics.sent == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(forwarder.statistics.failures.isEmpty)
        running.cancel()
        await running.value
    }

    @Test("an Alertmanager that does not answer is given up after its own timeout")
    func forwardingTimeout() async throws {
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        var destination = AlertmanagerForwarder.Destination(urls: ["http://127.0.0.1:\(web.port)/slow"])
        destination.timeout = .milliseconds(50)
        let forwarder = AlertmanagerForwarder(transfers: transfers)
        forwarder.update([destination])
        let running = Task { await forwarder.run() }
        await forwarder.receive([Self.cameraAlert()])
        for _ in 0..<500 where forwarder.statistics.failed == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(forwarder.statistics.failed == 1 && forwarder.statistics.failures.count == 1)
        running.cancel()
        await running.value
    }
}

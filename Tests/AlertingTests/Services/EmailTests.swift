import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Mail")
struct EmailTests {
    let peers: DeliveryTests

    init() throws { peers = try DeliveryTests() }

    @Test("mail goes through STARTTLS and a login, in plain text and HTML, one thread a group")
    func mail() async throws {
        try PythonModule.require("aiosmtpd")
        let (certificate, key) = (
            peers.scratch.url.appending(path: "c.pem").path, peers.scratch.url.appending(path: "k.pem").path
        )
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
        let server = try PythonPeer(PeerPrograms.mail, in: peers.scratch.url, arguments: [certificate, key])
        let passwordFile = peers.scratch.url.appending(path: "password")
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
        receiver.integrations = [EmailIntegration(config: email)]
        var wrong = email
        wrong.authPassword = .inline("wr0ng")
        receiver.integrations.append(EmailIntegration(config: wrong))
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(1) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let log = try await peers.deliveries(router, 2)
            let sent = log.first { $0.integration == "email[0]" }
            #expect(sent?.status == .sent, "\(sent?.error ?? "")")
            let refused = try #require(log.first { $0.integration == "email[1]" })
            #expect(refused.status == .failed && refused.attempts == 1)
            #expect(!refused.error.contains("wr0ng"))
            await router.receive([DeliveryTests.cameraAlert(isOver: true)])
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
        let server = try PythonPeer(PeerPrograms.mail, in: peers.scratch.url)
        var receiver = ReceiverConfig(name: "ops")
        for text in ["", "{{ (index .Alerts 0).Labels.camera_id }} {{ (index .Alerts 99999).Labels.camera_id }}"] {
            var email = EmailConfig(
                position: position, to: "ops@site.test", from: "watch@site.test", smarthost: "127.0.0.1:\(server.port)")
            email.requireTLS = false
            email.text = text
            receiver.integrations.append(EmailIntegration(config: email))
        }
        try await peers.withRouter(
            receiver,
            {
                $0.route.groupInterval = .seconds(60)
                $0.route.groupWait = .milliseconds(300)
            }
        ) { router in
            await router.receive((1...10_000).map { DeliveryTests.cameraAlert(camera: "cam-\($0)") })
            let log = try await peers.deliveries(router, 2)
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
        let server = try PythonPeer(PeerPrograms.mail, in: peers.scratch.url)
        var receiver = ReceiverConfig(name: "ops")
        for name in ["nobody", "later"] {
            var email = EmailConfig(
                position: position, to: "\(name)@site.test", from: "watch@site.test",
                smarthost: "127.0.0.1:\(server.port)")
            email.requireTLS = false
            receiver.integrations.append(EmailIntegration(config: email))
        }
        try await peers.withRouter(receiver, { $0.route.groupInterval = .seconds(60) }) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let log = try await peers.deliveries(router, 2)
            let never = try #require(log.first { $0.integration == "email[0]" })
            #expect(never.status == .failed && never.attempts == 1, "\(never)")
            let later = try #require(log.first { $0.integration == "email[1]" })
            #expect(later.status == .sent && later.attempts == 2, "\(later)")
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

    @Test("a sender's name is encoded, and the address stays one")
    func addresses() {
        let wanted = [
            ("Giám sát <alerts@site.test>", "=?UTF-8?B?R2nDoW0gc8OhdA==?= <alerts@site.test>"),
            ("\"Ops, night\" <ops@a.test>, b@a.test", "\"Ops, night\" <ops@a.test>,\r\n b@a.test"),
            ("a@b.test", "a@b.test"), ("<a@b.test>", "<a@b.test>"),
            ("\"Kỹ thuật, ca 2\" <k@a.test>", "=?UTF-8?B?S+G7uSB0aHXhuq10LCBjYSAy?= <k@a.test>"),
        ]
        for (text, header) in wanted { #expect(MailText.addressHeader(text) == header) }
    }
}

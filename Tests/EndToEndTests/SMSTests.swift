import Foundation
import TestSupport
import Testing
import Transfers

/// Telephones. Twilio itself cannot be had here: a local server checks each request as Twilio documents it.
@Suite("SMS, end to end", .serialized)
struct SMSTests {
    private struct Message: Decodable {
        let status: Int
        let fields: [String: String]
    }

    private static let account = "AC0123456789abcdef0123456789abcdef"

    private static func messages(_ twilio: RunningProcess) -> [Message] { twilio.messages("sms") }

    /// A server with the seed's webhook for SMS, word for word but for its port.
    private static func serve(
        _ folder: TemporaryDirectory, twilio: Int, sms: Int, to: String, limit: Int = 30, tokenFile: String = "token"
    ) async throws -> Server {
        try folder.write("config/token", "t0ken\n")
        try folder.write(
            "config/watchpost.yml",
            """
            sms: { listen: "127.0.0.1:\(sms)", account_sid: \(account), auth_token_file: \(tokenFile), from: "+15005550006",
                   to: [\(to)], max_per_hour: \(limit), api_url: "http://127.0.0.1:\(twilio)" }
            """)
        try folder.write(
            "config/alertmanager.yml",
            """
            route: { receiver: critical-alerts, group_by: [alertname], group_wait: 100ms, group_interval: 3s }
            receivers:
              - name: 'critical-alerts'
                # SMS via Twilio (optional)
                webhook_configs:
                  - url: 'http://localhost:\(sms)/send-sms'
                    send_resolved: false
            """)
        return try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
    }

    private static func fire(_ name: String, _ server: Server) async throws {
        let answer = try await server.post(
            "/api/v2/alerts",
            """
            [{"labels": {"alertname": "\(name)", "camera_id": "gate", "severity": "critical"},
              "annotations": {"summary": "Camera gate is offline"}}]
            """)
        #expect(answer.status == 200)
    }

    @Test(
        "the seed's webhook becomes one SMS a telephone; one that was busy is tried again, alone",
        .timeLimit(.minutes(1)))
    func seed() async throws {
        let folder = try TemporaryDirectory()
        let (twilio, port) = try await Peers.twilio(account: Self.account, token: "t0ken")
        let sms = try Peers.freePort()
        let server = try await Self.serve(folder, twilio: port, sms: sms, to: #""+84901234567", "+84900000001""#)
        try await Self.fire("CameraOffline", server)
        let messages = try await eventually("three requests at Twilio", within: .seconds(20)) {
            let messages = Self.messages(twilio)
            return messages.count >= 3 ? messages : nil
        }
        #expect(messages.map(\.status) == [201, 429, 201])
        #expect(messages.map { $0.fields["To"] } == ["+84901234567", "+84900000001", "+84900000001"])
        #expect(messages[0].fields["From"] == "+15005550006")
        #expect(messages[0].fields["Body"] == "CRITICAL Camera gate is offline")
        let log = try await eventually("the delivery log") {
            let text = try await server.text("/api/watchpost/deliveries")
            return text.contains("SMS sent to") ? text : nil
        }
        #expect(log.contains("…4567") && !log.contains("84901234567") && !log.contains("t0ken"), "\(log)")
        server.process.signal(SIGTERM)
        try await server.process.end()
        #expect(!server.process.printed.contains("t0ken"))
    }

    @Test("beyond the hour's limit, and where Twilio refuses, the delivery log says so", .timeLimit(.minutes(1)))
    func refusals() async throws {
        let folder = try TemporaryDirectory()
        let (twilio, port) = try await Peers.twilio(account: Self.account, token: "t0ken")
        let sms = try Peers.freePort()
        let server = try await Self.serve(folder, twilio: port, sms: sms, to: #""+84901234567""#, limit: 1)
        try await Self.fire("First", server)
        _ = try await eventually("the first SMS") { Self.messages(twilio).isEmpty ? nil : true }
        try await Self.fire("Second", server)
        _ = try await eventually("the limit in the delivery log", within: .seconds(25)) {
            try await server.text("/api/watchpost/deliveries").contains("the limit of 1 an hour is reached")
                ? true : nil
        }
        #expect(Self.messages(twilio).count == 1)
        server.process.signal(SIGTERM)
        try await server.process.end()

        let second = try TemporaryDirectory()
        let refused = try await Self.serve(second, twilio: port, sms: sms, to: #""+84900000000""#)
        try await Self.fire("Third", refused)
        _ = try await eventually("Twilio's refusal in the delivery log") {
            try await refused.text("/api/watchpost/deliveries").contains("code 21211") ? true : nil
        }
        for body in ["", "{}", "[]", #"{"alerts": []}"#] {
            let answer = try await Transfers().send(
                HTTPRequest(
                    method: "POST", url: "http://127.0.0.1:\(sms)/send-sms", body: Array(body.utf8),
                    timeout: .seconds(5)))
            #expect(answer.status == 400, "\(body)")
        }
        refused.process.signal(SIGTERM)
        try await refused.process.end()
    }

    @Test("a port that is taken costs the SMS alone", .timeLimit(.minutes(1)))
    func portInUse() async throws {
        let folder = try TemporaryDirectory()
        let (twilio, port) = try await Peers.twilio(account: Self.account, token: "t0ken")
        let server = try await Self.serve(folder, twilio: port, sms: port, to: #""+84901234567""#)
        #expect(server.process.printed.contains("no SMS can be sent"))
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = twilio
    }
}

import Foundation
import Model
import Testing
import Transfers

@testable import Alerting

@Suite("SMS")
struct SMSGatewayTests {
    private static func body(_ alerts: [(name: String, labels: [String: String], summary: String?)], status: String)
        throws -> [UInt8]
    {
        let list = alerts.map { alert -> [String: Any] in
            [
                "status": status, "labels": alert.labels.merging(["alertname": alert.name]) { $1 },
                "annotations": alert.summary.map { ["summary": $0] } ?? [:],
            ]
        }
        return [UInt8](
            try JSONSerialization.data(withJSONObject: ["status": status, "groupKey": "{}:{}", "alerts": list]))
    }

    static let texts: [(count: Int, summary: String?, status: String, text: String)] = [
        (1, "Camera gate is offline", "firing", "CRITICAL Camera gate is offline"),
        (1, nil, "firing", "CRITICAL CameraOffline cam-1"),
        (1, "Camera gate is offline", "resolved", "OVER Camera gate is offline"),
        (2, "gone", "firing", "CRITICAL 2 alerts: gone; gone"),
    ]

    @Test("a notification is one line, the gravest word first", arguments: texts)
    func text(count: Int, summary: String?, status: String, text: String) throws {
        let alerts = (1...count).map {
            (name: "CameraOffline", labels: ["camera_id": "cam-\($0)", "severity": "critical"], summary: summary)
        }
        let body = try Self.body(alerts, status: status)
        #expect(try JSONDecoder().decode(SMSNotification.self, from: Data(body)).text == text)
    }

    @Test("many alerts are cut to three parts of a message, and the rest is counted")
    func longText() throws {
        let alerts = (1...500).map {
            (name: "A", labels: [String: String](), summary: Optional("Camera cam-\($0) of the yard is offline"))
        }
        let text = try JSONDecoder().decode(SMSNotification.self, from: Data(try Self.body(alerts, status: "firing")))
            .text
        #expect(text.hasPrefix("500 alerts: Camera cam-1") && text.count <= 459)
        #expect(text.firstMatch(of: #/\+\d+ more$/#) != nil, "\(text)")
        let huge = [(name: "A", labels: [String: String](), summary: Optional(String(repeating: "x", count: 5_000)))]
        let cut = try JSONDecoder().decode(SMSNotification.self, from: Data(try Self.body(huge, status: "firing"))).text
        #expect(cut.count == 459 && cut.hasSuffix("…"))
    }

    @Test("what could not be sent is tried again and costs nothing of the hour's messages")
    func limit() async throws {
        let scratch = try ScratchDirectory()
        let web = try PythonPeer(PeerPrograms.web, in: scratch.url)
        let time = QueueTests.SettableTime()
        let gateway = SMSGateway(transfers: Transfers(), timeSource: time)
        var config = SMSConfig(accountSID: "AC1", authToken: .inline("t0ken"), from: "+1", to: ["+8490"])
        config.apiURL = "http://127.0.0.1:\(web.port)/fail/2"
        config.maxPerHour = 1
        let alerts = [(name: "A", labels: [String: String](), summary: Optional("gone"))]
        let body = try Self.body(alerts, status: "firing")
        var statuses: [Int] = []
        for _ in 0..<3 { statuses.append(await gateway.take(body, key: "one", config).status) }
        #expect(statuses == [503, 503, 200])
        let refused = await gateway.take(body, key: "two", config)
        #expect(refused.status == 429 && refused.retryAfter == 3_600)
        time.set(by: 7_200_000)
        #expect(await gateway.take(body, key: "two", config).status == 429, "setting the clock gives no messages")
        time.pass(3_600_000)
        #expect(await gateway.take(body, key: "two", config).status == 200)
        let events = try await web.events(WebEvent<AnyJSON>.self, 4)
        #expect(events.count == 4 && events.allSatisfy { $0.body["To"].text == "+8490" })
        #expect(events[0].login == "Basic " + Data("AC1:t0ken".utf8).base64EncodedString())
    }
}

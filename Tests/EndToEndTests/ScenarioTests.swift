import Foundation
import TestSupport
import Testing
import Transfers

/// Timed scenarios of the Alertmanager project, over HTTP alone: ours, and a real Alertmanager as a control. They are read
/// from `Tests/Conformance`, and from `CONFORMANCE_DIR`.
@Suite("Alertmanager's scenarios, end to end", .serialized)
struct ScenarioTests {
    /// An alert as it is expected; times in seconds after the start.
    struct Expected: Sendable {
        let labels: [String: String]
        let start: Double?
        let end: Double?
    }

    struct Scenario: Sendable, CustomTestStringConvertible {
        let name: String
        let configuration: String
        /// Seconds after the start, what happens, and with what, as JSON.
        let events: [(time: Double, kind: String, payload: Data)]
        let wanted: [(url: Int, from: Double, to: Double, alerts: [Expected])]
        let slowUntil: [Int: Double]
        let until: Double
        /// Whether what comes after the end is not looked at.
        let isCutOff: Bool
        let minimumVersion: String?

        /// A receiver that is slow is tried again after a pause that is chosen by chance: the second one is of 750 ms,
        /// up to half as long again. What comes within it after a window is as it should be.
        static let pauseMax = 1.125

        var testDescription: String { name }

        init(_ json: [String: Any]) throws {
            name = json["name"] as? String ?? ""
            configuration = json["conf"] as? String ?? ""
            events = try ((json["ev"] as? [[Any]]) ?? []).map { event in
                let payload = try JSONSerialization.data(withJSONObject: event[2], options: .fragmentsAllowed)
                return ((event[0] as? NSNumber)?.doubleValue ?? 0, event[1] as? String ?? "", payload)
            }
            wanted = ((json["want"] as? [[Any]]) ?? []).map { want in
                let alerts = ((want[3] as? [[String: Any]]) ?? []).map { alert in
                    Expected(
                        labels: alert["labels"] as? [String: String] ?? [:],
                        start: (alert["s"] as? NSNumber)?.doubleValue, end: (alert["e"] as? NSNumber)?.doubleValue)
                }
                return (
                    (want[0] as? NSNumber)?.intValue ?? 0, (want[1] as? NSNumber)?.doubleValue ?? 0,
                    (want[2] as? NSNumber)?.doubleValue ?? 0, alerts
                )
            }
            slowUntil = Dictionary(
                ((json["slowuntil"] as? [String: NSNumber]) ?? [:]).map { (Int($0.key) ?? 0, $0.value.doubleValue) }
            ) { $1 }
            let stop = (json["stop"] as? NSNumber ?? json["last"] as? NSNumber)?.doubleValue
            until = (stop ?? (wanted.map(\.to).max() ?? 0)) + (slowUntil.isEmpty ? 0 : Self.pauseMax)
            isCutOff = json["stop"] != nil
            minimumVersion = json["minver"] as? String
        }
    }

    private struct Received {
        let time: Double
        let alerts: [[String: Any]]
    }

    /// How far beside the window that is stated a notification may come, in seconds.
    private static let tolerance = 0.5

    private static let scenarios: [Scenario] = Conformance.contents(of: "alertmanager/scenarios.json")
        .flatMap { (try? JSONSerialization.jsonObject(with: $0) as? [[String: Any]]) ?? [] }
        .compactMap { try? Scenario($0) }

    private enum Side: String { case ours, alertmanager }

    @Test("are played as they are written", .timeLimit(.minutes(5)), arguments: scenarios)
    func play(scenario: Scenario) async throws {
        let hasTheirs = scenario.minimumVersion == nil && Peers.has("prometheus-alertmanager")
        // Beside one another, as both wait most of the time.
        async let theirs = hasTheirs ? Self.problems(scenario, .alertmanager) : []
        async let ours = Self.problems(scenario, .ours)
        for (side, problems) in [(Side.ours, try await ours), (.alertmanager, try await theirs)] {
            #expect(problems.isEmpty, "\(side): \(problems)")
        }
    }

    /// What fails on time alone may be the machine's; twice more, then it counts.
    private static func problems(_ scenario: Scenario, _ side: Side) async throws -> [String] {
        var problems = try await play(scenario, side)
        for _ in 0..<2 where !problems.isEmpty && problems.allSatisfy({ $0.hasPrefix("time") }) {
            problems = try await play(scenario, side)
        }
        return problems
    }

    private static func play(_ scenario: Scenario, _ side: Side) async throws -> [String] {
        let folder = try TemporaryDirectory()
        let began = Date().timeIntervalSince1970
        var configuration = scenario.configuration
        var receivers: [RunningProcess] = []
        for index in 0..<4 where configuration.contains("URL\(index)") {
            let slow = scenario.slowUntil[index].map { [String(began + 3 + $0)] } ?? []
            let (receiver, port) = try await Peers.receiver(slow)
            configuration = configuration.replacing("URL\(index)", with: "http://127.0.0.1:\(port)/")
            receivers.append(receiver)
        }
        let server = try await start(side, configuration, folder)
        // The start is fixed, so that slow receivers know when it is.
        let start = began + 3
        try await sleep(until: start)
        var silence = ""
        for event in scenario.events {
            try await sleep(until: start + event.time)
            switch event.kind {
            case "push": try await push(event.payload, start, to: server)
            case "silence": silence = try await self.silence(event.payload, start, to: server)
            default:
                _ = try await Transfers().send(
                    HTTPRequest(method: "DELETE", url: server.url + "/api/v2/silence/\(silence)", timeout: .seconds(5)))
            }
        }
        try await sleep(until: start + scenario.until + tolerance)
        let received = receivers.map(notifications)
        server.process.signal(SIGTERM)
        try await server.process.end()
        return differences(scenario, received, start)
    }

    private static func start(_ side: Side, _ configuration: String, _ folder: TemporaryDirectory) async throws
        -> Server
    {
        let file = try folder.write("config/alertmanager.yml", configuration)
        if side == .ours {
            return try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        }
        let port = try Peers.freePort()
        let process = try RunningProcess(
            "prometheus-alertmanager",
            [
                "--config.file=\(file)", "--storage.path=\(folder.path)/am", "--cluster.listen-address=",
                "--web.listen-address=127.0.0.1:\(port)",
            ])
        let server = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady()
        return server
    }

    private static func sleep(until time: Double) async throws {
        let pause = time - Date().timeIntervalSince1970
        if pause > 0 { try await Task.sleep(for: .milliseconds(Int(pause * 1_000))) }
    }

    private static func text(_ time: Double) -> String {
        Date(timeIntervalSince1970: time).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    private static func push(_ payload: Data, _ start: Double, to server: Server) async throws {
        let alerts = (try JSONSerialization.jsonObject(with: payload) as? [[String: Any]]) ?? []
        let body = alerts.map { alert in
            var posted: [String: Any] = ["labels": alert["labels"] ?? [:], "annotations": [:]]
            if let time = alert["s"] as? NSNumber { posted["startsAt"] = text(start + time.doubleValue) }
            if let time = alert["e"] as? NSNumber { posted["endsAt"] = text(start + time.doubleValue) }
            return posted
        }
        let response = try await server.post(
            "/api/v2/alerts", String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self))
        #expect(response.status == 200)
    }

    private static func silence(_ payload: Data, _ start: Double, to server: Server) async throws -> String {
        guard let fields = try JSONSerialization.jsonObject(with: payload) as? [Any], fields.count == 5,
            let from = fields[0] as? NSNumber, let until = fields[1] as? NSNumber
        else { return "" }
        let matcher: [String: Any] = ["name": fields[2], "value": fields[3], "isRegex": fields[4], "isEqual": true]
        let body: [String: Any] = [
            "matchers": [matcher], "startsAt": text(start + from.doubleValue),
            "endsAt": text(start + until.doubleValue),
            "createdBy": "test", "comment": "test",
        ]
        let response = try await server.post(
            "/api/v2/silences", String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self))
        let answer = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: String]
        return answer?["silenceID"] ?? ""
    }

    private static func notifications(_ receiver: RunningProcess) -> [Received] {
        receiver.printed.split(separator: "\n").filter { $0.hasPrefix("got ") }.compactMap { line in
            let json = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(4).utf8)) as? [String: Any]
            guard let time = json?["time"] as? Double, let alerts = json?["alerts"] as? [[String: Any]] else {
                return nil
            }
            return Received(time: time, alerts: alerts)
        }
    }

    /// What came otherwise than it is written; what only came early or late begins with `time`.
    private static func differences(_ scenario: Scenario, _ received: [[Received]], _ start: Double) -> [String] {
        var problems: [String] = []
        for url in received.indices {
            let wanted = scenario.wanted.filter { $0.url == url }
            let got = received[url].filter { $0.time - start <= scenario.until + (scenario.isCutOff ? 0 : tolerance) }
            if got.count != wanted.count {
                let times = got.map { String(format: "%.1f", $0.time - start) }
                problems.append("URL\(url) got \(got.count) notifications and should get \(wanted.count); at \(times)")
            }
            for (want, came) in zip(wanted, got) {
                let seconds = came.time - start
                let pause = scenario.slowUntil[url] == nil ? 0 : Scenario.pauseMax
                let isInTime = (want.from - tolerance...want.to + pause + tolerance).contains(seconds)
                if !isInTime { problems.append("time: URL\(url) at \(seconds), not in \(want.from)...\(want.to)") }
                if let difference = difference(want.alerts, came.alerts, start) {
                    problems.append("URL\(url) at \(seconds): \(difference)")
                }
            }
        }
        return problems
    }

    private static func difference(_ wanted: [Expected], _ got: [[String: Any]], _ start: Double) -> String? {
        guard wanted.count == got.count else { return "\(got.count) alerts, and not \(wanted.count)" }
        func moment(_ text: Any?) -> Double? {
            guard let text = text as? String, !text.hasPrefix("0001") else { return nil }
            let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            // Alertmanager has nanoseconds.
            let short = text.replacing(#/(\.\d{3})\d+/#) { $0.1 }
            let date = (try? Date(short, strategy: withFraction)) ?? (try? Date(short, strategy: .iso8601))
            return date.map { $0.timeIntervalSince1970 - start }
        }
        for want in wanted {
            guard let alert = got.first(where: { $0["labels"] as? [String: String] == want.labels }) else {
                return "no alert \(want.labels)"
            }
            let status = want.end == nil ? "firing" : "resolved"
            if alert["status"] as? String != status { return "\(want.labels) is not \(status)" }
            if let start = want.start, abs((moment(alert["startsAt"]) ?? -99) - start) > tolerance {
                return "\(want.labels) starts at \(String(describing: moment(alert["startsAt"]))), not \(start)"
            }
            if let end = want.end, abs((moment(alert["endsAt"]) ?? -99) - end) > tolerance {
                return "\(want.labels) ends at \(String(describing: moment(alert["endsAt"]))), not \(end)"
            }
        }
        return nil
    }
}

import ConfigText
import Dashboards
import Foundation
import Model
import PromQL
import Rules
import SiteView
import Testing

@testable import Server
@testable import WebUI

@Suite("Why an alert fires")
struct AlertSentenceTests {
    private static func rules(_ file: String) throws -> [(name: String, expression: String)] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Site/\(file)").standardizedFileURL.path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let read = try #require(RuleFileReader.read(text, path: path, problems: ProblemList()))
        return read.groups.flatMap(\.rules).compactMap { rule in
            if case .alert(let name) = rule.kind { (name, rule.expr.value) } else { nil }
        }
    }

    private static func condition(
        _ text: String, labels: [String: String] = [:], value: Double? = nil,
        _ holds: @escaping (String) -> Bool = { _ in true }
    ) throws -> AlertCondition {
        ConditionReader(labels: labels) { holds($0.prettyPrinted) }
            .condition(try PromQLParser.parse(text), text: text, hold: 120_000, value: value)
    }

    /// The sentences of the shipped rules, with a value of 0.12.
    private static let sentences: [String: String] = [
        "CameraOffline": "the camera gave no pictures for 2 min.",
        "CameraMissing": "nothing was heard of the camera any more for 2 min.",
        "HighFrameDropRate": "over 5 % of its frames were lost for 2 min. Now it is 12 %.",
        "LowCameraFPS": "clearly fewer frames came than the camera is set to for 2 min. Now it is 0.12 a second.",
        "DiskSpaceCritical": "less than 10 % of the disk was free for 2 min. Now it is 12 %.",
        "DiskSpaceWarning": "less than 20 % of the disk was free for 2 min. Now it is 12 %.",
        "HighDiskLatency": "the slowest writes to the disk took over 100 ms for 2 min. Now it is 0.12 ms.",
        "HighStreamLatency": "pictures came over 1,000 ms late to who watches for 2 min. Now it is 0.12 ms.",
        "WebRTCConnectionFailures": "over 10 % of those who wanted to watch could not for 2 min. Now it is 12 %.",
        "NodeDown": "the host did not answer for 2 min.",
        "ExporterDown": "the service that tells about it did not answer for 2 min.",
        "HighCPUUsage": "the processor was over 90 % busy for 2 min. Now it is 0.12 %.",
        "HighMemoryUsage": "over 90 % of the memory was in use for 2 min. Now it is 12 %.",
        "HighAPIErrorRate": "over 5 % of requests to the server failed for 2 min. Now it is 12 %.",
        "SlowAPIResponses": "the slowest requests took over 1 s for 2 min. Now it is 0.12 s.",
    ]

    @Test("each rule of the shipped file has words that a guard understands")
    func shipped() throws {
        let rules = try Self.rules("SeedSite/rules/alert_rules.yml")
        #expect(Set(rules.map(\.name)) == Set(Self.sentences.keys))
        for (name, expression) in rules {
            let condition = try Self.condition(expression, value: 0.12)
            let text = AlertSentence.text(condition, of: name, .firing(since: 0), now: 600_000)
            #expect(text == "It fires since 00:00 because \(Self.sentences[name] ?? "?")", "\(name)")
        }
    }

    @Test(
        "so have those built-in rules that bear the same names, and what is compared differently is told as it stands")
    func others() throws {
        for (name, expression) in try Self.rules("BuiltInSite/rules/vms.yml") where Self.sentences[name] != nil {
            let text = AlertSentence.text(
                try Self.condition(expression), of: name, .firing(since: 0), now: 600_000)
            #expect(!text.contains("_") && !text.contains("{"), "\(name): \(text)")
        }
        func text(_ expression: String, _ state: AlertSentence.State = .firing(since: 0), value: Double? = nil) throws
            -> String
        {
            AlertSentence.text(
                try Self.condition(expression, value: value), of: "LowCameraFPS", state, now: 600_000)
        }
        #expect(try text("camera_fps < 20").hasSuffix("because fewer than 20 frames a second came for 2 min."))
        #expect(
            try text("camera_fps > 60", value: 75).hasSuffix("because camera_fps was over 60 for 2 min. Now it is 75."))
        #expect(try text("absent(camera_fps)").hasSuffix("because its rule's condition held for 2 min."))
        #expect(
            try text("camera_fps < 20", .over(from: 0, to: 300_000))
                == "It fired from 00:00 to 00:05, for 5 min, because fewer than 20 frames a second came for 2 min before."
        )
        #expect(
            try text("camera_fps < 20", .pending(since: 540_000, firesAt: 660_000)).hasPrefix(
                "It is pending since 00:09 because fewer than 20 frames a second came, and fires at 00:11"))
        #expect(try text("camera_fps < 20", value: .nan).contains("Now it is no number"))
    }

    @Test("of a rule any of whose sides will do, the one that fires is drawn with its threshold")
    func sides() throws {
        let offline = try #require(try Self.rules("BuiltInSite/rules/vms.yml").first { $0.name == "CameraOffline" })
        let labels = ["camera_id": "gate"]
        let first = try Self.condition(offline.expression, labels: labels) { !$0.contains("last_over_time") }
        #expect(first.series == "camera_connection_status{camera_id=\"gate\"}" && first.threshold == 0)
        #expect(first.operation == "==" && first.side == "camera_connection_status == 0")
        let second = try Self.condition(offline.expression, labels: labels) { $0.contains("last_over_time") }
        #expect(second.series == "last_over_time(camera_connection_status{camera_id=\"gate\"}[1d])")
        #expect(second.threshold == 0 && second.subject == "camera_connection_status")
        #expect(second.side?.contains("last_over_time(camera_connection_status[1d]) == 0") == true)
        // Where nobody knows which it was, the whole expression is drawn, and called that.
        let none = try Self.condition("a == 0 or b > 5", labels: labels) { _ in false }
        #expect(none.threshold == nil && none.operation.isEmpty && none.side == nil)
        #expect(none.subject == "a == 0 or b > 5" && none.series.contains("or"))
        // A side without a comparison is drawn without a threshold.
        let bare = try Self.condition("absent(a) or b > 5") { $0.contains("absent") }
        #expect(bare.threshold == nil && bare.subject == "absent(a)" && bare.side == "absent(a)")
    }

    @Test("a chart has the threshold, what was before it fired, and its own time")
    func chart() throws {
        let alert = AlertExplanation(
            name: "X", fingerprint: "", state: .firing, labels: ["camera_id": "gate"], annotations: [:], since: nil,
            firesAt: nil, silences: [], inhibitedBy: [], routes: [])
        let condition = try Self.condition("a_bytes == 0 or b > 5")
        let chart = AlertChart(condition, start: 10_000_000, end: nil, now: 10_600_000, alert: alert)
        let panel = try #require(chart.panel)
        #expect(panel.thresholds.map(\.value) == [0] && panel.field.thresholdsStyle != nil && panel.title == "a_bytes")
        #expect(
            panel.targets.map(\.expr) == ["a_bytes"] && panel.only == ["camera_id": "gate"]
                && panel.field.unit == "bytes")
        #expect(
            panel.shades?.map(\.start) == [9_880_000, 10_000_000] && panel.shades?.map(\.end) == [10_000_000, nil])
        #expect(chart.from == "8080000" && chart.to == "now")
        let over = AlertChart(condition, start: 10_000_000, end: 10_100_000, now: 99_000_000, alert: alert)
        #expect(over.to == "11900000")
        let long = AlertChart(condition, start: 10_000_000, end: nil, now: 99_000_000, alert: alert)
        #expect(long.to == "31600000", "six hours from its begin on")
        let other = AlertChart(
            try Self.condition("a < 0.8 * b"), start: 0, end: nil, now: 1, alert: alert)
        #expect(other.panel?.targets.map(\.expr) == ["a", "0.8 * b"] && other.panel?.thresholds.isEmpty == true)
        #expect(AlertChart(nil, start: 0, end: nil, now: 1, alert: alert).panel == nil)
    }
}

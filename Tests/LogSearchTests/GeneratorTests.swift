import Foundation
import LogSearch
import Model
import Testing

/// The seed's queries over logs of a whole system, where the environment says their generator lies.
@Suite("The seed's queries")
struct GeneratorTests {
    private static let script = ProcessInfo.processInfo.environment["VMSLOG"]

    @Test(
        "find as many events as the generator planted",
        .enabled(if: script != nil, "VMSLOG does not say where vmslog.py is"))
    func counts() throws {
        let script = try #require(Self.script)
        let root = NSTemporaryDirectory() + "log-search-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        let generator = Process()
        generator.executableURL = URL(filePath: "/usr/bin/env")
        generator.arguments = ["python3", script, "--out", root, "--events", "20000"]
        generator.standardOutput = FileHandle.nullDevice
        try generator.run()
        generator.waitUntilExit()
        let events = try String(contentsOfFile: root + "/expected.ndjson", encoding: .utf8).split(separator: "\n").map(
            Self.event)
        let truthData = try Data(contentsOf: URL(filePath: root + "/truth.json"))
        let truth = try #require(JSONSerialization.jsonObject(with: truthData) as? [String: Any])
        let needle = try #require((truth["needles"] as? [String: String])?.keys.first)
        let lucene = [
            ("component:recording AND level:ERROR", truth["q1_recording_ERROR"]),
            ("message:\"connection failed\" AND component:recording", truth["q2_msg_connection_failed_recording"]),
            ("component:api AND status:>=500", truth["q3_api_5xx"]),
            ("component:api AND response_time:>1000", truth["q4_api_slow"]),
            ("component:auth AND (event:failed_login OR event:unauthorized_access)", truth["q5_auth"]),
            (needle, 1), ("*\(needle.suffix(6))", 1), ("error.type:json", truth["api_bad_json"]),
        ]
        for (text, count) in lucene {
            let query = try LogQuery.lucene(text)
            #expect(events.count { query.matches($0) } == count as? Int, "\(text)")
        }
        let kql = [
            ("message: \"connection failed\" and component: recording", truth["q2_msg_connection_failed_recording"]),
            ("component: api and status >= 500", truth["q3_api_5xx"]),
            ("component: auth and (event: failed_login or event: unauthorized_access)", truth["q5_auth"]),
        ]
        for (text, count) in kql {
            let query = try LogQuery.kql(text)
            #expect(events.count { query.matches($0) } == count as? Int, "\(text)")
        }
    }

    private static func event(_ line: Substring) throws -> LogEvent {
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let fields = object.mapValues { value in
            if let text = value as? String { return LogValue.string(text) }
            return LogValue.double((value as? NSNumber)?.doubleValue ?? .nan)
        }
        return LogEvent(timestamp: 0, fields: fields)
    }
}

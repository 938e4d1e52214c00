import ConfigText
import Foundation
import LogShipping
import Model
import TestSupport
import Testing

/// Inputs, files, and the events that Filebeat would make: cases where `CONFORMANCE_DIR` says they lie. Those of renamed
/// and growing files are tried elsewhere.
@Suite("Cases of Filebeat")
struct FilebeatCaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let options: String
        let file: [UInt8]
        /// A message, or fields.
        let expected: [[String: String]]
        var timeZone: String?
        var testDescription: String { id }
    }

    static let cases: [Case] = Conformance.contents(of: "logs/filebeat_cases.json").flatMap { data in
        ((try? JSONSerialization.jsonObject(with: data)) as? [[String: Any]] ?? []).compactMap(read)
    }

    private static func read(_ row: [String: Any]) -> Case? {
        guard let id = row["id"] as? String, let options = row["input_options"] as? String,
            let file = row["file"] as? String, let expected = row["expected"] as? [Any], file.hasSuffix("\n"),
            !file.hasPrefix("file ")
        else { return nil }
        var bytes = Array(file.utf8)
        if file.hasPrefix("EF BB BF ") { bytes = [0xef, 0xbb, 0xbf] + bytes.dropFirst(9) }
        let zone = options.hasPrefix("(host zone ") ? String(options.dropFirst(11).dropLast()) : nil
        var events = expected.compactMap { item -> [String: String]? in
            if let text = item as? String { return ["message": text] }
            return (item as? [String: Any])?.mapValues { "\($0)" }
        }
        switch expected.first as? String {
        case "no event"?: events = []
        case "1 event"?: events = [[:]]
        case let text? where text.hasSuffix(" each"):
            events = Array(repeating: ["@timestamp": "2026-11-26T05:00:00"], count: file.split(separator: "\n").count)
        default: break
        }
        return Case(
            id: id, options: zone == nil && !options.hasPrefix("paths:") ? options : "", file: bytes, expected: events,
            timeZone: zone)
    }

    @Test("become the same events", arguments: cases)
    func same(_ item: Case) async throws {
        let folder = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: folder.path + "/logs", withIntermediateDirectories: true)
        try Data(item.file + Array("the end\n".utf8)).write(to: URL(filePath: folder.path + "/logs/a.log"))
        let options = item.options.split(separator: "\n").map { "    \($0)\n" }.joined()
        let text = """
            filebeat.inputs:
              - type: filestream
                id: a
                paths: ["${LOGDIR}/*.log"]

            """
        let problems = ProblemList()
        var config = try #require(
            FilebeatReader.read(
                text + options, path: "filebeat.yml", environment: ["LOGDIR": folder.path + "/logs"], problems: problems
            ))
        try #require(config.refused.isEmpty, "\(problems.all)")
        config.timeZone = item.timeZone
        let sink = MemoryAppender()
        try await shipper(config, sink).run { sink.messages.last?.hasSuffix("the end") == true }
        // The line that ends the test may be joined to the last event.
        var events = sink.events
        if events.last?.message == "the end" { events.removeLast() }
        try #require(events.count == item.expected.count, "\(sink.messages)")
        for (event, wanted) in zip(events, item.expected) {
            for (name, value) in wanted where name != "@timestamp" {
                guard case .string(let found)? = event.fields[name] else {
                    Issue.record("\(name) is not there")
                    continue
                }
                #expect(found == value || found == value + "\nthe end")
            }
            guard let time = wanted["@timestamp"] else { continue }
            let date = try Date.ISO8601FormatStyle().parse(String(time.prefix(19)) + "Z")
            #expect(event.timestamp / 1_000 == Int64(date.timeIntervalSince1970), "\(item.id)")
        }
    }
}

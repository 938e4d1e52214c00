import Foundation
import LogDocuments
import TestSupport
import Testing

@testable import LogPipeline

@Suite("What Logstash's own parts give")
struct ConformanceTests {
    private static func cases(_ file: String) -> [Document] {
        Conformance.contents(of: "logs/\(file)").flatMap { data in
            (try? DocumentReader.value(String(decoding: data, as: UTF8.self)))?.array?.compactMap(\.object) ?? []
        }
    }

    static let groks = cases("grok_cases.json")
    static let filters = cases("filter_cases.json").filter { $0["events_in"] != .array([.string("-")]) }
    static let dates = Conformance.contents(of: "logs/date_cases.tsv").flatMap { data in
        String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test("grok takes", .enabled(if: !groks.isEmpty, "CONFORMANCE_DIR is not set"), arguments: groks.indices)
    func grok(_ index: Int) throws {
        let example = Self.groks[index]
        let pattern = try #require(example["pattern"]?.string)
        let quote = pattern.contains("'") ? "\"" : "'"
        let schema = example["set"] == .string("legacy") ? "disabled" : "v8"
        let results = try PlayedPipeline(
            """
            filter { grok {
              match => { "[@metadata][text]" => \(quote)\(pattern)\(quote) } ecs_compatibility => "\(schema)"
            } }
            """
        ).events(["@metadata": .object(["text": example["text"] ?? .null])])
        let event = PipelineEvent(try #require(results.first), now: PlayedPipeline.now)
        guard let expected = example["expected"]?.object else {
            #expect(event[FieldReference("tags")] == .array([.string("_grokparsefailure")]))
            return
        }
        for (name, value) in expected.members {
            #expect(event[FieldReference(name)] == value, "\(example["id"]?.fieldText ?? ""): \(name)")
        }
        #expect(event[FieldReference("tags")] == nil)
    }

    @Test("date reads", .enabled(if: !dates.isEmpty, "CONFORMANCE_DIR is not set"), arguments: dates)
    func date(_ columns: [String]) throws {
        try #require(columns.count >= 5)
        let now = try #require(TimestampText.milliseconds(columns[4]))
        let pipeline = try PlayedPipeline(
            "filter { date { match => [\"t\", \"\(columns[1])\"] timezone => \"\(columns[2])\" "
                + (columns.count > 5 ? "locale => \"\(columns[5])\" } }" : "} }"))
        var result: Document = [:]
        let event = PipelineEvent(["t": .string(columns[0])], now: now)
        pipeline.network.process(event, into: 0, now: now, PipelineWorker()) { event, _, _ in result = event.printed }
        if columns[3].hasPrefix("FAIL") {
            #expect(result["tags"] == .array([.string("_dateparsefailure")]))
        } else {
            #expect(result["@timestamp"] == .string(columns[3]))
        }
    }

    @Test("filters do", .enabled(if: !filters.isEmpty, "CONFORMANCE_DIR is not set"), arguments: filters.indices)
    func filter(_ index: Int) throws {
        let example = Self.filters[index]
        let pipeline = try PlayedPipeline("filter {\n\(example["filter"]?.string ?? "")\n}")
        let input = (example["events_in"]?.array ?? []).compactMap(\.object)
        let expected = example["events_out"]?.array ?? []
        let results = input.flatMap { pipeline.events($0) }
        try #require(results.count == expected.count)
        for (result, expected) in zip(results, expected) {
            guard case .object(let members) = expected else {
                #expect(result["tags"] == expected)
                continue
            }
            for (name, value) in members.members { #expect(result[name] == value, "\(name) of \(result.json)") }
        }
    }
}

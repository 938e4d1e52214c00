import ConfigText
import Foundation
import LogDocuments
import Testing

@testable import LogPipeline

/// A pipeline of a text, and what it makes of events.
struct PlayedPipeline {
    let network: PipelineNetwork
    /// What was told beside errors.
    let warnings: [String]

    /// The clock of the tests, 2026-11-26T06:00:00Z.
    static let now: Int64 = 1_795_672_800_000

    /// - Throws: ``ConfigRefused`` with all errors.
    init(_ text: String, _ options: PipelineOptions = PipelineOptions(), folder: String = "/nowhere") throws {
        try self.init([PipelineFile(path: "\(folder)/p.conf", text: text)], options)
    }

    init(_ files: [PipelineFile], _ options: PipelineOptions = PipelineOptions()) throws {
        let problems = ProblemList()
        let config = PipelineConfig.read(files, options, problems: problems)
        network = PipelineNetwork([config].compactMap(\.self), problems: problems)
        warnings = problems.warnings.map(\.description)
        if !problems.errors.isEmpty { throw ConfigRefused(problems: problems.errors) }
    }

    /// What comes out of an event of JSON, as JSON; its time only where it was set.
    func json(_ event: String) throws -> [String] {
        guard case .object(let document) = try DocumentReader.value(event) else { return [] }
        return events(document).map { event in
            var printed = event
            if printed["@timestamp"] == .string(TimestampText.iso8601(Self.now)) { printed["@timestamp"] = nil }
            return printed.json
        }
    }

    func events(_ document: Document) -> [Document] {
        var results: [Document] = []
        network.process(PipelineEvent(document, now: Self.now), into: 0, now: Self.now, PipelineWorker()) {
            event, _, _ in
            results.append(event.printed)
        }
        return results
    }

    /// What comes out of one event through `filters`.
    static func json(_ filters: String, _ event: String, _ options: PipelineOptions = PipelineOptions()) throws
        -> [String]
    {
        try PlayedPipeline("filter { \(filters) }", options).json(event)
    }

    /// The errors of a text, without the name of its file.
    static func errors(_ text: String, _ options: PipelineOptions = PipelineOptions()) -> [String] {
        do {
            _ = try PlayedPipeline(text, options)
            return []
        } catch let refused as ConfigRefused {
            return refused.problems.map { $0.description.replacingOccurrences(of: "/nowhere/p.conf:", with: "") }
        } catch {
            return ["\(error)"]
        }
    }

    /// The warnings of a text, without the name of its file.
    static func warnings(_ text: String) throws -> [String] {
        try PlayedPipeline(text).warnings.map { $0.replacingOccurrences(of: "/nowhere/p.conf:", with: "") }
    }
}

/// The pipelines beside this file, in the style of those that people publish, and their tests.
enum PublicStyle {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Pipelines").path()

    static let tests = names(ending: ".yml").filter { !$0.hasSuffix("pipelines.yml") }

    static func names(ending: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(ending) }.sorted()
    }
}

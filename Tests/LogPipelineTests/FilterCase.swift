import LogDocuments
import Testing

@testable import LogPipeline

/// Filters, an event of JSON, and the events that come out; without `@timestamp` where nobody set it.
struct FilterCase: Sendable, CustomTestStringConvertible {
    let filters: String
    let event: String
    let expected: [String]

    init(_ filters: String, _ event: String, _ expected: String...) {
        self.filters = filters
        self.event = event
        self.expected = expected
    }

    var testDescription: String { "\(filters) of \(event)" }

    func check(_ options: PipelineOptions = PipelineOptions()) throws {
        let results = try PlayedPipeline.json(filters, event, options)
        let isAsExpected =
            try results.map { try DocumentReader.value($0) } == expected.map { try DocumentReader.value($0) }
        #expect(isAsExpected, "\(results) instead of \(expected)")
    }
}

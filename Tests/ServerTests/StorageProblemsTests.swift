import Foundation
import LogStore
import Logging
import MetricStore
import Partitions
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("What is wrong with stored files")
struct StorageProblemsTests {
    /// Keeps what is logged.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.add(event.message.description) }
    }

    @Test("is told for as long as it is so, and logged once")
    func damagedTail() throws {
        let folder = try TemporaryDirectory()
        try folder.write("metrics/tail-00000001.sqlite", "this is no database, whatever it was before")
        let metrics = try MetricStore(MetricStoreOptions(directory: folder.path + "/metrics"))
        let logs = try LogStore(
            LogStoreOptions(
                directory: folder.path + "/logs", sync: .normal, retention: .seconds(86_400), maxBytes: 1 << 30))
        let lines = Lines()
        let problems = StorageProblems(
            metrics: metrics, logs: logs, logger: Logger(label: "test") { _ in Handler(lines: lines) })
        #expect(problems.current.isEmpty)
        for _ in 0..<3 { problems.look() }
        #expect(!problems.current.isEmpty && lines.all.count == problems.current.count)
        #expect(problems.current.contains { $0.contains("tail-00000001.sqlite") })
        try metrics.close()
        logs.close()
    }
}

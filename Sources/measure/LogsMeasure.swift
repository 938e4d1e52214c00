import ArgumentParser
import Base
import ConfigText
import Foundation
import Listening
import LogPipeline
import LogSearch
import LogShipping
import LogStore
import Model
import Partitions
import Transfers

/// Ships the files of a generator of logs into a store, until all of them are acknowledged and sealed.
struct LogsIngestMeasure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs-ingest", abstract: "Ships log files into a store and prints what that cost, as JSON.")

    @Option(help: "The directory below which the generator's files lie.")
    var root: String

    @Option(help: "The store's directory; it must not be there.")
    var data: String

    @Option(help: "How many events the files hold.")
    var events: Int

    @Option(help: "A file of a pipeline through which the events go.")
    var pipeline: String?

    func run() async throws {
        let problems = ProblemList()
        guard var config = FilebeatReader.read(settings, path: "filebeat.yml", problems: problems) else {
            throw ValidationError("the settings of the inputs are wrong: \(problems.all)")
        }
        // The generator's day may be long over.
        var options = LogStoreOptions(directory: data)
        options.retention = .seconds(100 * 366 * 86_400)
        let store = try LogStore(options)
        config.isForPipeline = pipeline != nil
        let shipper = LogShipper(
            config: config, appender: try appender(LogEventCounter(store)), offsets: [], hostName: "recorder-1",
            version: "1.0.0")
        let before = ProcessCost.processorSeconds
        let keeping = Task { await store.run() }
        let shipping = Task { await shipper.run() }
        while shipper.snapshot().reduce(0, { $0 + $1.counts.events }) < events {
            try await Task.sleep(for: .milliseconds(50))
        }
        let acknowledged = ProcessCost.processorSeconds - before
        shipping.cancel()
        await shipping.value
        keeping.cancel()
        await keeping.value
        try store.upkeep()
        let cost = ProcessCost.processorSeconds - before
        let statistics = store.statistics
        store.close()
        let stored = statistics.events
        print(
            #"{"events": \#(stored), "unsealed": \#(statistics.unsealedEvents), "#
                + #""cpu_us_an_event": \#(cost * 1e6 / Double(stored)), "#
                + #""cpu_us_until_acknowledged": \#(acknowledged * 1e6 / Double(stored)), "#
                + #""bytes": \#(try sealedBytes()), "#
                + #""bytes_an_event": \#(Double(try sealedBytes()) / Double(stored - statistics.unsealedEvents)), "#
                + #""peak_mib": \#(ProcessCost.peakMemory)}"#)
    }

    /// What the files' events are appended to.
    private func appender(_ store: LogEventCounter) throws -> any LogAppender {
        guard let pipeline else { return store }
        let problems = ProblemList()
        guard let text = ConfigFiles.read(pipeline, problems: problems),
            let read = PipelineConfig.read(
                [PipelineFile(path: pipeline, text: text)], PipelineOptions(), problems: problems)
        else { throw ValidationError("the pipeline is wrong: \(problems.all)") }
        let appender = PipelineAppender(store, outlets: PipelineOutlets(transfers: Transfers()))
        var configuration = PipelineAppender.Configuration(PipelineNetwork([read], problems: problems), pipeline: 0)
        let untouched = UntouchedEvents(timeZone: nil)
        configuration.complete = { untouched.complete(&$0, isTimed: $1, now: $2) }
        appender.update(configuration)
        return appender
    }

    /// Bytes of the day files.
    private func sealedBytes() throws -> Int {
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: data).filter { $0.hasPrefix("2") }.reduce(0) { sum, name in
            sum + (try manager.attributesOfItem(atPath: data + "/" + name)[.size] as? Int ?? 0)
        }
    }

    private var settings: String {
        func input(_ path: String, _ component: String, _ more: String) -> String {
            """
              - type: filestream
                id: \(component)
                paths: ['\(root)/\(path)']
                fields: { component: \(component), environment: production }
            \(more)

            """
        }
        let json = "    json: { keys_under_root: true, overwrite_keys: true, add_error_key: true }"
        let multiline = #"    multiline: { pattern: '^\d{4}-\d{2}-\d{2}', negate: true, match: after }"#
        return "filebeat.inputs:\n" + input("var/log/vms/recording-engine/*.log", "recording", multiline)
            + input("var/log/vms/api/*.log", "api", json) + input("var/log/vms/auth/*.log", "auth", json)
            + input("var/log/nginx/access.log", "nginx", "")
            + "processors: [{ add_host_metadata: { when.not.contains.tags: forwarded } }]\n"
    }
}

/// Searches in a store, and says what each query cost.
struct LogsSearchMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs-search",
        abstract: "Searches in a store for each line of standard input, and prints what each cost, as JSON.")

    @Option(help: "The store's directory.")
    var data: String

    @Option(help: "What now is, in milliseconds since the Unix epoch.")
    var now: Int64

    @Option(help: "How often each query is asked; the median counts.")
    var rounds = 5

    @Option(help: "How many events are wanted, the newest.")
    var limit = 100

    func run() throws {
        var options = LogStoreOptions(directory: data)
        options.retention = .seconds(100 * 366 * 86_400)
        let store = try LogStore(options)
        defer { store.close() }
        // What every answer needs once: the tables of contents.
        _ = store.statistics
        while let line = readLine() {
            let query = try LogQuery.lucene(line, now: now)
            var found = 0
            let costs = try (0..<rounds).map { _ in
                let before = ProcessCost.processorSeconds
                found = try LogSearch.search(query, in: .all, limit: limit, source: store).count
                return (ProcessCost.processorSeconds - before) * 1_000
            }
            print(
                #"{"found": \#(found), "cpu_ms": \#(costs.sorted()[costs.count / 2]), "peak_mib": \#(ProcessCost.peakMemory)}"#
            )
        }
    }
}

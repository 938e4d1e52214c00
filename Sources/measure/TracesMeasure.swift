import ArgumentParser
import Base
import Foundation
import Model
import SampleTraces
import Telemetry
import TraceStore

/// Requests of OTLP with the spans of a made-up site, as its services would send them.
private struct SentTraces {
    private(set) var requests: [[UInt8]] = []
    private(set) var spans = 0
    /// From the first start to the last, in nanoseconds.
    private(set) var length: Int64 = 0

    /// As exporters have it.
    private static let batchSpans = 512

    /// - Parameter start: of the first trace, in nanoseconds.
    init(atLeast count: Int, start: Int64) {
        var traces = SampleTraces(start: start)
        let spans = traces.spans(atLeast: count).sorted { $0.end < $1.end }
        for first in stride(from: 0, to: spans.count, by: Self.batchSpans) {
            let part = spans[first..<min(spans.count, first + Self.batchSpans)].enumerated()
            let byService = part.sorted { ($0.element.service, $0.offset) < ($1.element.service, $1.offset) }
            requests.append(OTLPTraceProtobuf.request(of: byService.map(\.element)))
        }
        self.spans = spans.count
        length = traces.time - start
    }
}

extension SpanBatch {
    /// Makes other spans of these: with other numbers, and later.
    fileprivate mutating func renew(_ round: Int, by time: Int64) {
        let mask = UInt64(truncatingIfNeeded: round) &* 0x9e37_79b9_7f4a_7c15
        for index in spans.indices {
            let row = spans[index]
            spans[index].traceID = TraceID(high: row.traceID.high ^ mask, low: row.traceID.low ^ ~mask)
            spans[index].spanID = SpanID(row.spanID.number ^ mask)
            if !row.parentID.isZero { spans[index].parentID = SpanID(row.parentID.number ^ mask) }
            spans[index].start += time
            spans[index].end += time
        }
        for index in events.indices { events[index].time += time }
    }
}

/// Stores the spans of a made-up site, as often as is wanted under other numbers and times.
struct TracesIngestMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traces-ingest",
        abstract: "Decodes and stores spans of a made-up site, and prints what that cost, as JSON.")

    @Option(help: "The store's directory; it must not be there.")
    var data: String

    @Option(help: "How many spans are made.")
    var spans = 200_000

    @Option(help: "How often they are stored, each time later and with other numbers.")
    var rounds = 1

    /// Batches between two rounds of upkeep: as many as come within two seconds at 20,000 spans a second.
    private static let batchesBetween = 80

    func run() throws {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        // All of it lies in the past, and in the last days.
        let rough = Int64(spans) * 10_000_000
        let sent = SentTraces(atLeast: spans, start: now * 1_000_000 - rough * Int64(rounds))
        var options = TraceStoreOptions(directory: data)
        options.retention = .seconds(100 * 366 * 86_400)
        options.maxBytes = .max
        let store = try TraceStore(options)
        let before = ProcessCost.processorSeconds
        var (decoding, appending, batches) = (0.0, 0.0, 0)
        for round in 0..<rounds {
            for request in sent.requests {
                let start = ProcessCost.processorSeconds
                var batch = try OTLPTraces(protobuf: request).batch
                if round > 0 { batch.renew(round, by: sent.length * Int64(round)) }
                let decoded = ProcessCost.processorSeconds
                try store.append(batch)
                decoding += decoded - start
                appending += ProcessCost.processorSeconds - decoded
                batches += 1
                if batches % Self.batchesBetween == 0 { try store.upkeep() }
            }
        }
        try store.upkeep()
        let cost = ProcessCost.processorSeconds - before
        let statistics = store.statistics
        store.close()
        let stored = Double(statistics.spans)
        let files = try sealedBytes()
        print(
            #"{"spans": \#(statistics.spans), "unsealed": \#(statistics.unsealedSpans), "#
                + #""cpu_us_a_span": \#(cost * 1e6 / stored), "decoding_us": \#(decoding * 1e6 / stored), "#
                + #""appending_us": \#(appending * 1e6 / stored), "spans_a_second_of_cpu": \#(stored / cost), "#
                + #""bytes": \#(files), "bytes_a_span": \#(Double(files) / (stored - Double(statistics.unsealedSpans))), "#
                + #""problems": \#(statistics.problems.count), "peak_mib": \#(ProcessCost.peakMemory)}"#)
    }

    /// Bytes of the day files.
    private func sealedBytes() throws -> Int {
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: data).filter { $0.hasPrefix("2") }.reduce(0) { sum, name in
            sum + (try manager.attributesOfItem(atPath: data + "/" + name)[.size] as? Int ?? 0)
        }
    }
}

/// Asks a store of spans, and says what each question cost.
struct TracesSearchMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traces-search",
        abstract: "Asks a store that traces-ingest made, and prints what each question cost, as JSON.")

    @Option(help: "The store's directory.")
    var data: String

    @Option(help: "How often each question is asked; the median counts.")
    var rounds = 5

    func run() throws {
        var options = TraceStoreOptions(directory: data)
        options.retention = .seconds(100 * 366 * 86_400)
        options.maxBytes = .max
        let store = try TraceStore(options)
        defer { store.close() }
        let some = try store.search(SpanQuery(), SpanLimit(spans: 40_000)).hits
        let ids = Set(some.map(\.traceID)).sorted().prefix(rounds)
        // The newest and the oldest traces, and some that are not there.
        let oldest = try store.statistics.oldest.map { start in
            try store.search(SpanQuery(start: start, end: start + 60_000_000_000), SpanLimit(spans: 100)).hits
        }
        try measure("trace by id", Array(ids)) { try store.trace($0, spansMax: 10_000)?.spans.count ?? 0 }
        try measure("trace by id, oldest", (oldest ?? []).map(\.traceID)) {
            try store.trace($0, spansMax: 10_000)?.spans.count ?? 0
        }
        try measure("trace by id, none", (1...rounds).map { TraceID(high: 1, low: UInt64($0)) }) {
            try store.trace($0, spansMax: 10_000)?.spans.count ?? 0
        }
        let questions: [(String, [SpanQuery.Condition])] = [
            ("all", []),
            ("camera", [.init(.attribute("camera"), .equals("cam-7"))]),
            ("absent camera", [.init(.attribute("camera"), .equals("cam-7777"))]),
            ("absent attribute", [.init(.attribute("nowhere"), .exists)]),
            (
                "segment of the oldest",
                [.init(.attribute("vms.segment.name"), .equals(try segment(store, oldest ?? [])))]
            ),
            ("rare number", [.init(.attribute("vms.segment.size"), .equals("1"))]),
            ("text in it", [.init(.attribute("url.full"), .contains("kernelpanic"))]),
            ("service and duration", [.init(.service, .equals("uploader")), .init(.duration, .number(1e9...9e18))]),
            ("service and long duration", [.init(.service, .equals("api")), .init(.duration, .number(1e11...9e18))]),
            ("errors of a service", [.init(.service, .equals("plate-reader")), .init(.status, .equals("error"))]),
        ]
        for (name, conditions) in questions {
            for limit in [SpanLimit(spans: 20), SpanLimit(spans: 2_000, traces: 20)] {
                let label = limit.traces == 20 ? name + ", 20 traces" : name
                try measure(label, Array(repeating: conditions, count: rounds)) {
                    try store.search(SpanQuery(conditions: $0), limit).hits.count
                }
            }
        }
        try measure("services", Array(repeating: 0, count: rounds)) { _ in
            try store.services(start: 0, end: .max).count
        }
        try measure("operations", Array(repeating: 0, count: rounds)) { _ in
            try store.operations(of: nil, start: 0, end: .max).count
        }
        try measure("values", Array(repeating: 0, count: rounds)) { _ in
            try store.attributeValues("vms.camera.id", start: 0, end: .max, limit: 1_000).count
        }
    }

    private func segment(_ store: TraceStore, _ hits: [SpanHit]) throws -> String {
        for hit in hits {
            let spans = try store.trace(hit.traceID, spansMax: 100)?.spans ?? []
            if let name = spans.lazy.compactMap({ $0["vms.segment.name"] }).first { return name.text }
        }
        return ""
    }

    private func measure<Question>(_ name: String, _ questions: [Question], _ ask: (Question) throws -> Int) throws {
        var (times, costs, found) = ([Double](), [Double](), 0)
        for question in questions.prefix(rounds) {
            let cost = ProcessCost.processorSeconds
            let start = ContinuousClock.now
            found = try ask(question)
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            times.append(Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
            costs.append((ProcessCost.processorSeconds - cost) * 1e3)
        }
        if times.isEmpty { return }
        print(
            #"{"question": "\#(name)", "found": \#(found), "ms": \#(times.sorted()[times.count / 2]), "#
                + #""cpu_ms": \#(costs.sorted()[costs.count / 2]), "first_ms": \#(times[0])}"#)
    }
}

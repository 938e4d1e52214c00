import ArgumentParser
import Foundation
import Model
import SampleTraces
import Telemetry
import Transfers

/// Sends traces of a made-up site to a server at a steady rate.
struct TracesSendMeasure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traces-send",
        abstract: "Sends spans by OTLP to a server at a rate, and prints how many it acknowledged, as JSON.")

    @Option(help: "The address for OTLP over HTTP, as http://127.0.0.1:4318.")
    var url: String

    @Option(help: "Spans a second.")
    var rate = 20_000

    @Option(help: "For how many seconds.")
    var seconds = 60

    /// As exporters have it.
    private static let batchSpans = 512

    func run() async throws {
        let transfers = Transfers()
        let start = ContinuousClock.now
        var traces = SampleTraces(
            start: Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000,
            interval: .nanoseconds(1_000_000_000 * 7 / max(1, rate)))
        var (sent, acknowledged) = (0, 0)
        while ContinuousClock.now - start < .seconds(seconds) {
            let batch = traces.spans(atLeast: Self.batchSpans)
            var request = HTTPRequest(
                method: "POST", url: url + "/v1/traces", headers: [("Content-Type", "application/x-protobuf")],
                timeout: .seconds(10))
            request.body = OTLPTraceProtobuf.request(of: batch)
            sent += batch.count
            if try await transfers.send(request).status == 200 { acknowledged += batch.count }
            let due = start + .seconds(Double(sent) / Double(rate))
            try await Task.sleep(until: due, clock: .continuous)
        }
        let (spent, attoseconds) = (ContinuousClock.now - start).components
        print(
            #"{"sent": \#(sent), "acknowledged": \#(acknowledged), "#
                + #""spans_a_second": \#(Double(acknowledged) / (Double(spent) + Double(attoseconds) / 1e18))}"#)
    }
}

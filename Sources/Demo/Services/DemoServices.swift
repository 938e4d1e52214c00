internal import CameraSimulator
internal import Foundation
internal import Model
internal import SampleTraces
internal import Synchronization
internal import Telemetry
internal import Transfers

/// The services around the demo's cameras: gateway, API, AI workers. There are none; what they would tell of their work is
/// told as theirs would be: metrics at `/metrics` of each, which the site scrapes, traces over OTLP, and what goes wrong in
/// the log, too.
final class DemoServices: Sendable {
    private struct State {
        var conditions: [String: CameraCondition] = [:]
        var isSlow = false
    }

    private let cameras: [String]
    private let writeLine: @Sendable (_ line: String) -> Void
    private let transfers = Transfers()
    private let state = Mutex(State())
    private let gateway: DemoExporter
    private let api: DemoExporter
    private let plateReader: DemoExporter

    /// What the site scrapes.
    var exporters: [DemoExporter] { [gateway, api, plateReader] }

    /// In a second so many traces at most are told of those who look at a camera, of pictures with plates, and of searches.
    private static let traces = (live: 3, plates: 2, searches: 1)
    /// How long an AI worker looks at a picture, and how long one that is too hot does.
    private static let inference = (well: 0.16, slow: 2.4)

    /// Listens at a port of each service.
    /// - Parameter writeLine: writes a line into the demo's log.
    init(cameras: [String], writeLine: @escaping @Sendable (_ line: String) -> Void) async throws {
        self.cameras = cameras
        self.writeLine = writeLine
        gateway = try await DemoExporter(.gateway)
        api = try await DemoExporter(.api)
        plateReader = try await DemoExporter(.plateReader)
    }

    /// A camera was given a fault: who wants to look at one that sends no pictures waits in vain.
    func note(_ fault: CameraFault, of camera: String) {
        state.withLock { $0.conditions[camera] = CameraCondition(fault) }
    }

    /// The AI workers' cards become too hot, or cool again.
    func setSlow(_ isSlow: Bool) {
        state.withLock { $0.isSlow = isSlow }
        writeLine(
            isSlow
                ? "WARN plate-reader: cuda:0 of gpu-1 is 94 degrees hot and slows down: a fan stands still"
                : "INFO plate-reader: cuda:0 of gpu-1 is 61 degrees warm and works at full speed")
    }

    /// Works until the task is cancelled.
    /// - Parameter url: of the server.
    func run(sendingTo url: String) async {
        var streams = DemoGateway(registry: gateway.registry, cameras: cameras)
        var readers = DemoPlateReader(registry: plateReader.registry, cameras: cameras)
        let requests = DemoAPI(registry: api.registry)
        var traces = SampleTraces(seed: UInt64.random(in: 0...UInt64.max), start: 0)
        while !Task.isCancelled {
            let now = state.withLock { $0 }
            let condition = { (camera: String) in now.conditions[camera] ?? .well }
            let inference = now.isSlow ? Self.inference.slow : Self.inference.well
            let visits = streams.tick(condition)
            let plates = readers.tick(inference: inference, condition)
            traces.inference = .seconds(inference)
            traces.queueWait = .seconds(Double(readers.waiting) * inference / 3)

            let seen = cameras.filter { condition($0) != .down }
            var stories: [(SampleTraces.Story, camera: String)] = visits.refused.map { (.stalled, $0) }
            stories += visits.shown.prefix(Self.traces.live).map { (.live, $0) }
            for _ in 0..<min(Self.traces.plates, plates) { seen.randomElement().map { stories.append((.plate, $0)) } }
            for _ in 0..<Self.traces.searches {
                cameras.randomElement().map { stories.append((Bool.random() ? .search : .playback, $0)) }
            }
            let spans = stories.flatMap { Self.endingNow(traces.next($0.0, camera: $0.camera)) }
            requests.count(spans)
            for span in spans { tell(of: span, isSlow: now.isSlow, waiting: readers.waiting) }
            await send(spans, to: url)
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// The trace as if its last span had just ended.
    private static func endingNow(_ spans: [Span]) -> [Span] {
        let now = Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000
        let shift = now - (spans.map(\.end).max() ?? now)
        return spans.map { span in
            var span = span
            span.start += shift
            span.end += shift
            for index in span.events.indices { span.events[index].time += shift }
            return span
        }
    }

    /// A line of the log about a span that failed, or took too long.
    private func tell(of span: Span, isSlow: Bool, waiting: Int) {
        let place = "\(span.camera.map { " camera_id=\($0)" } ?? "") trace_id=\(span.traceID) span_id=\(span.spanID)"
        if span.status == .error {
            writeLine("ERROR \(span.service): \(span.name): \(span.statusMessage)\(place)")
        } else if isSlow, span.name == "model infer" {
            let seconds = String(format: "%.1f", Double(span.end - span.start) / 1e9)
            writeLine(
                "WARN \(span.service): \(span.name): \(seconds) s for a picture, cuda:0 is too hot; "
                    + "\(waiting) pictures wait\(place)")
        }
    }

    private func send(_ spans: [Span], to url: String) async {
        var request = HTTPRequest(method: "POST", url: url + "/v1/traces", timeout: .seconds(10))
        request.headers = [("Content-Type", "application/x-protobuf")]
        request.body = OTLPTraceProtobuf.request(of: spans)
        // A server that is busy or about to end takes the next ones.
        _ = try? await transfers.send(request)
    }
}

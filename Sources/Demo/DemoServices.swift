internal import CameraSimulator
internal import Foundation
internal import Model
internal import SampleTraces
internal import Synchronization
internal import Telemetry
internal import Transfers

/// The services around the demo's cameras: indexer, uploader, AI workers, gateway, API. There are none; what they would
/// tell of their work is sent to the server as theirs would be, over OTLP, and what goes wrong stands in the log too.
final class DemoServices: Sendable {
    private let cameras: [String]
    private let writeLine: @Sendable (_ line: String) -> Void
    private let transfers = Transfers()
    private let stalled = Mutex<Set<String>>([])

    /// Traces in a second.
    private static let tracesASecond = 4

    /// - Parameter writeLine: writes a line into the demo's log.
    init(cameras: [String], writeLine: @escaping @Sendable (_ line: String) -> Void) {
        self.cameras = cameras
        self.writeLine = writeLine
    }

    /// A camera was given a fault: who wants to look at one that sends no pictures waits in vain.
    func note(_ fault: CameraFault, of camera: String) {
        stalled.withLock { stalled in
            if fault.stopsPictures { stalled.insert(camera) } else { stalled.remove(camera) }
        }
    }

    /// Works until the task is cancelled.
    /// - Parameter url: of the server.
    func run(sendingTo url: String) async {
        var traces = SampleTraces(seed: UInt64.random(in: 0...UInt64.max), start: 0)
        var turn = 0
        while !Task.isCancelled {
            var spans: [Span] = []
            for _ in 0..<Self.tracesASecond {
                turn += 1
                spans += Self.endingNow(work(on: cameras[turn % cameras.count], turn, &traces))
            }
            for span in spans where span.status == .error { tell(of: span) }
            await send(spans, to: url)
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func work(on camera: String, _ turn: Int, _ traces: inout SampleTraces) -> [Span] {
        if stalled.withLock({ $0.contains(camera) }) { return traces.next(.stalled, camera: camera) }
        let stories: [SampleTraces.Story] = [.plate, .live, .plate, .search, .plate, .playback, .plate]
        return traces.next(stories[turn % stories.count], camera: camera)
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

    private func tell(of span: Span) {
        let camera = span.camera.map { " camera_id=\($0)" } ?? ""
        writeLine(
            "ERROR \(span.service): \(span.name): \(span.statusMessage)\(camera) trace_id=\(span.traceID) "
                + "span_id=\(span.spanID)")
    }

    private func send(_ spans: [Span], to url: String) async {
        var request = HTTPRequest(method: "POST", url: url + "/v1/traces", timeout: .seconds(10))
        request.headers = [("Content-Type", "application/x-protobuf")]
        request.body = OTLPTraceProtobuf.request(of: spans)
        // A server that is busy or about to end takes the next ones.
        _ = try? await transfers.send(request)
    }
}

extension CameraFault {
    /// Whether a viewer who comes now gets no picture.
    fileprivate var stopsPictures: Bool { [.stall, .keyless, .disconnect, .password, .garbage, .mute].contains(self) }
}

internal import Foundation
internal import Instruments

/// What a streaming gateway would measure: people who come, watch and leave, as its cameras are.
struct DemoGateway {
    /// A camera as it is streamed.
    private struct Stream {
        /// How many people watch it when all is well.
        let audience: Int
        var byWebRTC = 0
        var byHLS = 0
        /// Milliseconds.
        var latency: Double
        var wasDown = false

        var viewers: Int { byWebRTC + byHLS }
    }

    private let registry: Registry
    private var streams: [String: Stream] = [:]

    /// Bits a second that a viewer is sent.
    private static let bitrate = 2_100_000.0
    /// Milliseconds behind the camera that a stream is when all is well.
    private static let latency = 190.0
    private static let latencyOfPoor = 640.0

    init(registry: Registry, cameras: [String]) {
        self.registry = registry
        for (index, camera) in cameras.enumerated() {
            let audience = 2 + index * 5 % 7
            streams[camera] = Stream(
                audience: audience, byWebRTC: audience - audience / 3, byHLS: audience / 3,
                latency: Self.latency + Double(index % 5 * 9))
        }
        // Rates begin with what stands there from the start.
        registry.counter(Catalogue.webrtcConnectionAttemptsTotal).increment(by: 0)
        registry.counter(Catalogue.webrtcConnectionFailuresTotal).increment(by: 0)
    }

    /// Whom people wanted to see, in a second.
    struct Visits {
        /// Cameras, each as often as somebody got its pictures.
        var shown: [String] = []
        /// Cameras, each as often as somebody waited in vain.
        var refused: [String] = []
    }

    /// A second passes.
    mutating func tick(_ condition: (_ camera: String) -> CameraCondition) -> Visits {
        var active = 0
        var visits = Visits()
        for camera in streams.keys.sorted() {
            guard var stream = streams[camera] else { continue }
            let condition = condition(camera)
            comeAndGo(&stream, of: camera, condition, &visits)
            show(&stream, of: camera, condition)
            if stream.viewers > 0, condition != .down { active += 1 }
            streams[camera] = stream
        }
        registry.gauge(Catalogue.activeStreamsTotal).set(Double(active))
        return visits
    }

    private func comeAndGo(
        _ stream: inout Stream, of camera: String, _ condition: CameraCondition, _ visits: inout Visits
    ) {
        let attempts = registry.counter(Catalogue.webrtcConnectionAttemptsTotal)
        let failures = registry.counter(Catalogue.webrtcConnectionFailuresTotal)
        // Who sees no picture leaves within seconds, and few try again.
        let leaving = condition == .down ? 0.3 : condition == .poor ? 0.08 : 0.05
        stream.byWebRTC -= (0..<stream.byWebRTC).count { _ in Double.random(in: 0..<1) < leaving }
        stream.byHLS -= (0..<stream.byHLS).count { _ in Double.random(in: 0..<1) < leaving }
        if condition == .down {
            let isFirst = !stream.wasDown
            stream.wasDown = true
            guard isFirst || Double.random(in: 0..<1) < 0.03 else { return }
            attempts.increment()
            failures.increment()
            visits.refused.append(camera)
            return
        }
        stream.wasDown = false
        let wanted = condition == .poor ? stream.audience / 2 : stream.audience + Int.random(in: 0...1)
        for _ in 0..<max(0, wanted - stream.viewers) where Double.random(in: 0..<1) < 0.4 {
            if Int.random(in: 0..<3) == 0 {
                stream.byHLS += 1
                continue
            }
            attempts.increment()
            if Int.random(in: 0..<150) == 0 {
                failures.increment()
            } else {
                stream.byWebRTC += 1
                visits.shown.append(camera)
            }
        }
    }

    private func show(_ stream: inout Stream, of camera: String, _ condition: CameraCondition) {
        registry.gauge(Catalogue.streamViewersCount, camera).set(Double(stream.viewers))
        let sent = registry.counter(Catalogue.streamBytesSentTotal, camera)
        guard condition != .down else {
            // What stands still has no latency.
            registry.remove(Catalogue.streamLatencyMs, labelValues: [camera, "webrtc"])
            registry.remove(Catalogue.streamLatencyMs, labelValues: [camera, "hls"])
            registry.remove(Catalogue.streamBitrate, labelValues: [camera, "high"])
            // When it comes again, everybody comes at once.
            stream.latency = Self.latency * 2.4
            return
        }
        let aim = condition == .poor ? Self.latencyOfPoor : Self.latency
        stream.latency += (aim - stream.latency) / 12 + .random(in: -6...6)
        let bitrate = Self.bitrate * .random(in: 0.93...1.07) * (condition == .poor ? 0.6 : 1)
        registry.gauge(Catalogue.streamLatencyMs, camera, "webrtc").set(stream.latency.rounded())
        registry.gauge(Catalogue.streamLatencyMs, camera, "hls").set((4_100 + stream.latency * 2).rounded())
        registry.gauge(Catalogue.streamBitrate, camera, "high").set(bitrate.rounded())
        sent.increment(by: Double(stream.viewers) * (bitrate / 8).rounded())
        registry.counter(Catalogue.hlsPlaylistRequestsTotal).increment(by: Double(stream.byHLS) / 2)
    }
}

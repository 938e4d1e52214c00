package import Base
internal import Foundation
package import Instruments
internal import Model
internal import Synchronization
package import Transfers

/// Asks gateways about their streams, publishes what they say, and keeps it for the cameras that are watched by it.
package final class GatewayCollector: Sendable {
    /// What is known of one gateway.
    private struct Known: Sendable {
        var report: GatewayReport?
        var error = ""
        var askedAt: Int64 = 0
        var rates: [String: CountWindow] = [:]
        var sent: [String: Double] = [:]
        var latencies: [String: Double] = [:]
    }

    private struct State {
        var gateways: [GatewaySettings] = []
        var cameras: [String] = []
        var known: [GatewaySettings: Known] = [:]
        /// Label values of the series that were published, to end those that are no more.
        var published: [MetricDefinition: Set<[String]>] = [:]
    }

    private let registry: Registry
    private let transfers: Transfers
    private let timeSource: any TimeSource
    private let state = Mutex(State())
    private let pause = Pause()

    private static let interval: Duration = .seconds(5)
    private static let timeout: Duration = .seconds(4)
    /// Playlists that are asked for at one time.
    private static let playlistsAtOnce = 8

    package init(registry: Registry, transfers: Transfers, timeSource: any TimeSource = SystemTimeSource()) {
        self.registry = registry
        self.transfers = transfers
        self.timeSource = timeSource
    }

    /// - Parameter cameras: the ids of the cameras, by which a stream like `cam-1_sub` is known as one of `cam-1`.
    package func update(_ gateways: [GatewaySettings], cameras: [String]) {
        state.withLock { state in
            state.gateways = gateways
            state.cameras = cameras
            state.known = state.known.filter { gateways.contains($0.key) }
            publish(&state)
        }
        pause.wake()
    }

    /// Gateways that cannot be asked, for people.
    package func notes() -> [String] {
        state.withLock { state in
            state.gateways.compactMap { gateway in
                guard let known = state.known[gateway], !known.error.isEmpty else { return nil }
                return "The gateway \(Self.shown(gateway)) cannot be asked: \(known.error)"
            }
        }
    }

    /// What a gateway says of a camera's stream; `nil` where no gateway has been asked yet.
    func stream(of camera: String) -> GatewayView? {
        state.withLock { state in
            var errors: [String] = []
            var isAsked = false
            for gateway in state.gateways {
                guard let known = state.known[gateway], known.askedAt > 0 else { continue }
                isAsked = true
                guard let report = known.report else {
                    errors.append("the gateway \(Self.shown(gateway)) cannot be asked: \(known.error)")
                    continue
                }
                for stream in report.streams {
                    let name = StreamName(stream.name, cameras: state.cameras)
                    guard name.camera == camera, name.quality == StreamName.mainQuality else { continue }
                    return GatewayView(
                        isReady: stream.isReady, fps: stream.fps, expectedFPS: stream.expectedFPS,
                        bitrate: stream.bitrate ?? known.rates[stream.name]?.perSecond.map { $0 * 8 },
                        askedAt: known.askedAt, problem: stream.isReady ? "" : "the gateway gets no media of it")
                }
            }
            guard isAsked else { return nil }
            let problem = errors.isEmpty ? "no gateway has a stream of this name" : errors.joined(separator: "; ")
            return GatewayView(isReady: false, isKnown: errors.isEmpty, askedAt: timeSource.now(), problem: problem)
        }
    }

    /// Asks, and reads answers on a thread of its own, until the task is cancelled.
    package func run() async { await WorkQueue("gateways").run { await self.watch() } }

    private func watch() async {
        while !Task.isCancelled {
            await collect()
            let hasGateways = state.withLock { !$0.gateways.isEmpty }
            await pause.sleep(for: hasGateways ? Self.interval.untilNext : .seconds(3_600))
        }
    }

    /// Asks every gateway once.
    func collect() async {
        let gateways = state.withLock { $0.gateways }
        await withDiscardingTaskGroup { group in
            for gateway in gateways { group.addTask { await self.ask(gateway) } }
        }
        state.withLock { publish(&$0) }
    }

    private func ask(_ gateway: GatewaySettings) async {
        let answer: Result<GatewayReport, GatewayReplyError>
        do {
            let response = try await transfers.send(HTTPRequest(url: gateway.page, timeout: Self.timeout))
            guard response.status == 200 else {
                throw GatewayReplyError("it answers with HTTP status \(response.status)")
            }
            answer = .success(try GatewayReply.read(gateway.kind, response.body))
        } catch {
            answer = .failure(GatewayReplyError(Redaction.urls(in: "\(error)")))
        }
        let latencies = await playlists(gateway, (try? answer.get())?.streams ?? [])
        let now = timeSource.now()
        state.withLock { state in
            // A reload may have taken the gateway away meanwhile.
            guard state.gateways.contains(gateway) else { return }
            var known = state.known[gateway] ?? Known()
            known.askedAt = now
            known.latencies = latencies
            switch answer {
            case .success(let report):
                known.report = report
                known.error = ""
                known.rates = known.rates.filter { name, _ in report.streams.contains { $0.name == name } }
                for stream in report.streams {
                    if let bytes = stream.bytesReceived {
                        known.rates[stream.name, default: CountWindow(span: 10_000)].add(bytes, at: now)
                    }
                    guard let sent = stream.bytesSent else { continue }
                    // What a viewer got goes from the gateway's sum when he leaves; our counter keeps it.
                    let growth = sent - (known.sent[stream.name] ?? sent)
                    known.sent[stream.name] = sent
                    let camera = StreamName(stream.name, cameras: state.cameras).camera
                    registry.counter(Catalogue.streamBytesSentTotal, camera).increment(by: max(0, growth))
                }
            case .failure(let error):
                known.report = nil
                known.error = error.description
            }
            state.known[gateway] = known
        }
    }

    /// What a stream's playlist told. A type of its own: the optimiser may lose a tuple that a group's task gives.
    private struct StreamLatency: Sendable {
        let name: String
        let milliseconds: Double?
    }

    private func playlists(_ gateway: GatewaySettings, _ streams: [GatewayReport.Stream]) async -> [String: Double] {
        guard let pattern = gateway.playlist else { return [:] }
        let latency = PlaylistLatency(transfers: transfers) { [timeSource] in timeSource.now() }
        var waiting = streams.filter(\.isReady).map(\.name)[...]
        return await withTaskGroup(of: StreamLatency.self) { group in
            func addNext() {
                guard let name = waiting.popFirst() else { return }
                group.addTask {
                    StreamLatency(
                        name: name,
                        milliseconds: await latency.milliseconds(of: pattern.replacing("{camera}", with: name)))
                }
            }
            for _ in 0..<Self.playlistsAtOnce { addNext() }
            var result: [String: Double] = [:]
            while let found = await group.next() {
                result[found.name] = found.milliseconds
                addNext()
            }
            return result
        }
    }

    // MARK: Publishing

    private func publish(_ state: inout State) {
        var values: [MetricDefinition: [[String]: Double]] = [:]
        func add(_ definition: MetricDefinition, _ labels: [String], _ value: Double) {
            values[definition, default: [:]][labels, default: 0] += value
        }
        for gateway in state.gateways {
            guard let known = state.known[gateway] else { continue }
            values[Catalogue.gatewayUp, default: [:]][[Self.shown(gateway)]] = known.report == nil ? 0 : 1
            guard let report = known.report else { continue }
            add(Catalogue.activeStreamsTotal, [], 0)
            for stream in report.streams {
                let name = StreamName(stream.name, cameras: state.cameras)
                add(Catalogue.activeStreamsTotal, [], stream.isReady ? 1 : 0)
                if let viewers = stream.viewers { add(Catalogue.streamViewersCount, [name.camera], Double(viewers)) }
                if let bitrate = stream.bitrate ?? known.rates[stream.name]?.perSecond.map({ $0 * 8 }) {
                    add(Catalogue.streamBitrate, [name.camera, name.quality], stream.isReady ? bitrate : 0)
                }
                if let latency = known.latencies[stream.name], name.quality == StreamName.mainQuality {
                    values[Catalogue.streamLatencyMs, default: [:]][[name.camera, "hls"]] = latency
                }
            }
            for (definition, total) in [
                (Catalogue.webrtcConnectionAttemptsTotal, report.webRTCAttempts),
                (Catalogue.webrtcConnectionFailuresTotal, report.webRTCFailures),
                (Catalogue.hlsPlaylistRequestsTotal, report.playlistRequests),
            ] {
                if let total { registry.counter(definition).set(total: total) }
            }
        }
        for (definition, series) in values {
            for (labels, value) in series { registry.gauge(definition, labelValues: labels).set(value) }
        }
        for (definition, labels) in state.published {
            for ended in labels.subtracting(values[definition].map { Set($0.keys) } ?? []) {
                registry.remove(definition, labelValues: ended)
            }
        }
        state.published = values.mapValues { Set($0.keys) }
    }

    private static func shown(_ gateway: GatewaySettings) -> String {
        "\(gateway.kind.rawValue) at \(Redaction.shown(gateway.url))"
    }
}

/// What a gateway says of one camera.
struct GatewayView: Sendable, Equatable {
    var isReady: Bool
    /// Whether the gateway can be asked at all.
    var isKnown = true
    var fps: Double?
    var expectedFPS: Double?
    var bitrate: Double?
    /// Milliseconds since the Unix epoch.
    var askedAt: Int64
    /// Why it is not ready, for people.
    var problem: String
}

/// A stream's name as a camera's id and a quality: `cam-1_sub` is the quality `sub` of `cam-1`.
struct StreamName: Equatable {
    static let mainQuality = "main"

    let camera: String
    let quality: String

    init(_ name: String, cameras: [String]) {
        if !cameras.contains(name) {
            let owners = cameras.filter { name.hasPrefix($0) && "_-/.".contains(name.dropFirst($0.count).first ?? " ") }
            if let owner = owners.max(by: { $0.count < $1.count }), name.count > owner.count + 1 {
                camera = owner
                quality = String(name.dropFirst(owner.count + 1))
                return
            }
        }
        camera = name
        quality = Self.mainQuality
    }
}

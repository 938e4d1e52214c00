internal import Base
internal import ConfigText
internal import Grok
package import Model
internal import Synchronization
package import Transfers

/// An event for an output other than the store.
package struct OutletEvent: Sendable {
    let event: PipelineEvent
    let output: PipelineOutput
}

/// Writes events to files, standard output and other servers: each output for itself, so that one that hangs holds up itself.
///
/// Events wait in memory, within bounds; what the bound leaves out, and what waits when the process ends, is lost to that
/// output. The store is not concerned.
package final class PipelineOutlets: FindingSource, Sendable {
    private struct Queue {
        let outlet: any Outlet
        var events: [PipelineEvent] = []
        var isBusy = false
        var dropped = 0
        var failure: String?
        /// What the other end will never take.
        var refused: String?
    }

    private struct State {
        /// By the place of the output in its file.
        var queues: [String: Queue] = [:]
    }

    private let transfers: Transfers
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    private static let mostWaiting = 20_000
    private static let batchSize = 500
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(30)
    /// How long what waits may take when the process ends.
    private static let lastWords = Duration.seconds(2)

    package init(transfers: Transfers) {
        self.transfers = transfers
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Forgets outputs that the configuration no longer has, and what waits for them.
    package func update(_ network: PipelineNetwork?) {
        let names = Set(network?.pipelines.flatMap(\.outputs.outputs).map(\.position.description) ?? [])
        state.withLock { state in state.queues = state.queues.filter { names.contains($0.key) } }
    }

    /// Puts events behind those that wait.
    func send(_ events: [OutletEvent]) {
        if events.isEmpty { return }
        state.withLock { state in
            for each in events {
                let name = each.output.position.description
                if state.queues[name] == nil {
                    guard let outlet = makeOutlet(each.output) else { continue }
                    state.queues[name] = Queue(outlet: outlet)
                }
                if (state.queues[name]?.events.count ?? 0) < Self.mostWaiting {
                    state.queues[name]?.events.append(each.event)
                } else {
                    state.queues[name]?.dropped += 1
                }
            }
        }
        signal.yield()
    }

    private func makeOutlet(_ output: PipelineOutput) -> (any Outlet)? {
        switch output.kind {
        case .stdout: StandardOutlet(OutletText(output.codec, standard: "rubydebug"))
        case .file(let path): FileOutlet(path, OutletText(output.codec, standard: "json_lines"))
        case .tcp(let host, let port):
            SocketOutlet(host: host, port: port, OutletText(output.codec, standard: "json_lines"))
        case .http(let target): HTTPOutlet(target, transfers)
        case .elasticsearch(let index, let target?):
            ElasticsearchOutlet(target, index: index, transfers) { [weak self] text in
                self?.state.withLock { $0.queues[output.position.description]?.refused = text }
            }
        case .elasticsearch, .pipeline, .nowhere: nil
        }
    }

    /// Writes until the task is cancelled, and then what still waits, for two seconds at most. Call it once.
    package func run() async {
        let queue = WorkQueue("pipeline outputs", width: 8)
        await queue.run {
            await withTaskGroup(of: Void.self) { group in
                for await _ in self.signals {
                    if Task.isCancelled { break }
                    for name in self.takeIdle() { group.addTask { await self.drain(name) } }
                }
            }
            let clock = ContinuousClock()
            let end = clock.now + Self.lastWords
            for name in self.takeIdle() where clock.now < end { await self.drain(name, once: true) }
        }
    }

    private func takeIdle() -> [String] {
        state.withLock { state in
            let names = state.queues.filter { !$0.value.isBusy && !$0.value.events.isEmpty }.map(\.key)
            for name in names { state.queues[name]?.isBusy = true }
            return names
        }
    }

    private func drain(_ name: String, once: Bool = false) async {
        var pause = Self.firstPause
        while once || !Task.isCancelled {
            let (outlet, batch) = state.withLock { state in
                (state.queues[name]?.outlet, Array(state.queues[name]?.events.prefix(Self.batchSize) ?? []))
            }
            guard let outlet, !batch.isEmpty else { break }
            do {
                let written = try await outlet.write(batch)
                state.withLock { state in
                    state.queues[name]?.events.removeFirst(written)
                    state.queues[name]?.failure = nil
                }
                pause = Self.firstPause
            } catch {
                let text = Redaction.urls(in: "\(error)")
                state.withLock { $0.queues[name]?.failure = text }
                if once { break }
                try? await Pause.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
        state.withLock { $0.queues[name]?.isBusy = false }
        // What came while this one ended.
        signal.yield()
    }

    /// By the place of each output, how many events wait and how many were left out.
    package var counts: [(output: String, waiting: Int, lost: Int)] {
        state.withLock { state in
            state.queues.sorted { $0.key < $1.key }.map { ($0.key, $0.value.events.count, $0.value.dropped) }
        }
    }

    package var findings: [Finding] {
        state.withLock { state in
            state.queues.sorted { $0.key < $1.key }.compactMap { name, queue in
                if let failure = queue.failure {
                    return Finding(
                        .warning, part: "logs",
                        text: "the output at \(name) takes no events: \(failure); \(queue.events.count) wait, "
                            + "\(queue.dropped) were left out")
                }
                if let refused = queue.refused {
                    return Finding(.warning, part: "logs", text: "the output at \(name): \(refused)")
                }
                guard queue.dropped > 0 else { return nil }
                return Finding(
                    .warning, part: "logs",
                    text: "the output at \(name) was too slow: \(queue.dropped) events were left out")
            }
        }
    }
}

/// Where one output writes.
protocol Outlet: Sendable {
    /// - Returns: how many of the events are written, the first ones.
    /// - Throws: why none is.
    func write(_ events: [PipelineEvent]) async throws -> Int
}

/// An error of an output, in words.
struct OutletError: Error, CustomStringConvertible { let description: String }

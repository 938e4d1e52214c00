import Base
import Listening
import Model
import Synchronization

/// Takes messages from the network for the inputs `syslog`, `udp` and `tcp`, and appends their events.
///
/// One thread reads and never waits for the store, another one stores. What has come and is not stored is bounded for each
/// input: beyond that nothing more is read from connections, and datagrams are lost and counted.
final class MessageReceiver: Sendable {
    private struct State {
        var wanted: [(listening: LogListening, input: ListeningInput)] = []
        var isChanged = false
        /// Until when what was received is stored, once nothing more is.
        var end: ContinuousClock.Instant?
        var appendError: String?
    }

    private let appender: any LogAppender
    private let metadata: HostMetadata
    private let timeSource: any TimeSource
    private let retention: @Sendable () -> Duration
    private let queue: MessageQueue
    private let state = Mutex(State())
    private let clock = ContinuousClock()
    private let receiving = Waker()
    private let storing = Waker()
    private let threads = WorkQueue("log receiver", width: 2)
    private let begun: AsyncStream<Void>
    private let begin: AsyncStream<Void>.Continuation

    /// Between two batches, unless one is full.
    private static let storeInterval = Duration.milliseconds(250)
    /// How long what was received is stored at the end.
    private static let endPatience = Duration.milliseconds(700)
    private static let firstDelay = Duration.milliseconds(500)
    private static let longestDelay = Duration.seconds(10)

    init(
        _ appender: any LogAppender, _ metadata: HostMetadata, _ timeSource: any TimeSource,
        limits: MessageQueue.Limits = MessageQueue.Limits(), retention: @escaping @Sendable () -> Duration
    ) {
        self.appender = appender
        self.metadata = metadata
        self.timeSource = timeSource
        self.retention = retention
        queue = MessageQueue(limits)
        (begun, begin) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes new settings. Sockets at which nothing changed stay open, with their connections.
    func update(_ config: FilebeatConfig) {
        state.withLock { state in
            let known = state.wanted.map(\.input)
            state.wanted = config.inputs.compactMap { input in
                guard let listening = input.listening else { return nil }
                let builder = EventBuilder(input, config, metadata)
                guard let old = known.first(where: { $0.id == input.id }) else {
                    return (listening, ListeningInput(builder))
                }
                old.update(builder)
                return (listening, old)
            }
            state.isChanged = true
        }
        receiving.wake()
        begin.yield()
    }

    var statuses: [LogInputStatus] {
        let (inputs, error) = state.withLock { ($0.wanted.map(\.input), $0.appendError) }
        return inputs.map { $0.status(appendError: error) }
    }

    /// Receives until the task is cancelled, and then stores what has come. Without an input it has no threads.
    func run() async {
        for await _ in begun {
            if state.withLock({ $0.wanted.isEmpty }) { continue }
            state.withLock { state in
                state.isChanged = true
                state.end = nil
            }
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await self.threads.run {
                        await withTaskCancellationHandler {
                            self.receive()
                        } onCancel: {
                            self.receiving.wake()
                        }
                    }
                }
                group.addTask { await self.threads.run { self.store() } }
            }
        }
    }

    // MARK: Receiving

    private func receive() {
        let loop = ReceiveLoop(queue, receiving, timeSource)
        while !Task.isCancelled {
            let wanted = state.withLock { state in
                defer { state.isChanged = false }
                return state.isChanged ? state.wanted : nil
            }
            if let wanted {
                loop.update(wanted)
                if wanted.isEmpty { break }
            }
            loop.pass()
            if queue.takeWakeUp() { storing.wake() }
        }
        loop.finish()
        state.withLock { $0.end = clock.now + Self.endPatience }
        storing.wake()
    }

    // MARK: Storing

    private var end: ContinuousClock.Instant? { state.withLock { $0.end } }

    private func store() {
        var last = clock.now - Self.storeInterval
        while true {
            let end = end
            if let end, clock.now >= end { return queue.dropAll() }
            let rest = last + Self.storeInterval - clock.now
            if end == nil, rest > .zero, queue.hasPart {
                storing.wait(for: rest)
                continue
            }
            let batches = queue.take()
            if batches.isEmpty {
                if end != nil { return }
                storing.wait(for: nil)
                continue
            }
            last = clock.now
            store(batches)
            queue.release(batches)
            // It may wait for room.
            receiving.wake()
        }
    }

    private func store(_ batches: [MessageQueue.Batch]) {
        let oldestKept = timeSource.now() - retention().milliseconds
        let made = batches.map { $0.input.events($0.messages, oldestKept: oldestKept) }
        if append(made.flatMap(\.events)) {
            for (batch, made) in zip(batches, made) { batch.input.add(made.counts) }
        } else {
            for (batch, made) in zip(batches, made) { batch.input.drop(made.events.count) }
        }
    }

    /// Appends events as soon as the store takes them.
    /// - Returns: whether it did before the end.
    private func append(_ events: [LogEvent]) -> Bool {
        if events.isEmpty { return true }
        var delay = Self.firstDelay
        while true {
            do {
                try appender.append(events, offset: nil)
                state.withLock { $0.appendError = nil }
                return true
            } catch {
                state.withLock {
                    $0.appendError =
                        "cannot append log events: \(error); connections wait, and datagrams wait as far as there is room"
                }
            }
            let next = clock.now + delay
            delay = min(delay * 2, Self.longestDelay)
            while clock.now < next {
                if let end {
                    // Once more at the end, and no later.
                    if clock.now >= end { return false }
                    if (try? appender.append(events, offset: nil)) != nil { return true }
                    storing.wait(for: .milliseconds(100))
                } else {
                    storing.wait(for: next - clock.now)
                }
            }
        }
    }
}

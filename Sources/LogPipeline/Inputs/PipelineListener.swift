package import Base
import Grok
package import Listening
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Takes events from the network for a pipeline's inputs `beats`, `tcp`, `udp`, `syslog`, `http` and `gelf`.
///
/// One thread waits for all sockets, takes bytes apart and answers; another one hands the events over. What the handler does
/// not take is not acknowledged: it is handed over again, first after half a second. What has come and is not handed over
/// is bounded for each input: beyond that nothing more is read from connections, and datagrams are lost and counted.
package final class PipelineListener: Sendable {
    /// Takes events, in order; on the thread that is for it.
    /// - Throws: where it cannot take any of them now.
    package typealias Handler = @Sendable (_ events: [PipelineEvent], _ pipeline: String) throws -> Void

    private struct State {
        var wanted: [(input: PipelineInput, tally: InputTally)] = []
        var isChanged = false
        /// Until when what was received is handed over, once nothing more is.
        var end: ContinuousClock.Instant?
        var hasHandedOver = false
        var storeError: String?
        /// Steps whose events are stored, of which their connections are not told.
        var stored: [EventQueue.Origin] = []
    }

    private let handler: Handler
    private let doors: LogDoors
    private let timeSource: any TimeSource
    private let queue: EventQueue
    private let state = Mutex(State())
    private let clock = ContinuousClock()
    private let receiving = Waker()
    private let storing = Waker()
    private let threads = WorkQueue("pipeline inputs", width: 2)
    private let begun: AsyncStream<Void>
    private let begin: AsyncStream<Void>.Continuation

    private static let endPatience = Duration.milliseconds(700)
    private static let firstDelay = Duration.milliseconds(500)
    private static let longestDelay = Duration.seconds(10)

    /// - Parameters:
    ///   - doors: counts what comes.
    ///   - handler: sends events through the pipeline and stores what comes out.
    package convenience init(
        doors: LogDoors, timeSource: any TimeSource = SystemTimeSource(), handler: @escaping Handler
    ) {
        self.init(doors: doors, timeSource: timeSource, limits: EventQueue.Limits(), handler: handler)
    }

    init(doors: LogDoors, timeSource: any TimeSource, limits: EventQueue.Limits, handler: @escaping Handler) {
        self.doors = doors
        self.timeSource = timeSource
        self.handler = handler
        queue = EventQueue(limits)
        (begun, begin) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes new settings. Sockets at which nothing changed stay open, with their connections.
    package func update(_ inputs: [PipelineInput]) {
        state.withLock { state in
            let known = state.wanted
            state.wanted = inputs.map { input in
                guard let old = known.first(where: { $0.input.id == input.id && $0.input.door == input.door }) else {
                    return (input, InputTally(input, doors))
                }
                old.tally.update(input)
                return (input, old.tally)
            }
            state.isChanged = true
        }
        receiving.wake()
        begin.yield()
    }

    /// How the inputs fare.
    package var statuses: [LogInputStatus] {
        let (tallies, error) = state.withLock { ($0.wanted.map(\.tally), $0.storeError) }
        return tallies.map { $0.status(storeError: error) }
    }

    /// Takes events until the task is cancelled, and then hands over what has come. Without an input it has no threads.
    package func run() async {
        for await _ in begun {
            if state.withLock({ $0.wanted.isEmpty }) { continue }
            state.withLock { state in
                state.isChanged = true
                state.end = nil
                state.hasHandedOver = false
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
                group.addTask { await self.threads.run { self.handOver() } }
            }
        }
    }

    // MARK: Receiving

    private func receive() {
        let loop = InputLoop(ReceivingHand(queue, storing), receiving, timeSource)
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
            loop.tell(takeStored())
        }
        loop.stopListening()
        let end = clock.now + Self.endPatience
        state.withLock { $0.end = end }
        storing.wake()
        // Those are told whose events are stored, so that they do not send them again.
        while clock.now < end {
            let isDone = state.withLock { $0.hasHandedOver }
            loop.tell(takeStored())
            if isDone, !loop.isBusy { break }
            loop.wait(.milliseconds(20))
        }
    }

    private func takeStored() -> [EventQueue.Origin] {
        state.withLock { state in
            defer { state.stored = [] }
            return state.stored
        }
    }

    // MARK: Handing over

    private var end: ContinuousClock.Instant? { state.withLock { $0.end } }

    private func handOver() {
        while true {
            let end = end
            let batches = end.map { clock.now >= $0 } ?? false ? [] : queue.take()
            if batches.isEmpty {
                guard end != nil else {
                    storing.wait(for: nil)
                    continue
                }
                queue.dropAll()
                state.withLock { $0.hasHandedOver = true }
                return
            }
            var rest = batches[...]
            while let first = rest.first {
                let part = rest.prefix { $0.pipeline == first.pipeline }
                rest = rest[part.endIndex...]
                finish(part, isStored: handOver(part.flatMap(\.events), first.pipeline))
            }
            queue.release(batches)
            receiving.wake()
        }
    }

    private func finish(_ batches: ArraySlice<EventQueue.Batch>, isStored: Bool) {
        for batch in batches {
            if isStored {
                batch.tally.stored(batch.events.count, bytes: batch.bytes)
            } else if batch.origin.mark == 0 {
                // Who waits for an acknowledgement sends them again.
                batch.tally.drop(batch.events.count)
            }
        }
        if isStored {
            state.withLock { $0.stored += batches.map(\.origin).filter { $0.connection > 0 } }
        }
    }

    /// Hands events over as soon as the handler takes them.
    /// - Returns: whether it did before the end.
    private func handOver(_ events: [PipelineEvent], _ pipeline: String) -> Bool {
        var delay = Self.firstDelay
        while true {
            do {
                try handler(events, pipeline)
                state.withLock { $0.storeError = nil }
                return true
            } catch {
                state.withLock { $0.storeError = "cannot store events of the pipeline: \(error); senders wait" }
            }
            let next = clock.now + delay
            delay = min(delay * 2, Self.longestDelay)
            while clock.now < next {
                if let end {
                    // Once more at the end, and no later.
                    if clock.now >= end { return false }
                    if (try? handler(events, pipeline)) != nil { return true }
                    storing.wait(for: .milliseconds(100))
                } else {
                    storing.wait(for: next - clock.now)
                }
            }
        }
    }
}

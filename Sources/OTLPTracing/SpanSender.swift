internal import Base
package import Model
internal import Synchronization

/// Keeps spans that have ended in a bounded queue, and sends them in batches.
package final class SpanSender: SpanSink {
    package struct Limits: Sendable {
        /// Spans that wait; what does not fit is dropped and counted.
        package var queue = 2_048
        package var batch = 512
        /// Between two batches that are not full.
        package var pause = Duration.seconds(5)
        /// Between two tries of the same batch: the first, doubled up to the longest.
        package var retry = Duration.seconds(1)
        package var retryMax = Duration.seconds(30)
        /// How long the same batch is tried.
        package var patience = Duration.seconds(300)
        /// How long the end waits for what is left to be sent.
        package var farewell = Duration.seconds(5)

        package init() {}
    }

    /// What became of all spans so far.
    package struct Counts: Sendable, Hashable {
        package var sent: UInt64 = 0
        /// Did not fit into the queue.
        package var dropped: UInt64 = 0
        /// Were refused by the server, or not taken for too long.
        package var lost: UInt64 = 0
    }

    /// What there is to tell people.
    package enum Word: Sendable, Hashable {
        case problem(String)
        case recovered(String)
    }

    private struct State {
        var waiting: [Model.Span] = []
        var counts = Counts()
        var toldDropped: UInt64 = 0
        var hasProblem = false
        /// Whether the loop sleeps until there is something to do.
        var isIdle = false
    }

    private let receiver: String
    private let send: @Sendable ([Model.Span]) async -> SpanExporter.Outcome
    private let limits: Limits
    private let tell: @Sendable (Word) -> Void
    private let state = Mutex(State())
    private let pause = Pause()

    package convenience init(
        _ exporter: SpanExporter, limits: Limits = Limits(), tell: @escaping @Sendable (Word) -> Void
    ) {
        self.init(to: exporter.shownURL, limits: limits, tell: tell) { await exporter.send($0) }
    }

    /// - Parameter receiver: where `send` sends the spans, as people are told.
    package init(
        to receiver: String, limits: Limits, tell: @escaping @Sendable (Word) -> Void,
        send: @escaping @Sendable ([Model.Span]) async -> SpanExporter.Outcome
    ) {
        self.receiver = receiver
        self.limits = limits
        self.tell = tell
        self.send = send
    }

    package var counts: Counts { state.withLock { $0.counts } }

    /// How many spans wait to be sent.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    package func take(_ span: Model.Span) {
        let wakes = state.withLock { state in
            guard state.waiting.count < limits.queue else {
                state.counts.dropped += 1
                return false
            }
            state.waiting.append(span)
            defer { state.isIdle = false }
            return state.isIdle || state.waiting.count == limits.batch
        }
        if wakes { pause.wake() }
    }

    /// Sends until its task is cancelled; what waits then is sent once more, as long as that takes no longer than the limit
    /// allows.
    package func run() async {
        while !Task.isCancelled {
            if isIdle() {
                await pause.sleep(for: .seconds(3_600))
                continue
            }
            if waiting < limits.batch { await pause.sleep(for: limits.pause) }
            if Task.isCancelled { break }
            await sendWaiting()
        }
        // The task is cancelled, and with it every exchange; the last ones are in a task of their own.
        let farewell = Task.detached { [self] in
            while waiting > 0, !Task.isCancelled {
                let batch = nextBatch()
                settle(batch, await send(batch), isLast: true)
            }
        }
        let end = WorkTimer.call(after: limits.farewell) { farewell.cancel() }
        await farewell.value
        WorkTimer.cancel(end)
        let rest = state.withLock { state in
            defer { state.waiting = [] }
            state.counts.lost += UInt64(state.waiting.count)
            return state.waiting.count
        }
        if rest > 0 { tell(.problem("\(rest) spans are lost: they could not be sent before the end")) }
        tellLosses()
    }

    /// Whether there is nothing to do; the next span then wakes the loop.
    private func isIdle() -> Bool {
        state.withLock { state in
            state.isIdle = state.waiting.isEmpty
            return state.isIdle
        }
    }

    /// Sends one batch, again and again while the server says that it may take it later.
    private func sendWaiting() async {
        let batch = nextBatch()
        if batch.isEmpty { return }
        let start = ContinuousClock.now
        var wait = limits.retry
        while true {
            let outcome = await send(batch)
            if Task.isCancelled, case .later = outcome { return putBack(batch) }
            let isLast = start.duration(to: .now) >= limits.patience
            guard case .later(let wanted, _) = outcome, !isLast else { return settle(batch, outcome, isLast: isLast) }
            note(outcome)
            // Those who lost the same server do not all come back at once.
            let spread = wait * Double.random(in: 0.75...1.25)
            await retryPause.sleep(for: max(wanted ?? .zero, spread))
            if Task.isCancelled { return putBack(batch) }
            wait = min(wait * 2, limits.retryMax)
        }
    }

    /// Apart from ``pause``, which a full queue ends.
    private let retryPause = Pause()

    private func nextBatch() -> [Model.Span] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(limits.batch))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func putBack(_ batch: [Model.Span]) { state.withLock { $0.waiting.insert(contentsOf: batch, at: 0) } }

    private func settle(_ batch: [Model.Span], _ outcome: SpanExporter.Outcome, isLast: Bool) {
        let count = UInt64(batch.count)
        switch outcome {
        case .taken(let rejected, let reason):
            let rejected = min(UInt64(rejected), count)
            let hadProblem = state.withLock { state in
                state.counts.sent += count - rejected
                state.counts.lost += rejected
                defer { state.hasProblem = false }
                return state.hasProblem
            }
            if hadProblem { tell(.recovered("\(receiver) takes the spans again")) }
            if rejected > 0 { tell(.problem("\(receiver) refused \(rejected) of \(count) spans: \(reason)")) }
        case .lost(let reason), .later(_, let reason):
            state.withLock {
                $0.counts.lost += count
                $0.hasProblem = true
            }
            tell(.problem("\(count) spans are lost: \(reason)"))
        }
        tellLosses()
    }

    private func note(_ outcome: SpanExporter.Outcome) {
        guard case .later(_, let reason) = outcome else { return }
        let isNew = state.withLock { state in
            defer { state.hasProblem = true }
            return !state.hasProblem
        }
        if isNew { tell(.problem("spans wait to be sent: \(reason)")) }
    }

    /// Says how many spans did not fit since it was last said.
    private func tellLosses() {
        let dropped = state.withLock { state in
            defer { state.toldDropped = state.counts.dropped }
            return state.counts.dropped - state.toldDropped
        }
        if dropped > 0 {
            tell(.problem("\(dropped) spans were dropped: more than \(limits.queue) would have waited to be sent"))
        }
    }
}

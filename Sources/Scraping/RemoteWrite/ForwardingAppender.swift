package import Base
internal import Foundation
package import Model
internal import Partitions
internal import Synchronization
package import Transfers

/// The store for all who append, with the remotes of `remote_write` before it: what the store acknowledges is in the
/// remotes' queues by then, so that neither the end of the process nor an outage keeps a sample from a remote.
///
/// A sample that the store refuses afterwards, or that came twice, is sent all the same: a remote decides for itself.
package final class ForwardingAppender: SampleAppender {
    private struct State {
        var senders: [RemoteWriteSender] = []
        /// Labels of the series that were asked for and whose first samples are yet to come.
        var labels: [SeriesRef: Labels] = [:]
    }

    /// Beyond it somebody asks for series and never appends.
    private static let labelsMax = 1_000_000

    private let store: any SampleAppender
    private let directory: String
    private let transfers: Transfers
    private let timeSource: any TimeSource
    private let state = Mutex(State())
    /// Whether there is any remote: looked at for each batch.
    private let isForwarding = Atomic(false)
    /// Where the queues are read and requests are made of what waits.
    private let queue = WorkQueue("remote write", width: 2)
    private let changes: AsyncStream<[RemoteWriteSender]>
    private let send: AsyncStream<[RemoteWriteSender]>.Continuation

    /// - Parameter directory: where the queues' files are.
    package init(
        store: any SampleAppender, directory: String, transfers: Transfers,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.store = store
        self.directory = directory
        self.transfers = transfers
        self.timeSource = timeSource
        (changes, send) = AsyncStream.makeStream(of: [RemoteWriteSender].self)
    }

    /// Sends to these remotes from now on. A remote that stays keeps its queue, also over a change of its settings.
    /// - Throws: `StorageError` where a queue cannot be opened; then all goes on as before.
    package func update(_ configs: [RemoteWriteConfig], externalLabels: Labels) throws {
        let present = state.withLock { $0.senders }
        var queues = Dictionary(present.map { ($0.config.name, $0.queue) }) { first, _ in first }
        var senders: [RemoteWriteSender] = []
        for config in configs {
            let queue: RemoteWriteQueue
            if let open = queues.removeValue(forKey: config.name) {
                queue = open
            } else {
                try FileSystem.makeDirectory(directory)
                queue = try RemoteWriteQueue(path: "\(directory)/\(Self.fileName(of: config.name)).sqlite")
            }
            senders.append(
                RemoteWriteSender(
                    config, externalLabels: externalLabels, queue: queue, transfers: transfers,
                    timeSource: timeSource))
        }
        state.withLock { [senders] state in
            state.senders = senders
            if senders.isEmpty { state.labels = [:] }
        }
        isForwarding.store(!senders.isEmpty, ordering: .releasing)
        for queue in queues.values { queue.close() }
        send.yield(senders)
    }

    private static func fileName(of name: String) -> String {
        let isPlain = name.utf8.allSatisfy { ($0 | 32) &- 97 < 26 || $0 &- 48 < 10 || $0 == 45 || $0 == 95 }
        return isPlain && !name.isEmpty ? name : "remote-" + String(ByteHash.stable(name), radix: 16)
    }

    /// Sends until the task is cancelled.
    package func run() async {
        var running = LoopSet<ObjectIdentifier>(on: queue)
        for await senders in changes {
            await running.endAll()
            for sender in senders { running.start(ObjectIdentifier(sender)) { await sender.run() } }
        }
        await running.endAll()
    }

    package var statuses: [RemoteWriteStatus] { state.withLock { $0.senders }.map(\.current) }

    /// Closes the queues.
    package func close() {
        for sender in state.withLock({ $0.senders }) { sender.queue.close() }
    }

    // MARK: SampleAppender

    package func resolve(_ labels: Labels) throws -> SeriesRef {
        let ref = try store.resolve(labels)
        if isForwarding.load(ordering: .acquiring) {
            state.withLock { state in
                if state.labels.count >= Self.labelsMax { state.labels = [:] }
                state.labels[ref] = labels
            }
        }
        return ref
    }

    package func append(_ samples: [RefSample]) throws -> AppendOutcome {
        guard isForwarding.load(ordering: .acquiring) else { return try store.append(samples) }
        let senders = state.withLock { $0.senders }
        var unknown: Set<SeriesRef> = []
        var asked: Set<SeriesRef> = []
        for sender in senders {
            unknown.formUnion(
                try sender.enqueue(samples) { ref in
                    asked.insert(ref)
                    return state.withLock { $0.labels[ref] }
                })
        }
        // The senders know them now.
        state.withLock { state in for ref in asked { state.labels[ref] = nil } }
        // Series of whose labels nobody knows any more are asked for again, as those that the store has dropped.
        var outcome = try store.append(unknown.isEmpty ? samples : samples.filter { !unknown.contains($0.ref) })
        outcome.unknown += unknown
        return outcome
    }

    package func append(exemplars: [RefExemplar]) throws { try store.append(exemplars: exemplars) }
}

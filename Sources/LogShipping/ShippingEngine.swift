import Base
import Listening
import Model

/// The followers of all inputs, and the way from them to the store. Not for two threads at once.
final class ShippingEngine: EventSink {
    private let appender: any LogAppender
    private let metadata: HostMetadata
    private let retention: @Sendable () -> Duration
    private var followers: [InputFollower] = []
    private var journals: [JournalFollower] = []
    private var refused: [LogInputStatus] = []
    /// How far each file was read, by source.
    private var offsets: [String: TailOffset] = [:]
    private var appendError: String?
    private var now: Int64 = 0
    private(set) var oldestKept = Int64.min
    private var knownScans = 0
    /// When to append again after a failure, and how long to wait after the next.
    private var retryAt = Int64.min
    private var delay = ShippingEngine.firstDelay

    private static let firstDelay: Int64 = 500
    private static let longestDelay: Int64 = 10_000

    /// - Parameter retention: how long events are kept.
    init(
        appender: any LogAppender, offsets: [TailOffset], metadata: HostMetadata,
        retention: @escaping @Sendable () -> Duration = { .seconds(1 << 40) }
    ) {
        self.appender = appender
        self.metadata = metadata
        self.retention = retention
        for offset in offsets where offset.offset >= 0 { self.offsets[offset.source] = offset }
    }

    func update(_ config: FilebeatConfig) {
        refused = config.refused.map { input in
            var status = LogInputStatus(id: input.id, paths: input.paths)
            status.lastError = "is not started: \(input.reason)"
            return status
        }
        let kept = Set(config.inputs.map(\.id))
        for follower in followers {
            // What has no successor is shipped as it is; what has one is read again by the new rules.
            if kept.contains(follower.input.id) { follower.abandon() } else { follower.finish(self, now: now) }
        }
        for journal in journals where !kept.contains(journal.input.id) { journal.stop(self, now: now) }
        let files = config.inputs.filter { $0.journal == nil }
        let openMax = ShippingEngine.descriptors / max(1, files.count)
        knownScans = 0
        journals = config.inputs.compactMap { input in
            input.journal.map { rule in
                JournalFollower(EventBuilder(input, config, metadata), rule, offsets: offsets.values)
            }
        }
        followers = files.map { input in
            InputFollower(
                EventBuilder(input, config, metadata), offsets: offsets.values, inputs: kept, openMax: max(8, openMax))
        }
    }

    /// How many files may be open at once: a quarter of what the process may have, as others need some too.
    private static let descriptors = min(2_048, max(64, OpenFileLimit.current / 4))

    /// Folders in which new files may come; `nil` where no follower has looked since they were asked for.
    func takeFolders() -> Set<String>? {
        let scans = followers.reduce(0) { $0 + $1.scans } + journals.reduce(0) { $0 + $1.scans }
        if scans == knownScans { return nil }
        knownScans = scans
        let folders = followers.reduce(into: Set<String>()) { $0.formUnion($1.folders) }
        return journals.reduce(into: folders) { $0.formUnion($1.folders) }
    }

    /// Looks for files again at the next pass.
    func scanSoon() {
        for follower in followers { follower.scanSoon() }
        for journal in journals { journal.scanSoon() }
    }

    func pass(now: Int64) -> Bool {
        self.now = now
        oldestKept = now - retention().milliseconds
        var hasMore = false
        for follower in followers where follower.pass(self, now: now) { hasMore = true }
        for journal in journals where journal.pass(self, now: now) { hasMore = true }
        return hasMore
    }

    /// When files are looked for next, if none is open; `nil` while one is.
    var nextScan: Int64? {
        if followers.contains(where: \.isReading) || journals.contains(where: \.isReading) { return nil }
        return (followers.map(\.nextScan) + journals.map(\.nextScan)).min() ?? .max
    }

    func finish(now: Int64) {
        self.now = now
        retryAt = .min
        for follower in followers { follower.stop(self, now: now) }
        for journal in journals { journal.stop(self, now: now) }
    }

    var statuses: [LogInputStatus] {
        followers.map { $0.status(appendError: appendError) } + journals.map { $0.status(appendError: appendError) }
            + refused
    }

    func commit(_ events: [LogEvent], _ offset: TailOffset) -> Bool {
        // Of a clock that was set back no more is waited for than the pause.
        guard now >= retryAt || retryAt - now > ShippingEngine.longestDelay else { return false }
        do {
            try appender.append(events, offset: offset)
            offsets[offset.source] = offset
            appendError = nil
            retryAt = .min
            delay = ShippingEngine.firstDelay
            return true
        } catch {
            appendError = "cannot append log events: \(error); reading waits, nothing is lost"
            retryAt = now + delay
            delay = min(delay * 2, ShippingEngine.longestDelay)
            return false
        }
    }

    func forget(_ source: String, path: String) {
        offsets[source] = nil
        // Left over it would do no harm: its fingerprint tells it from a later file.
        try? appender.append([], offset: TailOffset(source: source, path: path, offset: -1))
    }
}

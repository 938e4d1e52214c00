package import Base
package import Listening
package import Model
import Synchronization

/// Follows the log files and journals of `filebeat.yml` and appends the event of each line and entry exactly once.
///
/// A file is known by its device, its inode and its first bytes: it is read to its end when it is renamed, and from the
/// beginning when it was cut to nothing. A copy of it (`copytruncate`, `gzip`) is known by all the bytes that were read,
/// and only its rest is read. How far it was read is committed together with its events. Journals are
/// read by ``JournalFollower``; messages that come from the network are taken by ``MessageReceiver``.
package final class LogShipper: Sendable {
    private let engine: Mutex<ShippingEngine>
    private let statuses: Mutex<[LogInputStatus]>
    private let timeSource: any TimeSource
    /// Where files are read and events appended.
    private let queue = WorkQueue("log shipper")

    private let folders = FolderWatch()
    private let receiver: MessageReceiver

    private static let readInterval = Duration.milliseconds(250)
    private static let longestRest = Duration.seconds(10)
    /// Between two looks for files because of names that come and go, and how many times the look's own duration.
    private static let shortestScan = Duration.milliseconds(50)
    private static let scanShare = 10

    /// - Parameters:
    ///   - offsets: how far files were read, from the store that `appender` writes to.
    ///   - hostName: for `host.name` and `agent.name`.
    ///   - version: for `agent.version`.
    ///   - retention: how long events are kept; asked at each look.
    package init(
        config: FilebeatConfig, appender: any LogAppender, offsets: [TailOffset], hostName: String, version: String,
        timeSource: any TimeSource = SystemTimeSource(),
        retention: @escaping @Sendable () -> Duration = { .seconds(1 << 40) }
    ) {
        self.timeSource = timeSource
        let metadata = HostMetadata(hostName: hostName, version: version)
        let engine = ShippingEngine(appender: appender, offsets: offsets, metadata: metadata, retention: retention)
        engine.update(config.ofFiles)
        receiver = MessageReceiver(appender, metadata, timeSource, retention: retention)
        receiver.update(config)
        statuses = Mutex(engine.statuses)
        self.engine = Mutex(engine)
    }

    /// Takes new settings. Files that are still followed go on where they are.
    package func update(_ config: FilebeatConfig) {
        let current = engine.withLock { engine in
            engine.update(config.ofFiles)
            return engine.statuses
        }
        statuses.withLock { $0 = current }
        receiver.update(config)
        folders.wake()
    }

    /// Follows the files and takes messages until the task is cancelled, and then ships what is complete.
    package func run() async {
        async let received: Void = receiver.run()
        await withTaskCancellationHandler {
            await queue.run { await self.follow() }
        } onCancel: {
            folders.wake()
        }
        await received
    }

    private func follow() async {
        let clock = ContinuousClock()
        var hasNewNames = false
        var nextScan = clock.now
        while !Task.isCancelled {
            let now = timeSource.now()
            let start = clock.now
            let scans = hasNewNames && start >= nextScan
            let (hasMore, rest, current) = engine.withLock { engine in
                if scans { engine.scanSoon() }
                let hasMore = engine.pass(now: now)
                if let paths = engine.takeFolders() { folders.look(at: paths) }
                // Without an open file nothing comes before the next look for files.
                let rest = engine.nextScan.map { Duration.milliseconds($0 - now) } ?? LogShipper.readInterval
                return (hasMore, min(max(rest, LogShipper.readInterval), LogShipper.longestRest), engine.statuses)
            }
            if scans {
                hasNewNames = false
                let look: Duration = clock.now - start
                nextScan = clock.now + max(Self.shortestScan, look * Self.scanShare)
            }
            statuses.withLock { $0 = current }
            if hasMore { await Task.yield() }
            let pause = hasNewNames ? min(rest, nextScan - clock.now) : rest
            if folders.wait(for: hasMore ? .zero : pause) { hasNewNames = true }
        }
        let now = timeSource.now()
        let current = engine.withLock { engine in
            engine.finish(now: now)
            return engine.statuses
        }
        statuses.withLock { $0 = current }
    }

    /// How the inputs fare, those too that are not started.
    package func snapshot() -> [LogInputStatus] { statuses.withLock { $0 } + receiver.statuses }
}

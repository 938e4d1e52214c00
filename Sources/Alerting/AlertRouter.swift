package import Base
package import ConfigText
package import Foundation
internal import Logging
package import Model
package import State
internal import Synchronization
package import Transfers

/// Takes alerts and tells people of them: routes, groups, mutes and delivers, as Alertmanager does.
///
/// The decisions are `RouterCore`'s; this type gives it the time, keeps its state and delivers what it decides.
package final class AlertRouter: AlertSink, Sendable {
    let core: Mutex<RouterCore>
    let state: StateStore
    let timeSource: any TimeSource
    let counters = DeliveryCounters()
    private let transfers: Transfers
    private let externalURL: Mutex<String>
    private let zone: Mutex<TimeZone>
    /// Why the last attempt of a notification failed.
    private let failures = Mutex<[NotificationLogEntry.Key: String]>([:])
    private let clockSteps = Mutex(ClockSteps())
    private let firstPause: Duration
    /// Where it is worked out what is to be told, and kept what was.
    private let queue = WorkQueue("alerting")
    let tokens: SilenceTokens
    let history: FiringHistory
    private let turn = Mutex(())
    let deliverer: Mutex<Deliverer>
    private let gate = DeliveryGate(runningMax: 64, waitingMax: 10_000)
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let log = Logger(label: "alerting")
    private let witness: WorkWitness?

    /// Alerts, silences and the notification log of a former run are taken from `state`.
    /// - Parameters:
    ///   - externalURL: where people reach this server; for links in notifications.
    ///   - zone: of times in notifications.
    ///   - firstPause: before a delivery's second attempt.
    ///   - witness: is told of deliveries.
    /// - Throws: ``ConfigRefused`` for templates that cannot be read, ``StateError`` for a file that cannot.
    package init(
        config: AlertmanagerConfig, state: StateStore, transfers: Transfers, externalURL: String,
        zone: TimeZone = .gmt, timeSource: any TimeSource = SystemTimeSource(),
        firstPause: Duration = .milliseconds(500),
        witness: WorkWitness? = nil
    ) throws {
        self.witness = witness
        self.state = state
        self.transfers = transfers
        self.externalURL = Mutex(externalURL)
        self.zone = Mutex(zone)
        self.timeSource = timeSource
        self.firstPause = firstPause
        tokens = SilenceTokens(key: try state.key("silence links"))
        history = FiringHistory(state: state, open: try state.openFirings(), now: timeSource.now())
        deliverer = Mutex(
            try Self.deliverer(
                NotificationTemplates(config, externalURL: externalURL, zone: zone), transfers, timeSource, counters,
                firstPause, tokens))
        var core = RouterCore(config)
        core.restore(
            alerts: try state.alerts(), silences: try state.silences(), log: try state.notificationLog(),
            intents: try state.intents(), acknowledgements: try state.acknowledgements(),
            maintenance: try state.maintenance(), now: timeSource.now())
        self.core = Mutex(core)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    private static func deliverer(
        _ templates: NotificationTemplates, _ transfers: Transfers, _ timeSource: any TimeSource,
        _ counters: DeliveryCounters, _ firstPause: Duration, _ tokens: SilenceTokens
    ) -> Deliverer {
        Deliverer(
            templates: templates, transfers: transfers,
            timeSource: timeSource, statistics: counters, tokens: tokens, firstPause: firstPause)
    }

    /// Reads the templates of a configuration without taking it.
    /// - Returns: warnings of templates that fail with some notifications.
    /// - Throws: ``ConfigRefused`` with every error at its place.
    @discardableResult
    package static func check(_ config: AlertmanagerConfig) throws(ConfigRefused) -> [ConfigProblem] {
        try NotificationTemplates(config, externalURL: "").warnings
    }

    /// Works by a new configuration from now on. Alerts, silences and the notification log stay.
    /// - Parameters:
    ///   - externalURL: where people reach this server from now on; `nil` where that is as before.
    ///   - zone: of times in notifications from now on; the same.
    /// - Throws: ``ConfigRefused``; then the old one stays in force.
    package func update(
        _ config: AlertmanagerConfig, externalURL: String? = nil, zone: TimeZone? = nil
    ) throws(ConfigRefused) {
        let externalURL = externalURL ?? self.externalURL.withLock { $0 }
        let zone = zone ?? self.zone.withLock { $0 }
        let templates = try NotificationTemplates(config, externalURL: externalURL, zone: zone)
        let next = Self.deliverer(templates, transfers, timeSource, counters, firstPause, tokens)
        self.externalURL.withLock { $0 = externalURL }
        self.zone.withLock { $0 = zone }
        let now = now()
        // Both at once: a notification is never written down by one configuration and told by the templates of another.
        core.withLock { core in
            core.update(config, now: now)
            deliverer.withLock { $0 = next }
        }
        signal.yield()
    }

    /// Takes alerts from the rules.
    package func receive(_ alerts: [Alert]) async { await queue.run { self.take(alerts) } }

    /// Remembers alerts of the rules that nobody is told of here.
    package func remember(_ alerts: [Alert]) async {
        await queue.run { self.keep { () throws(StateError) in try self.history.take(alerts, now: self.now()) } }
    }

    /// Looks every half minute which firings go on.
    private func followHistory() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(30))
            await queue.run { self.keep { () throws(StateError) in try self.history.look(now: self.now()) } }
        }
    }

    /// The time, after the core has followed a clock that was set.
    func now() -> Int64 {
        // One lock over both looks: two who see the same step would both follow it.
        clockSteps.withLock { steps in
            let step = steps.look(timeSource)
            let now = timeSource.now()
            if step != 0 {
                log.notice("the clock was set; waiting notifications follow it", metadata: ["milliseconds": "\(step)"])
                core.withLock { $0.shift(by: step, now: now) }
            }
            return now
        }
    }

    func take(_ alerts: [Alert]) {
        let now = now()
        // First: who is told of an alert is noted with its firing.
        keep { () throws(StateError) in try history.take(alerts, now: now) }
        // What takes long is found out on a copy, so that nobody waits for it.
        let copy = core.withLock { $0 }
        let matches = AlertMatches(alerts, copy)
        let changed = core.withLock { core in
            core.ingest(
                alerts.map { Self.timed($0, now: now, resolveTimeout: core.resolveTimeout) }, now: now, matches: matches
            )
        }
        keep { () throws(StateError) in try state.update(alerts: changed) }
        signal.yield()
    }

    /// An alert with the times that its sender left open.
    private static func timed(_ alert: Alert, now: Int64, resolveTimeout: Int64) -> StoredAlert {
        let endsByTimeout = alert.endsAt <= 0
        let start = alert.startsAt > 0 ? alert.startsAt : endsByTimeout ? now : alert.endsAt
        let timed = Alert(
            labels: alert.labels, annotations: alert.annotations, startsAt: start,
            endsAt: endsByTimeout ? now + resolveTimeout : alert.endsAt, generatorURL: alert.generatorURL)
        return StoredAlert(alert: timed, updatedAt: now, endsByTimeout: endsByTimeout)
    }

    /// Delivers notifications until the task is cancelled. Call it once.
    package func run() async { await queue.run { await self.follow() } }

    private func follow() async {
        signal.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followHistory() }
            var timer: WorkTimer.Call?
            for await _ in signals {
                let now = now()
                // What the notifications are is found out on a copy, so that nobody waits for it.
                let (copy, due, wasCleaned, deliverer) = begin(now)
                let flushes = due.map { copy.flush($0, now: now) }
                let next: Int64? = core.withLock { core in
                    core.keepIntents(of: flushes)
                    return core.nextDue
                }
                if wasCleaned {
                    let over = core.withLock { core in
                        let over = core.maintenance.forgotten(at: now)
                        core.maintenance.remove(over)
                        return over
                    }
                    keep { () throws(StateError) in
                        try state.update(maintenance: [], removing: over)
                        try state.removeNotifications(expiredBefore: now)
                        try state.removeSilences(endedBefore: copy.silenceHorizon(now: now))
                        try state.removeIntents(createdBefore: now - RouterCore.intentRetention)
                    }
                }
                // What is about to be told is kept before anybody is told.
                let intents = flushes.flatMap(\.notifications).filter { !$0.alerts.isEmpty }.map(\.intent)
                keep { () throws(StateError) in try state.save(intents: intents) }
                for flush in flushes { group.addTask { await self.perform(flush, deliverer) } }
                timer.map(WorkTimer.cancel)
                timer = next.map { self.wake(at: $0, now: now) }
            }
            timer.map(WorkTimer.cancel)
            group.cancelAll()
        }
    }

    /// Marks the groups whose time has come, with a copy of the core and the deliverer of the same configuration.
    private func begin(_ now: Int64) -> (RouterCore, [RouterCore.Due], wasCleaned: Bool, Deliverer) {
        core.withLock { core in
            let wasCleaned = core.clean(now: now)
            let due = core.beginDue(now: now)
            return (core, due, wasCleaned, deliverer.withLock { $0 })
        }
    }

    private func wake(at moment: Int64, now: Int64) -> WorkTimer.Call {
        // The lower bound keeps a group that waits for its former delivery from spinning, the upper one follows
        // a clock that is set.
        let pause = Duration.milliseconds(min(30_000, max(20, moment - now)))
        return WorkTimer.call(after: pause) { [signal] in signal.yield() }
    }

    private func perform(_ flush: Flush, _ deliverer: Deliverer) async {
        let deadline = ContinuousClock.now + .milliseconds(flush.patience)
        let fates = await withTaskGroup(of: Fate.self) { group in
            for notification in flush.notifications {
                group.addTask { await self.deliver(notification, by: deliverer, until: deadline) }
            }
            return await group.reduce(into: Set<Fate>()) { $0.insert($1) }
        }
        let now = now()
        let forgotten = core.withLock {
            $0.finish(
                flush, succeeded: fates.isSubset(of: [.told]), flushesAgain: fates.contains(.stale), now: now)
        }
        keep { () throws(StateError) in try state.update(alerts: [], removing: forgotten) }
        signal.yield()
    }

    private enum Fate: Sendable {
        case told, failed
        /// Things have changed while it could not be told: it is to be said anew.
        case stale
    }

    private func deliver(
        _ notification: Notification, by deliverer: Deliverer, until deadline: ContinuousClock.Instant
    ) async -> Fate {
        if notification.alerts.isEmpty {
            settle(notification, nil, isTold: true)
            return .told
        }
        let refused = Deliverer.Outcome(
            status: .failed, attempts: 0, error: "too many deliveries wait already; the destinations are too slow")
        let start = WallClock.nanoseconds()
        let delivered = await gate.run {
            await deliverer.deliver(notification, deadline: deadline, isStale: { isStale(notification) }) { reason in
                failures.withLock { $0[notification.key] = Redaction.urls(in: reason) }
            }
        }
        guard let outcome = delivered ?? .some(refused) else { return .stale }
        counters.count(notification.integration.kind, outcome)
        tell(notification, outcome, since: start)
        if outcome.status == .failed {
            log.warning(
                "cannot deliver a notification",
                metadata: [
                    "receiver": "\(notification.key.receiver)", "integration": "\(notification.key.integration)",
                    "attempts": "\(outcome.attempts)", "cause": "\(outcome.error)",
                ])
        }
        let wasTold = [.sent, .recorded].contains(outcome.status)
        settle(
            notification, Self.record(of: notification, outcome, time: now()), isTold: outcome.isSettled,
            of: wasTold ? notification.alerts.filter { !$0.isResolved }.map(\.fingerprint) : [])
        return outcome.isSettled ? .told : .failed
    }

    /// Tells of a delivery, with all its attempts and the waits between them.
    private func tell(_ notification: Notification, _ outcome: Deliverer.Outcome, since start: Int64) {
        guard let witness, outcome.attempts > 0 || outcome.status == .failed else { return }
        witness(
            FinishedWork(
                "deliver notification", kind: .client, start: start, end: WallClock.nanoseconds(),
                attributes: [
                    .init("alert.receiver", .string(notification.key.receiver)),
                    .init("alert.integration", .string("\(notification.integration.kind)")),
                    .init("alert.count", .integer(Int64(notification.alerts.count))),
                    .init("alert.attempts", .integer(Int64(outcome.attempts))),
                ], problem: outcome.status == .failed ? Redaction.urls(in: outcome.error) : nil))
    }

    /// Whether an alert that a notification tells as firing is over.
    private func isStale(_ notification: Notification) -> Bool {
        let now = now()
        return core.withLock { core in
            notification.firing.contains { core.alerts[$0]?.alert.isResolved(at: now) ?? true }
        }
    }

    /// - Parameter told: the alerts that somebody has now heard of as firing.
    private func settle(_ notification: Notification, _ delivery: Delivery?, isTold: Bool, of told: [UInt64] = []) {
        let entry = isTold ? notification.logEntry(at: now()) : nil
        if isTold { failures.withLock { _ = $0.removeValue(forKey: notification.key) } }
        if let entry { core.withLock { $0.told(entry) } }
        keep { () throws(StateError) in try state.record(delivery, notified: entry, of: told) }
    }

    /// Alerts of a notification that the delivery log names one by one.
    private static let alertsListedMax = 20

    private static func record(of notification: Notification, _ outcome: Deliverer.Outcome, time: Int64) -> Delivery {
        let summaries = notification.alerts.prefix(alertsListedMax).map { alert in
            Delivery.AlertSummary(
                name: alert.alert.name, status: alert.isResolved ? "resolved" : "firing",
                labels: alert.alert.labels.texts,
                summary: Redaction.urls(in: alert.alert.annotations["summary"] ?? ""))
        }
        return Delivery(
            time: time, receiver: notification.key.receiver, integration: notification.key.integration,
            status: outcome.status,
            groupKey: notification.key.groupKey, groupLabels: notification.groupLabels.texts, alerts: summaries,
            alertCount: notification.alerts.count, attempts: outcome.attempts, error: Redaction.urls(in: outcome.error),
            answer: Redaction.urls(in: outcome.answer))
    }

    /// Keeps state where it can be kept: people are told even while the disk is full.
    func keep<Value>(_ write: () throws(StateError) -> Value) {
        do {
            _ = try write()
        } catch {
            counters.countStateFailure()
            log.error("cannot keep the alerting state", metadata: ["cause": "\(error)"])
        }
    }

    func wakeUp() { signal.yield() }

    /// Does what people ask for, one after the other: what is kept and what is in force never differ.
    func inTurn<Value: Sendable>(_ body: () throws(AlertingError) -> Value) throws(AlertingError) -> Value {
        try turn.withLock { _ throws(AlertingError) in try body() }
    }

    /// The notifications that failed and are tried again, in the order of their time.
    package var waitingNotifications: [WaitingNotification] {
        let intents = core.withLock { $0.intents }
        return failures.withLock { failures in
            failures = failures.filter { intents[$0.key] != nil }
            return failures.compactMap { key, error in
                intents[key].map {
                    WaitingNotification(
                        receiver: key.receiver, integration: key.integration, since: $0.createdAt, error: error)
                }
            }
        }.sorted { ($0.since, $0.receiver, $0.integration) < ($1.since, $1.receiver, $1.integration) }
    }

    /// What became of notifications since the start.
    package var statistics: DeliveryStatistics {
        var statistics = counters.snapshot
        statistics.queueLength = gate.load
        statistics.alertsDropped = core.withLock { $0.alerts.dropped }
        return statistics
    }
}

import Base
import ConfigText
import Foundation
import Model
import State
import Synchronization

@testable import Alerting

/// A clock that stands until it is moved.
final class ManualTime: TimeSource {
    private let moment: Mutex<Int64>

    init(_ start: Int64 = 1_700_000_000_000) { moment = Mutex(start) }

    func now() -> Int64 { moment.withLock { $0 } }

    func advance(_ milliseconds: Int64) { moment.withLock { $0 += milliseconds } }
}

/// A directory that goes with its owner.
final class ScratchDirectory {
    let url = FileManager.default.temporaryDirectory.appending(path: "alerting-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func store() throws -> StateStore { try StateStore(path: url.appending(path: "state.sqlite").path) }
}

let position = SourcePosition(file: "alertmanager.yml", line: 1, column: 1)

/// A route to `receiver` with short times, in milliseconds.
func route(
    _ receiver: String, by groupBy: [String]? = ["alertname"], wait: Int64 = 1_000, interval: Int64 = 1_000,
    repeats: Int64 = 3_600_000, matching matchers: [Matcher] = [], continues: Bool = false, _ children: RouteConfig...
) -> RouteConfig {
    var route = RouteConfig(receiver: receiver)
    route.groupBy = groupBy
    route.groupWait = .milliseconds(wait)
    route.groupInterval = .milliseconds(interval)
    route.repeatInterval = .milliseconds(repeats)
    route.matchers = matchers
    route.continues = continues
    route.routes = children
    return route
}

/// A receiver whose webhooks send resolved notifications or not, one webhook for each value.
func receiver(
    _ name: String, sendResolved: Bool..., url: String = "http://127.0.0.1:1/",
    change: (inout WebhookConfig) -> Void = { _ in }
) -> ReceiverConfig {
    var receiver = ReceiverConfig(name: name)
    receiver.integrations = sendResolved.map { sends in
        var webhook = WebhookConfig(position: position, url: .inline(url))
        webhook.sendResolved = sends
        change(&webhook)
        return WebhookIntegration(config: webhook)
    }
    return receiver
}

func alert(
    _ name: String, _ labels: [String: String] = [:], from start: Int64, to end: Int64,
    annotations: [String: String] = [:]
) -> Alert {
    Alert(
        labels: Labels([Label("alertname", name)] + labels.map { Label($0.key, $0.value) }), annotations: annotations,
        startsAt: start, endsAt: end, generatorURL: "http://127.0.0.1:9900/graph?g0.expr=up")
}

/// Drives a core by hand: moves the time, notes what is due, and says that all was delivered.
struct CoreDriver {
    struct Sent: Equatable, CustomStringConvertible {
        let time: Int64
        let integration: String
        let receiver: String
        let alerts: [String]

        var description: String { "\(time) \(receiver)/\(integration): \(alerts)" }
    }

    var core: RouterCore
    var sent: [Sent] = []
    let start: Int64

    init(_ config: AlertmanagerConfig, at start: Int64 = 0) {
        core = RouterCore(config)
        self.start = start
    }

    /// Takes `alerts` at `now`; one with an end of 0 gets the resolve timeout.
    mutating func push(_ alerts: [Alert], at now: Int64) {
        run(until: now)
        core.ingest(
            alerts.map { alert in
                let isOpen = alert.endsAt == 0
                let timed = isOpen ? alert.ending(at: now + core.resolveTimeout) : alert
                return StoredAlert(alert: timed, updatedAt: now, endsByTimeout: isOpen)
            }, now: now)
        settle(now)
    }

    /// Does all that is due up to `end`.
    mutating func run(until end: Int64, succeeding: Bool = true) {
        while let next = dueFlush, next <= end { settle(next, succeeding: succeeding) }
    }

    private var dueFlush: Int64? { core.groups.values.filter { !$0.alerts.isEmpty }.map(\.nextFlush).min() }

    private mutating func settle(_ now: Int64, succeeding: Bool = true) {
        _ = core.clean(now: now)
        for flush in core.takeDue(now: now).sorted(by: { "\($0.group)" < "\($1.group)" }) {
            for notification in flush.notifications {
                if !notification.alerts.isEmpty {
                    let names = notification.alerts.map { alert in
                        alert.alert.name + (alert.alert.labels["lbl"]) + (alert.isResolved ? " over" : "")
                    }
                    sent.append(
                        Sent(
                            time: now - start, integration: notification.integration.name,
                            receiver: notification.key.receiver,
                            alerts: names))
                }
                if succeeding { core.told(notification.logEntry(at: now)) }
            }
            _ = core.finish(flush, succeeded: succeeding)
        }
    }
}

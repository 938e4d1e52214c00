internal import Base
internal import Foundation
internal import GoTemplate
internal import Logging
package import Model
internal import Synchronization
package import Transfers

/// Posts alerts to Alertmanagers elsewhere: https://prometheus.io/docs/alerting/latest/alerts_api/
///
/// The queue is bounded; when it is full, the oldest alerts are dropped and counted. The rules send what fires
/// again and again, so a post that fails is not repeated.
package final class AlertmanagerForwarder: AlertSink, Sendable {
    /// Counts since the start.
    package struct Statistics: Sendable, Hashable {
        package var sent = 0
        package var failed = 0
        package var dropped = 0
        package var queueLength = 0
        /// Why the last post failed, by address; empty where the last one went well.
        package var failures: [String: String] = [:]
    }

    /// Alertmanagers that get the same alerts in the same way.
    package struct Destination: Sendable {
        /// Where alerts are posted.
        package var urls: [String]
        package var timeout: Duration = .seconds(10)
        package var client = HTTPClientConfig()
        /// What is done to an alert's labels before; `nil` keeps the alert back.
        package var relabel: @Sendable (Labels) -> Labels? = { $0 }

        package init(urls: [String]) { self.urls = urls }
    }

    private struct State {
        var destinations: [Destination] = []
        var queue: [Alert] = []
        var statistics = Statistics()
    }

    private let transfers: Transfers
    private let queueMax: Int
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let log = Logger(label: "alerting.forwarder")

    private static let batchSize = 64

    /// - Parameter queueMax: alerts that may wait.
    package init(transfers: Transfers, queueMax: Int = 10_000) {
        self.transfers = transfers
        self.queueMax = max(1, queueMax)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Posts to these from now on; none: nothing is kept for them. Placeholders among them are never contacted.
    package func update(_ destinations: [Destination]) {
        let real = destinations.map { destination in
            var real = destination
            real.urls.removeAll { Placeholder.reason(url: $0) != nil }
            return real
        }
        let shown = Set(real.flatMap(\.urls).map(Redaction.shown))
        state.withLock { state in
            state.destinations = real
            state.statistics.failures = state.statistics.failures.filter { shown.contains($0.key) }
            if shown.isEmpty { state.queue.removeAll() }
        }
    }

    package func receive(_ alerts: [Alert]) async {
        state.withLock { state in
            guard state.destinations.contains(where: { !$0.urls.isEmpty }) else { return }
            state.queue += alerts
            let excess = state.queue.count - queueMax
            if excess > 0 {
                state.queue.removeFirst(excess)
                state.statistics.dropped += excess
            }
        }
        signal.yield()
    }

    package var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queueLength = state.queue.count
            return statistics
        }
    }

    /// Posts what is in the queue until the task is cancelled. Call it once.
    package func run() async { await WorkQueue("alert forwarder").run { await self.follow() } }

    private func follow() async {
        for await _ in signals {
            while !Task.isCancelled {
                let batch = state.withLock { state in
                    let batch = Array(state.queue.prefix(Self.batchSize))
                    state.queue.removeFirst(batch.count)
                    return batch
                }
                if batch.isEmpty { break }
                await post(batch)
            }
        }
    }

    private struct Item: Encodable {
        let labels: [String: String]
        let annotations: [String: String]
        let startsAt: String
        let endsAt: String
        let generatorURL: String
    }

    private func post(_ alerts: [Alert]) async {
        let destinations = state.withLock { $0.destinations }
        await withDiscardingTaskGroup { group in
            for destination in destinations where !destination.urls.isEmpty {
                let items = alerts.compactMap { alert in
                    destination.relabel(alert.labels).map { labels in
                        Item(
                            labels: labels.texts, annotations: alert.annotations,
                            startsAt: TemplateTime(milliseconds: alert.startsAt).rfc3339,
                            endsAt: TemplateTime(milliseconds: alert.endsAt).rfc3339,
                            generatorURL: alert.generatorURL)
                    }
                }
                guard !items.isEmpty, let body = try? JSONEncoder().encode(items) else { continue }
                for url in destination.urls {
                    group.addTask { await self.post([UInt8](body), count: items.count, to: url, destination) }
                }
            }
        }
    }

    private func post(_ body: [UInt8], count: Int, to url: String, _ destination: Destination) async {
        let attempt: DeliveryAttempt
        do throws(TransferError) {
            let response = try await transfers.send(
                HTTPRequest(
                    method: "POST", url: url, headers: [("Content-Type", "application/json")], body: body,
                    timeout: destination.timeout, maxResponseBytes: 1 << 20, client: destination.client))
            attempt = DeliveryAttempt(response)
        } catch {
            attempt = DeliveryAttempt(error)
        }
        if case .failed(let reason, _, _, _) = attempt {
            state.withLock { state in
                state.statistics.failed += count
                state.statistics.failures[Redaction.shown(url)] = reason
            }
            log.warning(
                "cannot forward alerts",
                metadata: ["alertmanager": "\(Redaction.urls(in: url))", "alerts": "\(count)", "cause": "\(reason)"])
        } else {
            state.withLock { state in
                state.statistics.sent += count
                state.statistics.failures[Redaction.shown(url)] = nil
            }
        }
    }
}

internal import Foundation
internal import GoTemplate
internal import Logging
public import Model
public import SiteConfig
internal import Synchronization
public import Transfers

/// Posts alerts to Alertmanagers elsewhere: https://prometheus.io/docs/alerting/latest/alerts_api/
///
/// The queue is bounded; when it is full, the oldest alerts are dropped and counted. The rules send what fires
/// again and again, so a post that fails is not repeated.
public final class AlertmanagerForwarder: AlertSink, Sendable {
    /// Counts since the start.
    public struct Statistics: Sendable, Hashable {
        public var sent = 0
        public var failed = 0
        public var dropped = 0
        public var queueLength = 0
        /// Why the last post failed, by address; empty where the last one went well.
        public var failures: [String: String] = [:]
    }

    private struct State {
        var queue: [Alert] = []
        var statistics = Statistics()
    }

    private let endpoints: [AlertmanagerEndpoint]
    private let transfers: Transfers
    private let queueMax: Int
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let log = Logger(label: "alerting.forwarder")

    private static let batchSize = 64

    /// - Parameters:
    ///   - endpoints: addresses to which `/api/v2/alerts` is added. Placeholders among them are never contacted.
    ///   - queueMax: alerts that may wait.
    public init(endpoints: [AlertmanagerEndpoint], transfers: Transfers, queueMax: Int = 10_000) {
        self.endpoints = endpoints.filter { Placeholder.reason(url: $0.url) == nil }
        self.transfers = transfers
        self.queueMax = max(1, queueMax)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    public func receive(_ alerts: [Alert]) async {
        state.withLock { state in
            state.queue += alerts
            let excess = state.queue.count - queueMax
            if excess > 0 {
                state.queue.removeFirst(excess)
                state.statistics.dropped += excess
            }
        }
        signal.yield()
    }

    public var statistics: Statistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queueLength = state.queue.count
            return statistics
        }
    }

    /// Posts what is in the queue until the task is cancelled. Call it once.
    public func run() async {
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
        let items = alerts.map { alert in
            Item(
                labels: alert.labels.texts, annotations: alert.annotations,
                startsAt: TemplateTime(milliseconds: alert.startsAt).rfc3339,
                endsAt: TemplateTime(milliseconds: alert.endsAt).rfc3339, generatorURL: alert.generatorURL)
        }
        guard let body = try? JSONEncoder().encode(items) else { return }
        await withDiscardingTaskGroup { group in
            for endpoint in endpoints {
                group.addTask { await self.post([UInt8](body), count: alerts.count, to: endpoint) }
            }
        }
    }

    private func post(_ body: [UInt8], count: Int, to endpoint: AlertmanagerEndpoint) async {
        let base = endpoint.url.hasSuffix("/") ? String(endpoint.url.dropLast()) : endpoint.url
        let attempt: DeliveryAttempt
        do throws(TransferError) {
            let response = try await transfers.send(
                HTTPRequest(
                    method: "POST", url: base + "/api/v2/alerts", headers: [("Content-Type", "application/json")],
                    body: body, timeout: endpoint.timeout, maxResponseBytes: 1 << 20, client: endpoint.client))
            attempt = DeliveryAttempt(response)
        } catch {
            attempt = DeliveryAttempt(error)
        }
        if case .failed(let reason, _, _) = attempt {
            state.withLock { state in
                state.statistics.failed += count
                state.statistics.failures[Redaction.shown(base)] = reason
            }
            log.warning(
                "cannot forward alerts",
                metadata: ["alertmanager": "\(Redaction.urls(in: base))", "alerts": "\(count)", "cause": "\(reason)"])
        } else {
            state.withLock { state in
                state.statistics.sent += count
                state.statistics.failures[Redaction.shown(base)] = nil
            }
        }
    }
}

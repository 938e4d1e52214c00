internal import Alerting
internal import Base
internal import Collectors
internal import ConfigText
internal import Foundation
internal import Listening
internal import LogShipping
internal import LogStore
internal import MetricStore
internal import Model
internal import Nodes
internal import Rules
internal import Scraping
internal import ServiceLifecycle
internal import Site
internal import SiteView
internal import State

/// What the pages, the API and the command line see of a running server.
struct ServerView: SiteViewSource {
    let parts: Parts
    /// One for all who look.
    let shared = SharedOverview()

    func overview() async -> Overview { await shared.overview { await madeOverview() } }

    private func madeOverview() async -> Overview {
        let alerts = await alerts()
        let nodes = parts.nodes.view()
        let cameras = parts.cameras.statuses() + nodes.cameras
        let (now, mounts) = (parts.timeSource.now(), mounts())
        return Overview(
            siteName: parts.instance, version: WatchpostVersion.current, now: now,
            cameras: cameras.judged(by: alerts), nodes: nodes.nodes, alerts: alerts, mounts: mounts,
            findings: parts.findings, faults: await faults(cameras, nodes.nodes, alerts, mounts, now: now),
            isDemo: parts.options.demo != nil)
    }

    func cameras() async -> [CameraStatus] {
        (parts.cameras.statuses() + parts.nodes.view().cameras).judged(by: await alerts())
    }

    func cameraAsItsNodeHasIt(_ camera: CameraStatus) async -> CameraStatus? {
        let jobs = parts.nodes.view().nodes.first { $0.node == camera.node }?.jobs ?? []
        return await parts.nodeQuestions.status(of: camera, jobs: jobs)
    }

    func hasSeries(of camera: CameraStatus) async -> Bool {
        var matchers = [Matcher.equal("camera_id", camera.id)]
        if let node = camera.node {
            matchers.append(.equal("instance", node.instance))
            if !node.site.isEmpty { matchers.append(.equal("site", node.site)) }
        }
        let found = try? parts.metrics.series(matchingAny: [matchers], in: .all, limit: 1)
        return found?.isEmpty == false
    }

    // MARK: Alerts

    func alerts() async -> [AlertView] {
        let routed = Dictionary(parts.outlets.router.alerts().map { ($0.labels, $0) }) { $1 }
        let holds = AlertHolds(parts.outlets.router, among: routed)
        let externalLabels = parts.site.prometheus?.externalLabels ?? .empty
        // What fires to show that all is well is no trouble, and stands in the rules' and Alertmanager's API alone.
        return parts.rules.alerts().filter { $0.alert.labels["severity"] != "none" }.map { rule, alert in
            let outward = parts.outlets.outward(alert.labels, externalLabels: externalLabels)
            let muting = outward.flatMap { routed[$0] }
            return AlertView(
                name: rule.name, fingerprint: outward.map(AlertRouter.fingerprint) ?? "",
                state: alert.state == .firing ? .firing : .pending,
                suppressedBy: (muting?.silencedBy ?? []).map { "silence \($0)" }
                    + (muting?.maintainedBy ?? []).map { "maintenance \($0)" }
                    + (muting?.inhibitedBy ?? []).map { "alert \($0)" },
                severity: alert.labels["severity"], summary: alert.annotations["summary"] ?? rule.name,
                description: alert.annotations["description"] ?? "",
                labels: Dictionary(alert.labels.map { ($0.name, $0.value) }) { $1 }, activeAt: alert.activeAt,
                value: Self.text(alert.value), heldBy: muting.map(holds.of) ?? [],
                acknowledgedBy: outward.flatMap(parts.outlets.router.acknowledgement)?.by)
        }.sorted { left, right in
            func rank(_ alert: AlertView) -> (Int, Int, Int64) {
                let severity = ["critical": 0, "warning": 1][alert.severity] ?? 2
                return (alert.state == .firing ? 0 : 1, severity, -alert.activeAt)
            }
            return rank(left) < rank(right)
        }
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(format: "%.4g", value)
    }

    func deliveries(limit: Int) async -> [DeliveryView] {
        let log = (try? parts.outlets.router.deliveries(limit: limit)) ?? []
        return log.map { delivery in
            let status: DeliveryView.Status =
                switch delivery.status {
                case .sent: .sent
                case .failed: .failed
                case .notConfigured: .notConfigured
                case .recorded: .recorded
                }
            return DeliveryView(
                time: delivery.time, receiver: delivery.receiver,
                integration: delivery.integration == "none" ? "" : delivery.integration, status: status,
                resolved: !delivery.alerts.isEmpty && delivery.alerts.allSatisfy { $0.status == "resolved" },
                alerts: delivery.alerts.map { $0.summary.isEmpty ? $0.name : $0.summary }, attempts: delivery.attempts,
                error: delivery.error, answer: delivery.answer, groupKey: delivery.groupKey, repeats: delivery.repeats)
        }
    }

    func messages(limit: Int) async -> [InboxMessage] { parts.options.demo?.messages(limit) ?? [] }

    // MARK: Status

    func status() async -> SiteStatus {
        let metrics = parts.metrics.statistics
        let targets = parts.scraper.snapshot().active.map { status in
            TargetView(
                job: status.target.job, url: Redaction.urls(in: status.target.url), health: status.health.rawValue,
                lastError: status.lastError, lastScrape: status.lastScrape ?? 0,
                lastDurationSeconds: Double(status.lastDuration.milliseconds) / 1_000)
        }
        let inputs = (parts.shipper.snapshot() + parts.pipelines.inputs).map { input in
            LogInputView(
                input: input.id, path: input.paths.joined(separator: ", "), events: Int64(input.counts.events),
                note: [
                    input.lastError ?? input.note ?? "\(input.opened), \(input.counts.events) events",
                    input.counts.words,
                ].compactMap { $0 }.joined(separator: "; "))
        }
        return SiteStatus(
            version: WatchpostVersion.current, startedAt: parts.startedAt, configuration: parts.configurationName,
            dataDirectory: parts.options.dataDirectory, series: metrics.activeSeries,
            storedBytes: metrics.bytes + parts.logs.statistics.bytes, targets: targets,
            collectors: parts.host.collectorStatuses().map {
                CollectorView(name: $0.name, lastDurationSeconds: $0.lastDuration, error: $0.error)
            },
            logInputs: inputs, findings: parts.findings,
            metricsKept: KeptView(
                retention: parts.metrics.options.retention, maxBytes: parts.metrics.options.maxBytes,
                outOfOrder: parts.metrics.options.outOfOrderWindow),
            logsKept: KeptView(
                retention: parts.logs.options.retention.milliseconds, maxBytes: parts.logs.options.maxBytes),
            ports: parts.otlpPorts.views)
    }

    /// A change each second: rates and ages are never the same for longer. They end with the server, at once.
    func changes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                await cancelWhenGracefulShutdown {
                    while !Task.isCancelled {
                        continuation.yield()
                        try? await Task.sleep(for: .seconds(1))
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

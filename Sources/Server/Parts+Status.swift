internal import Alerting
internal import MetricStore
internal import Model
internal import PromQL
internal import PrometheusHTTP
internal import Scraping
internal import Site

extension Parts {
    /// What the API tells about this server.
    var status: ServerStatus {
        let site = current.value.site
        let history = current.history
        var status = ServerStatus()
        status.configuration = site.prometheus?.shownText ?? ""
        status.startedAt = startedAt
        status.lastReload = history.loadedAt
        status.reloadSucceeded = !history.lastReloadFailed
        let kept = metrics.options
        let age = DurationText.text(milliseconds: kept.retention)
        status.retention = "\(age) or \(kept.maxBytes)B"
        status.alertmanagers = outlets.alertmanagers
        for label in site.prometheus?.externalLabels ?? .empty { status.externalLabels[label.name] = label.value }
        status.flags = [
            "config.file": options.configuration.map { $0 + "/prometheus.yml" } ?? "",
            "enable-feature": options.features.map(\.rawValue).sorted().joined(separator: ","),
            "query.lookback-delta": DurationText.text(milliseconds: engine.limits.lookback),
            "query.max-samples": "\(engine.limits.samples)",
            "storage.tsdb.path": options.dataDirectory + "/metrics",
            "storage.tsdb.retention.size": "\(kept.maxBytes)B",
            "storage.tsdb.retention.time": age,
            "web.enable-admin-api": "\(options.allowsDeletion)",
            "web.enable-lifecycle": "true",
            "web.enable-remote-write-receiver": "true",
            "web.external-url": externalURL,
            "web.listen-address": address.text,
        ]
        return status
    }
}

/// What a running server tells about itself in `/api/v1/status`.
package struct ServerStatus: Sendable {
    /// `prometheus.yml` without its secrets; empty where there is none.
    package var configuration = ""
    /// Settings under the names that Prometheus has for them.
    package var flags: [String: String] = [:]
    /// Milliseconds since the Unix epoch, as all times here.
    package var startedAt: Int64 = 0
    package var lastReload: Int64 = 0
    package var reloadSucceeded = true
    package var retention = ""
    /// Alertmanagers that get the alerts of this site, by the address to which they are posted.
    package var alertmanagers: [String] = []
    package var externalLabels: [String: String] = [:]

    /// Nothing told yet.
    package init() {}
}

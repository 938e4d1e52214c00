/// What a running server tells about itself in `/api/v1/status`.
public struct ServerStatus: Sendable {
    /// `prometheus.yml` without its secrets; empty where there is none.
    public var configuration = ""
    /// Settings under the names that Prometheus has for them.
    public var flags: [String: String] = [:]
    /// Milliseconds since the Unix epoch, as all times here.
    public var startedAt: Int64 = 0
    public var lastReload: Int64 = 0
    public var reloadSucceeded = true
    public var retention = ""
    /// Alertmanagers that get the alerts of this site, by the address to which they are posted.
    public var alertmanagers: [String] = []
    public var externalLabels: [String: String] = [:]

    public init() {}
}

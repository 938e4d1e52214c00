package import Alerting
package import Collectors
package import LogPipeline
package import LogRelay
package import Model
package import Partitions
package import Recorders

/// `watchpost.yml`: what is ours alone. Every key is optional.
package struct WatchpostConfig: Sendable {
    package struct Retention: Sendable, Hashable {
        package var retention: Duration
        /// Bytes.
        package var maxSize: Int64

        package init(retention: Duration, maxSize: Int64) {
            self.retention = retention
            self.maxSize = maxSize
        }
    }

    package var listen: String?
    package var instance: String?
    package var externalURL: String?
    /// Where times of logs are of that name no zone, as `Asia/Ho_Chi_Minh`; `nil` is the host's.
    package var timeZone: String?
    package var sync: SQLiteOptions.Sync = .normal
    package var metrics = Retention(retention: .seconds(30 * 86_400), maxSize: 10_000_000_000)
    package var outOfOrder: Duration = .seconds(3_600)
    package var logs = Retention(retention: .seconds(14 * 86_400), maxSize: 10_000_000_000)
    package var traces = Retention(retention: .seconds(7 * 86_400), maxSize: 5_000_000_000)
    package var cameras: [CameraConfig] = []
    package var recordings: [RecordingConfig] = []
    package var recorders: [RecorderConfig] = []
    package var gateways: [GatewayConfig] = []
    /// A folder of `*.prom` files.
    package var textfile: String?
    /// Whether pages show pictures of cameras, made of their footage on disk.
    package var allowsStills = false
    package var sms: SMSConfig?
    package var otlp = OTLPConfig()
    /// Where an agent's logs go.
    package var ship: ShipConfig?
    /// What agents must know whose logs this server takes; `nil` where nothing is asked of them.
    package var ingestToken: Secret?
    /// What becomes of filters in pipelines that there are not.
    package var unsupportedFilters = UnsupportedFilters.refuse
    package var forwardAlerts = false
    package var forwardLogs = false

    package init() {}
}

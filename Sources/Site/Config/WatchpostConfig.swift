public import Alerting
public import Collectors
public import Partitions
public import Recorders

/// `watchpost.yml`: what is ours alone. Every key is optional.
public struct WatchpostConfig: Sendable {
    public struct Retention: Sendable, Hashable {
        public var retention: Duration
        /// Bytes.
        public var maxSize: Int64

        public init(retention: Duration, maxSize: Int64) {
            self.retention = retention
            self.maxSize = maxSize
        }
    }

    public var listen: String?
    public var instance: String?
    public var externalURL: String?
    public var sync: SQLiteOptions.Sync = .normal
    public var metrics = Retention(retention: .seconds(30 * 86_400), maxSize: 10_000_000_000)
    public var outOfOrder: Duration = .seconds(3_600)
    public var logs = Retention(retention: .seconds(14 * 86_400), maxSize: 10_000_000_000)
    public var traces = Retention(retention: .seconds(7 * 86_400), maxSize: 5_000_000_000)
    public var cameras: [CameraConfig] = []
    public var recordings: [RecordingConfig] = []
    public var recorders: [RecorderConfig] = []
    public var gateways: [GatewayConfig] = []
    /// A folder of `*.prom` files.
    public var textfile: String?
    public var sms: SMSConfig?
    public var forwardAlerts = false
    public var forwardLogs = false

    public init() {}
}

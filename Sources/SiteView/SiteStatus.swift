public import Model

/// The engine room: how each part of Watchpost fares.
public struct SiteStatus: Codable, Sendable {
    public var version: String
    public var startedAt: Int64
    public var configuration: String
    public var dataDirectory: String
    public var series: Int
    public var storedBytes: Int64
    public var targets: [TargetView]
    public var collectors: [CollectorView]
    public var logInputs: [LogInputView]
    public var findings: [Finding]
    public var metricsKept: KeptView?
    public var logsKept: KeptView?

    public init(
        version: String, startedAt: Int64, configuration: String, dataDirectory: String, series: Int,
        storedBytes: Int64, targets: [TargetView], collectors: [CollectorView], logInputs: [LogInputView],
        findings: [Finding], metricsKept: KeptView? = nil, logsKept: KeptView? = nil
    ) {
        self.version = version
        self.startedAt = startedAt
        self.configuration = configuration
        self.dataDirectory = dataDirectory
        self.series = series
        self.storedBytes = storedBytes
        self.targets = targets
        self.collectors = collectors
        self.logInputs = logInputs
        self.findings = findings
        self.metricsKept = metricsKept
        self.logsKept = logsKept
    }
}

/// How long and how much a store keeps.
public struct KeptView: Codable, Sendable {
    /// Milliseconds.
    public var retention: Int64
    public var maxBytes: Int64
    /// How late samples may be, in milliseconds; `nil` for a store that takes everything.
    public var outOfOrder: Int64?

    public init(retention: Int64, maxBytes: Int64, outOfOrder: Int64? = nil) {
        self.retention = retention
        self.maxBytes = maxBytes
        self.outOfOrder = outOfOrder
    }
}

/// A target that is scraped.
public struct TargetView: Codable, Sendable {
    public var job: String
    public var url: String
    /// `up`, `down` or `unknown`.
    public var health: String
    public var lastError: String
    public var lastScrape: Int64
    public var lastDurationSeconds: Double

    public init(
        job: String, url: String, health: String, lastError: String, lastScrape: Int64, lastDurationSeconds: Double
    ) {
        self.job = job
        self.url = url
        self.health = health
        self.lastError = lastError
        self.lastScrape = lastScrape
        self.lastDurationSeconds = lastDurationSeconds
    }
}

/// A collector of this host's own metrics.
public struct CollectorView: Codable, Sendable {
    public var name: String
    public var lastDurationSeconds: Double
    public var error: String

    public init(name: String, lastDurationSeconds: Double, error: String) {
        self.name = name
        self.lastDurationSeconds = lastDurationSeconds
        self.error = error
    }
}

/// A file or a set of files whose lines are read.
public struct LogInputView: Codable, Sendable {
    public var input: String
    public var path: String
    /// How many events were read since the start.
    public var events: Int64
    public var note: String

    public init(input: String, path: String, events: Int64, note: String) {
        self.input = input
        self.path = path
        self.events = events
        self.note = note
    }
}

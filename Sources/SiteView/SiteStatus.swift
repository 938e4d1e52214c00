package import Model

/// The engine room: how each part of Watchpost fares.
package struct SiteStatus: Codable, Sendable {
    package var version: String
    package var startedAt: Int64
    package var configuration: String
    package var dataDirectory: String
    package var series: Int
    package var storedBytes: Int64
    package var targets: [TargetView]
    package var collectors: [CollectorView]
    package var logInputs: [LogInputView]
    package var findings: [Finding]
    package var metricsKept: KeptView?
    package var logsKept: KeptView?
    /// Ports beside the one of the pages.
    package var ports: [PortView]?

    package init(
        version: String, startedAt: Int64, configuration: String, dataDirectory: String, series: Int,
        storedBytes: Int64, targets: [TargetView], collectors: [CollectorView], logInputs: [LogInputView],
        findings: [Finding], metricsKept: KeptView? = nil, logsKept: KeptView? = nil, ports: [PortView]? = nil
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
        self.ports = ports
    }
}

/// A port at which programs send something.
package struct PortView: Codable, Sendable {
    /// What is spoken there.
    package var name: String
    package var address: String
    /// How it fares.
    package var note: String

    package init(name: String, address: String, note: String) {
        self.name = name
        self.address = address
        self.note = note
    }
}

/// How long and how much a store keeps.
package struct KeptView: Codable, Sendable {
    /// Milliseconds.
    package var retention: Int64
    package var maxBytes: Int64
    /// How late samples may be, in milliseconds; `nil` for a store that takes everything.
    package var outOfOrder: Int64?

    package init(retention: Int64, maxBytes: Int64, outOfOrder: Int64? = nil) {
        self.retention = retention
        self.maxBytes = maxBytes
        self.outOfOrder = outOfOrder
    }
}

/// A target that is scraped.
package struct TargetView: Codable, Sendable {
    package var job: String
    package var url: String
    /// `up`, `down` or `unknown`.
    package var health: String
    package var lastError: String
    package var lastScrape: Int64
    package var lastDurationSeconds: Double

    package init(
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
package struct CollectorView: Codable, Sendable {
    package var name: String
    package var lastDurationSeconds: Double
    package var error: String

    package init(name: String, lastDurationSeconds: Double, error: String) {
        self.name = name
        self.lastDurationSeconds = lastDurationSeconds
        self.error = error
    }
}

/// A file or a set of files whose lines are read.
package struct LogInputView: Codable, Sendable {
    package var input: String
    package var path: String
    /// How many events were read since the start.
    package var events: Int64
    package var note: String

    package init(input: String, path: String, events: Int64, note: String) {
        self.input = input
        self.path = path
        self.events = events
        self.note = note
    }
}

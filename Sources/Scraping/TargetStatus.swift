package import Model

/// What the pages and the API show of a target.
package struct TargetStatus: Sendable {
    package enum Health: String, Sendable, Hashable {
        /// Not scraped yet.
        case unknown
        case up, down
    }

    package let target: Target
    package internal(set) var health = Health.unknown
    /// Why the last scrape failed; empty where it did not. Without credentials.
    package internal(set) var lastError = ""
    /// In milliseconds since the Unix epoch; `nil` before the first one.
    package internal(set) var lastScrape: Int64?
    package internal(set) var lastDuration: Duration = .zero
    package internal(set) var lastSamples = 0
    /// What the store did not take of the last page because of its time.
    package internal(set) var refused: RefusedSamples?

    init(_ target: Target) { self.target = target }
}

/// What is known about a metric from the comments of the pages.
package struct MetricMetadata: Sendable, Hashable {
    package internal(set) var kind = MetricKind.unknown
    package internal(set) var help = ""
    package internal(set) var unit = ""
}

/// Targets and metadata at one moment.
package struct ScraperSnapshot: Sendable {
    /// By job, in the order of the configuration.
    package var active: [TargetStatus] = []
    /// Labels, before relabelling, of targets that relabelling drops, with their job.
    package var dropped: [(job: String, labels: Labels)] = []
    /// How many targets relabelling drops, by job.
    package internal(set) var droppedCounts: [String: Int] = [:]
    /// Addresses that cannot be scraped at all.
    package internal(set) var errors: [String] = []

    /// Leaves out the targets of all other jobs.
    package mutating func keepJob(_ name: String) {
        active.removeAll { $0.target.job != name }
        dropped.removeAll { $0.job != name }
    }
}

/// Why a scrape gave nothing.
package struct ScrapeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// No answer: refused, timed out, no such host.
        case unreachable
        /// An answer with another status than 200.
        case status
        /// The page is longer than `body_size_limit`, or than we take at all.
        case bodySizeLimit
        case sampleLimit
        case labelLimit
        case labelNameLengthLimit
        case labelValueLengthLimit
        case targetLimit
        /// The page is not of the formats that we read.
        case malformed
        /// The store did not take the samples.
        case storage
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

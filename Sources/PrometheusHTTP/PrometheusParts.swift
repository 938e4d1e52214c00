package import HTTPKit
package import Instruments
package import MetricStore
package import Model
package import PromQL
package import Rules
package import Scraping

/// What Prometheus' door reads, asks and writes to. The server fills it in once all parts are made.
package struct PrometheusParts: Sendable {
    /// What expressions are answered by.
    package struct Queries: Sendable {
        /// The samples.
        package let source: any SampleSource
        /// The names and values of labels, and the series.
        package let labels: any LabelSource
        /// Answers expressions within its limits.
        package let engine: PromQLEngine
        /// Experimental parts of the language that are on.
        package let features: Set<PromQLFeature>

        /// What expressions are answered by.
        package init(
            source: any SampleSource, labels: any LabelSource, engine: PromQLEngine, features: Set<PromQLFeature>
        ) {
            self.source = source
            self.labels = labels
            self.engine = engine
            self.features = features
        }
    }

    /// Where samples of others go.
    package struct Receiving: Sendable {
        /// Stores the samples, and hands them on where they go further.
        package let appender: any SampleAppender
        /// Where messages are read; the same as those of other doors.
        package let lanes: MessageLanes

        /// Where samples of others go.
        package init(appender: any SampleAppender, lanes: MessageLanes) {
            self.appender = appender
            self.lanes = lanes
        }
    }

    /// What may be done to the store.
    package struct Administration: Sendable {
        /// Whether samples may be deleted over HTTP.
        package let allowsDeletion: Bool
        /// Where copies of the store are put, each in a folder of its own.
        package let snapshotDirectory: String

        /// What may be done to the store.
        package init(allowsDeletion: Bool, snapshotDirectory: String) {
            self.allowsDeletion = allowsDeletion
            self.snapshotDirectory = snapshotDirectory
        }
    }

    let queries: Queries
    let receiving: Receiving
    let administration: Administration
    let store: MetricStore
    let rules: RuleManager
    let scraper: Scraper
    let registry: Registry
    let version: String
    let status: @Sendable () -> ServerStatus
    let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - store: what the status of the store and its exemplars come from, and what the admin endpoints act upon.
    ///   - registry: our own metrics, of which the metadata is told.
    ///   - status: asked at each request, so that a reload shows.
    ///   - now: milliseconds since the Unix epoch.
    package init(
        queries: Queries, receiving: Receiving, administration: Administration, store: MetricStore, rules: RuleManager,
        scraper: Scraper, registry: Registry, version: String, status: @escaping @Sendable () -> ServerStatus,
        now: @escaping @Sendable () -> Int64
    ) {
        self.queries = queries
        self.receiving = receiving
        self.administration = administration
        self.store = store
        self.rules = rules
        self.scraper = scraper
        self.registry = registry
        self.version = version
        self.status = status
        self.now = now
    }
}

package import CameraRecords
internal import Model

/// A time during which an alert fired, on the pages and in the API.
package struct FiringView: Codable, Sendable, Equatable {
    /// Who was told of it, the first time.
    package struct Told: Codable, Sendable, Equatable {
        package var receiver: String
        /// `email[0]`; empty for a receiver without integrations.
        package var integration: String
        /// Milliseconds since the Unix epoch, as all times here.
        package var time: Int64

        package init(receiver: String, integration: String, time: Int64) {
            self.receiver = receiver
            self.integration = integration
            self.time = time
        }
    }

    package var name: String
    package var fingerprint: String
    package var severity: String
    package var summary: String
    package var labels: [String: String]
    package var startsAt: Int64
    /// `nil` while it goes on.
    package var endsAt: Int64?
    package var told: [Told]

    package init(
        name: String, fingerprint: String, severity: String, summary: String, labels: [String: String],
        startsAt: Int64, endsAt: Int64?, told: [Told]
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.severity = severity
        self.summary = summary
        self.labels = labels
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.told = told
    }
}

/// Which firings are asked for. Empty texts are for any.
package struct FiringsRequest: Sendable, Equatable {
    package var name = ""
    package var camera = ""
    /// The label `instance`.
    package var node = ""
    package var fingerprint = ""
    /// Those that overlap these milliseconds since the Unix epoch.
    package var start: Int64
    package var end: Int64
    package var limit: Int
    package var offset = 0

    package init(start: Int64, end: Int64, limit: Int) {
        self.start = start
        self.end = end
        self.limit = limit
    }
}

/// What became of alerts.
package struct FiringsAnswer: Codable, Sendable, Equatable {
    /// The latest begin first.
    package var firings: [FiringView] = []
    /// Names of the alerts that are remembered.
    package var names: [String] = []

    package init(firings: [FiringView] = [], names: [String] = []) {
        self.firings = firings
        self.names = names
    }
}

/// What an alert's rule looks at.
package struct AlertCondition: Sendable, Equatable {
    /// The rule's expression.
    package var expression: String
    /// What is drawn: the side of the comparison that is looked at, of this alert's labels alone where that is possible;
    /// without a comparison the whole expression.
    package var series: String
    /// What that is, in few words: the metric's name, or the expression.
    package var subject: String
    /// `<`, `>=` …; empty where there is no comparison.
    package var operation: String
    /// What it is compared with: a number, or other series.
    package var threshold: Double?
    package var thresholdSeries: String?
    /// Of a rule any of whose sides will do: the one that fires.
    package var side: String?
    /// For how many milliseconds it must hold.
    package var hold: Int64
    /// The alert's value, while there is one.
    package var value: Double?

    package init(
        expression: String, series: String, subject: String, operation: String, threshold: Double?,
        thresholdSeries: String?, side: String? = nil, hold: Int64, value: Double?
    ) {
        self.expression = expression
        self.series = series
        self.subject = subject
        self.operation = operation
        self.threshold = threshold
        self.thresholdSeries = thresholdSeries
        self.side = side
        self.hold = hold
        self.value = value
    }
}

/// A time interval of `alertmanager.yml` during which some are told of nothing.
package struct QuietTimeView: Sendable, Equatable {
    package var name: String
    /// Each span in words: `Saturday to Sunday 22:00–06:00 (Asia/Ho_Chi_Minh)`.
    package var spans: [String]
    /// The receivers of the routes that it mutes.
    package var mutes: [String]
    package var isNow: Bool

    package init(name: String, spans: [String], mutes: [String], isNow: Bool) {
        self.name = name
        self.spans = spans
        self.mutes = mutes
        self.isNow = isNow
    }
}

/// A site that remembers no firings.
extension SiteViewSource {
    package func firings(_ request: FiringsRequest) async throws -> FiringsAnswer { FiringsAnswer() }
    package func firingTimes(_ request: FiringsRequest) async throws -> [TimeSpan] { [] }
    package func condition(of labels: [String: String], at time: Int64?) async -> AlertCondition? { nil }
    package func silence(alert: String, minutes: Int, createdBy: String, comment: String) async throws -> String {
        throw AlertRequestRefused("no such alert is pending or fires")
    }
    package func quietTimes() async -> [QuietTimeView] { [] }
}

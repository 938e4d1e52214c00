/// An alert as rules send it and Alertmanager knows it.
public struct Alert: Sendable, Equatable {
    public let labels: Labels
    public let annotations: [String: String]
    /// Milliseconds since the Unix epoch.
    public let startsAt: Int64
    /// When the alert ends unless it is sent again; in the past for one that is resolved.
    public let endsAt: Int64
    /// A link to the expression that fired.
    public let generatorURL: String

    public init(labels: Labels, annotations: [String: String], startsAt: Int64, endsAt: Int64, generatorURL: String) {
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.generatorURL = generatorURL
    }

    public var name: String { labels["alertname"] }

    public func isResolved(at now: Int64) -> Bool { endsAt <= now }
}

/// What takes alerts from the rules: our router, or an Alertmanager elsewhere.
public protocol AlertSink: Sendable {
    func receive(_ alerts: [Alert]) async
}

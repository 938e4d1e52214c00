public import Model

/// An alert as a program posts it.
public struct PostedAlert: Sendable, Hashable {
    public var labels: [String: String]
    public var annotations: [String: String]
    /// Milliseconds since the Unix epoch; `nil` is now.
    public var startsAt: Int64?
    /// `nil`: after `resolve_timeout`, unless it is posted again.
    public var endsAt: Int64?
    public var generatorURL: String

    public init(
        labels: [String: String], annotations: [String: String] = [:], startsAt: Int64? = nil, endsAt: Int64? = nil,
        generatorURL: String = ""
    ) {
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.generatorURL = generatorURL
    }
}

/// An alert that is not over, and what the router makes of it.
public struct RoutedAlert: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, Codable { case active, suppressed }

    /// Sixteen hexadecimal digits.
    public let fingerprint: String
    public let labels: Labels
    public let annotations: [String: String]
    /// Milliseconds since the Unix epoch.
    public let startsAt: Int64
    public let endsAt: Int64
    public let updatedAt: Int64
    public let generatorURL: String
    public let state: State
    /// Identifiers of silences.
    public let silencedBy: [String]
    /// Fingerprints of alerts.
    public let inhibitedBy: [String]
    /// Names of the time intervals that hold its notifications back now.
    public let mutedBy: [String]
    /// Names of the receivers to which its routes lead.
    public let receivers: [String]
}

/// Alerts that are told together.
public struct AlertGroupView: Sendable, Hashable {
    public let labels: Labels
    public let receiver: String
    /// As it stands in webhooks.
    public let key: String
    /// When it is looked at next, in milliseconds since the Unix epoch.
    public let nextFlush: Int64
    public let alerts: [RoutedAlert]
}

/// A notification that failed and is tried again.
public struct WaitingNotification: Sendable, Hashable {
    public let receiver: String
    /// `email[0]`.
    public let integration: String
    /// Since when it is to be told, in milliseconds since the Unix epoch.
    public let since: Int64
    /// Why the last attempt failed, without credentials.
    public let error: String
}

/// A silence as a person or program asks for it.
public struct PostedSilence: Sendable, Hashable {
    /// Names the silence that is to be changed; empty for a new one.
    public var id: String
    public var matchers: [Matcher]
    /// Milliseconds since the Unix epoch.
    public var startsAt: Int64
    public var endsAt: Int64
    public var createdBy: String
    public var comment: String

    public init(
        id: String = "", matchers: [Matcher], startsAt: Int64, endsAt: Int64, createdBy: String, comment: String
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.comment = comment
    }
}

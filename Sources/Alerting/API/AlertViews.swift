package import Model

/// An alert as a program posts it.
package struct PostedAlert: Sendable, Hashable {
    package var labels: [String: String]
    package var annotations: [String: String]
    /// Milliseconds since the Unix epoch; `nil` is now.
    package var startsAt: Int64?
    /// `nil`: after `resolve_timeout`, unless it is posted again.
    package var endsAt: Int64?
    package var generatorURL: String

    package init(
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
package struct RoutedAlert: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable { case active, suppressed }

    /// Sixteen hexadecimal digits.
    package let fingerprint: String
    package let labels: Labels
    package let annotations: [String: String]
    /// Milliseconds since the Unix epoch.
    package let startsAt: Int64
    package let endsAt: Int64
    package let updatedAt: Int64
    package let generatorURL: String
    package let state: State
    /// Identifiers of silences.
    package let silencedBy: [String]
    /// Fingerprints of alerts.
    package let inhibitedBy: [String]
    /// Identifiers of maintenance windows.
    package let maintainedBy: [String]
    /// Names of the time intervals that hold its notifications back now.
    package let mutedBy: [String]
    /// Names of the receivers to which its routes lead.
    package let receivers: [String]
}

/// Alerts that are told together.
package struct AlertGroupView: Sendable, Hashable {
    package let labels: Labels
    package let receiver: String
    /// As it stands in webhooks.
    package let key: String
    /// When it is looked at next, in milliseconds since the Unix epoch.
    package let nextFlush: Int64
    package let alerts: [RoutedAlert]
}

/// A notification that failed and is tried again.
package struct WaitingNotification: Sendable, Hashable {
    package let receiver: String
    /// `email[0]`.
    package let integration: String
    /// Since when it is to be told, in milliseconds since the Unix epoch.
    package let since: Int64
    /// Why the last attempt failed, without credentials.
    package let error: String
}

/// A silence as a person or program asks for it.
package struct PostedSilence: Sendable, Hashable {
    /// Names the silence that is to be changed; empty for a new one.
    package var id: String
    package var matchers: [Matcher]
    /// Milliseconds since the Unix epoch.
    package var startsAt: Int64
    package var endsAt: Int64
    package var createdBy: String
    package var comment: String

    package init(
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

package import Model

/// A time during which an alert fired.
package struct Firing: Sendable, Hashable, Identifiable {
    /// That somebody was told of it, the first time.
    package struct Told: Sendable, Hashable {
        package let receiver: String
        /// Kind and number within the receiver: `email[0]`.
        package let integration: String
        /// Milliseconds since the Unix epoch.
        package let time: Int64
        package let status: Delivery.Status

        package init(receiver: String, integration: String, time: Int64, status: Delivery.Status) {
            self.receiver = receiver
            self.integration = integration
            self.time = time
            self.status = status
        }
    }

    /// Counts up from 1; 0 before it is kept.
    package var id: Int64
    package let fingerprint: UInt64
    package let labels: Labels
    package let summary: String
    /// Milliseconds since the Unix epoch.
    package let startsAt: Int64
    /// `nil` while it goes on.
    package var endsAt: Int64?
    /// When it was last known to go on.
    package var seenAt: Int64
    package var told: [Told]

    package init(
        id: Int64 = 0, fingerprint: UInt64, labels: Labels, summary: String, startsAt: Int64, endsAt: Int64? = nil,
        seenAt: Int64, told: [Told] = []
    ) {
        self.id = id
        self.fingerprint = fingerprint
        self.labels = labels
        self.summary = summary
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.seenAt = seenAt
        self.told = told
    }
}

/// Which firings are asked for.
package struct FiringQuery: Sendable, Hashable {
    /// The alert's name; empty for any, as is every text here.
    package var name = ""
    package var camera = ""
    /// The label `instance`.
    package var node = ""
    package var fingerprint: UInt64?
    /// Firings that overlap these milliseconds since the Unix epoch.
    package var start: Int64
    package var end: Int64

    package init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }
}

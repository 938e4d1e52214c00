package import Model

/// A time of planned works, once or each week, in which alerts that fulfil all its matchers are told to nobody.
package struct MaintenanceWindow: Sendable, Hashable, Identifiable {
    /// When one comes that comes each week.
    package struct Weekly: Sendable, Hashable {
        /// The name of a time zone, or its distance from UTC: `Asia/Ho_Chi_Minh`, `+07:00`.
        package let zone: String
        /// What a clock of the zone shows at the first begin and end, in milliseconds as if it were UTC.
        package let start: Int64
        package let end: Int64

        package init(zone: String, start: Int64, end: Int64) {
            self.zone = zone
            self.start = start
            self.end = end
        }
    }

    package let id: String
    package let matchers: [Matcher]
    /// Of the first time, in milliseconds since the Unix epoch, as all times here.
    package let startsAt: Int64
    package let endsAt: Int64
    /// `nil` for one that comes once.
    package let weekly: Weekly?
    package let createdAt: Int64
    package let createdBy: String
    /// What is done in it.
    package let comment: String
    /// When somebody ended it.
    package var endedAt: Int64?

    package init(
        id: String, matchers: [Matcher], startsAt: Int64, endsAt: Int64, weekly: Weekly?, createdAt: Int64,
        createdBy: String, comment: String, endedAt: Int64? = nil
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.weekly = weekly
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.comment = comment
        self.endedAt = endedAt
    }
}

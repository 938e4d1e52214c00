/// A maintenance window on the pages, in the API and on the command line.
package struct MaintenanceView: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable { case pending, active, over }

    package var id: String
    package var state: State
    /// `camera_id="gate"`, one a matcher.
    package var matchers: [String]
    /// Of the time that goes on, of the next one, or of the last one: milliseconds since the Unix epoch.
    package var startsAt: Int64
    package var endsAt: Int64
    package var weekly: Weekly?
    package var by: String
    /// What is done in it.
    package var comment: String
    /// How many alerts it holds now.
    package var held: Int
    /// What its matchers name that is not known here, in sentences.
    package var notes: [String]

    /// When one comes that comes each week: days count from Monday, 0, and minutes from midnight, of the zone's clock.
    package struct Weekly: Codable, Sendable, Equatable {
        package var zone: String
        package var startDay: Int
        package var startMinute: Int
        package var endDay: Int
        package var endMinute: Int

        package init(zone: String, startDay: Int, startMinute: Int, endDay: Int, endMinute: Int) {
            self.zone = zone
            self.startDay = startDay
            self.startMinute = startMinute
            self.endDay = endDay
            self.endMinute = endMinute
        }
    }

    package init(
        id: String, state: State, matchers: [String], startsAt: Int64, endsAt: Int64, weekly: Weekly? = nil, by: String,
        comment: String, held: Int = 0, notes: [String] = []
    ) {
        self.id = id
        self.state = state
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.weekly = weekly
        self.by = by
        self.comment = comment
        self.held = held
        self.notes = notes
    }
}

/// A maintenance window that somebody plans.
package struct MaintenancePlan: Codable, Sendable, Equatable {
    /// The identifier of a camera, a node's name, a site's name: what is given must all be met. Empty texts are for any.
    package var camera = ""
    package var node = ""
    package var site = ""
    /// Further ones, as a person writes them: `camera_id="gate", alertname=~"Camera.*"`.
    package var matchers = ""
    /// By the clock of the site: `2026-11-29T22:00`. An empty begin is now.
    package var from = ""
    package var until = ""
    package var weekly = false
    package var by = ""
    package var comment = ""

    package init() {}

    enum CodingKeys: String, CodingKey { case camera, node, site, matchers, from, until, weekly, by, comment }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String { try values.decodeIfPresent(String.self, forKey: key) ?? "" }
        (camera, node, site) = (try text(.camera), try text(.node), try text(.site))
        (matchers, from, until) = (try text(.matchers), try text(.from), try text(.until))
        (by, comment) = (try text(.by), try text(.comment))
        weekly = try values.decodeIfPresent(Bool.self, forKey: .weekly) ?? false
    }
}

/// A site of which nothing is worked on.
extension SiteViewSource {
    package func maintenance() async -> [MaintenanceView] { [] }
    package func planMaintenance(_ plan: MaintenancePlan) async throws -> MaintenanceView {
        throw AlertRequestRefused("cannot plan the maintenance: this site keeps none")
    }
    package func endMaintenance(_ id: String) async throws {
        throw AlertRequestRefused("there is no maintenance window \(id)")
    }
    package func deleteMaintenance(_ id: String) async throws {
        throw AlertRequestRefused("there is no maintenance window \(id)")
    }
}

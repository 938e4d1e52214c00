/// Why an alert is told, or is not: the routes it takes, their timers, who is told when, and what holds it.
public struct AlertExplanation: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable {
        case firing, pending
        /// Nothing of the kind is there now; the routes are those that it would take.
        case absent
    }

    /// A silence, or a maintenance window, that holds the alert.
    public struct HoldingSilence: Codable, Sendable, Equatable {
        public var id: String
        public var createdBy: String
        public var comment: String
        /// Milliseconds since the Unix epoch, as all times here.
        public var endsAt: Int64

        public init(id: String, createdBy: String, comment: String, endsAt: Int64) {
            self.id = id
            self.createdBy = createdBy
            self.comment = comment
            self.endsAt = endsAt
        }
    }

    /// An alert that is graver, and the rule by which it holds this one.
    public struct HoldingAlert: Codable, Sendable, Equatable {
        public var fingerprint: String
        /// Its name and labels in words.
        public var alert: String
        public var rule: String

        public init(fingerprint: String, alert: String, rule: String) {
            self.fingerprint = fingerprint
            self.alert = alert
            self.rule = rule
        }
    }

    /// One way of telling: an integration of a receiver.
    public struct Told: Codable, Sendable, Equatable {
        /// `email[0]`.
        public var integration: String
        /// Who or what it reaches, without credentials.
        public var destination: String
        public var sendsResolved: Bool
        /// When the alert was last told, and whether as firing.
        public var lastTold: Int64?
        public var lastToldFiring: Bool
        /// When it is told again if nothing changes; `nil` before it was told.
        public var repeatsAt: Int64?
        /// Since when a notification waits that has not got through; `nil` if none does.
        public var waitingSince: Int64?
        /// Who looks after all that fires in the group: it is not told again meanwhile. Empty where somebody does not.
        public var restsWith: [String]

        public init(
            integration: String, destination: String, sendsResolved: Bool, lastTold: Int64?, lastToldFiring: Bool,
            repeatsAt: Int64?, waitingSince: Int64?, restsWith: [String] = []
        ) {
            self.integration = integration
            self.destination = destination
            self.sendsResolved = sendsResolved
            self.lastTold = lastTold
            self.lastToldFiring = lastToldFiring
            self.repeatsAt = repeatsAt
            self.waitingSince = waitingSince
            self.restsWith = restsWith
        }
    }

    /// A route that takes the alert.
    public struct Route: Codable, Sendable, Equatable {
        /// Matchers from the root of the tree to the route; the root's are `{}`.
        public var path: [String]
        public var receiver: String
        /// The labels of the group in which it is told, in words.
        public var group: String
        /// Milliseconds.
        public var groupWait: Int64
        public var groupInterval: Int64
        public var repeatInterval: Int64
        /// Names of the time intervals that hold it now.
        public var mutedBy: [String]
        /// When the group is looked at next; `nil` while there is no such group.
        public var nextFlush: Int64?
        public var told: [Told]

        public init(
            path: [String], receiver: String, group: String, groupWait: Int64, groupInterval: Int64,
            repeatInterval: Int64, mutedBy: [String], nextFlush: Int64?, told: [Told]
        ) {
            self.path = path
            self.receiver = receiver
            self.group = group
            self.groupWait = groupWait
            self.groupInterval = groupInterval
            self.repeatInterval = repeatInterval
            self.mutedBy = mutedBy
            self.nextFlush = nextFlush
            self.told = told
        }
    }

    public var name: String
    /// Sixteen hexadecimal digits.
    public var fingerprint: String
    public var state: State
    public var labels: [String: String]
    public var annotations: [String: String]
    /// Since when it fires, or its condition holds; `nil` for one that is absent.
    public var since: Int64?
    /// When one that is pending fires if its condition goes on to hold.
    public var firesAt: Int64?
    public var silences: [HoldingSilence]
    /// The maintenance windows that hold it.
    public var maintenance: [HoldingSilence]
    public var inhibitedBy: [HoldingAlert]
    public var routes: [Route]

    public init(
        name: String, fingerprint: String, state: State, labels: [String: String], annotations: [String: String],
        since: Int64?, firesAt: Int64?, silences: [HoldingSilence], maintenance: [HoldingSilence] = [],
        inhibitedBy: [HoldingAlert], routes: [Route]
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.state = state
        self.labels = labels
        self.annotations = annotations
        self.since = since
        self.firesAt = firesAt
        self.silences = silences
        self.maintenance = maintenance
        self.inhibitedBy = inhibitedBy
        self.routes = routes
    }
}

public import ConfigText
public import Model

/// `alertmanager.yml` as Alertmanager 0.27 and later read it, as far as we act on it.
/// Global defaults are already written into the receivers.
public struct AlertmanagerConfig: Sendable {
    public var resolveTimeout: Duration = .seconds(300)
    public var route: RouteConfig
    public var receivers: [ReceiverConfig]
    public var inhibitRules: [InhibitRuleConfig] = []
    /// Globs of notification template files.
    public var templates: [Located<String>] = []
    public var timeIntervals: [String: [TimeIntervalConfig]] = [:]
    /// The file as it may be shown, without its secrets.
    public var shownText = ""

    public init(route: RouteConfig, receivers: [ReceiverConfig]) {
        self.route = route
        self.receivers = receivers
    }
}

/// A node of the routing tree. What a child leaves open it has from its parent (already filled in).
public struct RouteConfig: Sendable {
    public var receiver: String
    /// `nil` is "all labels" (`group_by: ['...']`).
    public var groupBy: [String]?
    public var groupWait: Duration = .seconds(30)
    public var groupInterval: Duration = .seconds(300)
    public var repeatInterval: Duration = .seconds(4 * 3_600)
    public var matchers: [Matcher] = []
    public var continues = false
    public var muteTimeIntervals: [String] = []
    public var activeTimeIntervals: [String] = []
    public var routes: [RouteConfig] = []

    public init(receiver: String) {
        self.receiver = receiver
        groupBy = []
    }
}

/// A recurring span of time, kept as its YAML says it; evaluated by the router.
public struct TimeIntervalConfig: Sendable, Hashable {
    /// Minutes of the day, `start ..< end`.
    public var times: [Range<Int>] = []
    /// 0 is Sunday.
    public var weekdays: [ClosedRange<Int>] = []
    /// 1 to 31; negative from the month's end.
    public var daysOfMonth: [DayRange] = []
    public var months: [ClosedRange<Int>] = []
    public var years: [ClosedRange<Int>] = []
    /// An IANA name; `UTC` by default.
    public var location = "UTC"

    public init() {}

    /// Days of a month, each end counted from the month's begin (1 is the first) or its end (-1 is the last).
    public struct DayRange: Sendable, Hashable {
        public let first: Int
        public let last: Int

        public init(first: Int, last: Int) {
            self.first = first
            self.last = last
        }

        /// Whether the range holds a day of a month of that many days.
        public func contains(_ day: Int, daysInMonth: Int) -> Bool {
            let first = first < 0 ? daysInMonth + first + 1 : first
            let last = last < 0 ? daysInMonth + last + 1 : last
            return first <= day && day <= last
        }
    }
}

/// Where notifications go, under a name that routes use.
public struct ReceiverConfig: Sendable {
    public var name: String
    /// In the order in which they are told.
    var integrations: [any Integration] = []

    public init(name: String) { self.name = name }
}

/// Mutes alerts that fulfil `targetMatchers` while one that fulfils `sourceMatchers` fires
/// with the same values of the labels in `equal`.
public struct InhibitRuleConfig: Sendable {
    /// Where the rule stands; `nil` for one that code made.
    public var position: SourcePosition?
    public var sourceMatchers: [Matcher]
    public var targetMatchers: [Matcher]
    public var equal: [String]

    public init(sourceMatchers: [Matcher], targetMatchers: [Matcher], equal: [String]) {
        self.sourceMatchers = sourceMatchers
        self.targetMatchers = targetMatchers
        self.equal = equal
    }
}

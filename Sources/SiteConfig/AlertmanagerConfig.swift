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
    public var emails: [EmailConfig] = []
    public var slacks: [SlackConfig] = []
    public var webhooks: [WebhookConfig] = []
    public var pagerDuties: [PagerDutyConfig] = []
    public var opsGenies: [OpsGenieConfig] = []
    public var telegrams: [TelegramConfig] = []
    public var pushovers: [PushoverConfig] = []
    public var teams: [TeamsConfig] = []
    public var undeliverables: [UndeliverableConfig] = []

    public init(name: String) { self.name = name }
}

public struct EmailConfig: Sendable {
    public var position: SourcePosition
    public var sendResolved = false
    /// Comma-separated addresses; a template.
    public var to: String
    public var from: String
    /// `host:port`.
    public var smarthost: String
    public var hello = "localhost"
    public var authUsername = ""
    public var authPassword: Secret?
    public var authIdentity = ""
    public var requireTLS = true
    /// TLS from the first byte; `nil`: where the port is 465.
    public var implicitTLS: Bool?
    public var insecureSkipVerify = false
    /// The name that the mail server's certificate must have, where that is not the host of `smarthost`.
    public var serverName: String?
    public var caFile: String?
    /// Header names and templates of their values.
    public var headers: [String: String] = [:]
    public var html = #"{{ template "email.default.html" . }}"#
    public var text = ""

    public init(position: SourcePosition, to: String, from: String, smarthost: String) {
        self.position = position
        self.to = to
        self.from = from
        self.smarthost = smarthost
    }
}

public struct SlackConfig: Sendable {
    /// A field of a message; its texts are templates.
    public struct Field: Sendable, Hashable {
        public var title: String
        public var value: String
        public var short: Bool?
    }

    /// A button of a message; its texts are templates.
    public struct Action: Sendable, Hashable {
        public var type: String
        public var text: String
        public var url: String
        public var style: String
        public var name: String
        public var value: String
    }

    public var position: SourcePosition
    public var sendResolved = false
    public var apiURL: Secret
    public var channel = ""
    public var username = #"{{ template "slack.default.username" . }}"#
    public var color = #"{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}"#
    public var title = #"{{ template "slack.default.title" . }}"#
    public var titleLink = #"{{ template "slack.default.titlelink" . }}"#
    public var pretext = ""
    public var text = #"{{ template "slack.default.text" . }}"#
    public var fallback = #"{{ template "slack.default.fallback" . }}"#
    public var iconEmoji = ""
    public var iconURL = ""
    public var linkNames = false
    public var callbackID = #"{{ template "slack.default.callbackid" . }}"#
    public var footer = #"{{ template "slack.default.footer" . }}"#
    public var imageURL = ""
    public var thumbURL = ""
    public var fields: [Field] = []
    public var shortFields = false
    public var actions: [Action] = []
    /// The parts in which Slack looks for its formatting signs.
    public var formattedParts = ["fallback", "pretext", "text"]
    public var client = HTTPClientConfig()

    public init(position: SourcePosition, apiURL: Secret) {
        self.position = position
        self.apiURL = apiURL
    }

    public var templates: [String] {
        [
            channel, username, color, title, titleLink, pretext, text, fallback, iconEmoji, iconURL, callbackID, footer,
            imageURL, thumbURL,
        ] + fields.flatMap { [$0.title, $0.value] }
            + actions.flatMap { [$0.type, $0.text, $0.url, $0.style, $0.name, $0.value] }
    }
}

public struct WebhookConfig: Sendable {
    public var position: SourcePosition
    public var sendResolved = true
    public var url: Secret
    /// 0 is no limit.
    public var maxAlerts = 0
    public var timeout: Duration = .zero
    public var client = HTTPClientConfig()

    public init(position: SourcePosition, url: Secret) {
        self.position = position
        self.url = url
    }
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

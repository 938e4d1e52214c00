public import ConfigText
public import Model

/// An entry of `pagerduty_configs`: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
public struct PagerDutyConfig: Sendable {
    /// An image or a link of an incident; its parts are templates.
    public struct Attachment: Sendable, Hashable {
        public var href = ""
        public var text = ""
        public var source = ""

        public init(href: String = "", text: String = "", source: String = "") {
            self.href = href
            self.text = text
            self.source = source
        }
    }

    public var position: SourcePosition
    public var sendResolved = true
    /// The key of an Events API v2 integration, or, where `usesVersion1`, of a service.
    public var key: Secret
    public var usesVersion1 = false
    public var url: String
    public var client = #"{{ template "pagerduty.default.client" . }}"#
    public var clientURL = #"{{ template "pagerduty.default.clientURL" . }}"#
    public var description = #"{{ template "pagerduty.default.description" . }}"#
    public var severity = "error"
    /// Empty: the client.
    public var source = ""
    public var details: [String: String] = [
        "firing": #"{{ template "pagerduty.default.instances" .Alerts.Firing }}"#,
        "resolved": #"{{ template "pagerduty.default.instances" .Alerts.Resolved }}"#,
        "num_firing": "{{ .Alerts.Firing | len }}",
        "num_resolved": "{{ .Alerts.Resolved | len }}",
    ]
    public var images: [Attachment] = []
    public var links: [Attachment] = []
    public var eventClass = ""
    public var component = ""
    public var group = ""
    public var http = HTTPClientConfig()

    public init(position: SourcePosition, key: Secret, url: String) {
        self.position = position
        self.key = key
        self.url = url
    }

    public var templates: [String] {
        [client, clientURL, description, severity, source, eventClass, component, group] + details.values
            + (images + links).flatMap { [$0.href, $0.text, $0.source] }
    }
}

/// An entry of `opsgenie_configs`: https://docs.opsgenie.com/docs/alert-api
public struct OpsGenieConfig: Sendable {
    /// Who is to act; its parts but the type are templates.
    public struct Responder: Sendable, Hashable {
        public var id = ""
        public var name = ""
        public var username = ""
        public var type = ""

        public init(id: String = "", name: String = "", username: String = "", type: String) {
            self.id = id
            self.name = name
            self.username = username
            self.type = type
        }
    }

    public var position: SourcePosition
    public var sendResolved = true
    public var key: Secret
    public var url: String
    public var message = #"{{ template "opsgenie.default.message" . }}"#
    public var description = #"{{ template "opsgenie.default.description" . }}"#
    public var source = #"{{ template "opsgenie.default.source" . }}"#
    public var details: [String: String] = [:]
    public var responders: [Responder] = []
    /// Separated by commas.
    public var tags = ""
    public var note = ""
    public var priority = ""
    public var entity = ""
    public var actions = ""
    /// Whether message and description of an alert that is open already are changed, too.
    public var updatesAlerts = false
    public var http = HTTPClientConfig()

    public init(position: SourcePosition, key: Secret, url: String) {
        self.position = position
        self.key = key
        self.url = url
    }

    public var templates: [String] {
        [message, description, source, tags, note, priority, entity, actions] + details.values
            + responders.flatMap { [$0.id, $0.name, $0.username] }
    }
}

/// An entry of `telegram_configs`: https://core.telegram.org/bots/api#sendmessage
public struct TelegramConfig: Sendable {
    public var position: SourcePosition
    public var sendResolved = true
    public var token: Secret
    /// A number.
    public var chat: Secret
    public var thread: Int?
    public var url: String
    public var message = #"{{ template "telegram.default.message" . }}"#
    public var disablesNotifications = false
    /// `HTML`, `MarkdownV2`, `Markdown`, or empty for plain text.
    public var parseMode = "HTML"
    public var http = HTTPClientConfig()

    public init(position: SourcePosition, token: Secret, chat: Secret, url: String) {
        self.position = position
        self.token = token
        self.chat = chat
        self.url = url
    }

    public var templates: [String] { [message] }
}

/// An entry of `pushover_configs`: https://pushover.net/api
public struct PushoverConfig: Sendable {
    public var position: SourcePosition
    public var sendResolved = true
    public var url = "https://api.pushover.net/1/messages.json"
    public var userKey: Secret
    public var token: Secret
    public var title = #"{{ template "pushover.default.title" . }}"#
    public var message = #"{{ template "pushover.default.message" . }}"#
    public var link = #"{{ template "pushover.default.url" . }}"#
    public var linkTitle = ""
    public var device = ""
    public var sound = ""
    public var priority = #"{{ if eq .Status "firing" }}2{{ else }}0{{ end }}"#
    public var retry: Duration = .seconds(60)
    public var expire: Duration = .seconds(3_600)
    public var lifetime: Duration = .zero
    public var usesHTML = false
    public var isMonospace = false
    public var http = HTTPClientConfig()

    public init(position: SourcePosition, userKey: Secret, token: Secret) {
        self.position = position
        self.userKey = userKey
        self.token = token
    }

    public var templates: [String] { [title, message, link, linkTitle, device, sound, priority] }
}

/// An entry of `msteams_configs` (a message card) or `msteamsv2_configs` (an adaptive card for a workflow).
public struct TeamsConfig: Sendable {
    public enum Card: String, Sendable { case message = "msteams", adaptive = "msteamsv2" }

    public var position: SourcePosition
    public var card: Card
    public var sendResolved = true
    public var url: Secret
    public var title: String
    public var summary: String
    public var text: String
    public var http = HTTPClientConfig()

    public init(position: SourcePosition, card: Card, url: Secret) {
        self.position = position
        self.card = card
        self.url = url
        title = #"{{ template "\#(card.rawValue).default.title" . }}"#
        summary = card == .message ? #"{{ template "msteams.default.summary" . }}"# : ""
        text = #"{{ template "\#(card.rawValue).default.text" . }}"#
    }

    public var templates: [String] { [title, summary, text] }
}

/// An entry of a kind that Alertmanager delivers by and we do not. Each notification fails in the delivery log.
public struct UndeliverableConfig: Sendable, Hashable {
    public var position: SourcePosition
    /// The kind's name: `wechat`.
    public var kind: String
    public var sendResolved: Bool

    public init(position: SourcePosition, kind: String, sendResolved: Bool) {
        self.position = position
        self.kind = kind
        self.sendResolved = sendResolved
    }
}

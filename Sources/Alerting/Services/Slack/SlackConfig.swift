internal import ConfigText
internal import Model

/// An entry of `slack_configs`.
struct SlackConfig: Sendable {
    /// A field of a message; its texts are templates.
    struct Field: Sendable, Hashable {
        var title: String
        var value: String
        var short: Bool?
    }

    /// A button of a message; its texts are templates.
    struct Action: Sendable, Hashable {
        var type: String
        var text: String
        var url: String
        var style: String
        var name: String
        var value: String
    }

    var position: SourcePosition
    var sendResolved = false
    var apiURL: Secret
    var channel = ""
    var username = #"{{ template "slack.default.username" . }}"#
    var color = #"{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}"#
    var title = #"{{ template "slack.default.title" . }}"#
    var titleLink = #"{{ template "slack.default.titlelink" . }}"#
    var pretext = ""
    var text = #"{{ template "slack.default.text" . }}"#
    var fallback = #"{{ template "slack.default.fallback" . }}"#
    var iconEmoji = ""
    var iconURL = ""
    var linkNames = false
    var callbackID = #"{{ template "slack.default.callbackid" . }}"#
    var footer = #"{{ template "slack.default.footer" . }}"#
    var imageURL = ""
    var thumbURL = ""
    var fields: [Field] = []
    var shortFields = false
    var actions: [Action] = []
    /// The parts in which Slack looks for its formatting signs.
    var formattedParts = ["fallback", "pretext", "text"]
    var client = HTTPClientConfig()

    init(position: SourcePosition, apiURL: Secret) {
        self.position = position
        self.apiURL = apiURL
    }

    var templates: [String] {
        [
            channel, username, color, title, titleLink, pretext, text, fallback, iconEmoji, iconURL, callbackID, footer,
            imageURL, thumbURL,
        ] + fields.flatMap { [$0.title, $0.value] }
            + actions.flatMap { [$0.type, $0.text, $0.url, $0.style, $0.name, $0.value] }
    }
}

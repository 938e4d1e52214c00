internal import ConfigText
internal import Model

/// An entry of `pushover_configs`: https://pushover.net/api
struct PushoverConfig: Sendable {
    var position: SourcePosition
    var sendResolved = true
    var url = "https://api.pushover.net/1/messages.json"
    var userKey: Secret
    var token: Secret
    var title = #"{{ template "pushover.default.title" . }}"#
    var message = #"{{ template "pushover.default.message" . }}"#
    var link = #"{{ template "pushover.default.url" . }}"#
    var linkTitle = ""
    var device = ""
    var sound = ""
    var priority = #"{{ if eq .Status "firing" }}2{{ else }}0{{ end }}"#
    var retry: Duration = .seconds(60)
    var expire: Duration = .seconds(3_600)
    var lifetime: Duration = .zero
    var usesHTML = false
    var isMonospace = false
    var http = HTTPClientConfig()

    init(position: SourcePosition, userKey: Secret, token: Secret) {
        self.position = position
        self.userKey = userKey
        self.token = token
    }

    var templates: [String] { [title, message, link, linkTitle, device, sound, priority] }
}

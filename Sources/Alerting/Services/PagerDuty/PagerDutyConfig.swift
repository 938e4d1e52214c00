internal import ConfigText
internal import Model

/// An entry of `pagerduty_configs`: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
struct PagerDutyConfig: Sendable {
    /// An image or a link of an incident; its parts are templates.
    struct Attachment: Sendable, Hashable {
        var href = ""
        var text = ""
        var source = ""

        init(href: String = "", text: String = "", source: String = "") {
            self.href = href
            self.text = text
            self.source = source
        }
    }

    var position: SourcePosition
    var sendResolved = true
    /// The key of an Events API v2 integration, or, where `usesVersion1`, of a service.
    var key: Secret
    var usesVersion1 = false
    var url: String
    var client = #"{{ template "pagerduty.default.client" . }}"#
    var clientURL = #"{{ template "pagerduty.default.clientURL" . }}"#
    var description = #"{{ template "pagerduty.default.description" . }}"#
    var severity = "error"
    /// Empty: the client.
    var source = ""
    var details: [String: String] = [
        "firing": #"{{ template "pagerduty.default.instances" .Alerts.Firing }}"#,
        "resolved": #"{{ template "pagerduty.default.instances" .Alerts.Resolved }}"#,
        "num_firing": "{{ .Alerts.Firing | len }}",
        "num_resolved": "{{ .Alerts.Resolved | len }}",
    ]
    var images: [Attachment] = []
    var links: [Attachment] = []
    var eventClass = ""
    var component = ""
    var group = ""
    var http = HTTPClientConfig()

    init(position: SourcePosition, key: Secret, url: String) {
        self.position = position
        self.key = key
        self.url = url
    }

    var templates: [String] {
        [client, clientURL, description, severity, source, eventClass, component, group] + details.values
            + (images + links).flatMap { [$0.href, $0.text, $0.source] }
    }
}

internal import ConfigText
internal import Model

/// An entry of `msteams_configs` (a message card) or `msteamsv2_configs` (an adaptive card for a workflow).
struct TeamsConfig: Sendable {
    enum Card: String, Sendable { case message = "msteams", adaptive = "msteamsv2" }

    var position: SourcePosition
    var card: Card
    var sendResolved = true
    var url: Secret
    var title: String
    var summary: String
    var text: String
    var http = HTTPClientConfig()

    init(position: SourcePosition, card: Card, url: Secret) {
        self.position = position
        self.card = card
        self.url = url
        title = #"{{ template "\#(card.rawValue).default.title" . }}"#
        summary = card == .message ? #"{{ template "msteams.default.summary" . }}"# : ""
        text = #"{{ template "\#(card.rawValue).default.text" . }}"#
    }

    var templates: [String] { [title, summary, text] }
}

internal import ConfigText
internal import Model

/// An entry of `opsgenie_configs`: https://docs.opsgenie.com/docs/alert-api
struct OpsGenieConfig: Sendable {
    /// Who is to act; its parts but the type are templates.
    struct Responder: Sendable, Hashable {
        var id = ""
        var name = ""
        var username = ""
        var type = ""

        init(id: String = "", name: String = "", username: String = "", type: String) {
            self.id = id
            self.name = name
            self.username = username
            self.type = type
        }
    }

    var position: SourcePosition
    var sendResolved = true
    var key: Secret
    var url: String
    var message = #"{{ template "opsgenie.default.message" . }}"#
    var description = #"{{ template "opsgenie.default.description" . }}"#
    var source = #"{{ template "opsgenie.default.source" . }}"#
    var details: [String: String] = [:]
    var responders: [Responder] = []
    /// Separated by commas.
    var tags = ""
    var note = ""
    var priority = ""
    var entity = ""
    var actions = ""
    /// Whether message and description of an alert that is open already are changed, too.
    var updatesAlerts = false
    var http = HTTPClientConfig()

    init(position: SourcePosition, key: Secret, url: String) {
        self.position = position
        self.key = key
        self.url = url
    }

    var templates: [String] {
        [message, description, source, tags, note, priority, entity, actions] + details.values
            + responders.flatMap { [$0.id, $0.name, $0.username] }
    }
}

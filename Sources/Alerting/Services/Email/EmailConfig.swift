internal import ConfigText
internal import Model

/// An entry of `email_configs`.
struct EmailConfig: Sendable {
    var position: SourcePosition
    var sendResolved = false
    /// Comma-separated addresses; a template.
    var to: String
    var from: String
    /// `host:port`.
    var smarthost: String
    var hello = "localhost"
    var authUsername = ""
    var authPassword: Secret?
    var authIdentity = ""
    var requireTLS = true
    /// TLS from the first byte; `nil`: where the port is 465.
    var implicitTLS: Bool?
    var insecureSkipVerify = false
    /// The name that the mail server's certificate must have, where that is not the host of `smarthost`.
    var serverName: String?
    var caFile: String?
    /// Header names and templates of their values.
    var headers: [String: String] = [:]
    var html = #"{{ template "email.default.html" . }}"#
    var text = ""

    init(position: SourcePosition, to: String, from: String, smarthost: String) {
        self.position = position
        self.to = to
        self.from = from
        self.smarthost = smarthost
    }
}

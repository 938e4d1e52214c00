internal import ConfigText
internal import Model

/// An entry of `webhook_configs`.
struct WebhookConfig: Sendable {
    var position: SourcePosition
    var sendResolved = true
    var url: Secret
    /// 0 is no limit.
    var maxAlerts = 0
    var timeout: Duration = .zero
    var client = HTTPClientConfig()

    init(position: SourcePosition, url: Secret) {
        self.position = position
        self.url = url
    }
}

public import Model

/// A gateway that is asked about its streams, as `watchpost.yml` has it.
public struct GatewayConfig: Sendable, Hashable {
    public var kind: GatewaySettings.Kind
    public var url: Secret
    /// Where playlists are, with `{camera}` for a stream's name.
    public var playlist: String?

    public init(kind: GatewaySettings.Kind, url: Secret, playlist: String? = nil) {
        self.kind = kind
        self.url = url
        self.playlist = playlist
    }
}

package import Model

/// A gateway that is asked about its streams, as `watchpost.yml` has it.
package struct GatewayConfig: Sendable, Hashable {
    package var kind: GatewaySettings.Kind
    package var url: Secret
    /// Where playlists are, with `{camera}` for a stream's name.
    package var playlist: String?

    package init(kind: GatewaySettings.Kind, url: Secret, playlist: String? = nil) {
        self.kind = kind
        self.url = url
        self.playlist = playlist
    }
}

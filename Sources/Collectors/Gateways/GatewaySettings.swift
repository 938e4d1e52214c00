internal import Foundation

/// A gateway that is asked about its streams, as the configuration has it.
package struct GatewaySettings: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case mediamtx, go2rtc, frigate, zoneminder, motion }

    package let kind: Kind
    /// With credentials where it needs them; never shown.
    package let url: String
    /// Where playlists are, with `{camera}` for a stream's name; `nil` where HLS is not looked at.
    package let playlist: String?

    package init(kind: Kind, url: String, playlist: String? = nil) {
        self.kind = kind
        self.url = url
        self.playlist = playlist
    }

    /// The page that is asked: what a kind documents, where the configuration names only the server.
    var page: String {
        guard let scheme = url.range(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        if let slash = rest.firstIndex(of: "/"), rest.index(after: slash) != rest.endIndex { return url }
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        switch kind {
        case .mediamtx: return base + "/metrics"
        case .go2rtc: return base + "/api/streams"
        case .frigate: return base + "/api/stats"
        case .zoneminder: return base + "/zm/api/monitors.json"
        case .motion: return base + "/0/detection/connection"
        }
    }
}

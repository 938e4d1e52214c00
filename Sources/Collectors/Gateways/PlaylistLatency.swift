internal import Foundation
internal import Transfers

/// Asks for a stream's playlist as a viewer would, and says how old its newest segment is.
struct PlaylistLatency: Sendable {
    let transfers: Transfers
    let now: @Sendable () -> Int64

    private static let timeout: Duration = .seconds(5)
    private static let playlistBytesMax = 1 << 20

    /// Milliseconds from the end of the newest segment to now; `nil` where there is no playlist, or it does not say.
    func milliseconds(of address: String) async -> Double? {
        guard var playlist = await self.playlist(at: address) else { return nil }
        var base = address
        if let variant = playlist.variant, let next = Playlist.address(variant, in: address) {
            guard let media = await self.playlist(at: next) else { return nil }
            (playlist, base) = (media, next)
        }
        if let end = playlist.newestEnd { return Double(max(0, now() - end)) }
        guard let segment = playlist.newestSegment.flatMap({ Playlist.address($0, in: base) }) else { return nil }
        return await age(ofFile: segment)
    }

    private func playlist(at address: String) async -> Playlist? {
        let request = HTTPRequest(url: address, timeout: Self.timeout, maxResponseBytes: Self.playlistBytesMax)
        guard let response = try? await transfers.send(request), response.status == 200 else { return nil }
        return Playlist(String(decoding: response.body, as: UTF8.self))
    }

    /// By the server's own clock, where it has one.
    private func age(ofFile address: String) async -> Double? {
        let request = HTTPRequest(method: "HEAD", url: address, timeout: Self.timeout)
        guard let response = try? await transfers.send(request), response.status == 200,
            let written = response.headers["last-modified"].flatMap(Self.date)
        else { return nil }
        let present = response.headers["date"].flatMap(Self.date) ?? Date(timeIntervalSince1970: Double(now()) / 1_000)
        return max(0, present.timeIntervalSince(written) * 1_000)
    }

    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text)
    }
}

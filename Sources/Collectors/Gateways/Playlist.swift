internal import Foundation

/// An HLS playlist: https://www.rfc-editor.org/rfc/rfc8216
struct Playlist: Equatable {
    /// The first variant of a master playlist, as it is written there.
    var variant: String?
    /// The newest segment, as it is written there.
    var newestSegment: String?
    /// When the newest segment ends by the playlist's own clock, in milliseconds since the Unix epoch.
    var newestEnd: Int64?

    /// `nil` where the text is no playlist.
    init?(_ text: String) {
        guard text.hasPrefix("#EXTM3U") else { return nil }
        var time: Double?
        var duration = 0.0
        var namesVariant = false
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("#EXT-X-STREAM-INF") {
                namesVariant = true
            } else if line.hasPrefix("#EXT-X-PROGRAM-DATE-TIME:") {
                time = Self.seconds(line.dropFirst("#EXT-X-PROGRAM-DATE-TIME:".count)) ?? time
            } else if line.hasPrefix("#EXTINF:") {
                duration = Double(line.dropFirst("#EXTINF:".count).prefix { $0 != "," }) ?? 0
            } else if !line.hasPrefix("#") {
                if namesVariant {
                    variant = variant ?? String(line)
                    namesVariant = false
                    continue
                }
                newestSegment = String(line)
                // A segment without a time of its own begins where the one before ends.
                time = time.map { $0 + duration }
                newestEnd = time.flatMap { $0.magnitude < 1e12 ? Int64(($0 * 1_000).rounded()) : nil }
            }
        }
    }

    private static func seconds(_ text: Substring) -> Double? {
        let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let text = String(text).trimmingCharacters(in: .whitespaces)
        return ((try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: withFraction)))?
            .timeIntervalSince1970
    }

    /// The address that `reference` means in the playlist at `base`.
    static func address(_ reference: String, in base: String) -> String? {
        URL(string: reference, relativeTo: URL(string: base))?.absoluteString
    }
}

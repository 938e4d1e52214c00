internal import Digests
internal import Foundation
package import Model

/// What a silence link asks for: nothing happens before a person confirms it.
package struct SilenceOffer: Sendable, Hashable {
    /// The alert's labels, all of which the silence will match.
    package let labels: Labels
    /// Until when the link is good, in milliseconds since the Unix epoch.
    package let expiresAt: Int64
}

/// Makes and checks the tokens of silence links: the alert's labels and the link's end, signed with this site's key.
struct SilenceTokens: Sendable {
    private struct Content: Codable {
        let labels: [String: String]
        let end: Int64

        enum CodingKeys: String, CodingKey {
            case labels = "l"
            case end = "e"
        }
    }

    private let key: [UInt8]

    /// How long a link is good, in milliseconds.
    static let lifetime: Int64 = 86_400_000

    init(key: [UInt8]) { self.key = key }

    func token(for labels: Labels, now: Int64) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let content = Content(labels: labels.texts, end: now + Self.lifetime)
        guard let data = try? encoder.encode(content) else { return "" }
        let text = Self.text(of: data)
        return text + "." + Self.text(of: Data(Digest.code(text, key: key)))
    }

    /// - Throws: ``AlertingError`` for a token that was not made here, or whose time is over.
    func offer(_ token: String, now: Int64) throws(AlertingError) -> SilenceOffer {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let code = Self.data(of: parts[1]), let data = Self.data(of: parts[0]),
            Self.areEqual([UInt8](code), Digest.code(String(parts[0]), key: key)),
            let content = try? JSONDecoder().decode(Content.self, from: data), !content.labels.isEmpty
        else {
            throw AlertingError(
                .invalid,
                "cannot read the silence link: it is damaged, or of another site; open the alert's page instead")
        }
        guard now < content.end else {
            throw AlertingError(
                .invalid, "cannot use the silence link: it was good for 24 h; open the alert's page instead")
        }
        return SilenceOffer(labels: Labels(content.labels.map { Label($0.key, $0.value) }), expiresAt: content.end)
    }

    /// Takes as long whatever differs, so that nobody can find a code byte by byte.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    // MARK: Base64 for addresses (RFC 4648, section 5), without padding

    private static func text(of data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func data(of text: Substring) -> Data? {
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        while padded.count % 4 != 0 { padded += "=" }
        return Data(base64Encoded: String(padded))
    }
}

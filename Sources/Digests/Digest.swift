internal import CDigest

/// Checksums of OpenSSL. SHA-256 and its longer kin cannot be forged; MD5 and SHA-1 can, and stand where a protocol is defined
/// by them.
package enum Digest {
    package enum Kind: Sendable {
        case md5, sha1, sha256, sha384, sha512

        /// In bytes.
        package var size: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        fileprivate var number: wp_digest_kind {
            switch self {
            case .md5: WP_MD5
            case .sha1: WP_SHA1
            case .sha256: WP_SHA256
            case .sha384: WP_SHA384
            case .sha512: WP_SHA512
            }
        }
    }

    /// A digest of one of the kinds: MD5 (RFC 1321), or SHA (FIPS 180-4).
    package static func digest(_ kind: Kind, _ bytes: [UInt8]) -> [UInt8] {
        digest(kind.number, bytes, count: kind.size)
    }

    /// HMAC (RFC 2104) of bytes under a key, as long as a digest of the kind.
    package static func code(_ kind: Kind, _ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: kind.size)
        let isDone = wp_hmac(kind.number, key, Int32(key.count), bytes, bytes.count, &code) == 0
        precondition(isDone, "BUG: the cryptographic library has no HMAC with digest \(kind)")
        return code
    }

    /// MD5 (RFC 1321), 16 bytes: of HTTP's and RTSP's digest authentication, and of Prometheus' `hashmod`.
    package static func md5(_ bytes: [UInt8]) -> [UInt8] { digest(.md5, bytes) }

    /// SHA-1 (FIPS 180-4), 20 bytes: of ONVIF's password digests.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(.sha1, bytes) }

    /// SHA-256 (FIPS 180-4) of a text, 32 bytes.
    package static func sha256(_ text: String) -> [UInt8] { digest(.sha256, Array(text.utf8)) }

    /// SHA-512/256 (FIPS 180-4) of a text, 32 bytes: of digest authentication (RFC 7616).
    package static func sha512Truncated(_ text: String) -> [UInt8] {
        digest(WP_SHA512_256, Array(text.utf8), count: 32)
    }

    /// HMAC-SHA-256 (RFC 2104) of a text under a key, 32 bytes.
    package static func code(_ text: String, key: [UInt8]) -> [UInt8] { code(.sha256, Array(text.utf8), key: key) }

    private static func digest(_ kind: wp_digest_kind, _ bytes: [UInt8], count: Int) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        let isDone = wp_digest(kind, bytes, bytes.count, &digest) == 0
        precondition(isDone, "BUG: the cryptographic library has no digest \(kind.rawValue)")
        return digest
    }
}

internal import CDigest

/// Checksums of OpenSSL. SHA-256 cannot be forged; MD5 and SHA-1 can, and stand where a protocol is defined by them.
package enum Digest {
    /// MD5 (RFC 1321), 16 bytes: of HTTP's and RTSP's digest authentication, and of Prometheus' `hashmod`.
    package static func md5(_ bytes: [UInt8]) -> [UInt8] { digest(WP_MD5, bytes, count: 16) }

    /// SHA-1 (FIPS 180-4), 20 bytes: of ONVIF's password digests.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] { digest(WP_SHA1, bytes, count: 20) }

    /// SHA-256 (FIPS 180-4) of a text, 32 bytes.
    package static func sha256(_ text: String) -> [UInt8] { digest(WP_SHA256, Array(text.utf8), count: 32) }

    /// SHA-512/256 (FIPS 180-4) of a text, 32 bytes: of digest authentication (RFC 7616).
    package static func sha512Truncated(_ text: String) -> [UInt8] {
        digest(WP_SHA512_256, Array(text.utf8), count: 32)
    }

    /// HMAC-SHA-256 (RFC 2104) of a text under a key, 32 bytes.
    package static func code(_ text: String, key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        let bytes = Array(text.utf8)
        let isDone = wp_hmac_sha256(key, Int32(key.count), bytes, Int32(bytes.count), &code) == 0
        precondition(isDone, "BUG: the cryptographic library has no HMAC-SHA-256")
        return code
    }

    private static func digest(_ kind: wp_digest_kind, _ bytes: [UInt8], count: Int) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        let isDone = wp_digest(kind, bytes, bytes.count, &digest) == 0
        precondition(isDone, "BUG: the cryptographic library has no digest \(kind.rawValue)")
        return digest
    }
}

internal import CDigest

/// Checksums that nobody can forge.
enum Digest {
    /// SHA-256 of a text.
    static func sha256(_ text: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let bytes = Array(text.utf8)
        let isDone = wp_sha256(bytes, Int32(bytes.count), &digest) == 0
        precondition(isDone, "BUG: the cryptographic library has no SHA-256")
        return digest
    }

    /// HMAC-SHA-256 of a text under a key.
    static func code(_ text: String, key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        let bytes = Array(text.utf8)
        let isDone = wp_hmac_sha256(key, Int32(key.count), bytes, Int32(bytes.count), &code) == 0
        precondition(isDone, "BUG: the cryptographic library has no HMAC-SHA-256")
        return code
    }

    /// Lower-case hexadecimal digits, as services take a group's name.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

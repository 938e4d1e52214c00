import Base
import Digests
import Foundation

/// Fingerprints of texts, as Logstash's fingerprint filter makes them.
///
/// https://www.elastic.co/guide/en/logstash/current/plugins-filters-fingerprint.html
package struct Fingerprint: Sendable {
    /// Under the names of the option `method`.
    package enum Method: String, CaseIterable, Sendable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case sha384 = "SHA384"
        case sha512 = "SHA512"
        case md5 = "MD5"
        case murmur3 = "MURMUR3"
        case murmur3Long = "MURMUR3_128"
        case network = "IPV4_NETWORK"
        case uuid = "UUID"
        case punctuation = "PUNCTUATION"
    }

    package enum Value: Hashable, Sendable {
        case text(String)
        case number(Int64)
    }

    private let method: Method
    private let key: String?
    private let isBase64: Bool
    private let networkBits: Int

    /// - Parameters:
    ///   - key: of an HMAC; of a network how many bits of an address it has.
    ///   - isBase64: whether digests are written so, not in hexadecimal digits.
    package init(_ method: Method, key: String? = nil, isBase64: Bool = false) throws(FingerprintError) {
        self.method = method
        self.key = key
        self.isBase64 = isBase64
        if method == .network {
            guard let bits = key.flatMap({ Int($0) }), (0...32).contains(bits) else {
                throw FingerprintError(reason: "IPV4_NETWORK needs a key from 0 to 32: how many bits a network has")
            }
            networkBits = bits
        } else {
            networkBits = 0
        }
    }

    /// The fingerprint of a text.
    /// - Throws: of a network, a text that is no address.
    package func value(of text: String) throws(FingerprintError) -> Value {
        switch method {
        case .sha1: return digest(.sha1, text)
        case .sha256: return digest(.sha256, text)
        case .sha384: return digest(.sha384, text)
        case .sha512: return digest(.sha512, text)
        case .md5: return digest(.md5, text)
        case .murmur3: return .number(Int64(MurmurHash3.hash32(Array(text.utf8))))
        case .murmur3Long: return long(Array(text.utf8))
        case .network: return .text(try network(text))
        case .uuid: return .text(Self.uuid())
        case .punctuation: return .text(Self.punctuation(text))
        }
    }

    /// The fingerprint of a whole number, which MURMUR3 takes by its eight bytes; other methods take its digits.
    package func value(of number: Int64) throws(FingerprintError) -> Value {
        let bytes = withUnsafeBytes(of: number.littleEndian) { Array($0) }
        switch method {
        case .murmur3: return .number(Int64(MurmurHash3.hash32(bytes)))
        case .murmur3Long: return long(bytes)
        default: return try value(of: String(number))
        }
    }

    /// Names and values in one text, as `concatenate_sources` makes it.
    package static func joined(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "|\($0.name)|\($0.value)" }.joined() + "|"
    }

    private func digest(_ kind: Digest.Kind, _ text: String) -> Value {
        let bytes = Array(text.utf8)
        let digest = key.map { Digest.code(kind, bytes, key: Array($0.utf8)) } ?? Digest.digest(kind, bytes)
        return .text(isBase64 ? Data(digest).base64EncodedString() : Hexadecimal.text(digest))
    }

    private func long(_ bytes: [UInt8]) -> Value {
        let (first, second) = MurmurHash3.hash128(bytes)
        let digest = [first, second].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) }
        }
        return .text(isBase64 ? Data(digest).base64EncodedString() : Hexadecimal.text(digest))
    }

    private func network(_ text: String) throws(FingerprintError) -> String {
        guard let address = IPAddressBytes(text), address.bytes.count == 4 else {
            throw FingerprintError(reason: "\(text.prefix(100)) is no address of IPv4")
        }
        var bytes = address.bytes
        for bit in networkBits..<32 { bytes[bit / 8] &= ~(128 >> UInt8(bit % 8)) }
        return IPAddressBytes(bytes: bytes).text
    }

    /// A random one (RFC 9562, version 4).
    private static func uuid() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(Hexadecimal.text(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    /// What of a text is punctuation or a symbol.
    private static func punctuation(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
                kept.append(scalar)
            default: break
            }
        }
        return String(kept)
    }
}

/// A fingerprint that cannot be made.
package struct FingerprintError: Error, Hashable, Sendable, CustomStringConvertible {
    package let reason: String

    package var description: String { "cannot make a fingerprint: \(reason)" }
}

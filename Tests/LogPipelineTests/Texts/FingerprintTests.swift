import Testing

@testable import LogPipeline

@Suite("Fingerprints")
struct FingerprintTests {
    @Test(
        "are those of the named digest, with a key its HMAC, in hexadecimal digits or Base64",
        arguments: [
            (Fingerprint.Method.md5, nil, false, "5d41402abc4b2a76b9719d911017c592"),
            (.sha1, nil, false, "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
            (.sha1, nil, true, "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
            (.sha256, nil, false, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
            (.sha256, "key", false, "9307b3b915efb5171ff14d8cb55fbcc798c6c0ef1456d66ded1a6aa723a58b7b"),
            (.sha256, "", false, "4352b26e33fe0d769a8922a6ba29004109f01688e26acc9e6cb347e5a5afc4da"),
            (
                .sha384, nil, false,
                "59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553bcdb9c666fa90125a3c79f90397bdf5f6a13de828684f"
            ),
            (
                .sha512, nil, false,
                "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043"
            ),
            (.murmur3Long, nil, false, "cbd8a7b341bd9b025b1e906a48ae1d19"), (.punctuation, nil, false, ""),
        ] as [(Fingerprint.Method, String?, Bool, String)])
    func digests(method: Fingerprint.Method, key: String?, isBase64: Bool, expected: String) throws {
        #expect(try Fingerprint(method, key: key, isBase64: isBase64).value(of: "hello") == .text(expected))
    }

    @Test(
        "of MURMUR3 are those of its author's examples",
        arguments: [
            ("", 0), ("hello", 0x248b_fa47), ("hello, world", 0x149b_bb7f),
            ("The quick brown fox jumps over the lazy dog.", 0xd5c4_8bfc),
        ])
    func murmur(text: String, hash: Int64) throws {
        #expect(try Fingerprint(.murmur3).value(of: text) == .number(hash))
    }

    @Test("of a number are those of its bytes with MURMUR3, of its digits otherwise")
    func numbers() throws {
        #expect(try Fingerprint(.md5).value(of: 12) == Fingerprint(.md5).value(of: "12"))
        #expect(try Fingerprint(.murmur3).value(of: 12) != Fingerprint(.murmur3).value(of: "12"))
    }

    @Test("of an address are its network")
    func networks() throws {
        #expect(try Fingerprint(.network, key: "16").value(of: "1.2.3.4") == .text("1.2.0.0"))
        #expect(try Fingerprint(.network, key: "32").value(of: "1.2.3.4") == .text("1.2.3.4"))
        #expect(throws: FingerprintError.self) { try Fingerprint(.network, key: "16").value(of: "host") }
        #expect(throws: FingerprintError.self) { try Fingerprint(.network) }
        #expect(throws: FingerprintError.self) { try Fingerprint(.network, key: "33") }
    }

    @Test("of punctuation keep what is no letter, digit or blank; those that are random are no two alike")
    func others() throws {
        let line = #"PHP Warning: json_encode() [<a href='x'>]: $1 + €2"#
        #expect(try Fingerprint(.punctuation).value(of: line) == .text(":_()[<=''>]:$+€"))
        let uuid = try Fingerprint(.uuid)
        guard case .text(let first) = try uuid.value(of: "a"), case .text(let second) = try uuid.value(of: "a") else {
            Issue.record("no text")
            return
        }
        #expect(
            first != second
                && first.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }

    @Test("of several fields are made of their names and values")
    func joined() { #expect(Fingerprint.joined([("a", "1"), ("b", "2")]) == "|a|1|b|2|") }
}

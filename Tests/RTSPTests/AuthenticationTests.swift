import Testing

@testable import RTSP

@Suite("Authentication")
struct AuthenticationTests {
    private static let realm = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""

    @Test(
        "the digest agrees with RFC 2617, section 3.5, with RFC 2069 without qop, and with RFC 7616 (by another program)",
        arguments: [
            ("\(realm), qop=\"auth,auth-int\", opaque=\"5ccc\"", "6629fae49393a05397450978507c4ef1"),
            (realm, "670fd8c2df070c60b045671b8b24ff02"),
            ("\(realm), algorithm=MD5", "670fd8c2df070c60b045671b8b24ff02"),
            ("\(realm),algorithm=\"md5\",stale=FALSE", "670fd8c2df070c60b045671b8b24ff02"),
            (
                "\(realm), algorithm=SHA-256, qop=auth, opaque=\"5ccc\"",
                "5abdd07184ba512a22c53f41470e5eea7dcaa3a93a59b630c13dfe0a5dc6e38b"
            ),
            (
                "\(realm), algorithm=SHA-256-sess, qop=auth, opaque=\"5ccc\"",
                "b8822e12417cb7750f4e2b8515f0dcf25b7dd26993e80bee1426201446a7f59b"
            ),
            (
                "\(realm), algorithm=SHA-512-256, qop=auth, opaque=\"5ccc\"",
                "f23c08ec7334a881f8286e68450ddbd9f0cd91c41481f0e1433604da8113c6dc"
            ),
            (
                "\(realm), algorithm=SHA-512-256-sess, qop=auth, opaque=\"5ccc\"",
                "0d21f0db3ec5cda5b850c0afa3bc29b4a3c5a6191959ff1baf511d4b38eb6b1e"
            ),
        ])
    func digest(_ header: String, _ response: String) throws {
        let challenge = try #require(AuthenticationChallenge(header: header))
        let value = challenge.authorization(
            user: "Mufasa", password: "Circle Of Life", method: "GET", uri: "/dir/index.html", count: 1,
            clientNonce: "0a4f113b")
        #expect(value.contains("response=\"\(response)\"") && value.hasPrefix("Digest username=\"Mufasa\""))
        #expect(value.contains("nc=00000001") == header.contains("qop"))
        #expect(value.contains("opaque=\"5ccc\"") == header.contains("opaque"))
        #expect(!value.contains("Circle"))
    }

    @Test("Basic agrees with RFC 7617")
    func basic() throws {
        let challenge = try #require(AuthenticationChallenge(header: "Basic realm=\"foo\""))
        let value = challenge.authorization(
            user: "Aladdin", password: "open sesame", method: "DESCRIBE", uri: "*", count: 1, clientNonce: "")
        #expect(value == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    }

    @Test("Digest is preferred, and what is not spoken is passed over")
    func preference() {
        let best = AuthenticationChallenge.best(of: ["Basic realm=\"a\"", "Digest realm=\"b\", nonce=\"c\""])
        #expect(best?.scheme == .digest && best?.realm == "b")
        let sha = "Digest realm=\"b\", nonce=\"c\", algorithm=SHA-256"
        let unknown = sha.replacing("SHA-256", with: "SHA3-256")
        #expect(AuthenticationChallenge.best(of: [unknown, "Basic realm=\"a\""])?.scheme == .basic)
        #expect(AuthenticationChallenge.best(of: ["Digest realm=\"b\", nonce=\"c\"", sha])?.algorithm == .md5)
        #expect(AuthenticationChallenge.best(of: [sha, "Digest realm=\"b\", nonce=\"c\""])?.algorithm == .sha256)
        #expect(AuthenticationChallenge.best(of: [unknown, "Negotiate", "", "Digest"]).map(\.nonce) == "")
        #expect(AuthenticationChallenge.best(of: [unknown]) == nil)
    }

    @Test(
        "Base64 is read back, and rubbish is refused",
        arguments: [
            ("", []), ("Zg==", [0x66]), ("Zm8=", [0x66, 0x6f]), ("Zm9v", [0x66, 0x6f, 0x6f]), ("Z!", nil), ("é", nil),
        ] as [(String, [UInt8]?)])
    func base64(_ text: String, _ bytes: [UInt8]?) {
        #expect(AuthenticationChallenge.base64Decoded(text) == bytes)
        if let bytes { #expect(AuthenticationChallenge.base64(bytes) == text) }
    }

    @Test(
        "addresses are taken apart",
        arguments: [
            ("rtsp://cam/live", "cam", 554, nil, nil, "rtsp://cam/live"),
            (
                "RTSP://u%40x:p%3a%2F@10.0.0.1:8554/a/b?c=d", "10.0.0.1", 8554, "u@x", "p:/",
                "rtsp://10.0.0.1:8554/a/b?c=d"
            ),
            ("rtsp://u@[::1]:99/x", "::1", 99, "u", "", "rtsp://[::1]:99/x"),
            ("rtsp://[fe80::1]", "fe80::1", 554, nil, nil, "rtsp://[fe80::1]"),
            ("rtsp://u:p@[fe80::1%25eth0]:99/x", "fe80::1%eth0", 99, "u", "p", "rtsp://[fe80::1]:99/x"),
            ("rtsp://[fe80::1%eth0]/x?y=[1]", "fe80::1%eth0", 554, nil, nil, "rtsp://[fe80::1]/x?y=[1]"),
            ("rtsp://u:p@q@cam/x%", "cam", 554, "u", "p@q", "rtsp://cam/x%"),
        ] as [(String, String, UInt16, String?, String?, String)])
    func addresses(
        _ text: String, _ host: String, _ port: UInt16, _ user: String?, _ password: String?, _ request: String
    ) throws {
        let address = try #require(StreamAddress(text))
        #expect(address.host == host && address.port == port && address.user == user && address.password == password)
        #expect(address.requestURL == request && !address.isTLS)
    }

    @Test(
        "impossible addresses are refused",
        arguments: [
            "", "cam", "ftp://cam/", "rtsp://", "rtsp:///x", "rtsp://cam:0/", "rtsp://cam:x/", "rtsp://cam:70000/",
            "rtsp://[::1/", "rtsp://[::1]x/", "rtsp://cam/a b", "rtsp://cam/\r\nX: y", "rtsp://cam/\u{7f}",
        ])
    func impossibleAddresses(_ text: String) { #expect(StreamAddress(text) == nil) }
}

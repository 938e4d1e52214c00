import Base
import Digests
import Testing

@Suite("Digests")
struct DigestTests {
    @Test(
        "are those of the examples of RFC 1321 and FIPS 180",
        arguments: [
            (
                "", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            ),
            (
                "abc", "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "8215ef0796a20bcaaae116d3876c664a",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func examples(text: String, md5: String, sha1: String, sha256: String) {
        #expect(Hexadecimal.text(Digest.md5(Array(text.utf8))) == md5)
        #expect(Hexadecimal.text(Digest.sha1(Array(text.utf8))) == sha1)
        #expect(Hexadecimal.text(Digest.sha256(text)) == sha256)
    }

    @Test("a code is that of RFC 4231's first example")
    func code() {
        let code = Digest.code("Hi There", key: [UInt8](repeating: 0x0b, count: 20))
        #expect(Hexadecimal.text(code) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    }

    @Test("longer digests are those of FIPS 180-4's example, and codes those of RFC 4231's second one")
    func longer() {
        let abc = Array("abc".utf8)
        #expect(
            Hexadecimal.text(Digest.digest(.sha384, abc))
                == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")
        #expect(Hexadecimal.text(Digest.digest(.sha512, abc)).hasPrefix("ddaf35a193617abacc417349ae204131"))
        let code = Digest.code(.sha512, Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(Hexadecimal.text(code).hasPrefix("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"))
        let kinds: [Digest.Kind] = [.md5, .sha1, .sha256, .sha384, .sha512]
        for kind in kinds {
            #expect(Digest.digest(kind, abc).count == kind.size && Digest.code(kind, abc, key: []).count == kind.size)
        }
    }
}

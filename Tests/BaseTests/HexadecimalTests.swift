import Base
import Testing

@Suite("Small hashes and digits")
struct HexadecimalTests {
    @Test("bytes have two digits each, numbers those of their type")
    func digits() {
        #expect(Hexadecimal.text([0, 9, 0xab, 255]) == "0009abff")
        #expect(Hexadecimal.digits(0x0f, uppercase: true) == "0F")
        #expect(Hexadecimal.padded(0xab as UInt64) == "00000000000000ab")
        #expect(Hexadecimal.padded(UInt32.max) == "ffffffff")
    }

    @Test(
        "FNV-1a is that of its authors' examples",
        arguments: [
            ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
        ] as [(String, UInt64)])
    func fnv(text: String, hash: UInt64) { #expect(FNV1a.hash(text) == hash) }

    @Test("a duration that no time can hold is the longest that can be added to one")
    func longDurations() {
        #expect(Duration.seconds(2).milliseconds == 2_000)
        #expect((Duration.seconds(-1) + .microseconds(-1_999)).milliseconds == -1_001)
        #expect(Duration.seconds(Int64.max).milliseconds > Int64.max / 5)
        #expect(Duration.seconds(Int64.min).milliseconds < Int64.min / 5)
        #expect(Duration.milliseconds(1_250).inSeconds == 1.25)
    }
}

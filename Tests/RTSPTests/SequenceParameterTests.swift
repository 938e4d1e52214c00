import Testing

@testable import RTSP

@Suite("Sequence parameter sets")
struct SequenceParameterTests {
    /// Of x264: 1920x1080 (cropped from 1088), 30 frames a second.
    static let high = bytes("67640028acd940780227e5c044000003000400000300f03c60c658")
    /// Of x265: 1280x720.
    static let hevc = bytes("42010101600000030090000003000003005da00280802d165959a4932bc05a020000030002000003003210")

    static func bytes(_ digits: String) -> [UInt8] {
        let values = digits.utf8.compactMap(hexadecimal)
        return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    @Test("H.264: profile, size without the cropped lines, and rate")
    func h264() throws {
        let parameters = try #require(SequenceParameters(h264: Self.high))
        #expect(parameters.profile == "High" && parameters.width == 1_920 && parameters.height == 1_080)
        #expect(parameters.framesPerSecond == 30)
    }

    @Test("H.265: profile and size")
    func h265() throws {
        let parameters = try #require(SequenceParameters(h265: Self.hevc))
        #expect(parameters.profile == "Main" && parameters.width == 1_280 && parameters.height == 720)
    }

    @Test("a set that is cut short is refused or lacks its rate")
    func cuts() {
        for end in 0..<Self.high.count {
            let parameters = SequenceParameters(h264: Self.high[..<end])
            #expect(parameters == nil || parameters?.width == 1_920, "cut at \(end)")
        }
        for end in 0..<14 { #expect(SequenceParameters(h265: Self.hevc[..<end]) == nil) }
    }

    @Test(
        "numbers in Exp-Golomb code",
        arguments: [
            ([0b1000_0000], 0, 0), ([0b0100_0000], 1, 1), ([0b0110_0000], 2, -1), ([0b0010_0000], 3, 2),
            ([0b0001_0100], 9, 5),
            ([0], nil, nil), ([0, 0, 0, 0, 0, 0], nil, nil),
        ] as [([UInt8], Int?, Int?)])
    func golomb(_ bytes: [UInt8], _ unsigned: Int?, _ signed: Int?) {
        var reader = UnitBits(unit: bytes)
        #expect(reader.unsigned() == unsigned)
        reader = UnitBits(unit: bytes)
        #expect(reader.signed() == signed)
    }

    @Test("emulation prevention bytes are dropped")
    func emulation() {
        var reader = UnitBits(unit: [0, 0, 3, 1, 0, 0, 3, 3])
        #expect(reader.bits(32) == 0x0000_0100 && reader.bits(16) == 0x0003 && reader.bit() == nil)
    }
}

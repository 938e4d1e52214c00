import CameraSimulator
import Testing

@Suite("Clips")
struct ClipTests {
    private static let parameters: [[UInt8]] = [[0x67, 0x42, 0xc0, 0x1e, 0xd9], [0x68, 0xce, 0x3c, 0x80]]

    private static func annexB(_ units: [[UInt8]]) -> [UInt8] {
        units.enumerated().flatMap { ($0 == 0 ? [0, 0, 0, 1] : [0, 0, 1]) + $1 }
    }

    @Test("pictures begin at their first slice, and keyframes carry the parameter sets")
    func accessUnits() throws {
        let slices: [[UInt8]] = [[0x65, 0x88, 1], [0x65, 0x10, 2], [0x41, 0x9a, 3], [0x41, 0x9a, 4]]
        let clip = try Clip(annexB: Self.annexB(Self.parameters + slices), fps: 25)
        #expect(clip.accessUnits.map(\.isKeyframe) == [true, false, false])
        #expect(clip.accessUnits[0].units == Self.parameters + slices[0...1])
        #expect(clip.accessUnits[2].units == [slices[3]])
    }

    @Test(
        "a file without video is refused",
        arguments: [[], [1, 2, 3], [0, 0, 1], [0, 0, 1, 0x41, 0x9a, 1], annexB(parameters), annexB([[0x65, 0x88]])])
    func refusals(_ bytes: [UInt8]) {
        #expect(throws: CameraSimulatorError.self) { try Clip(annexB: bytes, fps: 25) }
    }

    @Test("a clip that cannot be made says why")
    func unwritable() {
        #expect(throws: (any Error).self) { try ClipMaker.clip(cachedAt: "/proc/no/such/clip.h264") }
    }
}

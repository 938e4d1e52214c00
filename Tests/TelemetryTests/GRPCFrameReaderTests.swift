import Telemetry
import Testing

@Suite("The message of a call by gRPC")
struct GRPCFrameReaderTests {
    private static func read(_ pieces: [[UInt8]], bytesMax: Int = 100) throws(GRPCFrameError) -> GRPCFrame {
        var reader = GRPCFrameReader(bytesMax: bytesMax)
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                Result { () throws(GRPCFrameError) in try reader.take(bytes) }
            }.get()
        }
        return try reader.finish()
    }

    @Test("is read in whatever pieces it comes", arguments: 1...12)
    func pieces(size: Int) throws {
        let bytes: [UInt8] = [1, 0, 0, 0, 6] + Array("spans!".utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map {
            Array(bytes[$0..<min($0 + size, bytes.count)])
        }
        let frame = try Self.read([[]] + pieces + [[]])
        #expect(frame == GRPCFrame(isCompressed: true, bytes: Array("spans!".utf8)))
    }

    @Test("may be empty")
    func empty() throws {
        #expect(try Self.read([[0, 0, 0, 0, 0]]) == GRPCFrame(isCompressed: false, bytes: []))
    }

    @Test(
        "is refused where it is not there as a whole, or more than that",
        arguments: [
            ([], .none), ([0, 0, 0], .cutOff(bytes: 3, of: 5)), ([0, 0, 0, 0, 2, 1], .cutOff(bytes: 1, of: 2)),
            ([0, 0, 0, 0, 0, 1], .moreThanOne), ([0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 7], .moreThanOne),
            ([2, 0, 0, 0, 0], .unknownFlag(2)), ([0xff, 0, 0, 0, 0], .unknownFlag(0xff)),
            ([0, 0, 0, 0, 101], .tooLarge(bytes: 101, limit: 100)),
            ([0, 0xff, 0xff, 0xff, 0xff], .tooLarge(bytes: 0xffff_ffff, limit: 100)),
        ] as [([UInt8], GRPCFrameError)])
    func refused(bytes: [UInt8], error: GRPCFrameError) {
        #expect(throws: error) { try Self.read([bytes]) }
        // The same a byte at a time.
        #expect(throws: error) { try Self.read(bytes.map { [$0] }) }
    }
}

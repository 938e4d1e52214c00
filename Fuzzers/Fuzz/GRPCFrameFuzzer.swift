internal import Telemetry

/// Reads any bytes as the message of a call by gRPC, in pieces whose length the first byte says; a message that is read is as
/// long as it claims, and comes the same in one piece.
enum GRPCFrameFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let body = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
        let inPieces = read(body, by: Int(data[0] & 31) + 1)
        let whole = read(body, by: max(body.count, 1))
        precondition(inPieces == whole, "BUG: pieces are read otherwise than the whole")
        if let whole { precondition(whole.bytes.count + 5 == body.count, "BUG: bytes are lost") }
    }

    private static func read(_ body: [UInt8], by count: Int) -> GRPCFrame? {
        var reader = GRPCFrameReader(bytesMax: 4_096)
        do {
            for start in stride(from: 0, to: body.count, by: count) {
                try body[start..<min(start + count, body.count)].withUnsafeBytes { try reader.take($0) }
            }
            return try reader.finish()
        } catch {
            return nil
        }
    }
}

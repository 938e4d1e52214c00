internal import FuzzDriver
internal import RTSP

@main
struct RTSPFuzzer {
    static func main() { FuzzDriver.run { fuzz($0, $1) } }
}

/// Reads any bytes as what a camera says over one connection.
private func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    Transcript.read(UnsafeRawBufferPointer(start: data, count: size))
    return 0
}

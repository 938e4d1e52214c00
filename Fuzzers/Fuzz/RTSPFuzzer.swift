internal import RTSP

/// Reads any bytes as what a camera says over one connection.
enum RTSPFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        Transcript.read(UnsafeRawBufferPointer(start: data, count: size))
    }
}

internal import Streams

/// Reads any bytes as what a camera says over HTTP or RTMP; the first byte says which, and in how large pieces it comes.
enum StreamFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let bytes = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
        let language: StreamTranscript.Language = data[0] & 1 == 0 ? .http : .rtmp
        _ = StreamTranscript.read(bytes, as: language, pieces: Int(data[0] >> 1) * 4 + 1)
    }
}

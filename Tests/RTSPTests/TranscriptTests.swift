import Foundation
import RTSP
import Testing

@Suite("A camera's bytes")
struct TranscriptTests {
    @Test("the fuzzer's own inputs are read to their end, and cut off anywhere they harm nothing")
    func corpus() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fuzzers/corpus/rtsp")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        #expect(names.count >= 4)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            #expect(bytes.withUnsafeBytes { Transcript.read($0) } >= 2, "\(name)")
            for end in bytes.indices { bytes[..<end].withUnsafeBytes { _ = Transcript.read($0) } }
        }
    }
}

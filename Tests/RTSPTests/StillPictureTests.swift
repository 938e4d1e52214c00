import Testing

@testable import RTSP

/// Pictures of x264 that really stop, and still scenes with a sensor's noise.
@Suite("A still picture", .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
struct StillPictureTests {
    /// Sizes of frames, 25 a second.
    private static func frames(_ source: String, _ encoder: String) throws -> [EncodedFrame] {
        try EncodedFrame.all(of: source, ["-bf", "0", "-g", "50"] + encoder.split(separator: " ").map(String.init))
    }

    private static func suspicions(_ frames: [EncodedFrame]) -> [ProbeReading.Suspicion?] {
        var watch = PictureWatch(patience: 10_000_000_000)
        return frames.enumerated().map { index, frame in
            let time = Int64(index) * 40_000_000
            watch.add(size: frame.size, isKeyframe: frame.isKeyframe, at: time)
            return watch.suspicion(at: time)
        }
    }

    @Test(
        "that stops is found frozen, and not before",
        arguments: ["-preset ultrafast -tune zerolatency", "-preset veryfast", "-preset medium"])
    func stops(encoder: String) throws {
        let source =
            "testsrc2=size=320x180:rate=25:duration=15,noise=alls=7:allf=t,"
            + "tpad=stop_mode=clone:stop_duration=25"
        let found = Self.suspicions(try Self.frames(source, encoder))
        #expect(found.count == 1_000 && found.prefix(375).allSatisfy { $0 == nil } && found.last == .frozen)
    }

    @Test(
        "that moves and then stands still under noise is not frozen, however small its frames become",
        arguments: [
            ("2", "-preset ultrafast -tune zerolatency"), ("7", "-preset veryfast -b:v 30k"), ("4", "-preset veryfast"),
        ])
    func noise(strength: String, encoder: String) throws {
        let walker = "drawbox=x=mod(t*40\\,320):y=40:w=80:h=90:color=white:t=fill:enable=lt(t\\,15)"
        let source = "smptebars=size=320x180:rate=25:duration=40,\(walker),noise=alls=\(strength):allf=t"
        let frames = try Self.frames(source, encoder)
        #expect(frames.count == 1_000 && Self.suspicions(frames).allSatisfy { $0 == nil })
    }
}

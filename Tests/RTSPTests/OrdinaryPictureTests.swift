import Foundation
import TestSupport
import Testing

@testable import RTSP

/// Pictures as a camera over a yard has them: the sensor's noise, somebody who walks through now and then, day that turns
/// to night. Encoded by x264; the sizes of its frames are what the probe sees.
@Suite("An ordinary picture", .enabled(if: Support.hasFFmpeg, "ffmpeg is not installed"))
struct OrdinaryPictureTests {
    /// Half an hour with `WATCHPOST_SOAK`.
    private static let seconds = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] == nil ? 300 : 1_800

    private static func frames(_ seconds: Int) throws -> [EncodedFrame] {
        let yard = "smptebars=size=160x90:rate=25:duration=\(seconds)"
        // Somebody for 20 of every 60 seconds; a night of 100 of every 300.
        let walker = "drawbox=x=mod(t*12\\,160):y=40:w=14:h=30:color=white:t=fill:enable=lt(mod(t\\,60)\\,20)"
        let night = "eq=brightness=-0.35:enable=gt(mod(t\\,300)\\,200)"
        return try EncodedFrame.all(
            of: "\(yard),\(walker),\(night),noise=alls=7:allf=t",
            ["-preset", "ultrafast", "-tune", "zerolatency", "-g", "50"])
    }

    @Test("gives no false alarm, and a freeze or a black picture at its end is found within a minute")
    func noFalseAlarm() throws {
        let frames = try Self.frames(Self.seconds)
        #expect(frames.count > Self.seconds * 24 && frames.count { $0.isKeyframe } > Self.seconds / 3)
        var watch = PictureWatch(patience: 10_000_000_000)
        var now: Int64 = 0
        var alarms = 0
        for frame in frames {
            watch.add(size: frame.size, isKeyframe: frame.isKeyframe, at: now)
            if watch.suspicion(at: now) != nil { alarms += 1 }
            now += 40_000_000
        }
        #expect(alarms == 0)
        let keyframe = try #require(frames.last { $0.isKeyframe }?.size)
        for (kind, key, other) in [(ProbeReading.Suspicion.frozen, keyframe, 9), (.black, 40, 9)] {
            var ended = watch
            var seconds: Double?
            for index in 0..<1_500 where seconds == nil {
                let time = now + Int64(index) * 40_000_000
                ended.add(size: index % 50 == 0 ? key : other, isKeyframe: index % 50 == 0, at: time)
                if ended.suspicion(at: time) == kind { seconds = Double(index) / 25 }
            }
            #expect(seconds.map { $0 < 60 } == true, "\(kind)")
        }
    }
}

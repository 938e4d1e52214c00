internal import Base
internal import RTSP

/// A camera while the simulator runs: where it is in the clip, and its fault.
final class SimulatorCamera {
    let camera: SimulatedCamera
    private let clip: Clip
    private let skipSlice: SkipSlice?
    private(set) var fault = CameraFault.none
    /// The place in the clip of the frame that comes next.
    private var position: Int
    /// Frame intervals since the start, whether or not a frame was sent.
    private(set) var tick: Int64 = 0
    /// On the steady clock, in nanoseconds.
    private(set) var due: Int64 = 0
    private let timestampBase = UInt32.random(in: .min ... .max)
    /// Frames since the last keyframe, which has 0.
    private var frameNumber = 0
    private var lastKeyframe: Int
    private var wantsKeyframe = true

    init(_ camera: SimulatedCamera, clip: Clip, skipSlice: SkipSlice?, offset: Int) {
        self.camera = camera
        self.clip = clip
        self.skipSlice = skipSlice
        position = offset % clip.accessUnits.count
        lastKeyframe = clip.keyframe(after: position)
    }

    private var interval: Int64 { 1_000_000_000 / Int64(clip.fps) }

    func begin(at time: Int64) { due = time }

    func setFault(_ fault: CameraFault) {
        // After repeated frames only a keyframe leads back into the clip.
        if [.freeze, .black, .keyless].contains(self.fault), fault != self.fault { wantsKeyframe = true }
        self.fault = fault
    }

    /// A viewer begins to watch: the next frame is to be one that decoding may begin with.
    func startWithKeyframe() { wantsKeyframe = true }

    /// Of the present moment, in units of 90 kHz.
    func timestamp(at now: Int64) -> UInt32 {
        let ahead = Double(max(0, due - now)) / 1e9 * 90_000
        return timestamp(ofTick: tick) &- UInt32(truncatingIfNeeded: Int64(ahead))
    }

    private func timestamp(ofTick tick: Int64) -> UInt32 {
        timestampBase &+ UInt32(truncatingIfNeeded: tick * 90_000 / Int64(clip.fps))
    }

    /// The RTP payloads and the timestamp of the frame that is due now; `nil` when none is to be sent.
    func nextFrame(now: Int64, isWatched: Bool) -> (payloads: [[UInt8]], timestamp: UInt32)? {
        let timestamp = timestamp(ofTick: tick)
        let present = tick
        tick += 1
        due += interval
        if now - due > 1_000_000_000 {
            // The machine was held up: what was missed is not sent late.
            let missed = (now - due) / interval
            tick += missed
            due += missed * interval
        }
        guard isWatched else { return nil }
        switch fault {
        case .none, .loss, .skew: return (forward(), timestamp)
        case .black: return (black(), timestamp)
        case .keyless:
            wantsKeyframe = false
            if clip.accessUnits[position].isKeyframe { position = (position + 1) % clip.accessUnits.count }
            return (forward(), timestamp)
        case .freeze: return (repeated(), timestamp)
        case .slow:
            let isDue = present * Self.slowRate / Int64(clip.fps) != (present - 1) * Self.slowRate / Int64(clip.fps)
            return isDue ? (forward(), timestamp) : nil
        case .stall, .disconnect, .password, .garbage, .mute: return nil
        }
    }

    private static let slowRate: Int64 = 10

    /// Frames of the sizes that a black picture has; nobody can decode them.
    private func black() -> [[UInt8]] {
        frameNumber += 1
        if frameNumber < clip.fps * 2 { return [[0x41] + Array(repeating: 0x9a, count: 8)] }
        frameNumber = 0
        return [clip.sequenceParameters, clip.pictureParameters, [0x65] + Array(repeating: 0x88, count: 40)]
    }

    private func forward() -> [[UInt8]] {
        if wantsKeyframe, !clip.accessUnits[position].isKeyframe { position = clip.keyframe(after: position) }
        wantsKeyframe = false
        let unit = clip.accessUnits[position]
        if unit.isKeyframe { lastKeyframe = position }
        frameNumber = unit.isKeyframe ? 0 : frameNumber + 1
        position = (position + 1) % clip.accessUnits.count
        return unit.payloads
    }

    private func repeated() -> [[UInt8]] {
        if wantsKeyframe || frameNumber >= clip.fps * 2 {
            wantsKeyframe = false
            frameNumber = 0
            return clip.accessUnits[lastKeyframe].payloads
        }
        frameNumber += 1
        if let skipSlice { return [skipSlice.unit(number: frameNumber)] }
        let smallest = clip.accessUnits.filter { !$0.isKeyframe }.min { $0.size < $1.size }
        return (smallest ?? clip.accessUnits[lastKeyframe]).payloads
    }

    /// The session description (RFC 8866).
    var description: String {
        let sets = [clip.sequenceParameters, clip.pictureParameters].map(AuthenticationChallenge.base64)
        let level = clip.sequenceParameters.dropFirst().prefix(3).map { Hexadecimal.digits($0, uppercase: true) }
        return [
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=\(camera.id)", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*",
            "a=range:npt=now-", "m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000",
            "a=fmtp:96 packetization-mode=1;profile-level-id=\(level.joined());"
                + "sprop-parameter-sets=\(sets.joined(separator: ","))",
            "a=framerate:\(clip.fps)", "a=control:trackID=0", "",
        ].joined(separator: "\r\n")
    }
}

internal import Model
internal import RTSP
internal import Recorders

/// Everything that is known of a camera at one moment, from all who watch it.
struct CameraFacts {
    /// What a recorder tells of the stream.
    struct Recorder {
        var isRunning = false
        /// Milliseconds since the Unix epoch.
        var startedAt: Int64?
        var fps: Double?
        var bitrate: Double?
        var lastFrame: Int64?
        /// When frames themselves were last counted, and not only bytes that may be of anything.
        var lastCounted: Int64?
        /// Whether it writes segments in which there is no video.
        var isWithoutVideo = false
        /// Whether its process reads other streams, too.
        var isOneOfSeveral = false
        /// How it ended, where it ended as it was told to.
        var orderlyEnd: String?
        /// Whether segments, which are all that can be seen of it, are written in time.
        var writesInTime = false
        /// Why neither its connection nor its segments can be seen.
        var blindness: String?
        /// Whether nothing but its files tells of it.
        var isKnownByFiles = false
        var failure: CameraFailure?
        var detail = ""
    }

    let id: String
    let now: Int64
    /// When the camera became known to this process.
    var knownSince: Int64
    /// The frames a second that are expected; `nil` while nothing is.
    var expectedFPS: ClosedRange<Double>?
    var probe: ProbeReading?
    var isDescribed = false
    var recorder: Recorder?
    /// What gateways say of it, where it is watched by them, and once they were asked.
    var gateway: GatewayView?
    var isWatchedByGateway = false
    /// Whether it is a stream beside the camera's main one.
    var isOtherStream = false
    /// Where no session is opened on its main stream, as others read another one: that one's name.
    var sparingStream: String?
    /// Whether the camera is to be recorded.
    var wantsRecording = false
    /// Whether it is recorded only when something moves.
    var isOnMotion = false
    /// Whether it is not to be recorded at this time of the day.
    var isOffTime = false
    /// Whether nothing is to be told of it now.
    var isMaintained = false
    /// Since when it is to be recorded, where it was not before, and how long the first segment may take.
    var recordedSince: Int64?
    var segmentLimit: Int64 = 0
    var recording: RecordingReading?
    var dropRatio: Double?
    /// Since when the camera is down, if it is: only frames of later make it better.
    var downSince: Int64?

    /// Whether a rate over ten seconds means something, as it has played for longer.
    func isSettled(since connected: Int64?) -> Bool {
        let begun = playing?.since ?? recorder?.startedAt ?? 0
        return max(begun, connected ?? now, knownSince) + 12_000 <= now
    }

    /// The probe's reading where it counts frames now.
    var playing: ProbeReading? { isDescribed || probe?.connected != true ? nil : probe }
}

/// Says of a camera's facts what a person should be told.
enum CameraJudge {
    struct Verdict: Equatable {
        var state: CameraState
        var reason = ""
        var failure: CameraFailure?
        var isConnected: Bool
        /// Whether it can be known at all that it is connected.
        var isKnown = true
        /// Whether nothing is known yet of who has just begun to watch.
        var isStarting = false
        /// Whether nothing is to be told of it.
        var isPaused = false
    }

    /// How long after it became known a camera may still be connecting.
    private static let startLimit: Int64 = 15_000
    /// How old a recorder's last frame may be.
    private static let frameLimit: Int64 = 10_000

    static func verdict(_ facts: CameraFacts) -> Verdict {
        if facts.isMaintained {
            return Verdict(
                state: .unknown, reason: "Maintenance, as the configuration has it", isConnected: false, isKnown: false,
                isPaused: true)
        }
        let delivers = facts.recorder.map { isDelivering($0, facts) } ?? false
        if let probe = facts.probe {
            if probe.connected { return whileConnected(facts, recorderDelivers: delivers) }
            if delivers {
                return Verdict(
                    state: .degraded, reason: "The recorder gets frames, but our own probe does not: \(probe.detail)",
                    failure: probe.failure, isConnected: true)
            }
            if let failure = probe.failure { return down(failure, probe.detail) }
        } else if delivers {
            return whileConnected(facts, recorderDelivers: true)
        }
        if let recorder = facts.recorder, facts.probe == nil {
            if recorder.isRunning, let blindness = recorder.blindness {
                return Verdict(state: .unknown, reason: blindness, isConnected: false, isKnown: false)
            }
            if let end = recorder.orderlyEnd {
                return Verdict(state: .unknown, reason: end, isConnected: false, isKnown: false)
            }
            if recorder.isKnownByFiles, facts.isOnMotion || facts.isOffTime, facts.recording?.problem == nil {
                return Verdict(
                    state: .unknown, reason: facts.isOnMotion ? Self.still : Self.unrecorded, isConnected: false,
                    isKnown: false, isPaused: true)
            }
            if let failure = recorder.failure { return down(failure, recorder.detail) }
            if recorder.isRunning, recorder.isWithoutVideo {
                return down(.stalled, "the recorder writes segments without video: its camera sends none")
            }
            let since = max(facts.knownSince, recorder.startedAt ?? 0, recorder.lastFrame ?? 0)
            // A recorder that had frames is not starting any more.
            if facts.now - since > (recorder.lastFrame == nil ? Self.startLimit : Self.frameLimit) {
                if !recorder.isRunning {
                    return Verdict(
                        state: .notRecording,
                        reason: recorder.detail.isEmpty ? "The recorder does not run." : recorder.detail,
                        isConnected: false)
                }
                return recorder.lastFrame == nil
                    ? down(.noMedia, "the recorder runs and gets no frames")
                    : down(.stalled, recorder.isOneOfSeveral ? Self.sharedStall : "the recorder's frames have stopped")
            }
        }
        if facts.probe == nil, facts.isWatchedByGateway { return verdict(ofGateway: facts) }
        if facts.probe == nil, facts.recorder == nil {
            if let stream = facts.sparingStream {
                return Verdict(
                    state: .unknown,
                    reason:
                        "Others read its stream \(stream) and may need its only session, and nothing else tells of the "
                        + "main stream: watch: [probe] opens one.",
                    isConnected: false, isKnown: false, isPaused: true)
            }
            let what = facts.isOtherStream ? "stream" : "camera"
            return Verdict(
                state: .unknown, reason: "Nothing watches this \(what): no recorder runs and no probe is set.",
                isConnected: false)
        }
        return Verdict(state: .unknown, reason: "Connecting", isConnected: false, isStarting: true)
    }

    private static let sharedStall =
        "the recorder's frames have stopped; its process reads other streams too, and waits where one of them stops"
    private static let still =
        "Others record this camera when something moves, and nothing else tells of it: watch: [describe] asks it."
    private static let unrecorded =
        "Others record this camera, though not at this time, and nothing else tells of it: watch: [describe] asks it."

    /// Where a gateway alone watches the camera, or also the recorder of which nothing is known yet.
    private static func verdict(ofGateway facts: CameraFacts) -> Verdict {
        guard let gateway = facts.gateway else {
            return Verdict(state: .unknown, reason: "The gateway is being asked", isConnected: false)
        }
        if gateway.isReady { return whileConnected(facts, recorderDelivers: false) }
        if gateway.isKnown { return down(.noMedia, gateway.problem) }
        let problem = gateway.problem.prefix(1).uppercased() + gateway.problem.dropFirst()
        return Verdict(state: .unknown, reason: problem, isConnected: false, isKnown: false)
    }

    private static func isDelivering(_ recorder: CameraFacts.Recorder, _ facts: CameraFacts) -> Bool {
        guard recorder.isRunning, let last = recorder.lastFrame,
            recorder.writesInTime || facts.now - last <= Self.frameLimit, !recorder.isWithoutVideo
        else { return false }
        // A keep-alive's answer, or what ffmpeg writes out at its end, is no picture.
        if let down = facts.downSince { return recorder.lastCounted ?? .min > down }
        // Frames from before the probe failed say nothing of now.
        guard let probe = facts.probe, !probe.connected, probe.failure != nil else { return true }
        return last > probe.since + 500
    }

    private static func down(_ failure: CameraFailure, _ detail: String) -> Verdict {
        let state: CameraState = failure == .stalled || failure == .noMedia ? .stalled : .offline
        let reason = detail.isEmpty ? failure.rawValue : detail.prefix(1).uppercased() + detail.dropFirst()
        return Verdict(state: state, reason: reason, failure: failure, isConnected: false)
    }

    private static func whileConnected(_ facts: CameraFacts, recorderDelivers: Bool) -> Verdict {
        if facts.wantsRecording, let reason = notRecording(facts, recorderDelivers) {
            return Verdict(state: .notRecording, reason: reason, isConnected: true)
        }
        var doubts: [String] = []
        let fps = facts.playing?.fps ?? facts.recorder?.fps ?? facts.gateway?.fps
        if let fps, let expected = facts.expectedFPS?.lowerBound, facts.isSettled(since: facts.knownSince),
            fps < CameraStatus.lowestRateShare * expected
        {
            doubts.append("\(CameraStatus.tenths(fps)) of \(CameraStatus.tenths(expected)) frames a second")
        }
        if let ratio = facts.dropRatio, ratio > CameraStatus.highestDropRatio {
            doubts.append("\(CameraStatus.tenths(ratio * 100)) % of frames are lost")
        }
        if let suspect = facts.probe?.pictureSuspect { doubts.append("the picture seems \(suspect.rawValue)") }
        if doubts.isEmpty { return Verdict(state: .online, isConnected: true) }
        let reason = doubts.joined(separator: "; ")
        return Verdict(state: .degraded, reason: reason.prefix(1).uppercased() + reason.dropFirst(), isConnected: true)
    }

    private static func notRecording(_ facts: CameraFacts, _ recorderDelivers: Bool) -> String? {
        if let problem = facts.recording?.problem { return problem }
        let began = max(facts.knownSince, facts.recorder?.startedAt ?? 0)
        guard facts.now - began > Self.startLimit else { return nil }
        if let recorder = facts.recorder, !recorder.isRunning {
            return recorder.detail.isEmpty
                ? "The camera answers, but its recorder does not run." : "Recorder: \(recorder.detail)"
        }
        if facts.recorder != nil, !recorderDelivers { return "The camera answers, but its recorder gets no frames." }
        if let recording = facts.recording, recording.isWithoutVideo {
            return "Frames arrive, but the segments in \(recording.path) have no video."
        }
        // A clock that was set back since then makes it no longer.
        if let since = facts.recordedSince, (0..<facts.segmentLimit).contains(facts.now - since) { return nil }
        if let recording = facts.recording, recording.isOverdue {
            return "Frames arrive, but nothing is written to \(recording.path)."
        }
        return nil
    }
}

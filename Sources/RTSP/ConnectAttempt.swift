internal import Base
package import Model

/// An attempt to get a camera's stream: its steps with their times, and how it ended. All times are nanoseconds since the
/// Unix epoch.
package struct ConnectAttempt: Sendable, Hashable {
    /// `resolve`, `connect`, `TLS`, `DESCRIBE`, `SETUP`, `PLAY`, `first key frame`.
    package struct Step: Sendable, Hashable {
        package var name: String
        package var start: Int64
        package var end: Int64
    }

    package var camera: String
    /// `rtsp`, `http` or `rtmp`.
    package var language: String
    package var host: String
    package var port: UInt16
    /// The first is 1; those that fail are counted on until one succeeds.
    package var number: Int
    package var start: Int64
    package var end: Int64
    package var steps: [Step]
    /// `nil` where it failed before, or was not to play.
    package var firstFrame: Int64?
    /// `nil` where it succeeded; else the last step is the one that failed.
    package var failure: CameraFailure?
    /// A sentence for people, without credentials.
    package var detail: String

    /// Whether it is told: of a camera that fails on and on only some attempts are, ever fewer.
    var isToldOfFailures: Bool { number <= 3 || number & (number - 1) == 0 || number % 64 == 0 }
}

/// Notes the steps of a camera's attempt while it goes on. Times are of the steady clock, in nanoseconds.
struct AttemptNotes {
    private static let stepsMax = 32

    private(set) var isOpen = false
    private var began: Int64 = 0
    private var steps: [ConnectAttempt.Step] = []
    private var current: (name: String, since: Int64)?
    private(set) var firstFrame: Int64?
    /// Whether the camera was connected when it began.
    private(set) var wasConnected = false
    private(set) var failuresInRow = 0

    /// Begins an attempt; one that is under way goes on, as some cameras want the login on a new connection.
    mutating func begin(wasConnected: Bool, now: Int64) {
        if isOpen { return }
        isOpen = true
        began = now
        steps = []
        current = nil
        firstFrame = nil
        self.wasConnected = wasConnected
    }

    mutating func enter(_ phase: CameraWatch.Phase, _ language: StreamAddress.Language?, now: Int64) {
        guard isOpen, let name = Self.name(phase, language) else { return }
        close(now: now)
        current = (name, now)
    }

    mutating func tookFrame(now: Int64) {
        if isOpen, firstFrame == nil { firstFrame = now }
    }

    private mutating func close(now: Int64) {
        guard let current else { return }
        if steps.count < Self.stepsMax {
            steps.append(.init(name: current.name, start: current.since, end: max(current.since, now)))
        }
        self.current = nil
    }

    mutating func abandon() { isOpen = false }

    /// Ends the attempt.
    /// - Returns: what became of it; `nil` where none was under way.
    mutating func finish(
        _ target: ProbeTarget, _ address: StreamAddress?, failure: CameraFailure? = nil, detail: String = "",
        at end: Int64
    ) -> ConnectAttempt? {
        guard isOpen else { return nil }
        isOpen = false
        close(now: end)
        // A key frame may come with the answer to PLAY, before the step that waits for it begins.
        let last = max(began, end, steps.last?.end ?? began)
        let number = failuresInRow + 1
        failuresInRow = failure == nil ? 0 : number
        // What the steady clock was then, as the wall's shows it.
        let offset = WallClock.nanoseconds() - steadyNow()
        return ConnectAttempt(
            camera: target.id, language: address?.language.rawValue ?? "", host: address?.host ?? "",
            port: address?.port ?? 0, number: number, start: began + offset, end: last + offset,
            steps: steps.map { .init(name: $0.name, start: $0.start + offset, end: $0.end + offset) },
            firstFrame: firstFrame.map { $0 + offset }, failure: failure, detail: detail)
    }

    private static func name(_ phase: CameraWatch.Phase, _ language: StreamAddress.Language?) -> String? {
        switch phase {
        case .resolving: "resolve"
        case .connecting: "connect"
        case .securing: "TLS"
        case .describing: language == .rtsp ? "DESCRIBE" : language == .http ? "GET" : "open stream"
        case .settingUp: "SETUP"
        case .starting: "PLAY"
        case .playing: "first key frame"
        case .waiting, .left: nil
        }
    }
}

extension CameraWatch {
    /// How long a key frame is waited for once there are frames.
    private static let keyframePatience: Int64 = 10_000_000_000

    /// Tells of the attempt under way as soon as a key frame has come, or, where a camera has none, frames for long enough.
    func tellOfFirstKeyframe(now: Int64) {
        guard attempts.isOpen, let first = attempts.firstFrame else { return }
        if let keyframe = meter.lastKeyframe, keyframe >= attemptBegan {
            tellOfAttempt(at: keyframe)
        } else if now - first >= Self.keyframePatience || meter.lastKeyframe == nil && now - first >= 1_000_000_000 {
            tellOfAttempt(at: first)
        }
    }

    /// Tells that the attempt under way, if one is, is over. Looks that only find what was known are not told.
    func tellOfAttempt(failure: CameraFailure? = nil, _ detail: String = "", at time: Int64) {
        guard let attempt = attempts.finish(target, address, failure: failure, detail: detail, at: time) else { return }
        let isNews = failure != nil ? attempt.isToldOfFailures : target.mode == .media || !attempts.wasConnected
        if isNews { engine.tell(attempt) }
    }
}

internal import Foundation
internal import Model
internal import SharedCauses

/// Which cameras of this host failed together, and by what: judged anew with each look, where something changed.
struct CameraCauses {
    private var shares: CameraShares
    private var falls: CameraFalls
    private var next: [WatchedCamera] = []
    private var watched: [WatchedCamera] = []
    private var groups: [SharedCauses.Group] = []

    /// - Parameters:
    ///   - node: this host, as people know it.
    ///   - file: where it is remembered when cameras fell; `nil` forgets it with the process.
    init(node: String, file: String?) {
        shares = CameraShares(node: node)
        falls = CameraFalls(file: file)
    }

    /// Begins a look at these cameras.
    mutating func begin(_ cameras: [CameraSettings]) {
        shares.read(cameras)
        falls.keep(only: Set(cameras.map(\.id)))
        next = []
    }

    /// Takes what was judged of a camera. One of which nothing is to be told, or nothing can be known, counts neither way.
    /// - Parameters:
    ///   - now: milliseconds by the wall clock.
    ///   - steady: milliseconds by the clock that is never set.
    mutating func take(
        _ camera: String, _ verdict: CameraJudge.Verdict, _ recording: RecordingReading?, now: Int64, steady: Int64
    ) {
        if verdict.isPaused { falls.forget(camera) }
        guard verdict.isKnown, verdict.state != .unknown || verdict.isStarting else { return }
        let fall = falls.take(
            camera, WatchedCamera.Trouble(verdict, recording: recording),
            isStarting: verdict.state == .unknown, now: now, steady: steady)
        next.append(WatchedCamera(camera, fall, shares: shares[camera]))
    }

    /// Ends the look.
    mutating func end() -> [SharedCauses.Group] {
        if next != watched {
            watched = next
            groups = SharedCauses.groups(of: watched)
        }
        return groups
    }

    /// What is to be written down now, if anything.
    mutating func due(now: Int64, steady: Int64) -> Data? { falls.due(now: now, steady: steady) }
}

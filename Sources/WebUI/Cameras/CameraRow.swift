internal import Foundation
internal import Model
internal import SiteView

/// A camera of a list.
struct CameraRow: Sendable {
    let id: String
    /// What tells it from all others.
    let key: String
    /// Who watches it, where that is another host.
    let node: String?
    let link: String
    let logsLink: String
    /// Its name in answers of the API.
    let state: String
    /// The same in the reader's language.
    let words: String
    let style: String
    let shape: String
    let reason: String
    let since: String
    let fps: String
    let bitrate: String
    let lastFrame: String
    let lastFrameStyle: String
    let recorded: String
    let recordedSeconds: String
    /// What is lost while the camera is as it is.
    let stake: String?
}

extension CameraRow {
    init(_ camera: CameraStatus, now: Int64) {
        id = camera.id
        key = camera.key
        node = camera.node?.name
        link = Links.camera(camera)
        logsLink = Links.logs(ofCamera: camera.id)
        state = camera.state.rawValue
        words = camera.state.words
        style = camera.state.style
        shape = camera.state.shape
        reason = camera.reason.isEmpty ? camera.pictureText : camera.reason
        since = Shown.span(now - camera.since)
        fps = Shown.fps(camera.fps, expected: camera.expectedFPS)
        bitrate = Shown.bitrate(camera.bitrate)
        lastFrame = camera.lastFrame.map { say("cameras.seen", ["age": .text(Shown.span(now - $0))]) } ?? "–"
        lastFrameStyle = camera.lastFrame.map { now - $0 > 10_000 } == true ? "stale" : ""
        recorded = camera.lastRecorded.map { say("cameras.recorded", ["age": .text(Shown.span(now - $0))]) } ?? "–"
        recordedSeconds = camera.lastRecorded.map { String((now - $0) / 1_000) } ?? ""
        if let recorded = camera.lastRecorded, now - recorded > 30_000, camera.state != .online {
            stake = say("cameras.noFootage", ["time": .text(Shown.since(recorded, now: now))])
        } else {
            stake = nil
        }
    }
}

extension CameraState {
    /// The state as a style's name.
    var style: String { rawValue.lowercased().replacing(" ", with: "-") }

    /// The state as a shape, for those who do not tell its colour.
    var shape: String {
        switch self {
        case .online: "●"
        case .stalled: "◐"
        case .offline: "✕"
        case .notRecording: "▲"
        case .degraded: "◆"
        case .unknown: "○"
        }
    }
}

internal import Foundation
package import Model

/// What a record process tells the server over its socket: one JSON object a line.
struct RecordMessage: Codable, Sendable {
    struct Hello: Codable, Sendable {
        let camera: String
        /// Other in each run of a record process; lines are numbered within it.
        let run: String
        /// Tells whether the process does what the configuration says now.
        let fingerprint: String
    }

    var hello: Hello?
    var state: RecorderState?
    var lines: [RecorderLine]?
    /// What it did since it last said so to any server.
    var spans: [RecorderSpan]?

    var bytes: [UInt8] { ((try? JSONEncoder().encode(self)).map(Array.init) ?? []) + [UInt8(ascii: "\n")] }
}

/// What the server tells a record process: a word and perhaps a number, one a line.
enum RecordOrder: Equatable {
    /// Lines from this number on.
    case lines(from: Int64)
    /// Starts ffmpeg now, without waiting for the end of a pause.
    case retry
    /// Ends ffmpeg and itself.
    case end

    init?(_ line: String) {
        let words = line.split(separator: " ")
        switch (words.first, words.dropFirst().first.flatMap { Int64($0) }) {
        case ("lines", let number?): self = .lines(from: number)
        case ("retry", _): self = .retry
        case ("end", _): self = .end
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .lines(let number): "lines \(number)\n"
        case .retry: "retry\n"
        case .end: "end\n"
        }
    }
}

/// How a supervised recorder does.
package struct RecorderState: Codable, Sendable, Hashable {
    /// ffmpeg's pid; `nil` while it does not run.
    package var pid: Int32?
    /// Milliseconds since the Unix epoch.
    package var startedAt: Int64?
    /// Starts after the first one, since the camera is known.
    package var restarts: UInt64 = 0
    /// `nil` before the first end; 128 and more is a signal.
    package var lastExitCode: Int32?
    /// Frames written, over all runs of ffmpeg.
    package var frames: UInt64 = 0
    package var droppedFrames: UInt64 = 0
    /// When frames last grew, in milliseconds since the Unix epoch.
    package var lastFrame: Int64?
    /// The folder of its recordings, where it was told one.
    package var folder: String?
    /// Why it does not record; `nil` while it does.
    package var failure: CameraFailure?
    /// The same for people, without credentials.
    package var detail = ""

    package init() {}
}

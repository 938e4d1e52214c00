internal import Base
internal import Foundation
internal import Glibc
internal import Model

/// Reads from what ffmpeg prints when it begins a segment, and makes spans of it: `recorder connect` from its start to the
/// first frame, then for each segment, in a trace of its own, `segment write` with `segment finalize` at its end.
///
/// ffmpeg's segmenters say `Opening 'PATH' for writing` once the segment before is closed. So the finalizing lasts from the
/// last byte that the file got, or from when ffmpeg said that it moves the index, to that line, or to ffmpeg's end.
struct SegmentNotes {
    private struct Connection {
        var trace: TraceID
        var span: SpanID
        var start: Int64
        var isOver = false
    }

    private struct Segment {
        var path: String
        var start: Int64
        /// When ffmpeg began to move its index to the front.
        var secondPass: Int64?
        var frames: UInt64
        var dropped: UInt64
    }

    /// Spans that no server has got yet; the oldest are dropped.
    private(set) var waiting: [RecorderSpan] = []
    private static let waitingMax = 256
    private static let nameBytesMax = 255

    private var connection: Connection?
    private var segment: Segment?
    private var failuresInRow = 0

    /// ffmpeg was started.
    mutating func begin(now: Int64) {
        segment = nil
        connection = Connection(trace: Self.newTrace(), span: Self.newSpan(), start: now)
    }

    /// Frames have come.
    mutating func tookFrames(now: Int64) {
        guard let connection, !connection.isOver else { return }
        self.connection?.isOver = true
        var span = Self.span("recorder connect", connection, now)
        span.numbers["vms.connect.attempt"] = Int64(failuresInRow + 1)
        failuresInRow = 0
        add(span)
    }

    /// A line that ffmpeg printed, without credentials.
    mutating func take(_ line: String, frames: UInt64, dropped: UInt64, now: Int64) {
        if line.contains("Starting second pass") {
            segment?.secondPass = now
        } else if let path = Self.opened(line) {
            finish(frames: frames, dropped: dropped, problem: nil, now: now)
            segment = Segment(path: path, start: now, frames: frames, dropped: dropped)
        }
    }

    /// ffmpeg has ended.
    /// - Parameter problem: why, where nobody wanted it to.
    mutating func end(frames: UInt64, dropped: UInt64, problem: String?, now: Int64) {
        finish(frames: frames, dropped: dropped, problem: problem, now: now)
        if let connection, !connection.isOver, let problem {
            failuresInRow += 1
            // Of a camera that is away for long only some attempts are told.
            let number = failuresInRow
            if number <= 3 || number & (number - 1) == 0 || number % 64 == 0 {
                var span = Self.span("recorder connect", connection, now)
                span.numbers["vms.connect.attempt"] = Int64(number)
                span.problem = problem
                add(span)
            }
        }
        connection = nil
    }

    /// Takes what waits, for a server.
    mutating func takeAll() -> [RecorderSpan] {
        defer { waiting = [] }
        return waiting
    }

    private mutating func finish(frames: UInt64, dropped: UInt64, problem: String?, now: Int64) {
        guard let segment else { return }
        self.segment = nil
        let (trace, span) = (Self.newTrace().description, Self.newSpan().description)
        var write = RecorderSpan(
            trace: trace, span: span, linkedTrace: connection?.trace.description,
            linkedSpan: connection?.span.description, name: "segment write", start: segment.start, end: now)
        let name = segment.path.split(separator: "/").last.map(String.init) ?? segment.path
        write.texts["vms.segment.name"] = String(decoding: name.utf8.prefix(Self.nameBytesMax), as: UTF8.self)
        write.numbers["vms.segment.frames"] = Int64(clamping: frames &- min(frames, segment.frames))
        write.numbers["vms.segment.dropped_frames"] = Int64(clamping: dropped &- min(dropped, segment.dropped))
        write.problem = problem
        var finalize = RecorderSpan(
            trace: trace, span: Self.newSpan().description, parent: span, name: "segment finalize", start: now, end: now
        )
        var status = stat()
        if stat(segment.path, &status) == 0 {
            write.numbers["vms.segment.size"] = Int64(status.st_size)
            let written = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            // A clock of another host's disk may be anywhere.
            finalize.start = min(max(segment.secondPass ?? written, segment.start), now)
        }
        finalize.texts = write.texts
        add(write)
        add(finalize)
    }

    private mutating func add(_ span: RecorderSpan) {
        waiting.append(span)
        if waiting.count > Self.waitingMax { waiting.removeFirst(waiting.count - Self.waitingMax) }
    }

    /// The file of `[segment @ 0x55d] Opening '/footage/gate/7.mkv' for writing`; those of lists and parts are none.
    static func opened(_ line: String) -> String? {
        guard let start = line.firstRange(of: "Opening '"), line.hasSuffix("' for writing"),
            start.upperBound < line.index(line.endIndex, offsetBy: -"' for writing".count)
        else { return nil }
        let path = String(line[start.upperBound..<line.index(line.endIndex, offsetBy: -"' for writing".count)])
        let isList = [".m3u8", ".m3u8.tmp", ".csv", ".ffconcat", ".mpd", ".tmp"].contains { path.hasSuffix($0) }
        return isList ? nil : path.hasPrefix("file:") ? String(path.dropFirst(5)) : path
    }

    private static func span(_ name: String, _ connection: Connection, _ end: Int64) -> RecorderSpan {
        RecorderSpan(
            trace: connection.trace.description, span: connection.span.description, name: name,
            start: connection.start, end: end)
    }

    private static func newTrace() -> TraceID {
        var generator = SystemRandomNumberGenerator()
        return TraceID(high: generator.next(), low: max(1, generator.next()))
    }

    private static func newSpan() -> SpanID {
        var generator = SystemRandomNumberGenerator()
        return SpanID(max(1, generator.next()))
    }
}

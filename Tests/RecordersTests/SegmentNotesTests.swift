import Foundation
import TestSupport
import Testing

@testable import Recorders

@Suite("What a recorder tells of its segments")
struct SegmentNotesTests {
    private static func line(_ path: String) -> String { "[segment @ 0x55d] [info] Opening '\(path)' for writing" }

    @Test(
        "a segment is begun where ffmpeg opens its file",
        arguments: [
            (line("/footage/gate/7.mkv"), "/footage/gate/7.mkv"), (line("file:/a b/7.mkv"), "/a b/7.mkv"),
            ("[hls @ 0x1] [info] Opening '/x/7.ts' for writing", "/x/7.ts"), (line("/x/it's.mp4"), "/x/it's.mp4"),
            (line("/x/list.m3u8"), nil), (line("/x/list.m3u8.tmp"), nil), (line("/x/list.csv"), nil),
            ("[concat @ 0x1] Opening 'rtsp://cam/' for reading", nil), ("Opening '' for writing", nil),
            ("Opening 'x' for writing and more", nil), ("Opening '", nil), ("' for writing", nil), ("", nil),
        ])
    func opened(_ line: String, _ path: String?) { #expect(SegmentNotes.opened(line) == path, "\(line)") }

    @Test("each is a trace of its own, linked to the connection that it was recorded over")
    func segments() throws {
        let folder = try TemporaryDirectory()
        try folder.write("1.mkv", "12345")
        var notes = SegmentNotes()
        let start = Int64(Date().timeIntervalSince1970 * 1e9) - 60_000_000_000
        notes.begin(now: start)
        notes.take(Self.line(folder.path + "/1.mkv"), frames: 0, dropped: 0, now: start + 1_000)
        notes.tookFrames(now: start + 2_000)
        notes.tookFrames(now: start + 3_000)
        notes.take(
            "[mp4 @ 0x1] Starting second pass: moving the moov atom", frames: 100, dropped: 2, now: start + 8_000)
        notes.take(Self.line(folder.path + "/2.mkv"), frames: 110, dropped: 3, now: start + 9_000)
        notes.end(frames: 120, dropped: 3, problem: "the disk is full", now: start + 20_000)
        let spans = notes.takeAll()
        #expect(notes.waiting.isEmpty)
        #expect(
            spans.map(\.name)
                == ["recorder connect", "segment write", "segment finalize", "segment write", "segment finalize"])
        try #require(spans.count == 5)
        let (connect, write, finalize, last) = (spans[0], spans[1], spans[2], spans[3])
        #expect(connect.start == start && connect.end == start + 2_000 && connect.numbers["vms.connect.attempt"] == 1)
        #expect(write.start == start + 1_000 && write.end == start + 9_000 && write.parent == nil)
        #expect(write.linkedTrace == connect.trace && write.linkedSpan == connect.span && write.trace != connect.trace)
        #expect(write.texts["vms.segment.name"] == "1.mkv" && write.numbers["vms.segment.size"] == 5)
        #expect(write.numbers["vms.segment.frames"] == 110 && write.numbers["vms.segment.dropped_frames"] == 3)
        #expect(finalize.parent == write.span && finalize.trace == write.trace)
        #expect(finalize.start == start + 8_000 && finalize.end == write.end)
        #expect(write.problem == nil && last.problem == "the disk is full" && last.trace != write.trace)
        // A file that is not there has no size, and was closed at once.
        #expect(last.numbers["vms.segment.size"] == nil && spans[4].start == spans[4].end)
        let message = RecordMessage(spans: spans)
        let read = try JSONDecoder().decode(RecordMessage.self, from: Data(message.bytes))
        #expect(read.spans == spans)
    }

    @Test("connections that fail are told ever more rarely, and what nobody takes is dropped")
    func failures() {
        var notes = SegmentNotes()
        for time in 0..<200 {
            notes.begin(now: Int64(time))
            notes.end(frames: 0, dropped: 0, problem: "refused", now: Int64(time) + 1)
        }
        #expect(
            notes.waiting.compactMap { $0.numbers["vms.connect.attempt"] } == [1, 2, 3, 4, 8, 16, 32, 64, 128, 192])
        notes.begin(now: 0)
        notes.tookFrames(now: 1)
        #expect(notes.waiting.last?.numbers["vms.connect.attempt"] == 201 && notes.waiting.last?.problem == nil)
        // Ended on purpose, nothing failed.
        notes.begin(now: 0)
        notes.end(frames: 0, dropped: 0, problem: nil, now: 1)
        #expect(notes.waiting.count == 11)
        notes.begin(now: 0)
        for number in 0..<1_000 { notes.take(Self.line("/nowhere/\(number).mkv"), frames: 0, dropped: 0, now: 1) }
        #expect(notes.waiting.count == 256)
    }
}

import Model
import Testing

@testable import Recorders

@Suite("A recorder's command")
struct CommandTests {
    private static let url = "rtsp://guard:pa'ss@10.0.0.5/stream1"

    @Test(
        "gets its URL over standard input, with the stream's options beside it",
        arguments: [
            (
                [
                    "ffmpeg", "-rtsp_transport", "tcp", "-timeout", "5000000", "-i", "{url}", "-c", "copy",
                    "{path}/%d.mkv",
                ],
                ["option rtsp_transport 'tcp'", "option timeout '5000000'"], ["-c", "copy", "/footage/%d.mkv"]
            ),
            (["/usr/bin/ffmpeg", "-y", "-i", "{url}", "out.mkv"], [], ["out.mkv"]),
            (["ffmpeg", "-fflags", "nobuffer", "-i", "{url}", "out.mkv"], [], ["-fflags", "nobuffer"]),
        ] as [([String], [String], [String])])
    func script(template: [String], options: [String], kept: [String]) throws {
        let command = FFmpegCommand(template: template, url: Self.url, path: "/footage")
        let script = try #require(command.script)
        #expect(script.hasPrefix("ffconcat version 1.0\nfile 'rtsp://guard:pa'\\''ss@10.0.0.5/stream1'\n"))
        for option in options { #expect(script.contains(option)) }
        for argument in kept { #expect(command.arguments.contains(argument)) }
        #expect(!command.arguments.contains { $0.contains("pa'ss") || $0 == "-rtsp_transport" || $0 == "{url}" })
        let input = try #require(command.arguments.firstIndex(of: "-i"))
        #expect(command.arguments[input + 1] == "pipe:0")
        #expect(command.arguments.contains("-progress"))
    }

    @Test("keeps a level that its owner chose")
    func level() {
        let command = FFmpegCommand(
            template: ["ffmpeg", "-loglevel", "error", "-i", "{url}", "o.mkv"], url: "u", path: "")
        #expect(command.arguments.count { $0 == "-loglevel" } == 1)
    }

    @Test("is left alone when it is not ffmpeg")
    func otherProgram() {
        let command = FFmpegCommand(template: ["gst-launch-1.0", "{path}/a"], url: "u", path: "/p")
        #expect(command.arguments == ["gst-launch-1.0", "/p/a"] && command.script == nil)
    }

    @Test("says its progress in pieces of any size", arguments: [1, 3, 7, 1_000])
    func progress(size: Int) {
        let text = "frame=10\nfps=25.0\ndrop_frames=1\nprogress=continue\nframe=  35\ndrop_frames=2\nprogress=end\n"
        var reader = ProgressReader()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            _ = reader.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(reader.frames == 35 && reader.dropped == 2)
    }

    @Test(
        "tells why it ended by what it prints",
        arguments: [
            ("[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized", CameraFailure.unauthorized),
            ("rtsp://h/x: Connection refused", .refused),
            ("Failed to resolve hostname cam: Name or service not known", .dns),
            ("method DESCRIBE failed: 404 Not Found", .notFound), ("Connection timed out", .timeout),
            ("Invalid data found when processing input", .protocol), ("[info] Opening 'a.mkv' for writing", nil),
        ] as [(String, CameraFailure?)])
    func reason(line: String, expected: CameraFailure?) { #expect(FFmpegFailure.reason(in: line) == expected) }

    @Test("keeps its newest lines, without passwords")
    func spool() {
        var spool = LineSpool()
        spool.take(Array("[error] rtsp://a:secret@h/x: gone\nhalf".utf8), at: 1)
        spool.take(Array(" a line\n".utf8), at: 2)
        #expect(spool.lines.map(\.text) == ["[error] rtsp://xxxxx:xxxxx@h/x: gone", "half a line"])
        #expect(spool.lines.map(\.level) == ["ERROR", "INFO"])
        for number in 0..<5_000 { spool.add("line \(number)", at: 3) }
        #expect(spool.lines.count == 2_000 && spool.lines.last?.number == 5_002)
        #expect(spool.lines(from: 5_001).map(\.number) == [5_001, 5_002])
        #expect(spool.lines(from: 6_000).isEmpty)
    }

    @Test("orders are read as they are written", arguments: [RecordOrder.lines(from: 7), .retry, .end])
    func orders(order: RecordOrder) { #expect(RecordOrder(String(order.text.dropLast())) == order) }

    @Test("what is no order is none", arguments: ["", "lines", "lines x", "stop"])
    func badOrders(text: String) { #expect(RecordOrder(text) == nil) }
}

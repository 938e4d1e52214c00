import TestSupport
import Testing

@testable import Recorders

/// Command lines as people write them, and what each records.
@Suite("The command line of a recorder")
struct RecorderCommandTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let arguments: [String]
        /// Of each camera: its path, the folder of its files, and what their names begin with.
        let cameras: [String]
        var pattern: String?
        var seconds: Double?
        var unused: [String] = []
        var shares = false
    }

    private static let tcp = "-hide_banner -loglevel error -nostdin -rtsp_transport tcp"

    /// Words, of which those in quotes hold spaces.
    private static func words(_ line: String) -> [String] {
        line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
        }
    }

    private static func row(
        _ name: String, _ line: String, _ cameras: String..., pattern: String? = nil, seconds: Double? = nil,
        unused: [String] = [], shares: Bool = false
    ) -> Row {
        Row(
            testDescription: name, arguments: words(line), cameras: cameras, pattern: pattern, seconds: seconds,
            unused: unused, shares: shares)
    }

    static let rows = [
        row(
            "tee into segments and a playlist",
            "ffmpeg \(tcp) -i rtsp://h/a -map 0:v -c copy -f tee '[f=segment:segment_time=10:strftime=1]/rec/a-%Y.mp4|[f=hls]/x/live.m3u8'",
            "a a /rec a-", seconds: 10),
        row(
            "tee with escapes, and a slave that may fail",
            #"ffmpeg \#(tcp) -i rtsp://h/a -map 0 -c copy -f tee '[f=mpegts:onfail=ignore]udp://10.0.0.9:1234|[onfail=ignore:f=segment:segment_time=00\\:01\\:00]/rec/x\|y/a-%03d.mkv'"#,
            "a a /rec/x|y a-", seconds: 60),
        row(
            "tee whose file takes sound alone",
            #"ffmpeg \#(tcp) -i rtsp://h/a -map 0 -c copy -f tee '[select=a]/rec/sound.mka|[select=v:f=matroska]/rec/a.mkv'"#,
            "a a /rec"),
        row(
            "two inputs, each mapped to its own output",
            "ffmpeg -i rtsp://h/n -i rtsp://h/s -map 0 -c copy -f segment -segment_time 10 /rec/n-%d.mkv -map 1:v? -c copy /rec/s/s-%d.mkv",
            "n n /rec n-", "s s /rec/s s-", seconds: 10, shares: true),
        row(
            "two inputs and no map", "ffmpeg -i rtsp://h/n -i rtsp://h/s -c copy /rec/n.mkv -c copy /rec/s.mkv",
            "n n /rec", unused: ["rtsp://h/s"], shares: true),
        row(
            "sound of another camera", "ffmpeg -i rtsp://h/n -i rtsp://h/s -map 0:v -map 1:a -c copy /rec/n.mkv",
            "n n /rec", shares: true),
        row(
            "all but the sound", "ffmpeg -i rtsp://h/n -map 0 -map -0:a -c copy /rec/n.mkv", "n n /rec"),
        row(
            "one picture of two",
            "ffmpeg -i rtsp://h/n -i rtsp://h/s -filter_complex '[0:v][1:v]hstack[both]' -map [both] -c:v libx264 /rec/wall.mkv",
            "n h-n /rec", "s h-s /rec", shares: true),
        row(
            "two pictures, filtered",
            "ffmpeg -i rtsp://h/n -i rtsp://h/s -filter_complex '[0:v]scale=2:2[x];[1:v]scale=2:2[t];[t]fps=5[y]' -map [x] /rec/n.mkv -map [y] /rec/s.mkv",
            "n n /rec", "s s /rec", shares: true),
        row(
            "Frigate's record, detect and audio outputs",
            "ffmpeg -hide_banner -loglevel warning -threads 2 -user_agent 'FFmpeg Frigate/0.14' -avoid_negative_ts make_zero -fflags +genpts+discardcorrupt -rtsp_transport tcp -timeout 5000000 -use_wallclock_as_timestamps 1 -i rtsp://h/garden -r 5 -vf fps=5,scale=1280:720 -threads 2 -f rawvideo -pix_fmt yuv420p pipe: -f segment -segment_time 10 -segment_format mp4 -reset_timestamps 1 -strftime 1 -c copy -an /tmp/cache/garden@%Y%m%d%H%M%S%z.mp4 -vn -f s16le -ar 16000 -ac 1 -y /dev/shm/garden.pcm",
            "garden garden /tmp/cache garden@", seconds: 10),
        row(
            "Frigate's detection by itself",
            "ffmpeg \(tcp) -i rtsp://h/garden_sub -r 5 -vf fps=5 -f rawvideo -pix_fmt yuv420p pipe:",
            "garden_sub h-garden_sub -"),
        row("Frigate's ear", "ffmpeg -vn -i rtsp://h/garden -f s16le -ar 16000 -ac 1 -y pipe:"),
        row(
            "HLS with a folder an hour",
            "ffmpeg -i rtsp://h/a -c copy -f hls -hls_time 10 -strftime 1 -strftime_mkdir 1 -hls_flags second_level_segment_index -hls_segment_filename /hls/a/%Y-%m-%d/%H/%M-%S-%%03d.ts /hls/a/index.m3u8",
            "a a /hls/a", pattern: "/hls/a/%Y-%m-%d/%H/%M-%S-*.ts", seconds: 10),
        row(
            "HLS by its defaults", "ffmpeg -i rtsp://h/a -c copy -f hls /hls/yard/live.m3u8", "a yard /hls/yard live"),
        row(
            "a live playlist beside a recording",
            "ffmpeg -i rtsp://h/a -c copy -f hls -hls_flags delete_segments /x/live.m3u8 -c copy -f segment -segment_time 60 /rec/a-%d.mkv",
            "a a /rec a-", seconds: 60),
        row(
            "stream_segment, without an ending",
            "ffmpeg -i rtsp://h/a -c copy -f stream_segment -segment_format mpegts -segment_time 4 -strftime 1 /rec/a-%s",
            "a a /rec a-", seconds: 4),
        row("a restream", "ffmpeg -i rtsp://h/a -c copy -f rtsp rtsp://127.0.0.1:8554/a", "a h-a -"),
        row("files that are joined", "ffmpeg -f concat -safe 0 -i files.txt -c copy day.mkv"),
        row("a camera in a script of inputs", "ffmpeg -f concat -i camera.txt -c copy /rec/a.mkv", "a a /rec"),
        row("into a shell's pipe", "ffmpeg -i rtsp://h/a -c copy -f mpegts -", "a h-a -"),
        row(
            "splitmuxsink",
            "gst-launch-1.0 -e rtspsrc location=rtsp://h/a protocols=tcp latency=100 ! rtph264depay ! h264parse ! splitmuxsink location=/rec/a-%05d.mp4 max-size-time=10000000000",
            "a a /rec a-", seconds: 10),
        row(
            "two branches of GStreamer",
            "gst-launch-1.0 rtspsrc location=rtsp://h/n ! rtph264depay ! h264parse ! matroskamux ! filesink location=/rec/n.mkv rtspsrc location=rtsp://h/s name=src src. ! rtph264depay ! tee name=t t. ! queue ! fakesink t. ! queue ! h264parse ! splitmuxsink location=/rec/s-%d.mp4",
            "n n /rec", "s s /rec s-", shares: true),
        row(
            "a pipeline in one argument",
            "gst-launch-1.0 'rtspsrc location=rtsp://h/a ! rtph264depay ! video/x-h264,framerate=25/1 ! mux. matroskamux name=mux ! filesink location=\"/rec/Front Door/a.mkv\"'",
            "a a /rec/Front Door"),
        row("GStreamer that shows", "gst-launch-1.0 rtspsrc location=rtsp://h/a ! decodebin ! autovideosink"),
        row("a player", "vlc rtsp://h/a"),
        row(
            "cvlc",
            "vlc -I dummy --rtsp-tcp rtsp://h/a '--sout=#duplicate{dst=display,dst=std{access=file,mux=ts,dst=/rec/a.ts}}'",
            "a a /rec"),
        row("vlc's restream", "vlc -I dummy rtsp://h/a --sout '#rtp{sdp=rtsp://:8554/a}'"),
        row("openRTSP", "openRTSP -4 -t -P 600 -F /rec/a -D 10 rtsp://h/a", "a a /rec a-", seconds: 600),
    ]

    @Test("tells each camera's stream and files", arguments: rows)
    func cameras(row: Row) {
        let streams = FoundRecorder.streams(of: row.arguments) {
            nil
        } script: {
            $0 == "camera.txt"
                ? "ffconcat version 1.0\nfile rtsp://h/a\noption rtsp_transport tcp\n"
                : "file 'one.mkv'\nfile 'two.mkv'\n"
        }
        let program = RecorderProgram(row.arguments.first ?? "") ?? .ffmpeg
        let found = FoundRecorder.all(pid: 7, streams, program: program, workingDirectory: "/work")
        let told = found.map { recorder in
            [
                recorder.shownURL.split(separator: "/").last.map(String.init), recorder.suggestedID,
                recorder.folder ?? "-", recorder.segmentPrefix,
            ].compactMap(\.self).joined(separator: " ")
        }
        #expect(told == row.cameras)
        #expect(found.first?.pattern == row.pattern)
        #expect(found.first?.segmentSeconds == row.seconds)
        #expect(streams.unused == row.unused)
        #expect(found.allSatisfy { $0.sharesProcess == row.shares })
    }

    @Test("of which the output is led into a file is a recorder of that file")
    func redirected() {
        let streams = FoundRecorder.streams(of: Self.words("ffmpeg -i rtsp://h/a -c copy -f mpegts pipe:1")) {
            "/rec/yard/all.ts"
        }
        let found = FoundRecorder.all(pid: 7, streams, program: .ffmpeg, workingDirectory: "/work")
        #expect(found.map(\.suggestedID) == ["all"] && found.first?.folder == "/rec/yard")
    }
}

import Testing

@testable import Recorders

@Suite("A recorder that was found")
struct FoundRecorderTests {
    struct Case: Sendable {
        let command: String
        let id: String?
        var folder: String?
        var seconds: Double?
        var password = false
        var udp = false
    }

    @Test(
        "is understood from its command line",
        arguments: [
            Case(
                command:
                    "ffmpeg -rtsp_transport tcp -i rtsp://10.0.0.5/s -c copy -f segment -segment_time 60 /rec/gate/%Y.mkv",
                id: "gate", folder: "/rec/gate", seconds: 60),
            Case(
                command: "ffmpeg -rtsp_transport tcp -i rtsp://u:p@10.0.0.5/s -c copy -f segment /rec/cam-7-%03d.mp4",
                id: "cam-7", folder: "/rec", password: true),
            Case(
                command: "ffmpeg -i rtsp://10.0.0.5:8554/yard/main -c copy -f segment seg/%d.ts", id: "seg",
                folder: "/work/seg", udp: true),
            Case(
                command: "ffmpeg -rtsp_transport tcp -i rtsp://10.0.0.5:8554/yard/main -f null -",
                id: "10.0.0.5-yard-main"),
            Case(
                command: "ffmpeg -rtsp_transport tcp -i rtsp://h/a -c copy /rec/%Y/%m/out-%d.mkv -y", id: "rec",
                folder: "/rec"),
            Case(
                command: "ffmpeg -rtsp_transport tcp -i rtsp://h:554/user=u&password=u:p@x&channel=2 -f null -",
                id: "h-channel=2", password: true),
            Case(
                command:
                    "ffmpeg -rtsp_transport tcp -i rtsp://h:554/user=u_password=s_c_channel=2_stream=0.sdp -f null -",
                id: "h-channel=2-stream=0.sdp", password: true),
            Case(command: "ffmpeg -i film.mkv out.mp4", id: nil),
            Case(command: "ffmpeg -rtsp_transport tcp -i rtsp://h/s -frames:v 1 -y /tmp/now.jpg", id: nil),
            Case(command: "ffmpeg -i rtsp://h/s -update 1 /tmp/now.png", id: nil),
            Case(command: "ffmpeg -i rtsp://h/s -f image2pipe -", id: nil),
            Case(command: "ffmpeg -t 00:00:10 -i rtsp://h/s -c copy /tmp/clip.mp4", id: nil),
            Case(
                command: "ffmpeg -rtsp_transport tcp -i rtsp://h/s -t 3600 -c copy /rec/gate/1.mkv", id: "gate",
                folder: "/rec/gate"),
            Case(command: "ffmpeg -i", id: nil),
        ])
    func commandLine(row: Case) {
        let found = FoundRecorder(
            pid: 7, arguments: row.command.split(separator: " ").map(String.init), workingDirectory: "/work")
        #expect(found?.suggestedID == row.id)
        guard let found else { return }
        #expect(found.folder == row.folder)
        #expect(found.segmentSeconds == row.seconds)
        #expect(found.showsPassword == row.password)
        #expect(found.usesUDP == row.udp)
        #expect(!found.shownURL.contains("u:p@"))
    }

    @Test(
        "its segments are as long as ffmpeg takes them to be",
        arguments: [
            ("60", 60), ("1.5s", 1.5), ("500ms", 0.5), ("2000000us", 2), ("1:30", 90), ("00:01:30.5", 90.5),
            ("01:00:00", 3_600), ("0", nil), ("-5", nil), ("1:2:3:4", nil), (":", nil), ("soon", nil), ("inf", nil),
        ] as [(String, Double?)])
    func segmentTime(text: String, seconds: Double?) {
        let arguments = ["ffmpeg", "-i", "rtsp://h/s", "-f", "segment", "-segment_time", text, "/r/%d.mkv"]
        #expect(FoundRecorder(pid: 1, arguments: arguments, workingDirectory: nil)?.segmentSeconds == seconds)
    }

    @Test("reads the stream of a configured URL, whoever logs in")
    func matches() {
        let found = FoundRecorder(
            pid: 1, arguments: ["ffmpeg", "-i", "rtsp://a:b@h:554/x", "/r/1.mkv"], workingDirectory: nil)
        #expect(found?.identity == CameraName.identity(ofURL: "rtsp://other:pw@h:554/x"))
        #expect(found?.identity == CameraName.identity(ofURL: "rtspt://h/x"))
        #expect(found?.identity != CameraName.identity(ofURL: "rtsp://h:554/y"))
    }

    @Test("facts of this process come from /proc")
    func facts() throws {
        let facts = try #require(ProcessTable.facts(of: ProcessTable.pids().contains(1) ? 1 : 0))
        #expect(facts.residentBytes >= 0 && facts.cpuSeconds >= 0 && facts.startedAt > 0)
        #expect(ProcessTable.facts(of: 0) == nil)
    }
}

import CameraRecords
import Foundation
import TestSupport
import Testing

/// What was recorded of a camera, as the command line tells it: footage by the real ffmpeg, with a gap that was planted.
@Suite("Reports, end to end", .serialized)
struct ReportTests {
    private static func run(_ arguments: String...) async throws -> String {
        let process = try RunningProcess(Peers.watchpost, ["report"] + arguments)
        try await process.end()
        return process.printed
    }

    private static func clip(_ path: String) async throws {
        let ffmpeg = try RunningProcess(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x90:rate=25:duration=10", "-c:v", "mpeg4", path,
            ])
        try await ffmpeg.end()
    }

    @Test(
        "a planted gap is told to the second, also when its files are deleted and the server was killed",
        .timeLimit(.minutes(2)))
    func planted() async throws {
        let folder = try TemporaryDirectory()
        try await Self.clip(folder.path + "/clip.mkv")
        let footage = folder.path + "/footage"
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        // Ten minutes of segments that ended a while ago; 37 seconds are missing.
        let begin = (Int64(Date().timeIntervalSince1970) - 720) * 1_000
        for number in 0..<60 where !(20..<23).contains(number) {
            // Each one after the gap comes seven seconds later.
            let start = begin + Int64(number) * 10_000 + (number >= 23 ? 7_000 : 0)
            let path = "\(footage)/\(number).mkv"
            try FileManager.default.copyItem(atPath: folder.path + "/clip.mkv", toPath: path)
            let end = Date(timeIntervalSince1970: Double(start + 10_000) / 1_000)
            try FileManager.default.setAttributes([.modificationDate: end], ofItemAtPath: path)
        }
        try folder.write(
            "config/watchpost.yml",
            """
            instance: "site <1>"
            cameras: [{ id: gate }]
            recordings: [{ camera: gate, path: \(footage), segment: 10s }]

            """)
        let (from, to) = (String(begin / 1_000), String(begin / 1_000 + 600))
        func record(_ server: Server) async throws -> CameraRecord {
            try await eventually("footage to be written down: \(server.process.printed)", within: .seconds(40)) {
                let site: SiteRecord = try await server.decode(
                    "/api/watchpost/report", [("from", from), ("to", to), ("camera", "gate")])
                return site.cameras.first.flatMap { $0.footageUnknownSeconds < 60 ? $0 : nil }
            }
        }
        func expectPlanted(_ record: CameraRecord) {
            let gap = TimeSpan(start: begin + 200_000, end: begin + 237_000)
            #expect(record.gapCount == 1 && abs(record.missingSeconds - 37) < 1, "\(record)")
            #expect((record.gaps.first?.start ?? 0).distance(to: gap.start).magnitude < 1_000)
            #expect((record.gaps.first?.end ?? 0).distance(to: gap.end).magnitude < 1_000)
            #expect(abs(record.footageSeconds - 563) < 1, "\(record)")
        }
        var server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        expectPlanted(try await record(server))
        let counted = try await eventually("the series", within: .seconds(30)) {
            try await server.query("camera_footage_due_seconds_total - camera_footage_seconds_total").first?.value
        }
        // Nothing came behind the last segment, either; how much of that is counted already, the settling says.
        let behind = Date().timeIntervalSince1970 - Double(begin) / 1_000 - 607
        #expect(counted > 36 && counted < 38 + behind, "the gap, and \(behind) s behind the last segment: \(counted)")
        // Retention, and the end of the process without a word.
        try FileManager.default.removeItem(atPath: footage)
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        server.process.signal(SIGKILL)
        try await server.process.end()
        server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        expectPlanted(try await record(server))

        let url = server.url
        let gaps = try await Self.run("--server", url, "--from", from, "--to", to, "--format", "csv", "--gaps")
        #expect(gaps.contains("site <1>,gate,") && gaps.components(separatedBy: "\r\n").count == 3, "\(gaps)")
        let document = try await Self.run("--server", url, "--from", from, "--to", to, "--format", "html")
        #expect(document.contains("site &lt;1&gt;") && document.contains("Gaps in the footage of gate"), "\(document)")
        let table = try await Self.run("--server", url, "--from", from, "--to", to)
        #expect(table.contains("gate") && table.contains("0:00:37."), "\(table)")
        let unread = try await Self.run("--server", url, "--from", "today", "--to", to)
        #expect(unread.contains("write a date (2026-11-01)"), "\(unread)")
        let unknown = try await Self.run("--server", url, "--from", from, "--to", to, "--camera", "shed")
        #expect(unknown.contains("no camera has the id"), "\(unknown)")
    }
}

import Foundation
import TestSupport
import Testing
import Transfers

/// Cameras that are found. ONVIF's side is a small program of the test's own, as no camera with ONVIF is to be had here;
/// the stream is gst-rtsp-server's.
@Suite("watchpost discover and probe, end to end", .serialized)
struct DiscoverTests {
    @Test("a camera that answers is printed as it goes into watchpost.yml", .timeLimit(.minutes(2)))
    func discover() async throws {
        let folder = try TemporaryDirectory()
        let (camera, cameraPort) = try await Peers.camera(user: "admin", password: "Gr3en")
        let stream = "rtsp://127.0.0.1:\(cameraPort)/stream"
        let (device, port) = try await Peers.onvif(stream, user: "admin", password: "Gr3en")
        let password = try folder.write("password", "Gr3en\n")
        let wrong = try folder.write("wrong", "no\n")
        func run(_ arguments: String...) async throws -> String {
            let process = try RunningProcess(
                Peers.watchpost,
                ["discover", "--host", "127.0.0.1:\(port)", "--seconds", "1", "--probe-seconds", "5"] + arguments)
            try await process.end(within: .seconds(40))
            return process.printed
        }
        let known = try await run("--user", "admin", "--password-file", password)
        #expect(known.hasPrefix("cameras:\n  # Front door X-1 (127.0.0.1)\n"), "\(known)")
        #expect(known.contains("id: front-door-x-1\n    url: \"rtsp://admin:PASSWORD@127.0.0.1:\(cameraPort)/stream\""))
        #expect(known.contains("h264 320x180") && !known.contains("Gr3en"), "\(known)")
        let unknown = try await run()
        #expect(unknown.contains("it wants a user and a password") && unknown.contains("rtsp://127.0.0.1:554/"))
        let refused = try await run("--user", "admin", "--password-file", wrong)
        #expect(refused.contains("it refuses the user or the password"), "\(refused)")
        // What is printed is a configuration.
        try folder.write("config/watchpost.yml", known)
        let check = try RunningProcess(Peers.watchpost, ["check", folder.path + "/config"])
        try await check.end()
        #expect(!check.printed.contains("error:"), "\(check.printed)")
        let nobody = try RunningProcess(
            Peers.watchpost, ["discover", "--host", "127.0.0.1:\(try Peers.freePort())", "--seconds", "0.5"])
        try await nobody.end()
        #expect(nobody.printed.contains("no camera answered"))
        _ = (camera, device)
    }

    @Test(
        "what recorders have laid in a folder is printed for watchpost.yml, and check takes it", .timeLimit(.minutes(1))
    )
    func recordings() async throws {
        let folder = try TemporaryDirectory()
        func run(_ arguments: String...) async throws -> String {
            let process = try RunningProcess(Peers.watchpost, arguments)
            try await process.end()
            return process.printed
        }
        for camera in ["gate", "yard"] { try folder.write("f/2026-11-27/08/\(camera)/00.00.mp4", "x") }
        let lines = try await run("discover", "--recordings", folder.path + "/f")
        #expect(
            lines.hasPrefix("cameras:\n  - { id: gate }\n  - { id: yard }\nrecordings:\n  # Frigate: 1 segments seen"))
        let gate = "{ camera: gate, path: \"\(folder.path)/f/%Y-%m-%d/%H/gate/%M.%S.mp4\", segment: 60s }"
        #expect(lines.contains(gate), "\(lines)")
        try folder.write("config/watchpost.yml", lines)
        let check = try await run("check", folder.path + "/config")
        #expect(check == "0 errors, 0 warnings\n", "\(check)")
        try folder.write(
            "config/watchpost.yml", "cameras: [{ id: door }]\nrecordings: [{ camera: door, path: \(folder.path)/f }]\n")
        let told = try await run("check", folder.path + "/config")
        #expect(told.contains("watchpost.yml:2:") && told.contains("Frigate keeps recordings of 2 cameras"), "\(told)")
        #expect(told.contains(gate) && told.contains("0 errors, 1 warnings"), "\(told)")
        try folder.write("other/holiday.mp4", "x")
        let cases = [
            ("other", "no layout that is known: holiday.mp4"), ("none", "No such file"), ("config", "no segment"),
        ]
        for (name, words) in cases {
            let process = try RunningProcess(Peers.watchpost, ["discover", "--recordings", folder.path + "/" + name])
            try await process.end()
            #expect(process.printed.contains(words), "\(process.printed)")
        }
    }

    @Test("a camera is examined by hand, and where it fails the likely cause is told", .timeLimit(.minutes(2)))
    func probe() async throws {
        let folder = try TemporaryDirectory()
        let (camera, port) = try await Peers.camera(user: "admin", password: "Gr3en")
        let url = "rtsp://127.0.0.1:\(port)/stream"
        let (password, wrong) = (try folder.write("password", "Gr3en"), try folder.write("wrong", "no"))
        let cases: [(arguments: [String], shown: [String])] = [
            ([url, "--user", "admin", "--password-file", password], ["connected", "h264 320x180"]),
            ([url, "--user", "admin", "--password-file", password, "--udp"], ["connected", "h264 320x180"]),
            ([url, "--user", "admin", "--password-file", wrong], ["unauthorized", "likely cause", "lock out"]),
            (["rtsp://127.0.0.1:\(try Peers.freePort())/x"], ["refused", "likely cause", "switched off"]),
            (["rtsp://no-such-host.invalid/x"], ["dns", "likely cause", "IP address"]),
        ]
        for (arguments, shown) in cases {
            let process = try RunningProcess(Peers.watchpost, ["probe", "--seconds", "6"] + arguments)
            try await process.end(within: .seconds(30))
            for text in shown { #expect(process.printed.contains(text), "\(arguments): \(process.printed)") }
            #expect(!process.printed.contains("Gr3en"))
        }
        _ = camera
    }
}

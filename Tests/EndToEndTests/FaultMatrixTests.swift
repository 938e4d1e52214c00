import CameraSimulator
import Foundation
import TestSupport
import Testing
import Transfers

/// Every fault that a camera, its recorder or its disk may have: which metric shows it, after how many seconds, and with
/// which reason. The cameras are gst-rtsp-server's where it can have the fault, else our simulator's.
@Suite("The fault matrix, end to end", .serialized)
struct FaultMatrixTests {
    /// A fault and how it is seen.
    private struct Row: Sendable {
        let name: String
        let camera: String
        /// An expression that has a result once the fault is seen.
        let query: String
        var reason: String?
        var limit = 15.0
        /// The state and words of the sentence that its row on the first page has; `nil` where only an alert tells of it, or
        /// it is over too soon.
        var shown: (state: String, sentence: String)?
        var shownLimit = 10.0
        /// Brings the fault about.
        let fault: @Sendable () async throws -> Void
    }

    private struct Finding: Sendable {
        let row: Row
        var seconds: Double?
        var reason = ""
        /// Of the list of faults: how long its row took from when the metric was seen, and what it says.
        var shownSeconds: Double?
        var shown = ""
    }

    /// A row of the list of faults.
    private struct Shown: Decodable {
        struct Member: Decodable {
            let id: String
            let reason: String
        }

        let key: String
        let state: String
        let sentence: String
        let mountPoint: String?
        let cameras: [Member]

        func says(_ text: String) -> Bool {
            ([sentence] + cameras.map(\.reason)).contains { $0.lowercased().contains(text) }
        }

        var line: String { "\(key): \(state): \(sentence)" }
    }

    private static let simulated = [
        "sim-closed", "sim-stall", "sim-mute", "sim-password", "sim-garbage", "sim-slow", "sim-freeze", "sim-black",
        "sim-keyless", "sim-skew", "sim-loss", "sim-udp-loss",
    ]

    /// The shipped rules, which wait for nothing; without those of the machine, which may be busy.
    private static func quickRules(_ file: String) throws -> String {
        let text = try String(contentsOfFile: "Sources/Site/BuiltInSite/rules/" + file, encoding: .utf8)
        return try text.replacing(#/for: \d+[ms]/#, with: "for: 1s").replacing(#/interval: \d+s/#, with: "interval: 1s")
            .replacing(
                Regex("      - alert: (HighCPUUsage|HighMemoryUsage|HighDiskLatency|RulesLate)\n( {8}.*\n)+"), with: "")
    }

    private static func mount(_ arguments: String...) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/mount")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// The ffmpeg that writes to a folder.
    private static func recorder(writingTo folder: String) -> Int32? {
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return pids.first { pid in
            let text = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return text.hasPrefix("ffmpeg\0") && text.contains(folder)
        }
    }

    private static func site(
        _ simulator: SimulatedCameras, _ ports: [String: Int], in folder: TemporaryDirectory, isWrong: Bool = false
    )
        -> String
    {
        var cameras = simulated.map {
            "  - { id: \($0), url: \"\(simulator.url(of: $0))\", watch: [probe]\($0.contains("udp") ? ", transport: udp" : "") }"
        }
        func add(_ id: String, _ url: String, _ watch: String) {
            cameras.append("  - { id: \(id), url: \"\(url)\", fps: 25, watch: [\(watch)] }")
        }
        add("gst-dead", "rtsp://127.0.0.1:\(ports["dead"] ?? 0)/stream", "probe")
        add("gst-stall", "rtsp://127.0.0.1:\(ports["stall"] ?? 0)/stream", "probe")
        let (password, path, host) =
            isWrong ? ("wr0ng", "nowhere", "no-such-host.invalid") : ("Gr3en", "stream", "127.0.0.1")
        add("gst-401", "rtsp://guard:\(password)@127.0.0.1:\(ports["login"] ?? 0)/stream", "probe")
        add("gst-404", "rtsp://127.0.0.1:\(ports["other"] ?? 0)/\(path)", "probe")
        add("no-name", "rtsp://\(host):\(ports["other"] ?? 0)/stream", "probe")
        for id in ["rec-killed", "rec-stopped", "rec-disk"] {
            add(id, "rtsp://127.0.0.1:\(ports["recorded"] ?? 0)/stream", "recorder")
        }
        let recorded = ["rec-killed", "rec-stopped", "rec-disk"]
        return """
            instance: node-1
            cameras:
            \(cameras.joined(separator: "\n"))
            recordings:
            \(recorded.map { "  - { camera: \($0), path: \(folder.path)/\($0), segment: 4s }" }.joined(separator: "\n"))
            recorders:
            \(recorded.map {
                "  - { camera: \($0), command: [ffmpeg, -rtsp_transport, tcp, -timeout, \"5000000\", -i, \"{url}\", -c, copy, -f, "
                    + "segment, -segment_time, \"4\", -segment_wrap, \"4\", -segment_format, matroska, "
                    + "-reset_timestamps, \"1\", \"{path}/%d.mkv\"] }"
            }.joined(separator: "\n"))

            """
    }

    @Test("every fault is found in time, by its metric and with its reason", .timeLimit(.minutes(5)))
    func matrix() async throws {
        let folder = try TemporaryDirectory()
        let simulator = try SimulatedCameras(Self.simulated)
        defer { simulator.stop() }
        let (dead, deadPort) = try await Peers.camera()
        let (stalling, stallPort) = try await Peers.camera()
        let (login, loginPort) = try await Peers.camera(user: "guard", password: "Gr3en")
        let (recorded, recordedPort) = try await Peers.camera()
        let (other, otherPort) = try await Peers.camera()
        for name in ["rec-killed", "rec-stopped", "rec-disk"] {
            try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        let disk = folder.path + "/rec-disk"
        let mounts = try getuid() == 0 && Self.mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", disk)
        if !mounts { print("the faults of disks are not run: they need root, to mount a small filesystem") }
        // Twice: a read-only one comes to lie over the first.
        defer { if mounts { for _ in 0..<2 { umount2(disk, Int32(MNT_DETACH)) } } }
        let ports = [
            "dead": deadPort, "stall": stallPort, "login": loginPort, "recorded": recordedPort, "other": otherPort,
        ]
        try folder.write("config/watchpost.yml", Self.site(simulator, ports, in: folder))
        try folder.write(
            "config/prometheus.yml", "global: { scrape_interval: 1s }\nrule_files: [rules/*.yml]\n")
        for file in ["vms.yml", "watchpost.yml"] { try folder.write("config/rules/" + file, try Self.quickRules(file)) }
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        let count = Self.simulated.count + 8
        _ = try await eventually("the cameras to be online", within: .seconds(60)) {
            let query = "count(camera_connection_status == 1) == \(count)"
            return try await server.query(query).first
        }
        // A camera's own normal is learned first.
        try await Task.sleep(for: .seconds(14))

        let status = { (camera: String) in "camera_connection_status{camera_id=\"\(camera)\"} == 0" }
        let set: @Sendable (String, CameraFault) -> @Sendable () async throws -> Void = { camera, fault in
            { try simulator.setFault(fault, for: camera) }
        }
        let signal: @Sendable (String, Int32) -> @Sendable () async throws -> Void = { name, number in
            { kill(try #require(Self.recorder(writingTo: "\(folder.path)/\(name)")), number) }
        }
        var rows = [
            Row(
                name: "disconnect", camera: "sim-closed", query: status("sim-closed"), reason: "closed",
                shown: ("Offline", "ended the connection"), fault: set("sim-closed", .disconnect)),
            Row(
                name: "stall", camera: "sim-stall", query: status("sim-stall"), reason: "stalled",
                shown: ("Stalled", "stopped"), fault: set("sim-stall", .stall)),
            Row(
                name: "stall (gst)", camera: "gst-stall", query: status("gst-stall"), reason: "stalled",
                shown: ("Stalled", "stopped")
            ) {
                try stalling.write("stall\n")
            },
            Row(
                name: "refuse (gst)", camera: "gst-dead", query: status("gst-dead"), reason: "refused",
                shown: ("Offline", "refuse")
            ) {
                dead.signal(SIGKILL)
            },
            Row(
                name: "mute", camera: "sim-mute", query: status("sim-mute"), reason: "mute",
                shown: ("Offline", "says nothing"), fault: set("sim-mute", .mute)),
            Row(
                name: "401", camera: "sim-password", query: status("sim-password"), reason: "unauthorized",
                shown: ("Offline", "password"), fault: set("sim-password", .password)),
            Row(
                name: "401 (gst)", camera: "gst-401", query: status("gst-401"), reason: "unauthorized",
                shown: ("Offline", "password")
            ) {
                try folder.write("config/watchpost.yml", Self.site(simulator, ports, in: folder, isWrong: true))
                _ = try await server.post("/-/reload")
            },
            Row(
                name: "404 (gst)", camera: "gst-404", query: status("gst-404"), reason: "not_found",
                shown: ("Offline", "no stream under this path")
            ) {},
            Row(
                name: "DNS failure", camera: "no-name", query: status("no-name"), reason: "dns",
                shown: ("Offline", "no address")
            ) {},
            Row(
                name: "not RTSP", camera: "sim-garbage", query: status("sim-garbage"), reason: "protocol",
                shown: ("Offline", "rtsp"), fault: set("sim-garbage", .garbage)),
            Row(
                name: "10 fps", camera: "sim-slow",
                query: "camera_fps{camera_id=\"sim-slow\"} < 0.8 * camera_fps_expected",
                shown: ("Degraded", "of 25 frames"),
                fault: set("sim-slow", .slow)),
            Row(
                name: "no keyframes", camera: "sim-keyless",
                query: "camera_keyframe_age_seconds{camera_id=\"sim-keyless\"} > 3 * camera_keyframe_interval_seconds",
                fault: set("sim-keyless", .keyless)),
            Row(
                name: "clock skew 2.5 s", camera: "sim-skew",
                query: "camera_clock_offset_seconds{camera_id=\"sim-skew\"} > 2", shown: ("Degraded", "off by"),
                fault: set("sim-skew", .skew)),
            Row(
                name: "5 % loss, TCP", camera: "sim-loss",
                query: "rate(camera_rtp_packets_lost_total{camera_id=\"sim-loss\"}[10s]) > 0",
                shown: ("Degraded", "lost"), shownLimit: 20, fault: set("sim-loss", .loss)),
            Row(
                name: "5 % loss, UDP", camera: "sim-udp-loss",
                query: "rate(camera_rtp_packets_lost_total{camera_id=\"sim-udp-loss\"}[10s]) > 0",
                shown: ("Degraded", "lost"), shownLimit: 20, fault: set("sim-udp-loss", .loss)),
            Row(
                name: "freeze", camera: "sim-freeze",
                query: "camera_picture_suspect{camera_id=\"sim-freeze\",kind=\"frozen\"} == 1", limit: 60,
                shown: ("Degraded", "frozen"), fault: set("sim-freeze", .freeze)),
            Row(
                name: "black", camera: "sim-black",
                query: "camera_picture_suspect{camera_id=\"sim-black\",kind=\"black\"} == 1", limit: 60,
                shown: ("Degraded", "black"), fault: set("sim-black", .black)),
            Row(
                name: "recorder killed", camera: "rec-killed",
                query: "recorder_last_exit_code{camera_id=\"rec-killed\"} != 0", fault: signal("rec-killed", SIGKILL)),
            Row(
                name: "recorder stopped", camera: "rec-stopped", query: status("rec-stopped"),
                shown: ("Stalled", "stopped"), fault: signal("rec-stopped", SIGSTOP)),
        ]
        if mounts {
            rows.append(
                Row(
                    name: "full disk", camera: "rec-disk",
                    query: "disk_space_free_bytes{mount_point=\"\(disk)\"} < 100000", shown: ("Full", "% is used")
                ) {
                    let filler = try RunningProcess(
                        "dd", ["if=/dev/zero", "of=\(disk)/filler", "bs=64k", "status=none"])
                    try await filler.end()
                })
        }
        var findings = try await Self.find(rows, server)
        if mounts {
            let readOnly = Row(
                name: "read-only mount", camera: "rec-disk", query: "disk_read_only{mount_point=\"\(disk)\"} == 1",
                shown: ("Read-only", "read-only")
            ) {
                let isReadOnly = try Self.mount("-t", "tmpfs", "-o", "ro,size=8m", "tmpfs", disk)
                #expect(isReadOnly)
            }
            findings += try await Self.find([readOnly], server)
        }
        print("| fault | seen by | after s | reason | row after s | row |\n|---|---|---|---|---|---|")
        for finding in findings {
            let seconds = finding.seconds.map { String(format: "%.1f", $0) } ?? "never"
            let shown = finding.shownSeconds.map { String(format: "%.1f", $0) } ?? "-"
            print(
                "| \(finding.row.name) | `\(finding.row.query)` | \(seconds) | \(finding.reason) | \(shown) | "
                    + "\(finding.shown) |")
            #expect(finding.seconds.map { $0 <= finding.row.limit } == true, "\(finding.row.name): \(seconds)")
            if finding.row.shown != nil {
                #expect(
                    finding.shownSeconds.map { $0 <= finding.row.shownLimit } == true,
                    "\(finding.row.name): \(finding.shown)")
            }
        }
        // All of them last, and each has one row at most.
        let shown = try await Self.shown(server)
        let all = "\n" + shown.map(\.line).joined(separator: "\n")
        print(all)
        #expect(findings.count >= 11 && shown.count <= findings.count, "\(all)")
        for finding in findings {
            #expect(shown.count { Self.isOf(finding.row, $0) } <= 1, "\(finding.row.camera): \(all)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
        _ = (login, recorded, other)
    }

    /// Whether the reason that is expected was counted. It may come second: a camera that is cut off is silent afterwards.
    private static func isExplained(_ row: Row, _ server: Server) async throws -> Bool {
        guard let reason = row.reason else { return true }
        let query = "camera_connection_failures_total{camera_id=\"\(row.camera)\",reason=\"\(reason)\"} > 0"
        return try await !server.query(query).isEmpty
    }

    private static func shown(_ server: Server) async throws -> [Shown] {
        try await server.decode("/api/watchpost/faults")
    }

    private static func isOf(_ row: Row, _ shown: Shown) -> Bool {
        shown.cameras.contains { $0.id == row.camera } || shown.mountPoint?.hasSuffix("/" + row.camera) == true
    }

    /// Brings all faults about at once and looks how long each takes to be seen.
    private static func find(_ rows: [Row], _ server: Server) async throws -> [Finding] {
        try await withThrowingTaskGroup(of: (Int, Finding).self) { group in
            for (index, row) in rows.enumerated() {
                group.addTask {
                    var finding = Finding(row: row)
                    let start = ContinuousClock.now
                    try await row.fault()
                    while finding.seconds == nil, start.duration(to: .now) < .seconds(row.limit + 5) {
                        if try await !server.query(row.query).isEmpty, try await isExplained(row, server) {
                            finding.seconds = start.duration(to: .now) / .seconds(1)
                        } else {
                            try await Task.sleep(for: .milliseconds(500))
                        }
                    }
                    let seen = ContinuousClock.now
                    while row.shown != nil, finding.shownSeconds == nil,
                        seen.duration(to: .now) < .seconds(row.shownLimit + 5)
                    {
                        let own = try await shown(server).filter { isOf(row, $0) }
                        finding.shown = own.map(\.line).joined(separator: " | ")
                        if own.count == 1, let row = row.shown, own[0].state == row.state, own[0].says(row.sentence) {
                            finding.shownSeconds = seen.duration(to: .now) / .seconds(1)
                        } else {
                            try await Task.sleep(for: .milliseconds(500))
                        }
                    }
                    let reasons = try await server.query(
                        "camera_connection_failures_total{camera_id=\"\(row.camera)\"} > 0")
                    finding.reason = reasons.compactMap { $0.labels["reason"] }.sorted().joined(separator: ", ")
                    return (index, finding)
                }
            }
            var findings: [Int: Finding] = [:]
            for try await (index, finding) in group { findings[index] = finding }
            return rows.indices.compactMap { findings[$0] }
        }
    }
}

import CameraSimulator
import Foundation
import TestSupport
import Testing

@Suite("ffmpeg and the simulator", .serialized, .enabled(if: Tools.hasFFmpeg, "ffmpeg is not installed"))
struct RecordingTests {
    /// Runs a program to its end. It is killed when it takes too long.
    private func run(_ arguments: [String], within limit: Duration = .seconds(40)) async throws -> String {
        let process = try RunningProcess(arguments[0], Array(arguments.dropFirst()))
        do { try await process.end(within: limit) } catch {
            process.signal(SIGKILL)
            throw error
        }
        try await Task.sleep(for: .milliseconds(100))
        return process.printed
    }

    private func simulate(_ body: (CameraSimulator, Int) async throws -> Void) async throws {
        let clip = try ClipMaker.clip(cachedAt: NSTemporaryDirectory() + "watchpost-test-clip-v1.h264")
        let cameras = [SimulatedCamera(id: "a", user: "ad min", password: "p@ss"), SimulatedCamera(id: "b")]
        let simulator = CameraSimulator(cameras: cameras, clip: clip)
        let port = try simulator.start(port: 0)
        defer { simulator.stop() }
        try await body(simulator, port)
    }

    @Test(
        "records three seconds that decode without an error, whatever the transport and the fault",
        arguments: [
            ("tcp", CameraFault.none, 70...80), ("udp", .none, 60...80), ("tcp", .freeze, 70...80),
            ("tcp", .slow, 26...34),
        ])
    func record(_ transport: String, _ fault: CameraFault, _ frames: ClosedRange<Int>) async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/out.mkv"
        try await simulate { simulator, port in
            try simulator.setFault(fault, for: "a")
            let url = "rtsp://ad%20min:p%40ss@127.0.0.1:\(port)/a"
            let printed = try await run([
                "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "warning", "-rtsp_transport", transport, "-i", url,
                "-c", "copy", "-t", "3", "-y", file,
            ])
            #expect(FileManager.default.fileExists(atPath: file), "\(printed)")
        }
        let decoded = try await run(["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", file, "-f", "null", "-"])
        #expect(decoded.isEmpty, "\(decoded)")
        let counted = try await run([
            "ffprobe", "-v", "error", "-count_packets", "-select_streams", "v", "-show_entries",
            "stream=nb_read_packets,width,height", "-of", "csv=p=0", file,
        ])
        let numbers = counted.split(whereSeparator: { ",\n".contains($0) }).compactMap { Int($0) }
        #expect(numbers.count == 3 && numbers[0] == 640 && numbers[1] == 360, "\(counted)")
        #expect(frames.contains(numbers.last ?? 0), "\(counted)")
    }

    @Test("faults change while ffmpeg records, and the file still decodes")
    func changes() async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/out.mkv"
        try await simulate { simulator, port in
            let recorder = try RunningProcess(
                "ffmpeg",
                [
                    "-nostdin", "-v", "warning", "-rtsp_transport", "tcp", "-i", "rtsp://127.0.0.1:\(port)/b", "-c",
                    "copy",
                    "-t", "7", "-y", file,
                ])
            for fault in [CameraFault.none, .freeze, .none, .slow, .stall, .none] {
                try simulator.setFault(fault, for: "b")
                try await Task.sleep(for: .seconds(1.3))
            }
            do { try await recorder.end(within: .seconds(20)) } catch {
                recorder.signal(SIGKILL)
                throw error
            }
        }
        let decoded = try await run(["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", file, "-f", "null", "-"])
        #expect(decoded.isEmpty && FileManager.default.fileExists(atPath: file), "\(decoded)")
    }

    @Test("a wrong password is refused, and so is an unknown camera")
    func refusals() async throws {
        try await simulate { simulator, port in
            for (path, word) in [("x:y@127.0.0.1:\(port)/a", "401"), ("127.0.0.1:\(port)/none", "404")] {
                let printed = try await run([
                    "ffmpeg", "-nostdin", "-v", "error", "-rtsp_transport", "tcp", "-i", "rtsp://\(path)", "-f", "null",
                    "-",
                ])
                #expect(printed.contains(word), "\(printed)")
            }
            #expect(throws: CameraSimulatorError.self) { try simulator.setFault(.stall, for: "none") }
            #expect(simulator.fault(of: "a") == CameraFault.none && simulator.fault(of: "none") == nil)
            #expect(throws: CameraSimulatorError.self) {
                try CameraSimulator(
                    cameras: [], clip: Clip(file: NSTemporaryDirectory() + "watchpost-test-clip-v1.h264", fps: 25)
                )
                .start(port: port)
            }
        }
    }

    @Test("starts again after it was stopped")
    func restart() async throws {
        let clip = try ClipMaker.clip(cachedAt: NSTemporaryDirectory() + "watchpost-test-clip-v1.h264")
        let simulator = CameraSimulator(cameras: [SimulatedCamera(id: "a")], clip: clip)
        for _ in 0..<3 {
            let port = try simulator.start(port: 0)
            let printed = try await run([
                "ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries", "stream=codec_name", "-of",
                "csv=p=0",
                "rtsp://127.0.0.1:\(port)/a",
            ])
            #expect(printed.contains("h264"), "\(printed)")
            simulator.stop()
        }
    }
}

enum Tools {
    static let hasFFmpeg = ["/usr/bin", "/usr/local/bin", "/opt/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/ffmpeg")
    }
}

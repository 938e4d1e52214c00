import Foundation
import Model
import TestSupport
import Testing

@testable import RTSP

/// ffmpeg as a server of each kind, ours and ffprobe before it.
@Suite("Streams of ffmpeg", .serialized, .enabled(if: Support.hasFFmpeg))
struct RealStreamTests {
    private static let kinds: [(kind: StreamKind, scheme: String, codec: String, arguments: [String])] = [
        (.mjpeg, "http", "jpeg", ["-c:v", "mjpeg", "-f", "mpjpeg"]),
        (.httpFLV, "http", "h264", ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-f", "flv"]),
        (.rtmp, "rtmp", "h264", ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-f", "flv"]),
    ]

    private static func run(_ program: String, _ arguments: [String], output: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    /// It takes one client, and ends with it.
    private static func serve(_ index: Int) throws -> (process: Process, url: String) {
        let url = "\(kinds[index].scheme)://127.0.0.1:\(try FreePort.find())/live/gate"
        let source = ["-re", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-t", "60", "-pix_fmt", "yuvj420p"]
        return (try run("ffmpeg", source + kinds[index].arguments + ["-listen", "1", url]), url)
    }

    @Test("are played, stall and are gone as they are, and ffprobe sees the same", .timeLimit(.minutes(2)))
    func plays() async throws {
        let servers = try Self.kinds.indices.map { try Self.serve($0) }
        let others = try Self.kinds.indices.map { try Self.serve($0) }
        defer { for server in servers + others { kill(server.process.processIdentifier, SIGKILL) } }
        var timing = Support.quick
        timing.answerTimeout = .seconds(5)
        timing.noMediaAfter = .seconds(5)
        timing.stalledAfter = .seconds(2)
        let targets = servers.enumerated().map { ProbeTarget(id: "\($0)", url: $1.url) }
        try await Support.probing(targets, timing: timing) { probe in
            for index in Self.kinds.indices {
                try await probe.reading(of: "\(index)", "frames", within: .seconds(20)) { $0.framesTotal > 0 }
            }
            let seen = try others.map { other in
                let output = Pipe()
                let arguments = [
                    "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", other.url,
                ]
                let process = try Self.run("ffprobe", arguments, output: output)
                return (process, output)
            }
            try await Task.sleep(for: .seconds(11))
            for (index, kind) in Self.kinds.enumerated() {
                let reading = try #require(probe.readings()["\(index)"])
                let text = "\(kind.kind.rawValue): \(reading)"
                #expect(reading.connected && reading.kind == kind.kind && reading.framesDropped == 0, "\(text)")
                #expect(abs(reading.fps - 25) <= 0.75, "\(text)")
                print("\(kind.kind.rawValue): \(reading.fps) frames a second, \(reading.bitrate / 1_000) kb/s")
                if kind.kind != .mjpeg {
                    #expect(
                        abs((reading.keyframeIntervalSeconds ?? 0) - 1) < 0.05 && reading.describedFPS == 25, "\(text)")
                }
                let output = String(decoding: seen[index].1.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                let codec = kind.codec == "jpeg" ? "mjpeg" : kind.codec
                #expect(output.contains("\(codec),320,180") && reading.codec == kind.codec, "\(output) \(text)")
                #expect(reading.width == 320 && reading.height == 180, "\(text)")
            }
            for server in servers { kill(server.process.processIdentifier, SIGSTOP) }
            for index in Self.kinds.indices {
                let reading = try await probe.reading(of: "\(index)", "stalls") { $0.failure != nil }
                #expect(reading.failure == .stalled && reading.fps >= 0)
            }
            for server in servers { kill(server.process.processIdentifier, SIGKILL) }
            for index in Self.kinds.indices {
                try await probe.reading(of: "\(index)", "is gone") { $0.failure == .refused }
            }
        }
    }
}

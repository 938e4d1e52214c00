import Foundation
import Model
import TestSupport
import Testing

/// Log files that no program should write, and some do.
@Suite("Log bombs, end to end", .serialized)
struct LogBombTests {
    /// What a server may have taken at most, in MiB: a line at its limit as bytes, as text and as an event.
    private static let mostMemory = 450
    /// Bytes of the long line.
    private static let lineBytes = LongForm.isWanted ? 1 << 30 : 128 << 20

    private static func write(_ path: String, _ pieces: [Data]) throws {
        FileManager.default.createFile(atPath: path, contents: nil)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        defer { try? handle.close() }
        for piece in pieces { try handle.write(contentsOf: piece) }
    }

    private static func lines(_ name: String, _ text: (Int) -> String, _ count: Int) -> Data {
        Data((0..<count).map { text($0) + "\n" }.joined().utf8)
    }

    @Test("are read within bounds, counted, and nothing is lost beside them", .timeLimit(.minutes(5)))
    func files() async throws {
        let folder = try TemporaryDirectory()
        let logs = folder.path + "/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let piece = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
        try Self.write(
            logs + "/long.log",
            [Data("before the long line\n".utf8)] + Array(repeating: piece, count: Self.lineBytes >> 20)
                + [Data("\nbehind the long line\n".utf8)])
        try Self.write(
            logs + "/nulls.log",
            [
                Data(count: 8 << 20), Data("behind nulls\n".utf8), Data([0xff, 0xfe, 0x80, 0xc3, 10]),
                Data("behind no text\n".utf8),
            ])
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        let names = (0..<500_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",")
        try Self.write(
            logs + "/deep.json",
            [
                Data("{\"message\":\"before\",\"a\":\(deep)}\n{\"message\":\"names\",\(names)}\n".utf8),
                // A million names, a thousand in each line.
                Self.lines(
                    "many",
                    { line in
                        "{\"message\":\"many\"," + (0..<1_000).map { "\"n\(line)_\($0)\":1" }.joined(separator: ",")
                            + "}"
                    }, 1_000),
                Data("{\"message\":\"the last of json\"}\n".utf8),
            ])
        // Within the hour that a search takes by itself.
        let time = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -60))
        try Self.write(logs + "/same.log", [Self.lines("same", { "\(time) same \($0)" }, 20_000)])
        try folder.write(
            "config/filebeat.yml",
            """
            filebeat.inputs:
              - { type: filestream, id: texts, paths: ['\(logs)/*.log'] }
              - { type: filestream, id: json, paths: ['\(logs)/*.json'], parsers: [{ ndjson: { target: '', add_error_key: true } }] }
            """)
        let server = try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        /// -1 where the search was refused, as one is beside so much work.
        func found(_ query: String) async -> Int { (try? await server.logs(query, limit: 5_000))?.count ?? -1 }
        for text in [
            "behind the long line", "behind no text", "behind nulls", "the last of json", "before the long line",
        ] {
            _ = try await eventually("\"\(text)\" to be found", within: .seconds(120)) {
                await found("message:\"\(text)\"") == 1 ? true : nil
            }
        }
        _ = try await eventually("all events of one time", within: .seconds(60)) {
            try await server.query("log_input_events_total{input=\"texts\"} >= 20006").first
        }
        // The first, the last and one between.
        for number in [0, 10_000, 19_999] {
            _ = try await eventually("event \(number) to be found") {
                await found("message:\"same \(number)\"") == 1 ? true : nil
            }
        }
        // Cut, and counted so.
        let cut = try await eventually("the cut lines to be counted") {
            try await server.query("sum(log_input_cut_events_total)").first { $0.value >= 1 }
        }
        #expect(cut.value >= 1)
        _ = try await eventually("the lines of many names") { await found("message:many") >= 1_000 ? true : nil }
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        let peak = try #require(status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#).flatMap { Int($0.1) }) / 1_024
        print("log bombs: at most \(peak) MiB")
        #expect(peak < Self.mostMemory)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

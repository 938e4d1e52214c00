import Base
import Foundation
import Model
import TestSupport
import Testing

@testable import LogShipping

/// Journals that systemd has written.
@Suite("Journals of systemd")
struct JournalPartsTests {
    private static let remote = "/lib/systemd/systemd-journal-remote"
    private static let isThere = FileManager.default.isExecutableFile(atPath: remote)

    /// Entries as systemd exports them.
    private static func export(_ range: Range<Int>) -> String {
        range.map { number in
            let text =
                number % 50 == 7 ? "entry \(number)" + String(repeating: " máy quay", count: 200) : "entry \(number)"
            let fields = [
                "__REALTIME_TIMESTAMP=\(1_764_300_000_000_000 + number * 1_000)",
                "__MONOTONIC_TIMESTAMP=\(1_000_000 + number * 1_000)", "_BOOT_ID=0123456789abcdef0123456789abcdef",
                "MESSAGE=\(text)", "PRIORITY=\(number % 8)", "_HOSTNAME=nvr-\(number % 3)", "_PID=\(number % 40)",
                "_SYSTEMD_UNIT=vms-\(number % 4).service",
            ]
            return fields.joined(separator: "\n") + "\n\n"
        }.joined()
    }

    static let ways: [(environment: [String: String], arguments: [String])] = [
        ([:], []), (["SYSTEMD_JOURNAL_COMPACT": "0"], []), ([:], ["--compress=no"]),
        (["SYSTEMD_JOURNAL_COMPACT": "0", "SYSTEMD_JOURNAL_KEYED_HASH": "0"], []),
    ]

    @Test(
        "in each layout have every entry once, in order", .enabled(if: isThere, "systemd-journal-remote is missing"),
        arguments: ways)
    func layouts(_ way: (environment: [String: String], arguments: [String])) async throws {
        let folder = try TemporaryDirectory()
        try folder.write("export", Self.export(0..<3_000))
        let path = folder.path + "/a.journal"
        let process = try RunningProcess(
            Self.remote, way.arguments + ["-o", path, folder.path + "/export"], environment: way.environment)
        try await process.end()
        let file = try #require(try JournalFile(path))
        #expect(file.header.entryCount == 3_000)
        for number in 0..<3_000 {
            let entry = try file.entry(number)
            #expect(entry["MESSAGE"]?.hasPrefix("entry \(number)") ?? false && entry.lost.isEmpty)
            #expect(entry["MESSAGE"]?.utf8.count ?? 0 < 100 || number % 50 == 7)
            #expect(entry.time == UInt64(1_764_300_000_000_000 + number * 1_000))
            #expect(entry["_SYSTEMD_UNIT"] == "vms-\(number % 4).service" && entry.boot.hasPrefix("0123456789abcdef"))
        }
    }

    @Test("are followed while they are written", .enabled(if: isThere, "systemd-journal-remote is missing"))
    func following() async throws {
        let folder = try TemporaryDirectory()
        let sink = MemoryAppender()
        let (config, _) = filebeat(
            "filebeat.inputs:\n  - { type: journald, id: host, paths: [\(folder.path)], units: ['vms-1', vms-3] }\n")
        let shipper = shipper(try #require(config), sink)
        let task = Task { await shipper.run() }
        let process = try RunningProcess(Self.remote, ["-o", folder.path + "/a.journal", "-"])
        for start in stride(from: 0, to: 1_000, by: 100) {
            try process.write(Self.export(start..<start + 100))
            _ = try await eventually("entry \(start + 99)") { sink.events.count >= (start + 100) / 2 ? true : nil }
        }
        // It waits for the end of what it reads, whoever asks it to end.
        process.signal(SIGKILL)
        try await process.end()
        task.cancel()
        await task.value
        let numbers = sink.messages.compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
        #expect(numbers == Array(stride(from: 1, to: 1_000, by: 2)))
    }
}

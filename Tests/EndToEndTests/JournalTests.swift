import Foundation
import LogStore
import Model
import SiteView
import TestSupport
import Testing

/// A server that follows a journal of systemd, and is killed meanwhile.
@Suite("The journal, end to end", .serialized, .timeLimit(.minutes(3)))
struct JournalTests {
    private static let remote = "/lib/systemd/systemd-journal-remote"

    private static func export(_ range: Range<Int>) -> String {
        let now = Int(Date().timeIntervalSince1970 * 1_000_000)
        return range.map { number in
            """
            __REALTIME_TIMESTAMP=\(now + number)
            __MONOTONIC_TIMESTAMP=\(number)
            _BOOT_ID=0123456789abcdef0123456789abcdef
            MESSAGE=entry number \(number) end
            PRIORITY=\(number % 10 == 3 ? 3 : 6)
            _SYSTEMD_UNIT=vms.service


            """
        }.joined()
    }

    @Test(
        "has each entry once, whenever the server is killed, and is found by unit and level",
        .enabled(if: FileManager.default.isExecutableFile(atPath: remote), "systemd-journal-remote is missing"))
    func killed() async throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            "config/filebeat.yml",
            "filebeat.inputs:\n  - { type: journald, id: host, paths: [\(folder.path)/journal], fields: { component: os } }\n"
        )
        try FileManager.default.createDirectory(atPath: folder.path + "/journal", withIntermediateDirectories: false)
        func serve() async throws -> Server {
            try await Server.serve(configuration: folder.path + "/config", data: folder.path + "/data")
        }
        var server = try await serve()
        let writer = try RunningProcess(Self.remote, ["-o", folder.path + "/journal/system.journal", "-"])
        for round in 0..<10 {
            try writer.write(Self.export(round * 1_000..<(round + 1) * 1_000))
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
            if round % 3 == 1 {
                server.process.signal(SIGKILL)
                try await server.process.end()
                server = try await serve()
            }
        }
        _ = try await eventually("the last entry", within: .seconds(60)) {
            try await server.logs("\"entry number 9999 end\"").first
        }
        writer.signal(SIGKILL)
        try await writer.end()
        let page: LogPage = try await server.decode(
            "/api/watchpost/logs",
            [
                ("query", "systemd.unit:vms.service AND level:ERROR AND component:os"), ("limit", "0"),
                ("start", "now-1d"),
            ])
        #expect(page.total == 1_000)
        server.process.signal(SIGTERM)
        try await server.process.end()
        let store = try LogStore(LogStoreOptions(directory: folder.path + "/data/logs"))
        defer { store.close() }
        var counts: [String: Int] = [:]
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        try store.scan(LogFilter(in: TimeRange(start: now - 3_600_000, end: now + 60_000), ascending: true)) { event in
            counts[event.message, default: 0] += 1
        }
        #expect(counts.count == 10_000 && counts.values.allSatisfy { $0 == 1 }, "\(counts.filter { $0.value != 1 })")
    }
}

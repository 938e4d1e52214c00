import Foundation
import LogRelay
import Logging
import Model
import Recorders
import Site
import TestSupport
import Testing

@testable import Server

@Suite("The logs of an agent's host")
struct AgentLogsTests {
    private static func logs(_ folder: TemporaryDirectory) throws -> AgentLogs {
        try AgentLogs(
            ShipConfig(url: "http://127.0.0.1:1"), Site(), dataDirectory: folder.path, name: "node-1",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("what recorders print waits with the lines of files, and goes on behind the last line after a restart")
    func recorders() throws {
        let folder = try TemporaryDirectory()
        let first = try Self.logs(folder)
        #expect(first.resume.isEmpty)
        let lines = (1...3).map { RecorderLine(number: Int64($0), time: 1_700_000_000_000, text: "frame \($0)") }
        try first.append(camera: "cam-1", run: "run-7", lines)
        let waiting = first.families().first { $0.name == "log_shipping_spool_events" }
        #expect(waiting?.points.map(\.value) == [3])
        first.close()
        let second = try Self.logs(folder)
        #expect(second.resume == ["run-7": 3])
        second.close()
    }

    @Test("a spool that cannot be opened keeps nobody from watching")
    func noSpool() throws {
        let folder = try TemporaryDirectory()
        try folder.write("ship", "a file where a folder should be")
        var site = Site()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(AgentLogs.open(site, dataDirectory: folder.path, name: "node-1", logger: logger) == nil)
        site.watchpost.ship = ShipConfig(url: "http://127.0.0.1:1")
        #expect(AgentLogs.open(site, dataDirectory: folder.path, name: "node-1", logger: logger) == nil)
    }
}

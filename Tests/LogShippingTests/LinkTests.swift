import Foundation
import Listening
import LogShipping
import TestSupport
import Testing

@Suite("Links and pipes among log files")
struct LinkTests {
    let directory: TemporaryDirectory
    let sink = MemoryAppender()

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("secrets/shadow", "secret of a file\n")
        try directory.write("secrets/key.log", "secret of a folder\n")
        try directory.write("logs/app.log", "line 0\n")
        try link("logs/shadow.log", "../secrets/shadow")
        try link("logs/inner", "../secrets")
        try link("logs/current.log", "app.log")
        mkfifo(directory.path + "/logs/pipe.log", 0o600)
    }

    private func link(_ name: String, _ target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/" + name, withDestinationPath: target)
    }

    @Test(
        "are passed by and told, wherever the pattern meets them",
        arguments: ["logs/*.log", "logs/**/*.log", "logs/*/key.log", "logs/shadow.log", "logs/*"])
    func passedBy(_ pattern: String) async throws {
        let sink = sink
        let shipper = shipper(input(directory.path + "/" + pattern, directory.path + "/logs/app.log"), sink)
        try await shipper.run { !sink.messages.isEmpty }
        try await shipper.runForAWhile()
        #expect(sink.messages == ["line 0"])
        let note = shipper.snapshot().first?.note ?? ""
        let passesFile = !pattern.contains("key")
        #expect(!passesFile || note.contains("logs/shadow.log") && note.contains("symlinks: true"), "\(note)")
        #expect(!note.contains("current.log"))
    }

    @Test("are read like the files to which they lead, if asked for")
    func followed() async throws {
        let sink = sink
        let config = input(directory.path + "/logs/*.log", directory.path + "/logs/*/key.log") {
            $0.followsLinks = true
        }
        let shipper = shipper(config, sink)
        try await shipper.run { sink.messages.count >= 3 }
        #expect(sink.messages.sorted() == ["line 0", "secret of a file", "secret of a folder"])
        #expect(shipper.snapshot().first?.note == nil)
    }

    @Test("a folder that the user names may be a link")
    func namedFolder() async throws {
        let sink = sink
        try link("named", "logs")
        try await shipper(input(directory.path + "/named/app*.log"), sink).run { sink.messages == ["line 0"] }
    }
}

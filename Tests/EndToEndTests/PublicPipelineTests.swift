import Foundation
import TestSupport
import Testing

/// Pipelines in the style of those that people publish, played by the command that people play theirs with.
@Suite("Pipelines in the style of public ones, by the command", .serialized, .timeLimit(.minutes(2)))
struct PublicPipelineTests {
    private static let folder = Peers.root.appending(path: "Tests/LogPipelineTests/Pipelines").path()

    private static func run(_ arguments: [String], in directory: String, input: String = "") throws -> (
        text: String, status: Int32
    ) {
        let process = Process()
        process.executableURL = URL(filePath: Peers.watchpost)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        let (output, given) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = given
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    @Test("all of their tests pass")
    func tests() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".yml") }
        #expect(names.count >= 40)
        let result = try Self.run(["test", "pipeline"] + names.sorted(), in: Self.folder)
        #expect(result.status == 0, "\(result.text)")
        for name in names {
            #expect(result.text.contains(try Regex("(?m)^\(name): [1-9][0-9]* passed, 0 failed$")), "\(name)")
        }
    }

    @Test("their lines come out of the other command as the tests expect them")
    func events() throws {
        let line = #"203.0.113.9 - frank [10/Oct/2026:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "-" "-""#
        let result = try Self.run(
            ["pipeline", "--plain", "apache-combined.conf"], in: Self.folder, input: "rubbish\n\(line)\n")
        #expect(result.status == 0)
        let lines = result.text.split(separator: "\n")
        #expect(lines.count == 1, "\(result.text)")
        #expect(lines.first?.hasPrefix(#"{"@timestamp":"2026-10-10T20:55:36.000Z","#) == true, "\(result.text)")
        let folder = try Self.run(
            ["pipeline", "pipelines-yml"], in: Self.folder, input: #"{"type":"both","message":"x"}"# + "\n")
        #expect(folder.text.split(separator: "\n").count == 2, "\(folder.text)")
    }
    @Test(
        "what is asked in the wrong way is refused",
        arguments: [
            ["pipeline", "zeek.conf", "--ecs", "v9"], ["pipeline", "zeek.conf", "--now", "soon"],
            ["pipeline", "none.conf"],
            ["pipeline", "patterns"], ["test", "pipeline", "several-files"], ["test", "pipeline", "zeek.conf"],
        ])
    func refused(_ arguments: [String]) throws {
        #expect(try Self.run(arguments, in: Self.folder).status != 0)
    }

    @Test("letters that are no UTF-8, ends of lines of Windows and empty lines are lines")
    func lines() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #"printf 'hello \377\376 x\r\n\nb' | "$0" pipeline --plain sshd.conf"#, Peers.watchpost,
        ]
        process.currentDirectoryURL = URL(filePath: Self.folder)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.split(separator: "\n").count == 3, "\(text)")
        #expect(text.contains("\"message\":\"hello \u{fffd}\u{fffd} x\""), "\(text)")
    }
}

import ConfigText
import Foundation
import LogDocuments
import Model
import TestSupport
import Testing
import Transfers

@testable import LogPipeline

@Suite("Outputs of pipelines")
struct OutletTests {
    private static func event(_ message: String, _ more: Document = Document()) -> PipelineEvent {
        var document = more
        document["message"] = .string(message)
        var event = PipelineEvent(timestamp: 1_795_672_800_000, document)
        event.metadata = ["hidden": .string("x")]
        return event
    }

    private static func file(_ path: String) -> FileOutlet {
        FileOutlet(Interpolation(path), OutletText(nil, standard: "json_lines"))
    }

    @Test("a file gets a line of JSON for each event, without what is shipped nowhere")
    func writesFiles() async throws {
        let folder = try TemporaryDirectory()
        let outlet = Self.file(folder.path + "/%{kind}/%{+yyyy-MM-dd}.log")
        _ = try await outlet.write([
            Self.event("a", ["kind": .string("x")]), Self.event("b", ["kind": .string("y")]),
            Self.event("c", ["kind": .string("x")]),
        ])
        let text = try String(contentsOfFile: folder.path + "/x/2026-11-26.log", encoding: .utf8)
        #expect(
            text == #"{"@timestamp":"2026-11-26T06:00:00.000Z","kind":"x","message":"a"}"# + "\n"
                + #"{"@timestamp":"2026-11-26T06:00:00.000Z","kind":"x","message":"c"}"# + "\n")
    }

    @Test(
        "fields do not lead out of the folder",
        arguments: ["../out", "a/../../out", "/etc/x", "..", "a//b", "x\u{0}y", "."])
    func staysInside(name: String) async throws {
        let folder = try TemporaryDirectory()
        let outlet = Self.file(folder.path + "/in/%{name}")
        _ = try await outlet.write([Self.event("a", ["name": .string(name)])])
        #expect(FileManager.default.fileExists(atPath: folder.path + "/in/_filepath_failures"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in"])
    }

    @Test("links, pipes and folders are no files to write to")
    func refusesOthers() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("target", "")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/target")
        mkfifo(folder.path + "/pipe", 0o600)
        try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: false)
        for name in ["link", "pipe", "folder"] {
            await #expect(throws: OutletError.self) {
                _ = try await Self.file(folder.path + "/" + name).write([Self.event("a")])
            }
        }
    }

    @Test(
        "codecs",
        arguments: [
            ("stdout { codec => line { format => \"%{message}!\" } }", "a!\n"),
            ("stdout { codec => json_lines }", #"{"@timestamp":"2026-11-26T06:00:00.000Z","message":"a"}"# + "\n"),
            (
                "stdout { }",
                """
                {
                    "@timestamp" => 2026-11-26T06:00:00.000Z,
                       "message" => "a"
                }

                """
            ),
            (
                "stdout { codec => rubydebug { metadata => true } }",
                """
                {
                    "@timestamp" => 2026-11-26T06:00:00.000Z,
                       "message" => "a",
                     "@metadata" => {
                        "hidden" => "x"
                    }
                }

                """
            ),
        ])
    func codecs(output: String, text: String) throws {
        let played = try PlayedPipeline("output { \(output) }")
        let read = played.network.pipelines[0].outputs.outputs[0]
        var bytes: [UInt8] = []
        OutletText(read.codec, standard: "rubydebug").write(Self.event("a"), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(
        "hosts of Elasticsearch get the scheme and the port that they lack",
        arguments: [
            (#"hosts => ["es"]"#, ["http://es:9200"]), (#"hosts => "es:9201""#, ["http://es:9201"]),
            (#"hosts => ["https://es/path/"]"#, ["https://es:9200/path"]),
            (#"hosts => ["es"] ssl => true"#, ["https://es:9200"]),
            (#"hosts => ["http://[::1]", "http://[::1]:1"]"#, ["http://[::1]:9200", "http://[::1]:1"]),
            (#"hosts => "http://u:p@es:1""#, ["http://u:p@es:1"]),
        ])
    func hosts(settings: String, hosts: [String]) throws {
        let played = try PlayedPipeline("output { elasticsearch { \(settings) } }")
        guard case .elasticsearch(_, let target?) = played.network.pipelines[0].outputs.outputs[0].kind else {
            Issue.record("no target")
            return
        }
        #expect(target.hosts == hosts)
    }

    @Test("outputs that there are not are told; where nothing would be left they are errors")
    func unknownOutputs() throws {
        #expect(
            PlayedPipeline.errors("output { kafka { topic_id => \"x\" } }") == [
                "1:10: error: there is no output \"kafka\", nothing is sent there; known are elasticsearch, opensearch, stdout, "
                    + "file, tcp, http, pipeline, sink"
            ])
        #expect(try PlayedPipeline.warnings("output { kafka { } elasticsearch { } }").count == 1)
    }

    @Test("what a server does not take waits; beyond the bound it is left out, and both are told")
    func waits() async throws {
        let port = try Self.freePort()
        let played = try PlayedPipeline("output { tcp { host => \"127.0.0.1\" port => \(port) } }")
        let output = played.network.pipelines[0].outputs.outputs[0]
        let outlets = PipelineOutlets(transfers: Transfers())
        let running = Task { await outlets.run() }
        outlets.send((0..<20_010).map { OutletEvent(event: Self.event("line \($0)"), output: output) })
        _ = try await eventually("both findings in one") {
            let text = outlets.findings.first?.text ?? ""
            return text.contains("cannot connect") && text.contains("10 were left out") ? true : nil
        }
        let server = try RunningProcess(
            "/usr/bin/env",
            [
                "python3", "-c",
                """
                import socket
                s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("127.0.0.1", \(port))); s.listen(1)
                c, _ = s.accept(); n = 0; f = c.makefile()
                for line in f:
                    n += 1
                    if n in (1, 20000): print(n, line, end="", flush=True)
                    if n == 20000: break
                """,
            ])
        _ = try await eventually("all lines") { server.printed.contains("line 19999") ? true : nil }
        #expect(server.printed.hasPrefix(#"1 {"@timestamp""#))
        running.cancel()
        await running.value
        try await server.end()
    }

    /// A port at which nobody listens yet.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x0100_007F)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw NeverCame(description: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

import Base
import ConfigText
import Foundation
import LogStore
import Model
import Synchronization
import TestSupport
import Testing
import Transfers

@testable import LogRelay

/// The sender before a stand-in of a server: what real ones answer to a real sender is tried end to end.
@Suite("Sending logs to a server", .timeLimit(.minutes(1)))
struct LogSenderTests {
    /// Gives the answers of its arguments one after the other, and the last one again and again: a status, a word and a
    /// JSON text with commas between.
    private static let server = """
        import http.server, os, sys, threading
        answers = [a.split(',', 2) for a in sys.argv[1:]]
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                print('POST', self.path, self.headers['Authorization'], self.headers['Content-Encoding'], flush=True)
                status, header, text = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(int(status))
                if header: self.send_header('Retry-After', header)
                self.send_header('Content-Length', str(len(text))); self.end_headers(); self.wfile.write(text.encode())
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        print('port', s.server_port, flush=True); s.serve_forever()
        """

    private final class Told: Sendable {
        let notices = Mutex<[LogSender.Notice]>([])
        var all: [LogSender.Notice] { notices.withLock { $0 } }
        var texts: String { all.map { "\($0)" }.joined(separator: "\n") }
    }

    /// Sends what a spool holds to a server that gives these answers, until `isDone`.
    private func run(
        _ spool: LogSpool, _ answers: [String], token: Secret? = nil,
        until isDone: @escaping @Sendable (LogSenderStatus) -> Bool
    ) async throws -> (told: Told, requests: [Substring]) {
        let process = try RunningProcess("python3", ["-c", Self.server] + answers)
        let port = try await process.line(matching: try Regex(#"port (\d+)"#))
        var config = ShipConfig(url: "http://127.0.0.1:\(port)")
        config.client.authorization = token
        let told = Told()
        let sender = LogSender(config, spool: spool, name: "node-1", transfers: Transfers()) { notice in
            told.notices.withLock { $0.append(notice) }
        }
        let task = Task { await WorkQueue("sender").run { await sender.run() } }
        defer { task.cancel() }
        _ = try await eventually("the sender; \(sender.current)") { isDone(sender.current) ? true : nil }
        task.cancel()
        await task.value
        // What a process prints comes a moment later than its answer.
        func requests() -> [Substring] { process.printed.split(separator: "\n").filter { $0.hasPrefix("POST") } }
        for _ in 0..<40 where requests().count < answers.count { try await Task.sleep(for: .milliseconds(25)) }
        return (told, requests())
    }

    private static func filled(_ folder: TemporaryDirectory) throws -> LogSpool {
        let spool = try spool(folder)
        try spool.append(lines(0..<10), offset: offset(10))
        return spool
    }

    @Test("a wrong token is told once, and the logs go once it is right")
    func wrongToken() async throws {
        let folder = try TemporaryDirectory()
        let spool = try Self.filled(folder)
        let answers = ["401,,no", "401,,no", #"200,,{"number":1}"#]
        let (told, requests) = try await run(spool, answers, token: .inline("right")) { $0.events == 10 }
        #expect(told.all.count == 2 && told.texts.contains("token") && told.texts.contains("again"))
        #expect(requests.first == "POST /api/watchpost/ingest Bearer right zstd")
        #expect(spool.waiting.events == 0)
    }

    @Test(
        "what passes is waited out and nothing is lost",
        arguments: [
            "503,1,busy", "429,1,slow", "500,,oh", "413,,too long for a proxy", "404,,an older server", "302,,/login",
        ])
    func waits(answer: String) async throws {
        let folder = try TemporaryDirectory()
        let spool = try Self.filled(folder)
        let start = ContinuousClock.now
        let (told, requests) = try await run(spool, [answer, #"200,,{"number":1}"#]) { $0.events == 10 }
        #expect(requests.count == 2 && told.all.count == 2, "\(requests), \(told.texts)")
        let waited = start.duration(to: .now)
        #expect(waited >= (answer.contains(",1,") ? .seconds(1) : .milliseconds(500)))
    }

    @Test(
        "who answers without knowing of logs gets none",
        arguments: ["200,,<html>welcome", #"200,,{"number":77}"#, "400,,bad request"])
    func otherServer(answer: String) async throws {
        let folder = try TemporaryDirectory()
        let spool = try Self.filled(folder)
        _ = try await run(spool, [answer]) { $0.trouble == .refused }
        #expect(spool.waiting.events == 10)
    }

    @Test("what a server says it will never take goes into a file, and what is behind it goes on")
    func malformed() async throws {
        let folder = try TemporaryDirectory()
        let spool = try Self.filled(folder)
        try spool.append(lines(10..<15), offset: offset(15))
        let refusal = #"400,,{"error":"its bytes are damaged","malformed":true}"#
        let (told, _) = try await run(spool, [refusal, refusal, #"200,,{"number":1}"#]) { $0.events == 5 }
        #expect(told.texts.contains("10 events were refused") && told.texts.contains("its bytes are damaged"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.setAsideFolder).count == 1)
        #expect(spool.waiting.events == 0)
    }

    @Test("an identity that is another's is given up, and nothing that waits")
    func stranger() async throws {
        let folder = try TemporaryDirectory()
        let spool = try Self.filled(folder)
        let before = try spool.next().identity
        let (told, _) = try await run(spool, ["409,,another", #"200,,{"number":1}"#]) { $0.events == 10 }
        #expect(try spool.next().identity != before && told.texts.contains("another identity"))
    }

    @Test("a server that is away is told once, and so is a token that cannot be read")
    func away() async throws {
        let folder = try TemporaryDirectory()
        let spool = try Self.filled(folder)
        let unreadable = Secret.file(folder.path + "/no-such-file")
        let (told, requests) = try await run(spool, ["200,,{}"], token: unreadable) { $0.trouble == .token }
        #expect(requests.isEmpty && told.texts.contains("no-such-file") && told.all.count == 1)
        let sender = LogSender(
            ShipConfig(url: "http://127.0.0.1:1"), spool: spool, name: "node-1", transfers: Transfers())
        let task = Task { await sender.run() }
        _ = try await eventually("the failure") { sender.current.trouble == .unreachable ? true : nil }
        task.cancel()
        await task.value
        #expect(sender.current.problem.contains("http://127.0.0.1:1") && spool.waiting.events == 10)
    }
}

@Suite("ship and ingest of watchpost.yml")
struct ShipReaderTests {
    private func read(_ text: String) -> (config: ShipConfig?, problems: [String]) {
        let problems = ProblemList()
        let root = YAMLFile.root(of: text, path: "watchpost.yml", problems: problems)
        return (root?.mapping(ShipReader.read), problems.all.map(\.description))
    }

    @Test("what is written is taken")
    func taken() {
        let (config, problems) = read("to: http://127.0.0.1:9900/\ntoken_file: /etc/token\nmax_size: 5MB\n")
        #expect(problems.isEmpty, "\(problems)")
        #expect(config?.url == "http://127.0.0.1:9900" && config?.maxSize == 5_000_000)
        #expect(config?.client.authorization == .file("/etc/token") && config?.client.followRedirects == false)
    }

    @Test(
        "what is wrong is told with its mend",
        arguments: [
            ("token_file: /etc/token\n", "ship names no server"), ("to: server:9900\n", "is not an HTTP address"),
            ("to: http://127.0.0.1:1\nmax_size: much\n", "is not a size"),
            ("to: http://127.0.0.1:1\ntoken: abc\n", "stands in the file itself"),
            ("to: http://10.0.0.1:9900\ntoken_file: /t\n", "as plain text"),
            ("to: http://127.0.0.1:1\ntoken_fil: /t\n", "token_fil"),
        ])
    func wrong(text: String, problem: String) {
        let (_, problems) = read(text)
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
    }

    @Test(
        "a token goes as plain text to no other host unsaid",
        arguments: ["http://127.0.0.2", "http://[::1]:9", "http://localhost:1", "https://10.0.0.1"])
    func privateAddresses(url: String) {
        #expect(read("to: '\(url)'\ntoken_file: /t\n").problems.isEmpty)
    }
}

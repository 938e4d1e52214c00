import Foundation
import Model
import Testing
import Transfers

/// A small HTTP server (Python's own) that answers by path. It ends when its standard input closes, so that it
/// never outlives the test, however that ends.
final class PythonServer {
    let port: Int
    private let process = Process()
    private let lifeline = Pipe()

    init() throws {
        let program = """
            import http.server, gzip, os, sys, threading, time
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            class H(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def log_message(self, *a): pass
                def answer(self, status, body, headers={}):
                    self.send_response(status)
                    for k, v in headers.items(): self.send_header(k, v)
                    self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
                def do_GET(self):
                    if self.path == '/gzip': self.answer(200, gzip.compress(b'x' * 100000), {'Content-Encoding': 'gzip'})
                    elif self.path == '/slow': time.sleep(5); self.answer(200, b'late')
                    elif self.path == '/auth': self.answer(200, self.headers.get('Authorization', '').encode())
                    elif self.path == '/moved': self.answer(302, b'', {'Location': '/auth'})
                    else: self.answer(404, b'nothing here')
                def do_POST(self):
                    body = self.rfile.read(int(self.headers['Content-Length']))
                    self.answer(200, body, {'X-Echo': 'yes'})
            s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
            print(s.server_port, flush=True); s.serve_forever()
            """
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    deinit { try? lifeline.fileHandleForWriting.close() }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}

@Suite("Transfers")
struct TransfersTests {
    let transfers = Transfers()

    @Test("a body with zero bytes arrives as it was sent, and headers have lower-case names")
    func echo() async throws {
        let server = try PythonServer()
        let body: [UInt8] = [0, 1, 2, 0, 255]
        let answer = try await transfers.send(
            HTTPRequest(method: "POST", url: server.url("/"), body: body, timeout: .seconds(5)))
        #expect(answer.status == 200)
        #expect(answer.body == body)
        #expect(answer.headers["x-echo"] == "yes")
    }

    @Test("gzip is undone, and the limit counts the bytes after that")
    func gzip() async throws {
        let server = try PythonServer()
        let request = HTTPRequest(url: server.url("/gzip"), timeout: .seconds(5))
        #expect(try await transfers.send(request).body.count == 100_000)
        var limited = request
        limited.maxResponseBytes = 50_000
        let error = await #expect(throws: TransferError.self) { try await transfers.send(limited) }
        #expect(error?.kind == .tooLarge)
        #expect(error?.description.contains("50000 bytes") == true)
    }

    @Test("credentials go with the request and not into errors")
    func credentials() async throws {
        let server = try PythonServer()
        var client = HTTPClientConfig()
        client.authorization = .inline("token-1")
        let bearer = try await transfers.send(
            HTTPRequest(url: server.url("/auth"), timeout: .seconds(5), client: client))
        #expect(String(decoding: bearer.body, as: UTF8.self) == "Bearer token-1")
        client = HTTPClientConfig()
        client.basicAuth = .init(username: "user", password: .inline("secret"))
        let basic = try await transfers.send(
            HTTPRequest(url: server.url("/moved"), timeout: .seconds(5), client: client))
        #expect(String(decoding: basic.body, as: UTF8.self) == "Basic dXNlcjpzZWNyZXQ=")
        let error = await #expect(throws: TransferError.self) {
            try await transfers.send(HTTPRequest(url: "http://user:secret@127.0.0.1:1/", timeout: .seconds(5)))
        }
        #expect(error?.kind == .refused)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("a slow server ends in a timeout, and a cancelled task does not wait for it")
    func slow() async throws {
        let server = try PythonServer()
        let request = HTTPRequest(url: server.url("/slow"), timeout: .milliseconds(200))
        let error = await #expect(throws: TransferError.self) { try await transfers.send(request) }
        #expect(error?.kind == .timeout)
        let start = ContinuousClock.now
        let waiting = Task {
            try await transfers.send(HTTPRequest(url: server.url("/slow"), timeout: .seconds(30)))
        }
        waiting.cancel()
        await #expect(throws: TransferError.self) { try await waiting.value }
        #expect(start.duration(to: .now) < .seconds(3))
    }

    @Test("an unreadable credentials file is named")
    func unreadableSecret() async {
        var client = HTTPClientConfig()
        client.authorization = .file("/nowhere/token")
        let error = await #expect(throws: TransferError.self) {
            try await transfers.send(HTTPRequest(url: "http://127.0.0.1:1/", timeout: .seconds(1), client: client))
        }
        #expect(error?.kind == .invalid)
        #expect(error?.description.contains("/nowhere/token") == true)
    }
}

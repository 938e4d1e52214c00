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
    private let output = Pipe()

    /// Ends the program.
    /// - Returns: what it printed after its port.
    func end() -> String {
        try? lifeline.fileHandleForWriting.close()
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// - Parameter program: prints its port first.
    init(_ program: String = PythonServer.web) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private static let web = """
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

    @Test("a mail password goes to this host in clear, and to no other", arguments: ["127.0.0.1", "0.0.0.0"])
    func mailPassword(host: String) async throws {
        let server = try PythonServer(Self.mailServer)
        let mail = MailMessage(from: "a@example.org", recipients: ["b@example.org"], content: Array("Hi\r\n".utf8))
        let through = MailServer(
            host: host, port: server.port, hello: "h", username: "guard", password: "s3cret", identity: "desk",
            requireTLS: false, implicitTLS: false, insecureSkipVerify: false, caFile: nil)
        // 0.0.0.0 reaches this host, too, and yet is not one of the names that can lead to no other.
        if host == "127.0.0.1" {
            try await transfers.sendMail(mail, through: through, timeout: .seconds(10))
            let login = Data("desk\0guard\0s3cret".utf8).base64EncodedString()
            #expect(server.end().contains("AUTH PLAIN\n\(login)"))
        } else {
            await #expect(throws: TransferError.self) {
                try await transfers.sendMail(mail, through: through, timeout: .seconds(10))
            }
            #expect(!server.end().contains("AUTH"))
        }
    }

    /// Speaks SMTP without STARTTLS, and tells what it is told; ends after one conversation.
    private static let mailServer = """
        import os, socket, sys, threading
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        listener = socket.create_server(('127.0.0.1', 0))
        print(listener.getsockname()[1], flush=True)
        stream = listener.accept()[0].makefile('rw', newline='\\r\\n')
        def say(text): stream.write(text + '\\n'); stream.flush()
        say('220 mail.test')
        for line in stream:
            print(line.strip(), flush=True)
            word = line.split()[0].upper()
            if word == 'EHLO': say('250-mail.test'); say('250 AUTH PLAIN')
            elif word == 'AUTH': say('334 '); print(next(stream).strip(), flush=True); say('235 in')
            elif word == 'DATA':
                say('354 go on')
                for line in stream:
                    if line.strip() == '.': break
                say('250 taken')
            elif word == 'QUIT': say('221 bye'); break
            else: say('250 ok')
        """
}

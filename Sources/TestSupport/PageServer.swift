internal import Foundation
internal import Synchronization

/// A real HTTP server, python's, that serves the pages it is told to. It ends when its standard input does.
public final class PageServer: Sendable {
    private struct Page: Encodable {
        let path: String
        let status: Int
        let type: String
        let body: String
        let delay: Double
        let gzip: Bool
    }

    private static let program = #"""
        import gzip, http.server, json, os, sys, threading, time
        pages = {}
        speaking = threading.Lock()
        def say(text):
            # In one piece: lines of two threads must not run into each other.
            with speaking:
                sys.stdout.write(text + "\n")
                sys.stdout.flush()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                say("GET " + self.path + " " + json.dumps({k.lower(): v for k, v in self.headers.items()}))
                page = pages.get(self.path.split("?")[0])
                if page is None:
                    page = {"status": 404, "type": "text/plain", "body": "no", "delay": 0, "gzip": False}
                time.sleep(page["delay"])
                body = page["body"].encode()
                self.send_response(page["status"])
                if page["type"]: self.send_header("Content-Type", page["type"])
                if page["gzip"]:
                    body = gzip.compress(body)
                    self.send_header("Content-Encoding", "gzip")
                if page["status"] == 302: self.send_header("Location", page["body"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try: self.wfile.write(body)
                except OSError: pass
            def log_message(self, *rest): pass
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            def handle_error(self, request, address): pass
        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say("PORT %d" % server.server_address[1])
        for line in sys.stdin:
            page = json.loads(line)
            pages[page["path"]] = page
            say("SET " + page["path"] + " " + page["body"][:20].split("\n")[0])
        os._exit(0)
        """#

    public let port: String
    private let process: RunningProcess
    private let changes = Mutex(0)

    public init() async throws {
        process = try RunningProcess("python3", ["-c", Self.program])
        port = try await process.line(matching: try Regex(#"PORT (\d+)"#))
    }

    public var address: String { "127.0.0.1:\(port)" }

    /// Serves this from now on.
    public func serve(
        _ body: String, at path: String = "/metrics", status: Int = 200, type: String = "text/plain; version=0.0.4",
        delay: Double = 0, gzip: Bool = false
    ) async throws {
        let page = Page(path: path, status: status, type: type, body: body, delay: delay, gzip: gzip)
        let done = changes.withLock { changes in
            changes += 1
            return changes
        }
        try process.write(String(decoding: try JSONEncoder().encode(page), as: UTF8.self) + "\n")
        _ = try await eventually("the server to take page \(done)", every: .milliseconds(5)) {
            self.process.printed.components(separatedBy: "\nSET ").count > done ? true : nil
        }
    }

    /// Requests so far: the path with its query, and the headers as JSON.
    public var requests: [String] {
        process.printed.split(separator: "\n").filter { $0.hasPrefix("GET ") }.map { String($0.dropFirst(4)) }
    }
}

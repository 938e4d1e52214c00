import Foundation
import Testing

/// A Python program that prints its port first and then a JSON object a line for everything that it gets.
final class PythonPeer {
    struct Failed: Error, CustomStringConvertible { let description: String }

    let port: Int
    private let process = Process()
    private let log: URL

    init(_ program: String, in directory: URL, arguments: [String] = []) throws {
        let script = directory.appending(path: "peer-\(UUID().uuidString).py")
        log = directory.appending(path: "peer-\(UUID().uuidString).log")
        try Data(program.utf8).write(to: script)
        try Data().write(to: log)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-u", script.path] + arguments
        process.standardOutput = try FileHandle(forWritingTo: log)
        // A child that held the test's own output open would keep its reader waiting.
        process.standardError = FileHandle.nullDevice
        try process.run()
        let end = Date().addingTimeInterval(15)
        var found: Int?
        while found == nil, Date() < end, process.isRunning {
            found = (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").first.flatMap { Int($0) }
            if found == nil { usleep(10_000) }
        }
        guard let found else {
            kill(process.processIdentifier, SIGKILL)
            throw Failed(description: "the Python program did not name its port; is its module installed?")
        }
        port = found
    }

    // Children of a test's threads start with SIGTERM blocked.
    deinit { kill(process.processIdentifier, SIGKILL) }

    /// What came so far.
    func events<Event: Decodable>(_ type: Event.Type) throws -> [Event] {
        let lines = try String(contentsOf: log, encoding: .utf8)
        let complete = lines[...(lines.lastIndex(of: "\n") ?? lines.startIndex)]
        return try complete.split(separator: "\n").dropFirst().map {
            try JSONDecoder().decode(Event.self, from: Data($0.utf8))
        }
    }

    /// Waits until `count` events have come. The wait is counted in looks, not by the clock: a busy host holds up
    /// the sender as much as this.
    func events<Event: Decodable>(_ type: Event.Type, _ count: Int, looks: Int = 1_000) async throws -> [Event] {
        for _ in 0..<looks {
            let events = try events(type)
            if events.count >= count { return events }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failed(description: "only \(try events(type).count) of \(count) events came")
    }
}

/// A post that the web server got.
struct WebEvent<Body: Decodable & Sendable>: Decodable, Sendable {
    let path: String
    let status: Int
    let type: String
    /// The header `Authorization`.
    let login: String?
    let method: String
    /// The header `Idempotency-Key`.
    let key: String?
    let body: Body
}

struct WebhookBody: Decodable, Sendable {
    struct Item: Decodable, Sendable {
        let status: String
        let labels: [String: String]
        let annotations: [String: String]
        let startsAt: String
        let endsAt: String
        let generatorURL: String
        let fingerprint: String
    }

    let receiver: String
    let status: String
    let alerts: [Item]
    let groupLabels: [String: String]
    let commonLabels: [String: String]
    let commonAnnotations: [String: String]
    let externalURL: String
    let version: String
    let groupKey: String
    let truncatedAlerts: Int
}

struct SlackBody: Decodable, Sendable {
    struct Attachment: Decodable, Sendable {
        let title: String?
        let titleLink: String?
        let text: String
        let fallback: String
        let color: String?

        enum CodingKeys: String, CodingKey {
            case title, text, fallback, color
            case titleLink = "title_link"
        }
    }

    let channel: String?
    let username: String?
    let attachments: [Attachment]
}

struct ForwardedItem: Decodable, Sendable {
    let labels: [String: String]
    let annotations: [String: String]
    let startsAt: String
    let endsAt: String
    let generatorURL: String
}

/// A message that the mail server got.
struct MailEvent: Decodable, Sendable {
    let from: String
    let to: [String]
    let tls: Bool
    let login: String?
    let headers: [String: String]
    let parts: [String: String]
    let defects: [String]
    let longest: Int
}

enum PeerPrograms {
    /// Takes posts; the path `/fail/N/…` answers N times with 503 first, `/refuse` with 400, `/slow` late.
    static let web = """
        import http.server, json, sys, threading, time, urllib.parse
        speaking = threading.Lock()
        def say(facts):
            # In one piece: lines of two threads must not run into each other.
            with speaking: sys.stdout.write(json.dumps(facts) + '\\n'); sys.stdout.flush()
        seen = {}
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_PUT(self): self.do_POST()
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length'] or 0)).decode()
                kind = self.headers['Content-Type'] or ''
                content = dict(urllib.parse.parse_qsl(body)) if 'urlencoded' in kind else json.loads(body or '{}')
                n = seen[self.path] = seen.get(self.path, 0) + 1
                parts = self.path.split('/')
                status = 200
                if parts[1] == 'fail' and n <= int(parts[2]): status = 503
                if parts[1] == 'refuse': status = 400
                if parts[1] == 'busy' and n == 1: status = 429
                if parts[1] == 'slow' and n == 1: time.sleep(1.0)
                answer = b'ok' if status == 200 else b'not today, path ' + self.path.encode()
                if parts[1] == 'pause' and n == 1:
                    status = 429
                    answer = b'{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":1}}'
                if parts[1] == 'notok': answer = b'{"ok":false,"error":"channel_not_found"}'
                # Said before it is answered: the next request may come before this thread goes on.
                say({'path': self.path, 'status': status, 'type': self.headers['Content-Type'],
                     'login': self.headers['Authorization'], 'method': self.command,
                     'key': self.headers['Idempotency-Key'], 'body': content})
                try:
                    self.send_response(status); self.send_header('Content-Length', str(len(answer))); self.end_headers()
                    self.wfile.write(answer)
                except BrokenPipeError: pass
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        print(s.server_port); s.serve_forever()
        """

    /// A mail server with STARTTLS and logins (guard / s3cret); refuses `nobody@…`, and `later@…` once.
    static let mail = """
        import asyncio, email, email.policy, json, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult
        from aiosmtpd.handlers import Message
        waited = set()
        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith('nobody@'): return '550 no such user'
                if address.startswith('later@') and address not in waited:
                    waited.add(address); return '451 try again later'
                envelope.rcpt_tos.append(address); return '250 OK'
            async def handle_DATA(self, server, session, envelope):
                m = email.message_from_bytes(envelope.content, policy=email.policy.default)
                parts = {p.get_content_type(): p.get_content() for p in m.walk() if not p.is_multipart()}
                print(json.dumps({'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'tls': session.ssl is not None,
                    'login': session.auth_data.login.decode() if session.auth_data else None,
                    'headers': {k: str(v) for k, v in m.items()}, 'parts': parts,
                    'defects': [str(d) for d in m.defects],
                    'longest': max(len(l) for l in envelope.content.split(b'\\r\\n'))}))
                return '250 taken'
        def check(server, session, envelope, mechanism, data):
            good = data.login == b'guard' and data.password == b's3cret'
            return AuthResult(success=good, handled=False, auth_data=data)
        def make():
            context = None
            if len(sys.argv) > 2:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(sys.argv[1], sys.argv[2])
            return SMTP(Handler(), hostname='mail.test', tls_context=context, require_starttls=context is not None,
                auth_required=context is not None, authenticator=check)
        async def main():
            server = await asyncio.get_running_loop().create_server(make, '127.0.0.1', 0)
            print(server.sockets[0].getsockname()[1])
            await server.serve_forever()
        asyncio.run(main())
        """
}

/// Any JSON, for bodies of which a test looks at a part.
enum AnyJSON: Decodable, Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([AnyJSON])
    case map([String: AnyJSON])

    init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let bool = try? box.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? box.decode(Double.self) {
            self = .number(number)
        } else if let text = try? box.decode(String.self) {
            self = .text(text)
        } else if let list = try? box.decode([AnyJSON].self) {
            self = .list(list)
        } else {
            self = .map(try box.decode([String: AnyJSON].self))
        }
    }

    subscript(key: String) -> AnyJSON {
        if case .map(let map) = self { map[key] ?? .null } else { .null }
    }

    subscript(index: Int) -> AnyJSON {
        if case .list(let list) = self, list.indices.contains(index) { list[index] } else { .null }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// Ends a test as not run where a Python module that it uses is not installed.
enum PythonModule {
    static func require(_ name: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import \(name)"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            try Test.cancel("the Python module \(name) is not installed; make test does it")
        }
    }
}

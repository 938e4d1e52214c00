import Foundation
import TestSupport

/// The programs that these tests run beside Watchpost, none of which we wrote, and how each is started.
enum Peers {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func part(_ name: String) -> String {
        root.appending(path: "Tests/EndToEndTests/Parts/\(name)").path()
    }

    /// Python with aiosmtpd, playwright and prometheus-api-client, as `scripts/setup --test` makes it.
    static let python = root.appending(path: ".build/test-python/bin/python3").path()

    /// The binary under test: of the same build as the tests, or the release that `make test` names.
    /// Where `scripts/setup --test` puts a client of which several versions are tested.
    static func client(_ name: String) -> String { root.appending(path: ".build/test-clients/\(name)").path() }

    static let watchpost = {
        let path =
            ProcessInfo.processInfo.environment["WATCHPOST_BIN"]
            ?? root.appending(path: ".build/debug/watchpost").path()
        if !FileManager.default.isExecutableFile(atPath: path) {
            preconditionFailure("the program under test is missing: \(path); build it with make build")
        }
        return path
    }()

    /// The example of a service with metrics, of the tests' own build.
    static let plateReader = root.appending(path: ".build/debug/PlateReader").path()

    static func has(_ program: String) -> Bool {
        ["/usr/bin/", "/usr/local/bin/", "/bin/"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + program)
        }
            || FileManager.default.isExecutableFile(atPath: program)
    }

    /// A camera's name that no other recorder of this host has, and in which nothing looks like a time.
    static func newCameraName() -> String { String((0..<10).map { _ in "abcdefghkm".randomElement() ?? "a" }) }

    /// A camera on gst-rtsp-server; its port, and the process that obeys `stall` and `play`.
    /// - Parameters:
    ///   - audio: whether it has sound beside its picture, which goes on when the picture stops.
    ///   - options: more of `camera.py`.
    static func camera(
        port: Int = 0, user: String? = nil, password: String? = nil, audio: Bool = false, options: [String] = []
    ) async throws -> (RunningProcess, Int) {
        var arguments = [part("camera.py"), "--port", String(port)] + options
        if let user, let password { arguments += ["--user", user, "--password", password] }
        if audio { arguments.append("--audio") }
        let process = try RunningProcess("/usr/bin/python3", arguments)
        return (process, try await self.port(of: process))
    }

    /// An SMTP server with STARTTLS and login, and a folder with its certificate.
    static func mailbox(user: String, password: String, in folder: TemporaryDirectory) async throws -> (
        RunningProcess, Int
    ) {
        let certificate = folder.path + "/mail.pem"
        let key = folder.path + "/mail.key"
        let openssl = try RunningProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        try await openssl.end()
        let process = try RunningProcess(python, [part("mailbox.py"), certificate, key, user, password])
        return (process, try await port(of: process))
    }

    static func webhook() async throws -> (RunningProcess, Int) {
        let process = try RunningProcess(python, [part("webhook.py")])
        return (process, try await port(of: process))
    }

    /// A real Alertmanager with the file `alertmanager.yml` of a folder.
    static func alertmanager(in folder: TemporaryDirectory, file: String = "alertmanager.yml") async throws -> Server {
        let address = "127.0.0.1:\(try freePort())"
        let server = Server(
            process: try RunningProcess(
                "prometheus-alertmanager",
                [
                    "--config.file=\(folder.path)/\(file)", "--storage.path=\(folder.path)/alertmanager",
                    "--web.listen-address=\(address)", "--cluster.listen-address=",
                ]), url: "http://\(address)")
        try await server.waitUntilReady()
        return server
    }

    /// A mail server without TLS and a web server that write down all they get; the mail's port and the web's.
    static func sink(smtp: Int = 0) async throws -> (process: RunningProcess, smtp: Int, web: Int) {
        let process = try RunningProcess(python, [part("sink.py"), String(smtp)])
        let web = try await port(of: process)
        return (process, Int(try await process.line(matching: Regex(#"smtp (\d+)"#))) ?? 0, web)
    }

    /// Lays out the site that an older version left; prints how many followed files it knows again.
    /// - Parameter ports: where the site's `exporter`, `sink` and `remote` are now.
    static func storedSite(in folder: String, ports: [String: Int]) throws -> RunningProcess {
        let archive = part("StoredSite/stored-site.tar.gz")
        let pairs = ports.map { "\($0.key)=\($0.value)" }
        return try RunningProcess(
            "/usr/bin/python3", [part("StoredSite/stored_site.py"), "place", archive, folder] + pairs)
    }

    /// A server that checks requests as Twilio documents them.
    static func twilio(account: String, token: String) async throws -> (RunningProcess, Int) {
        let process = try RunningProcess(python, [part("twilio.py"), account, token])
        return (process, try await port(of: process))
    }

    /// An exporter of OpenMetrics with exemplars.
    static func exemplars() async throws -> (RunningProcess, Int) {
        let process = try RunningProcess(python, [part("exemplars.py")])
        return (process, try await port(of: process))
    }

    /// A server of pages that are too long, too wide, or grow when they are unpacked.
    static func bombs() async throws -> (RunningProcess, Int) {
        let process = try RunningProcess(python, [part("bombs.py")])
        return (process, try await port(of: process))
    }

    /// Sends the request that is called `name` in `post_bomb.py`, and prints the status and the answer.
    static func postBomb(_ url: String, _ name: String) throws -> RunningProcess {
        try RunningProcess(python, [part("post_bomb.py"), url, name])
    }

    /// prometheus-api-client, which asks the server at `url` and prints its answers as JSON.
    static func apiClient(_ url: String) throws -> RunningProcess {
        try RunningProcess(python, [part("api_client.py"), url])
    }

    /// The OpenTelemetry SDK, which sends some metrics and ends.
    static func otlp(_ url: String, _ compression: String) throws -> RunningProcess {
        try RunningProcess(python, [part("otlp.py"), url, compression])
    }

    /// A client of the tests' Python environment, which sends something to a server and ends.
    static func client(_ name: String, _ arguments: String...) throws -> RunningProcess {
        try RunningProcess(python, [part(name)] + arguments)
    }

    /// A camera's ONVIF side for a stream, and its UDP port for discovery.
    static func onvif(_ url: String, user: String, password: String) async throws -> (RunningProcess, Int) {
        let process = try RunningProcess(python, [part("onvif.py"), url, user, password])
        return (process, try await port(of: process))
    }

    /// A webhook's end that writes when each notification came.
    static func receiver(_ arguments: [String]) async throws -> (RunningProcess, Int) {
        let process = try RunningProcess(python, [part("receiver.py")] + arguments)
        return (process, try await port(of: process))
    }

    /// A real browser that opens the pages at `url` and prints what it sees.
    static func browser(_ url: String, _ arguments: String...) throws -> RunningProcess {
        try browser(url, arguments)
    }

    static func browser(_ url: String, _ arguments: [String]) throws -> RunningProcess {
        try RunningProcess(python, [part("browser.py"), url] + arguments)
    }

    /// The same with a script of its own, which uses `chromium.py`.
    static func browser(script: String, _ arguments: String...) throws -> RunningProcess {
        try RunningProcess(python, [part(script)] + arguments)
    }

    private static func port(of process: RunningProcess) async throws -> Int {
        Int(try await process.line(matching: Regex(#"port (\d+)"#))) ?? 0
    }

    /// A port that is free now.
    static func freePort() throws -> Int {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(socket, raw, length) == 0 && getsockname(socket, raw, &length) == 0
            }
        }
        guard bound else { throw NeverCame(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension RunningProcess {
    /// What it has printed as JSON so far, a line each, behind a word that says what it is.
    func messages<Message: Decodable>(_ word: String) -> [Message] {
        printed.split(separator: "\n").filter { $0.hasPrefix(word + " ") }.compactMap {
            try? JSONDecoder().decode(Message.self, from: Data($0.dropFirst(word.count + 1).utf8))
        }
    }
}

/// A webhook's notification as a sink prints it.
struct SunkPost: Decodable {
    struct Body: Decodable {
        struct Alert: Decodable {
            let status: String
            let labels: [String: String]
        }

        let status: String
        let alerts: [Alert]
    }

    let body: Body
}

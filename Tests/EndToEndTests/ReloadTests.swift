import Foundation
import TestSupport
import Testing
import Transfers

/// A configuration that is changed under a running server: each key is in force afterwards, or named with what is.
@Suite("Reloads, end to end", .serialized)
struct ReloadTests {
    /// A change of one key, and where its new value shows.
    struct Row: CustomTestStringConvertible, Sendable {
        let key: String
        let file: String
        let old: String
        let new: String
        /// What the answer of the reload says, where it says something.
        var answer: [String] = []
        /// Where the new value shows, and what is there then.
        var path = ""
        var parameters: [(String, String)] = []
        var shows = ""

        var testDescription: String { key }
    }

    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private var config: String { folder.path + "/config" }

    /// The server's own address comes from the file, so that it may change there.
    private func serve(_ port: Int) async throws -> Server {
        let process = try RunningProcess(
            Peers.watchpost, ["serve", "--data", folder.path + "/data", "--config", config])
        let server = Server(process: process, url: "http://127.0.0.1:\(port)")
        try await server.waitUntilReady()
        return server
    }

    private static func reload(_ server: Server) async throws -> String {
        let answer = try await server.post("/-/reload")
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 200, "\(text)")
        return text
    }

    private static func text(_ row: Row, _ server: Server) async throws -> String {
        String(decoding: try await server.get(row.path, row.parameters).body, as: UTF8.self)
    }

    private func write(_ files: [String: String]) throws {
        for (name, text) in files { try folder.write("config/" + name, text.replacing("FOLDER", with: folder.path)) }
    }

    /// Changes a file for one row and back, and looks each time.
    private func check(_ row: Row, _ files: [String: String], _ server: Server) async throws {
        let text = try #require(files[row.file])
        #expect(text.contains(row.old), "\(row.key): the row is wrong")
        try write([row.file: text.replacing(row.old, with: row.new)])
        let answer = try await Self.reload(server)
        for part in row.answer { #expect(answer.contains(part), "\(row.key): \(answer)") }
        if row.answer.isEmpty { #expect(!answer.contains("needs a restart"), "\(row.key): \(answer)") }
        if !row.path.isEmpty {
            do {
                _ = try await eventually("\(row.key) in \(row.path)", within: .seconds(15)) {
                    try await Self.text(row, server).contains(row.shows) ? true : nil
                }
            } catch {
                Issue.record("\(row.key): \(row.shows) is not in \(try await Self.text(row, server))")
            }
        }
        try write([row.file: text])
        let back = try await Self.reload(server)
        #expect(!back.contains("needs a restart"), "\(row.key): \(back)")
    }

    // MARK: watchpost.yml

    private static func watchpost(_ port: Int) -> String {
        """
        listen: "127.0.0.1:\(port)"
        instance: node-one
        external_url: http://one.example
        storage: { sync: normal, metrics: { retention: 20h, max_size: 3GB, out_of_order: 1h }, logs: { retention: 30h, max_size: 2GB } }
        cameras: [{ id: gate }]
        recordings: [{ camera: gate, path: FOLDER/gate }]
        recorders: [{ camera: gate, command: [sh, -c, "echo $(basename {path})_text 1 > FOLDER/texts-one/p.prom; sleep 1000"] }]
        gateways: [{ kind: mediamtx, url: "http://127.0.0.1:1" }]
        textfile: FOLDER/texts-one
        forward: { alerts: false, logs: false }
        """
    }

    private static let flags = "/api/v1/status/flags"
    private static let status = "/api/watchpost/status"

    private static let watchpostRows = [
        Row(
            key: "storage.metrics.retention", file: "watchpost.yml", old: "20h", new: "10h",
            answer: ["storage.metrics.retention is 10h", "removed"], path: flags,
            shows: #""storage.tsdb.retention.time":"10h""#),
        Row(
            key: "storage.metrics.max_size", file: "watchpost.yml", old: "3GB", new: "1GB",
            answer: ["storage.metrics.max_size is 1000000000B", "removed"], path: flags,
            shows: #""storage.tsdb.retention.size":"1000000000B""#),
        Row(
            key: "storage.metrics.out_of_order", file: "watchpost.yml", old: "out_of_order: 1h",
            new: "out_of_order: 2h", path: "/status", shows: "2h late"),
        Row(
            key: "storage.logs.retention", file: "watchpost.yml", old: "30h", new: "15h",
            answer: ["storage.logs.retention is 15h", "removed"], path: "/status", shows: "15h or 2.0 GB"),
        Row(
            key: "storage.logs.max_size", file: "watchpost.yml", old: "2GB", new: "1GB",
            answer: ["storage.logs.max_size is 1000000000B", "removed"], path: "/status", shows: "1d6h or 1.0 GB"),
        Row(
            key: "instance", file: "watchpost.yml", old: "node-one", new: "node-two",
            answer: [#"needs a restart: instance is "node-two""#, #""node-one" is in force"#], path: status,
            shows: "needs a restart: instance"),
        Row(
            key: "storage.sync", file: "watchpost.yml", old: "sync: normal", new: "sync: full",
            answer: [#"needs a restart: storage.sync is "full""#, #""normal" is in force"#], path: status,
            shows: "needs a restart: storage.sync"),
        Row(
            key: "external_url", file: "watchpost.yml", old: "one.example", new: "two.example", path: flags,
            shows: #""web.external-url":"http://two.example""#),
        Row(
            key: "cameras", file: "watchpost.yml", old: "[{ id: gate }]",
            new: "[{ id: gate }, { id: door, labels: { floor: second } }]", path: "/api/watchpost/cameras",
            shows: "second"),
        Row(
            key: "recordings", file: "watchpost.yml", old: "FOLDER/gate", new: "FOLDER/yard", path: "/metrics",
            shows: "yard_text 1"),
        Row(
            key: "recorders", file: "watchpost.yml", old: "_text 1", new: "_text 2", path: "/metrics",
            shows: "gate_text 2"),
        Row(
            key: "gateways", file: "watchpost.yml", old: "127.0.0.1:1\"", new: "127.0.0.1:2\"", path: "/status",
            shows: "127.0.0.1:2"),
        Row(
            key: "textfile", file: "watchpost.yml", old: "texts-one", new: "texts-two", path: "/metrics",
            shows: "second_text"),
        Row(
            key: "forward.alerts", file: "watchpost.yml", old: "alerts: false", new: "alerts: true",
            path: "/api/v1/alertmanagers", shows: "127.0.0.1:9"),
    ]

    @Test("each key of watchpost.yml is in force after a reload, or named with what is", .timeLimit(.minutes(3)))
    func watchpost() async throws {
        let port = try Peers.freePort()
        let files = [
            "watchpost.yml": Self.watchpost(port),
            "prometheus.yml": #"alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:9"] }] }] }"#,
            "alertmanager.yml": "route: { receiver: none }\nreceivers: [{ name: none }]\n",
        ]
        try write(files)
        try folder.write("texts-one/one.prom", "first_text 1\n")
        try folder.write("texts-two/two.prom", "second_text 1\n")
        let server = try await serve(port)
        for row in Self.watchpostRows { try await check(row, files, server) }
        let other = try Peers.freePort()
        let listen = Row(
            key: "listen", file: "watchpost.yml", old: "127.0.0.1:\(port)", new: "127.0.0.1:\(other)",
            answer: [
                #"needs a restart: listen is "127.0.0.1:\#(other)""#, #""127.0.0.1:\#(port)" is in force"#,
            ], path: Self.flags, shows: #""web.listen-address":"127.0.0.1:\#(port)""#)
        try await check(listen, files, server)
        server.process.signal(SIGTERM)
        try await server.process.end()
        #expect(server.process.printed.contains("needs a restart: listen"), "the log names it too")
    }

    @Test("what is in force is shown by its value while the file says otherwise", .timeLimit(.minutes(1)))
    func shown() async throws {
        let port = try Peers.freePort()
        let files = ["watchpost.yml": Self.watchpost(port)]
        try write(files)
        let server = try await serve(port)
        try write(["watchpost.yml": Self.watchpost(port).replacing("node-one", with: "node-two")])
        _ = try await Self.reload(server)
        let overview = try await server.text("/api/watchpost/overview")
        #expect(overview.contains("node-one") && overview.contains("needs a restart: instance"), "\(overview)")
        // A name under which the server is reached from now on is known at once.
        let host = [("Host", "three.example")]
        let request = HTTPRequest(url: server.url + "/-/healthy", headers: host, timeout: .seconds(5))
        #expect(try await Transfers().send(request).status == 403)
        try write(["watchpost.yml": Self.watchpost(port).replacing("one.example", with: "three.example")])
        _ = try await Self.reload(server)
        #expect(try await Transfers().send(request).status == 200)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("a new address is told to need no restart where the command line goes before it", .timeLimit(.minutes(1)))
    func commandLine() async throws {
        let port = try Peers.freePort()
        try write(["watchpost.yml": Self.watchpost(port)])
        let server = try await Server.serve(configuration: config, data: folder.path + "/data")
        try write(["watchpost.yml": Self.watchpost(port + 1)])
        let answer = try await Self.reload(server)
        #expect(answer.contains("listen") && answer.contains("--listen") && !answer.contains("needs a restart"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    // MARK: The other files

    private static let otherFiles = [
        "prometheus.yml": """
        global: { scrape_interval: 7s, evaluation_interval: 7s, scrape_timeout: 3s, external_labels: { site: one } }
        rule_files: [one.yml]
        scrape_configs: [{ job_name: first, static_configs: [{ targets: ["127.0.0.1:1"] }] }]
        alerting:
          alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:9"] }] }]
        """,
        "one.yml": "groups: [{ name: g, rules: [{ record: first_rule, expr: vector(1) }] }]",
        "two.yml": "groups: [{ name: g, rules: [{ record: second_rule, expr: vector(1) }] }]",
        "alertmanager.yml": "route: { receiver: one }\nreceivers: [{ name: one }]\n",
        "filebeat.yml": "filebeat.inputs: [{ type: filestream, id: one, paths: [FOLDER/one.log] }]",
        "dashboards/d.json":
            #"{"uid": "d", "title": "One", "panels": [{"id": 1, "type": "stat", "title": "First"}]}"#,
        "watchpost.yml": "forward: { alerts: true }",
    ]

    private static let otherRows = [
        Row(
            key: "global.scrape_interval", file: "prometheus.yml", old: "scrape_interval: 7s",
            new: "scrape_interval: 8s", path: "/api/v1/targets", shows: #""scrapeInterval":"8s""#),
        Row(
            key: "global.scrape_timeout", file: "prometheus.yml", old: "scrape_timeout: 3s", new: "scrape_timeout: 2s",
            path: "/api/v1/targets", shows: #""scrapeTimeout":"2s""#),
        Row(
            key: "global.evaluation_interval", file: "prometheus.yml", old: "evaluation_interval: 7s",
            new: "evaluation_interval: 8s", path: "/api/v1/rules", shows: #""interval":8"#),
        Row(
            key: "global.external_labels", file: "prometheus.yml", old: "site: one", new: "site: two",
            path: "/federate", parameters: [("match[]", "up")], shows: #"site="two""#),
        Row(
            key: "rule_files", file: "prometheus.yml", old: "one.yml", new: "two.yml", path: "/api/v1/rules",
            shows: "second_rule"),
        Row(
            key: "a rule", file: "one.yml", old: "first_rule", new: "third_rule", path: "/api/v1/rules",
            shows: "third_rule"),
        Row(
            key: "scrape_configs", file: "prometheus.yml", old: "job_name: first", new: "job_name: second",
            path: "/api/v1/targets", shows: #""scrapePool":"second""#),
        Row(
            key: "scrape_configs.params", file: "prometheus.yml", old: "job_name: first,",
            new: "job_name: first, params: { module: [deep] },", path: "/api/v1/targets", shows: "module=deep"),
        Row(
            key: "remote_write", file: "prometheus.yml", old: "rule_files",
            new: "remote_write: [{ url: \"http://127.0.0.1:3\" }]\nrule_files", path: "/status", shows: "127.0.0.1:3"),
        Row(
            key: "alerting", file: "prometheus.yml", old: "127.0.0.1:9", new: "127.0.0.1:8",
            path: "/api/v1/alertmanagers", shows: "127.0.0.1:8"),
        Row(
            key: "prometheus.yml as it is shown", file: "prometheus.yml", old: "site: one", new: "site: three",
            path: "/api/v1/status/config", shows: "site: three"),
        Row(
            key: "receivers", file: "alertmanager.yml", old: "receivers: [", new: "receivers: [{ name: two }, ",
            path: "/api/v2/receivers", shows: "two"),
        Row(
            key: "alertmanager.yml as it is shown", file: "alertmanager.yml", old: "{ receiver: one }",
            new: "{ receiver: one, group_wait: 17s }", path: "/api/v2/status", shows: "17s"),
        Row(
            key: "filebeat.inputs", file: "filebeat.yml", old: "id: one", new: "id: second-input", path: "/status",
            shows: "second-input"),
        Row(
            key: "dashboards", file: "dashboards/d.json", old: "First", new: "Second panel", path: "/dashboards/d",
            shows: "Second panel"),
    ]

    @Test("the other files are in force after a reload, key by key", .timeLimit(.minutes(3)))
    func others() async throws {
        try write(Self.otherFiles)
        let server = try await Server.serve(configuration: config, data: folder.path + "/data")
        for row in Self.otherRows { try await check(row, Self.otherFiles, server) }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    // MARK: SMS

    private static func sms(_ port: Int) -> String {
        """
        sms: { listen: "127.0.0.1:\(port)", account_sid: AC0123456789abcdef0123456789abcdef, auth_token_file: token,
               from: "+15005550006", to: ["+84901234567"], api_url: "http://127.0.0.1:1" }
        """
    }

    /// Whether somebody answers as the server for SMS does.
    private static func answers(_ port: Int) async -> Bool {
        let request = HTTPRequest(url: "http://127.0.0.1:\(port)/-/healthy", timeout: .seconds(2))
        return (try? await Transfers().send(request))?.status == 200
    }

    private static func wait(_ what: String, _ port: Int, answers wanted: Bool) async throws {
        _ = try await eventually(what) { await answers(port) == wanted ? true : nil }
    }

    @Test(
        "the listener for SMS is started, moved and ended by a reload; where its new port is taken the old one stays",
        .timeLimit(.minutes(2)))
    func telephones() async throws {
        let (first, second) = (try Peers.freePort(), try Peers.freePort())
        try write(["watchpost.yml": "instance: n\n", "token": "t0ken\n"])
        let server = try await Server.serve(configuration: config, data: folder.path + "/data")
        #expect(await !Self.answers(first))
        try write(["watchpost.yml": Self.sms(first)])
        _ = try await Self.reload(server)
        try await Self.wait("the first listener", first, answers: true)
        // A request under way on the pages is no business of a listener that ends.
        let stream = try RawClient(try #require(URL(string: server.url)?.port))
        try stream.send("GET /api/watchpost/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        _ = try await stream.line(matching: "200")
        try write(["watchpost.yml": Self.sms(second)])
        _ = try await Self.reload(server)
        try await Self.wait("the second listener", second, answers: true)
        try await Self.wait("the first listener's end", first, answers: false)
        try await Task.sleep(for: .seconds(3))
        _ = try await stream.line(matching: "data:")

        // The port of the pages is taken, for sure.
        let taken = try #require(URL(string: server.url)?.port)
        try write(["watchpost.yml": Self.sms(taken)])
        let refused = try await Self.reload(server)
        #expect(refused.contains("127.0.0.1:\(taken)") && refused.contains("127.0.0.1:\(second)"), "\(refused)")
        #expect(await Self.answers(second))
        let status = try await server.text("/api/watchpost/status")
        #expect(status.contains("in use by another program"), "\(status)")
        try write(["watchpost.yml": Self.sms(second)])
        let good = try await Self.reload(server)
        #expect(!good.contains("in use"), "\(good)")
        #expect(try await !server.text("/api/watchpost/status").contains("in use by another program"))
        #expect(await Self.answers(second))

        try write(["watchpost.yml": "instance: n\n"])
        _ = try await Self.reload(server)
        try await Self.wait("the end of the last listener", second, answers: false)
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("an agent's reload starts the listener for SMS too", .timeLimit(.minutes(1)))
    func agent() async throws {
        let (metrics, port) = (try Peers.freePort(), try Peers.freePort())
        try write(["watchpost.yml": "instance: n\n", "token": "t0ken\n"])
        let agent = try RunningProcess(
            Peers.watchpost,
            [
                "agent", "--role", "api", "--listen", "127.0.0.1:\(metrics)", "--config", config, "--data",
                folder.path + "/data",
            ])
        _ = try await agent.line(matching: Regex("watching as (api)"))
        try write(["watchpost.yml": Self.sms(port)])
        agent.signal(SIGHUP)
        try await Self.wait("the agent's listener", port, answers: true)
        agent.signal(SIGTERM)
        try await agent.end()
    }

    @Test("reloads that come at once are done one after the other", .timeLimit(.minutes(1)))
    func together() async throws {
        try write(Self.otherFiles)
        let server = try await Server.serve(configuration: config, data: folder.path + "/data")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await server.post("/-/reload").status } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(try await server.text("/api/v1/targets").contains("first"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

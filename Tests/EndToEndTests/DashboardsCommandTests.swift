import Foundation
import TestSupport
import Testing

/// Dashboards from a Grafana and back to it, against its API as it is documented.
@Suite("The command of dashboards", .serialized, .timeLimit(.minutes(2)))
struct DashboardsCommandTests {
    private static let token = "glsa_s3cretOfTheAccount"

    /// What a command printed, and its status.
    private struct Ended {
        let status: Int
        let printed: String

        func says(_ text: String) -> Bool { printed.contains(text) }
    }

    /// What a stand-in of a Grafana has.
    private struct Held: Decodable {
        struct One: Decodable {
            struct Board: Decodable {
                struct Panel: Decodable { let title: String }

                let title: String
                let version: Int
                let panels: [Panel]
            }

            let folder: String
            let json: Board
        }

        let folders: [String: String]
        let dashboards: [String: One]
    }

    private static func run(_ folder: TemporaryDirectory, _ arguments: [String]) async throws -> Ended {
        let process = try RunningProcess(
            "/bin/sh",
            ["-c", "umask 022; \"$@\"; echo status $?", "sh", Peers.watchpost, "dashboards"] + arguments,
            directory: folder.path)
        let status = try await process.line(matching: Regex(#"status (\d+)\n"#))
        #expect(!process.printed.contains(token), "\(process.printed)")
        return Ended(status: Int(status) ?? -1, printed: process.printed)
    }

    private static func board(_ uid: String, _ title: String, panel: String = "S") -> [String: Any] {
        let target = ["refId": "A", "expr": "vector(1)"]
        let grid = ["x": 0, "y": 0, "w": 12, "h": 4]
        let shown: [String: Any] = [
            "id": 1, "type": "stat", "title": panel, "gridPos": grid, "targets": [target],
            "fieldConfig": ["defaults": ["max": 0.1, "min": 1e-7]],
        ]
        return ["uid": uid, "title": title, "schemaVersion": 39, "version": 3, "panels": [shown]]
    }

    /// A Grafana with these dashboards, and the site of a stranger beside it.
    private static func grafana(
        _ dashboards: [[String: Any]], folders: [String: String] = [:], more: [String: Any] = [:],
        arguments: [String] = [], in folder: TemporaryDirectory
    ) async throws -> (RunningProcess, String) {
        let seed: [String: Any] = ["token": token, "folders": folders, "dashboards": dashboards]
        let data = try JSONSerialization.data(withJSONObject: seed.merging(more) { $1 })
        try folder.write("seed.json", String(decoding: data, as: UTF8.self))
        try folder.write("site/prometheus.yml", "{}\n")
        try folder.write("token", token + "\n")
        chmod(folder.path + "/token", 0o600)
        let process = try RunningProcess(
            Peers.python, [Peers.part("grafana_api.py"), folder.path + "/seed.json"] + arguments)
        return (process, "127.0.0.1:" + (try await process.line(matching: Regex(#"port (\d+)"#))))
    }

    private static func held(_ grafana: RunningProcess) async throws -> Held {
        let before: [Held] = grafana.messages("state")
        try grafana.write("state\n")
        return try await eventually("what the Grafana has") {
            let all: [Held] = grafana.messages("state")
            return all.count > before.count ? all.last : nil
        }
    }

    private static func files(_ folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".json") }.sorted()
    }

    @Test("an import keeps folders, makes names of files that no title can misuse, and takes nothing's place unasked")
    func imports() async throws {
        let folder = try TemporaryDirectory()
        let titles = [
            "../../etc/passwd", "a/b\\c", "Twice", "Twice", String(repeating: "x", count: 300), "📷🎥", "Máy chủ Đà Nẵng",
            "red\u{1b}[31m\u{0}", ".hidden", "-rf",
        ]
        var boards: [[String: Any]] = titles.enumerated().map { ["json": Self.board("u\($0)", $1)] }
        boards.append(["json": Self.board("host", "Host"), "folder": "f1"])
        boards.append(["json": Self.board("low", "Low"), "folder": "f2"])
        let (grafana, address) = try await Self.grafana(
            boards, folders: ["f1": "Hosts / Máy", "f2": ".."], arguments: ["--path", "/grafana"], in: folder)
        let command = [
            "import", "--config", "site", "--grafana", "http://\(address)/grafana/", "--token-file", "token",
        ]
        let trial = try await Self.run(folder, command + ["--dry-run"])
        #expect(trial.status == 0 && Self.files(folder.path + "/site").isEmpty, "\(trial.printed)")
        let first = try await Self.run(folder, command)
        #expect(first.status == 0 && !first.says("\u{1b}") && !first.says("warning"), "\(first.printed)")
        let names = Self.files(folder.path + "/site")
        #expect(
            names == [
                "dashboards/Hosts - Máy/host.json", "dashboards/a-b-c.json", "dashboards/etc-passwd.json",
                "dashboards/folder/low.json", "dashboards/hidden.json", "dashboards/may-chu-da-nang.json",
                "dashboards/red-31m.json", "dashboards/rf.json", "dashboards/twice-2.json", "dashboards/twice.json",
                "dashboards/u5.json", "dashboards/\(String(repeating: "x", count: 80)).json",
            ], "\(names)")
        let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/site/dashboards/twice.json")
        #expect(facts[.posixPermissions] as? Int == 0o644)
        let text = try String(contentsOfFile: folder.path + "/site/dashboards/twice.json", encoding: .utf8)
        #expect(text.contains(" 0.1") && text.contains(" 1e-07"), "\(text)")

        let again = try await Self.run(folder, command)
        #expect(again.status == 0 && again.printed.matches(of: /it is there already/).count == 12, "\(again.printed)")
        try folder.write("site/dashboards/twice.json", text.replacing("\"S\"", with: "\"Mine\""))
        let kept = try await Self.run(folder, command)
        #expect(kept.status == 1 && kept.says("--replace"), "\(kept.printed)")
        #expect(
            try String(contentsOfFile: folder.path + "/site/dashboards/twice.json", encoding: .utf8).contains("Mine"))
        let replaced = try await Self.run(folder, command + ["--replace", "--uid", "u2"])
        #expect(replaced.status == 0 && replaced.says("replaced"), "\(replaced.printed)")
        #expect(try String(contentsOfFile: folder.path + "/site/dashboards/twice.json", encoding: .utf8) == text)

        let list = try await Self.run(folder, ["list", "--config", "site"])
        #expect(list.status == 0 && list.says("u2") && list.says("Hosts - Máy/host.json"), "\(list.printed)")
        let server = try await Server.serve(configuration: folder.path + "/site", data: folder.path + "/data")
        let page = try await server.text("/dashboards")
        #expect(page.contains("<h2>Hosts - Máy</h2>") && page.contains("href=\"/dashboards/u5\""), "\(page)")
        #expect(try await server.text("/dashboards/host").contains("vector(1)"))
        server.process.signal(SIGTERM)
        try await server.process.end()
        withExtendedLifetime(grafana) {}
    }

    @Test("files are taken as Grafana exports or answers them; what is wrong with one does not stop the others")
    func files() async throws {
        let folder = try TemporaryDirectory()
        func json(_ value: Any) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
        }
        try folder.write("site/watchpost.yml", "instance: a\n")
        try folder.write("plain.json", "\u{feff}" + (try json(Self.board("p", "Plain"))))
        try folder.write("answer.json", try json(["meta": [:], "dashboard": Self.board("a", "Answer")]))
        try folder.write("broken.json", "{\n \"title\": }")
        try folder.write("loss.json", "{\"panels\": [\n {\"type\": \"acme-panel\", \"title\": \"Odd\"}]}")
        mkfifo(folder.path + "/pipe.json", 0o600)
        let done = try await Self.run(
            folder,
            [
                "import", "--config", "site", "broken.json", "pipe.json", "none.json", "plain.json", "answer.json",
                "loss.json",
            ])
        #expect(done.status == 1)
        for hint in [
            "broken.json: line 2, column 11", "pipe.json: it is not a regular file", "none.json: there is no such file",
            "Plain: site/dashboards/plain.json", "2:2: panel \"Odd\" has type \"acme-panel\"",
        ] { #expect(done.says(hint), "\(hint): \(done.printed)") }
        #expect(Self.files(folder.path + "/site") == ["answer", "loss", "plain"].map { "dashboards/\($0).json" })
        #expect(try String(contentsOfFile: folder.path + "/site/dashboards/plain.json", encoding: .utf8).hasPrefix("{"))

        let check = try RunningProcess(Peers.watchpost, ["check", folder.path + "/site"])
        try await check.end()
        #expect(check.printed.contains("dashboards/loss.json:2:2: warning: panel \"Odd\""), "\(check.printed)")
        try folder.write("site/dashboards/cut.json", "{")
        let list = try await Self.run(folder, ["list", "--config", "site"])
        #expect(list.status == 1 && list.says("cut.json: line 1, column 2") && list.says("Plain"), "\(list.printed)")
        let export = try await Self.run(folder, ["export", "--config", "site", "--to", "out"])
        #expect(export.status == 1 && export.says("cut.json: line 1, column 2"), "\(export.printed)")
        #expect(Self.files(folder.path + "/out") == ["answer.json", "loss.json", "plain.json"])
        try folder.write("out/plain.json", "another")
        let second = try await Self.run(folder, ["export", "--config", "site", "--to", "out", "p", "a"])
        #expect(second.status == 1 && second.says("--replace") && second.says("there already"), "\(second.printed)")
        #expect(try String(contentsOfFile: folder.path + "/out/plain.json", encoding: .utf8) == "another")
        let missing = try await Self.run(folder, ["export", "--config", "site", "--to", "out", "nobody"])
        #expect(missing.status == 1 && missing.says("no dashboard \"nobody\""), "\(missing.printed)")
        for wrong in [["import", "--config", "site"], ["export", "--config", "site"], ["import", "a.json"]] {
            #expect(try await Self.run(folder, wrong).status == 64)
        }
        #expect(try await Self.run(folder, ["import", "--config", "nowhere", "plain.json"]).status == 1)
    }

    @Test("a Grafana that refuses, is slow, cut or none is told in words, without the token")
    func refusals() async throws {
        let folder = try TemporaryDirectory()
        let faults = ["slow", "cut", "huge", "denied", "page", "noutf8", "busy"]
        let (grafana, address) = try await Self.grafana(
            faults.map { fault -> [String: Any] in ["json": Self.board(fault, "\(fault) BYTES"), "fault": fault] },
            in: folder)
        try folder.write("wrong", "glsa_other")
        try folder.write("nothing", " \n")
        try folder.write("open", Self.token)
        chmod(folder.path + "/open", 0o644)
        chmod(folder.path + "/wrong", 0o600)
        func taking(_ arguments: String...) async throws -> Ended {
            try await Self.run(folder, ["import", "--config", "site", "--timeout", "2"] + arguments)
        }
        let base = "http://\(address)"
        let closed = try Peers.freePort()
        let cases: [([String], String)] = [
            (["--grafana", base], "--token-file"), (["--grafana", base, "--token-file", "wrong"], "Invalid API key"),
            (["--grafana", base, "--token-file", "nothing"], "nothing has no token"),
            (["--grafana", base, "--token-file", "absent"], "absent"),
            (["--grafana", "\(base)/grafana", "--token-file", "token"], "404"),
            (["--grafana", "\(base)/d/host?orgId=1", "--token-file", "token"], "address of a page"),
            (["--grafana", "http://admin:glsa_s3cret@\(address)"], "--token-file"),
            (["--grafana", "grafana:3000"], "http://HOST:3000"),
            (["--grafana", "http://127.0.0.1:\(closed)", "--token-file", "token"], "127.0.0.1:\(closed)"),
            (["--grafana", "https://\(address)", "--token-file", "token"], "cannot reach"),
        ]
        for (arguments, hint) in cases {
            let ended = try await Self.run(folder, ["import", "--config", "site"] + arguments)
            #expect(ended.status == 1 && ended.says(hint) && !ended.says("glsa_"), "\(arguments): \(ended.printed)")
        }
        let all = try await taking("--grafana", base, "--token-file", "open")
        #expect(all.status == 1 && all.says("chmod 600 open"), "\(all.printed)")
        for hint in [
            "uid/slow: Operation timed out", "uid/cut: transfer closed", "uid/huge: the answer is longer",
            "uid/denied: the token has not the right to it (403: You'll need",
            "busy BYTES: site/dashboards/busy-bytes.json",
            "noutf8: it is not UTF-8", "uid/page answered something that is not of Grafana's API",
        ] { #expect(all.says(hint), "\(hint): \(all.printed)") }
        #expect(Self.files(folder.path + "/site") == ["dashboards/busy-bytes.json"])
        withExtendedLifetime(grafana) {}
    }

    @Test("a login page and a certificate of nobody are told; one that is named is trusted")
    func doors() async throws {
        let folder = try TemporaryDirectory()
        let (login, address) = try await Self.grafana([], more: ["login": true], in: folder)
        let asked = try await Self.run(folder, ["import", "--config", "site", "--grafana", "http://\(address)"])
        #expect(asked.status == 1 && asked.says("asks for a login") && !asked.says("s3cret"), "\(asked.printed)")
        withExtendedLifetime(login) {}
        let openssl = try RunningProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.path + "/key.pem", "-out",
                folder.path + "/cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        try await openssl.end()
        let (secure, secureAddress) = try await Self.grafana(
            [["json": Self.board("a", "A")]],
            arguments: ["--tls", folder.path + "/cert.pem", folder.path + "/key.pem"],
            in: folder)
        let command = [
            "import", "--config", "site", "--grafana", "https://\(secureAddress)", "--token-file", "token",
        ]
        let refused = try await Self.run(folder, command)
        #expect(refused.status == 1 && refused.says("certificate"), "\(refused.printed)")
        let trusted = try await Self.run(folder, command + ["--ca-file", "cert.pem"])
        #expect(trusted.status == 0 && trusted.says("A: site/dashboards/a.json"), "\(trusted.printed)")
        withExtendedLifetime(secure) {}
    }

    @Test("an export gives each dashboard to its folder, takes nothing's place unasked, and an import gets it back")
    func exports() async throws {
        let folder = try TemporaryDirectory()
        let (grafana, address) = try await Self.grafana(
            [
                ["json": Self.board("same", "Same")],
                ["json": Self.board("other", "Twin", panel: "Theirs"), "folder": "f1"],
            ],
            folders: ["f1": "Hosts / Máy"], in: folder)
        func put(_ name: String, _ board: [String: Any]) throws {
            let data = try JSONSerialization.data(withJSONObject: board)
            try folder.write("site/dashboards/\(name).json", String(decoding: data, as: UTF8.self))
        }
        try put("same", Self.board("same", "Same"))
        try put("Hosts - Máy/other", Self.board("other", "Twin", panel: "Ours"))
        try put("Hosts - Máy/host", Self.board("host", "Host"))
        try put("Gates/gate one", Self.board("", "Gate"))
        try put("long", Self.board(String(repeating: "u", count: 41), "Long"))
        try put("two", ["title": "Two", "elements": [:], "layout": [:]])
        let command = ["export", "--config", "site", "--grafana", "http://\(address)", "--token-file", "token"]
        let trial = try await Self.run(folder, command + ["--dry-run", "host"])
        #expect(trial.status == 0 && trial.says("not given"), "\(trial.printed)")
        #expect(try await Self.held(grafana).dashboards.count == 2)
        let first = try await Self.run(folder, command)
        #expect(first.status == 1)
        for hint in [
            "same, it is there already", "another dashboard \"other\" already: --replace", "max 40 characters",
            "schema 2",
            "Host: host", "Gate: gate one",
        ] { #expect(first.says(hint), "\(hint): \(first.printed)") }
        var held = try await Self.held(grafana)
        #expect(held.folders.values.sorted() == ["Gates", "Hosts / Máy"], "\(held)")
        #expect(held.dashboards["host"]?.folder == "f1" && held.dashboards["gate-one"]?.json.title == "Gate", "\(held)")
        #expect(held.dashboards["other"]?.json.panels.map(\.title) == ["Theirs"])
        let replaced = try await Self.run(folder, command + ["--replace", "other"])
        #expect(replaced.status == 0 && replaced.says("replaced"), "\(replaced.printed)")
        held = try await Self.held(grafana)
        #expect(held.dashboards["other"]?.json.panels.map(\.title) == ["Ours"])
        #expect(held.dashboards["other"]?.folder == "f1" && held.dashboards["other"]?.json.version == 4)

        // What was given comes back as the same dashboard, whatever numbers that Grafana gave it.
        let back = try await Self.run(
            folder,
            [
                "import", "--config", "site", "--grafana", "http://\(address)", "--token-file", "token", "--uid",
                "host",
                "--uid", "other", "--uid", "same", "--uid", "gate-one",
            ])
        #expect(back.status == 0 && back.printed.matches(of: /it is there already/).count == 4, "\(back.printed)")
        let elsewhere = try await Self.run(folder, command + ["--folder-uid", "nowhere", "--replace", "host"])
        #expect(elsewhere.status == 0 && elsewhere.says("there already"), "\(elsewhere.printed)")

        let (viewer, viewed) = try await Self.grafana(
            [["json": Self.board("x", "Host")]], more: ["rights": "view"], in: folder)
        let denied = try await Self.run(
            folder, ["export", "--config", "site", "--grafana", "http://\(viewed)", "--token-file", "token", "same"])
        #expect(denied.status == 1 && denied.says("dashboards:create"), "\(denied.printed)")
        withExtendedLifetime((grafana, viewer)) {}
    }

    @Test("another dashboard of one name is never overwritten, not by --replace either")
    func names() async throws {
        let folder = try TemporaryDirectory()
        let (grafana, address) = try await Self.grafana([["json": Self.board("x", "Host")]], in: folder)
        let data = try JSONSerialization.data(withJSONObject: Self.board("host", "Host"))
        try folder.write("site/dashboards/host.json", String(decoding: data, as: UTF8.self))
        let command = ["export", "--config", "site", "--grafana", "http://\(address)", "--token-file", "token"]
        let ended = try await Self.run(folder, command + ["--replace"])
        #expect(ended.status == 1 && ended.says("412: A dashboard with the same name"), "\(ended.printed)")
        let held = try await Self.held(grafana)
        #expect(held.dashboards.keys.sorted() == ["x"])
    }
}

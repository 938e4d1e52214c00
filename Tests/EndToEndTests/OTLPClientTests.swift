import Foundation
import Model
import SiteView
import TestSupport
import Testing
import Transfers

/// OpenTelemetry's own exporters, unchanged, at the ports that they ask by themselves.
@Suite("OpenTelemetry's clients, end to end", .serialized, .timeLimit(.minutes(10)))
struct OTLPClientTests {
    @Test(
        "all three signals come in by every exporter",
        arguments: [("grpc", "plain"), ("grpc", "gzip"), ("http", "plain"), ("http", "gzip"), ("json", "plain")])
    func signals(form: String, compression: String) async throws {
        let site = try OTLPSite()
        let server = try await site.serve()
        // Its exporter for JSON wants the others' parts in versions of its own.
        let sdk = try RunningProcess(
            Peers.python, [Peers.part("otel_signals.py"), form, site.endpoint(form), compression],
            environment: form == "json" ? ["PYTHONPATH": Peers.client("otlp-json")] : [:])
        try await sdk.end(within: .seconds(120))
        for signal in ["spans", "metrics", "logs"] {
            #expect(sdk.printed.contains("\(signal) True"), "\(sdk.printed)")
        }
        let id = try #require(sdk.printed.traces("trace").first)
        let spans = try await server.trace(id)
        #expect(spans.map(\.name).sorted() == ["INSERT segments", "model infer", "segment write"])
        let root = try #require(spans.first { $0.name == "segment write" })
        #expect(root.attributes["vms.camera.id"]?.text == "gate" && root.attributes["held"]?.text == "true")
        let child = try #require(spans.first { $0.name == "model infer" })
        #expect(root.parentID == nil && child.parentID == root.spanID && child.status == "error")

        let rows = try await server.query(#"signals_sent_total{job="vms/\#(form)-\#(compression)"}"#)
        #expect(rows.map(\.value) == [3])
        let found = try await server.logs("service.name:\(form)-\(compression)")
        #expect(found.map(\.message) == ["plate unreadable"])
        let page = try await server.text("/metrics")
        #expect(page.contains("trace_door_spans_total{door=\"otlp\"} 3\n"))
        // The metrics' reader sends once more as the program ends.
        if form == "grpc" { #expect(page.contains(#/otlp_grpc_calls_total\{code="OK"\} [3-9]/#)) }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "flask, requests and psycopg over a real PostgreSQL are one trace, by the old and the new names of HTTP",
        .enabled(
            if: FileManager.default.fileExists(atPath: "/usr/lib/postgresql"), "needs Debian's package postgresql"),
        arguments: [
            ("", "http.method", "http.status_code"), ("http", "http.request.method", "http.response.status_code"),
        ])
    func service(names: String, method: String, status: String) async throws {
        let site = try OTLPSite()
        let server = try await site.serve()
        let folder = try TemporaryDirectory()
        let postgres = try Peers.client("postgres.py", folder.path)
        let address = try await postgres.line(matching: Regex("postgres (host=.*)"), within: .seconds(60))
        let service = try RunningProcess(
            Peers.python, [Peers.part("otel_service.py"), site.endpoint("grpc"), address],
            environment: ["OTEL_SEMCONV_STABILITY_OPT_IN": names])
        try await service.end(within: .seconds(120))
        #expect(
            service.printed.contains("answer 200") && service.printed.contains("flushed True"), "\(service.printed)")
        let spans = try await server.trace(try #require(service.printed.traces("trace").first))
        #expect(
            spans.map { $0.kind + " " + $0.name }.sorted() == [
                "client GET", "client SELECT", "internal view camera", "server GET /segments/<camera>",
            ])
        // Each is the child of the one before.
        let chain = ["internal", "client", "server", "client"]
        var current = spans.first { $0.parentID == nil }
        for kind in chain {
            let span = try #require(current)
            #expect(span.kind == kind)
            current = spans.first { $0.parentID == span.spanID }
        }
        #expect(current == nil)
        for span in spans where span.name.hasPrefix("GET") {
            #expect(
                span.attributes[method]?.text == "GET" && Double(span.attributes[status]?.text ?? "") == 200, "\(span)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "the exporter loses nothing of its queue when the server is killed and comes back", arguments: ["grpc", "http"])
    func killed(form: String) async throws {
        let site = try OTLPSite()
        var server = try await site.serve()
        let sender = try Peers.client("otel_sender.py", form, site.endpoint(form))
        _ = try await eventually("spans") { sender.printed.traces("sent").count > 50 ? true : nil }
        for _ in 0..<2 {
            try await Task.sleep(for: .seconds(1))
            server.process.signal(SIGKILL)
            try await server.process.end()
            try await Task.sleep(for: .seconds(1))
            server = try await site.serve()
        }
        try sender.write("end\n")
        try await sender.end(within: .seconds(120))
        #expect(sender.printed.contains("flushed True"), "\(sender.printed.suffix(2_000))")
        let sent = sender.printed.traces("sent")
        #expect(sent.count > 100)
        let missing = try await server.missing(sent)
        #expect(missing.isEmpty, "\(missing.count) of \(sent.count) are lost")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test(
        "spans wait while the disk is full, and come in when there is room again",
        .enabled(if: getuid() == 0, "needs root, to mount a small filesystem"), arguments: ["grpc", "http"])
    func fullDisk(form: String) async throws {
        let site = try OTLPSite()
        try FileManager.default.createDirectory(atPath: site.data, withIntermediateDirectories: true)
        func run(_ program: String, _ arguments: String...) async throws -> Int32 {
            let process = try RunningProcess("/bin/sh", ["-c", "\"$@\"; echo status $?", program, program] + arguments)
            return Int32(try await process.line(matching: Regex(#"status (\d+)"#))) ?? -1
        }
        guard try await run("/bin/mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", site.data) == 0 else {
            try Test.cancel("this host lets even root mount nothing")
        }
        do {
            let server = try await site.serve()
            let sender = try Peers.client("otel_sender.py", form, site.endpoint(form))
            _ = try await eventually("spans") { sender.printed.traces("sent").count > 50 ? true : nil }
            _ = try await run("/bin/dd", "if=/dev/zero", "of=\(site.data)/filler", "bs=4k", "status=none")
            _ = try await eventually("a refusal", within: .seconds(60)) {
                let page = try await server.text("/metrics")
                return page.contains(#/trace_door_refused_requests_total\{door="otlp"\} [1-9]/#) ? true : nil
            }
            if form == "grpc" {
                #expect(try await server.text("/metrics").contains("otlp_grpc_calls_total{code=\"UNAVAILABLE\"}"))
            }
            try FileManager.default.removeItem(atPath: site.data + "/filler")
            try sender.write("end\n")
            try await sender.end(within: .seconds(120))
            #expect(sender.printed.contains("flushed True"), "\(sender.printed.suffix(2_000))")
            let missing = try await server.missing(sender.printed.traces("sent"))
            #expect(missing.isEmpty, "\(missing.count) of \(sender.printed.traces("sent").count) are lost")
            server.process.signal(SIGTERM)
            try await server.process.end()
        } catch {
            _ = try? await run("/bin/umount", "-l", site.data)
            throw error
        }
        _ = try await run("/bin/umount", "-l", site.data)
    }

    @Test("nothing that was acknowledged is lost by kill -9")
    func acknowledged() async throws {
        let rounds = ProcessInfo.processInfo.environment["WATCHPOST_SOAK"] == nil ? 3 : 50
        let site = try OTLPSite()
        var acknowledged: [String] = []
        for round in 1...rounds {
            let server = try await site.serve()
            let sender = try Peers.client("otel_acked.py", "127.0.0.1:\(site.grpc)", String(round * 1_000_000))
            _ = try await eventually("acknowledgements") { sender.printed.traces("acked").count > 20 ? true : nil }
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...600)))
            server.process.signal(SIGKILL)
            try await server.process.end()
            try await sender.end()
            acknowledged += sender.printed.traces("acked")
        }
        let server = try await site.serve()
        let missing = try await server.missing(acknowledged)
        #expect(missing.isEmpty, "\(missing.count) of \(acknowledged.count) are lost: \(missing.prefix(5))")
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

/// The ports themselves.
@Suite("Ports of OTLP, end to end", .serialized, .timeLimit(.minutes(2)))
struct OTLPPortTests {
    @Test("one that another program has is told, tried again, and nothing else suffers; a reload moves and closes them")
    func taken() async throws {
        let (first, second) = (try OTLPSite(), try OTLPSite())
        let holder = try await first.serve()
        try second.folder.write(
            "config/watchpost.yml", "otlp: { http: off, grpc: '127.0.0.1:\(first.grpc)' }\n")
        let server = try await Server.serve(
            configuration: second.folder.path + "/config", data: second.data, port: second.port)
        let finding = try await eventually("the finding") {
            let overview: Overview = try await server.decode("/api/watchpost/overview")
            return overview.findings.first { $0.part == "otlp" }
        }
        #expect(finding.severity == .warning && finding.text.contains("in use by another program"))
        #expect(try await server.text("/metrics").contains("otlp_port_open{protocol=\"grpc\"} 0"))
        holder.process.signal(SIGTERM)
        try await holder.process.end()
        _ = try await eventually("the port to be had", within: .seconds(60)) {
            try await server.text("/metrics").contains("otlp_port_open{protocol=\"grpc\"} 1") ? true : nil
        }
        let overview: Overview = try await server.decode("/api/watchpost/overview")
        #expect(!overview.findings.contains { $0.part == "otlp" })
        #expect(try await server.text("/status").contains("OTLP over gRPC"))

        // Moved to another port, and HTTP opened.
        try second.folder.write(
            "config/watchpost.yml",
            "otlp: { http: '127.0.0.1:\(second.http)', grpc: '127.0.0.1:\(second.grpc)' }\n")
        #expect(try await server.post("/-/reload").status == 200)
        try await second.waitForPorts(of: server, [1, 1])
        let sdk = try Peers.client("otel_signals.py", "grpc", second.endpoint("grpc"), "plain")
        try await sdk.end(within: .seconds(120))
        #expect(sdk.printed.contains("spans True"), "\(sdk.printed)")

        // Closed.
        try second.folder.write("config/watchpost.yml", "otlp: off\n")
        #expect(try await server.post("/-/reload").status == 200)
        _ = try await eventually("the ports to be closed") {
            try await server.text("/metrics").contains("otlp_port_open") ? nil : true
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("the port of HTTP answers OTLP alone, for whatever host name, and nothing from a web page")
    func http() async throws {
        let site = try OTLPSite()
        let server = try await site.serve()
        let port = Server(process: server.process, url: site.endpoint("http"))
        #expect(try await port.post("/v1/logs", #"{"resourceLogs":[]}"#).status == 200)
        for path in ["/", "/metrics", "/api/v1/query", "/-/reload"] {
            #expect(try await port.get(path).status == 404, "\(path)")
        }
        server.process.signal(SIGTERM)
        try await server.process.end()
    }

    @Test("beyond this host they are not opened without --insecure-listen")
    func open() async throws {
        let site = try OTLPSite()
        try site.folder.write("config/watchpost.yml", "otlp: { grpc: '0.0.0.0:\(site.grpc)' }\n")
        let server = try await Server.serve(
            configuration: site.folder.path + "/config", data: site.data, port: site.port)
        let overview: Overview = try await server.decode("/api/watchpost/overview")
        let finding = try #require(overview.findings.first { $0.part == "otlp" })
        #expect(finding.severity == .error && finding.text.contains("--insecure-listen"))
        #expect(try !(await server.text("/metrics")).contains("otlp_port_open"))
        server.process.signal(SIGTERM)
        try await server.process.end()
    }
}

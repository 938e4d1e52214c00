internal import Base
internal import Exposition
internal import Foundation
internal import Model

/// Reads the replies of gateways, by the formats that they document.
enum GatewayReply {
    /// - Throws: ``GatewayReplyError`` for a reply of another form.
    static func read(_ kind: GatewaySettings.Kind, _ body: [UInt8]) throws -> GatewayReport {
        switch kind {
        case .mediamtx: try mediaMTX(body)
        case .go2rtc: try go2rtc(JSONReply(body))
        case .frigate: try frigate(JSONReply(body))
        case .zoneminder: try zoneMinder(JSONReply(body))
        case .motion: try motion(String(decoding: body, as: UTF8.self))
        }
    }

    // MARK: MediaMTX

    /// Prometheus' text: https://mediamtx.org/docs/usage/metrics. Names of bytes differ between versions.
    private static func mediaMTX(_ page: [UInt8]) throws -> GatewayReport {
        var sink = PathSink()
        do {
            try ExpositionParser.parse(page, format: .text, into: &sink)
        } catch {
            throw GatewayReplyError("\(error)")
        }
        var report = GatewayReport()
        report.streams = sink.streams.values.sorted { $0.name < $1.name }
        return report
    }

    private struct PathSink: ExpositionSink {
        var streams: [String: GatewayReport.Stream] = [:]

        mutating func sample(series: UnsafeBufferPointer<UInt8>, value: Double, timestamp: Int64?) throws {
            guard series.starts(with: "paths".utf8) else { return }
            let labels = try ExpositionParser.labels(of: series)
            let name = labels["name"]
            // A gateway without a path shows one line without labels.
            guard !name.isEmpty else { return }
            var stream = streams[name] ?? GatewayReport.Stream(name, isReady: false)
            switch labels.metricName {
            case "paths": stream.isReady = stream.isReady || (value > 0 && labels["state"] == "ready")
            case "paths_readers":
                // No gateway has more than a billion viewers, and NaN is no number of them.
                guard value.magnitude < 1e9 else { return }
                stream.viewers = (stream.viewers ?? 0) + Int(value)
            case "paths_bytes_received", "paths_inbound_bytes": stream.bytesReceived = value
            case "paths_bytes_sent", "paths_outbound_bytes": stream.bytesSent = value
            default: return
            }
            streams[name] = stream
        }

        func exemplar(labels: Labels, value: Double, timestamp: Int64?) {}
        func metadata(name: String, kind: MetricKind) {}
        func metadata(name: String, help: String) {}
    }

    // MARK: go2rtc

    /// `/api/streams`: https://go2rtc.org/api/. Older versions say `recv` and `send`.
    private static func go2rtc(_ reply: JSONReply) throws -> GatewayReport {
        var report = GatewayReport()
        report.streams = try reply.members().map { name, stream in
            let received = stream.list("producers").compactMap { $0.number("bytes_recv", "recv") }
            let consumers = stream.list("consumers")
            var result = GatewayReport.Stream(name, isReady: received.contains { $0 > 0 })
            result.viewers = consumers.count
            result.bytesReceived = received.isEmpty ? nil : received.reduce(0, +)
            result.bytesSent = consumers.compactMap { $0.number("bytes_send", "send") }.reduce(0, +)
            return result
        }
        return report
    }

    // MARK: Frigate

    /// `/api/stats`: https://docs.frigate.video/integrations/api/
    private static func frigate(_ reply: JSONReply) throws -> GatewayReport {
        guard let cameras = reply.object("cameras") else {
            throw GatewayReplyError("the reply has no cameras; is the url that of /api/stats?")
        }
        var report = GatewayReport()
        report.streams = try cameras.members().map { name, camera in
            let fps = camera.number("camera_fps")
            var result = GatewayReport.Stream(name, isReady: (fps ?? 0) > 0)
            result.fps = fps
            result.expectedFPS = camera.number("expected_fps").flatMap { $0 > 0 ? $0 : nil }
            return result
        }
        return report
    }

    // MARK: ZoneMinder

    /// `/api/monitors.json`: https://zoneminder.readthedocs.io/en/stable/api.html
    private static func zoneMinder(_ reply: JSONReply) throws -> GatewayReport {
        guard reply.has("monitors") else {
            throw GatewayReplyError("the reply has no monitors; is the url that of /api/monitors.json?")
        }
        var report = GatewayReport()
        report.streams = reply.list("monitors").compactMap { entry in
            guard let monitor = entry.object("Monitor"), let name = monitor.text("Name") else { return nil }
            let status = entry.object("Monitor_Status")
            var result = GatewayReport.Stream(name, isReady: status?.text("Status") == "Connected")
            result.fps = status?.number("CaptureFPS")
            // Bytes a second.
            result.bitrate = status?.number("CaptureBandwidth").map { $0 * 8 }
            return result
        }
        return report
    }

    // MARK: motion

    /// `/0/detection/connection`, a line a camera: https://motion-project.github.io/4.5.1/motion_webcontrol.html
    private static func motion(_ text: String) throws -> GatewayReport {
        var report = GatewayReport()
        let line = #/Camera (\d+)(?: -- (.*?))? (Connection OK|Lost connection)/#.ignoresCase()
        for match in text.matches(of: line) {
            let name = match.2.map(String.init).flatMap { $0.isEmpty ? nil : $0 } ?? String(match.1)
            report.streams.append(.init(name, isReady: match.3.lowercased() == "connection ok"))
        }
        if report.streams.isEmpty {
            throw GatewayReplyError(
                "the reply names no camera; is the url that of webcontrol, with /0/detection/connection?")
        }
        return report
    }
}

/// A JSON object of a reply, read leniently: versions differ in what they say and in whether numbers are text.
struct JSONReply {
    private let fields: [String: Any]

    init(_ body: [UInt8]) throws {
        guard let fields = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
            throw GatewayReplyError("the reply is no JSON object")
        }
        self.fields = fields
    }

    private init(_ fields: [String: Any]) { self.fields = fields }

    func has(_ name: String) -> Bool { fields[name] != nil }

    func object(_ name: String) -> JSONReply? { (fields[name] as? [String: Any]).map(JSONReply.init) }

    func list(_ name: String) -> [JSONReply] {
        ((fields[name] as? [Any]) ?? []).compactMap { $0 as? [String: Any] }.map(JSONReply.init)
    }

    /// The first of the names that has a number, which may be written as text.
    func number(_ names: String...) -> Double? {
        names.lazy.compactMap { name -> Double? in
            if let number = self.fields[name] as? NSNumber { return number.doubleValue }
            return (self.fields[name] as? String).flatMap { Double($0) }
        }.first { $0.isFinite }
    }

    func text(_ name: String) -> String? { fields[name] as? String }

    /// Its members that are objects themselves, by name.
    func members() throws -> [(String, JSONReply)] {
        fields.compactMap { name, value in (value as? [String: Any]).map { (name, JSONReply($0)) } }
            .sorted { $0.0 < $1.0 }
    }
}

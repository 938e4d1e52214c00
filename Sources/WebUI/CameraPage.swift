internal import Dashboards
internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// One camera.
struct CameraContent: PageContent {
    static let template = PageTemplate.camera

    struct Logs: Sendable {
        let events: [EventRow]
    }

    let id: String
    /// Who watches it, where that is another host.
    let node: String?
    let style: String
    let state: String
    let shape: String
    let logsLink: String
    let recordLink: String?
    let sentence: String
    let range: String
    let standardRange: String
    /// Rendered.
    let panels: [String]
    let alerts: [AlertRow]
    /// `nil` where they were not searched.
    let logs: Logs?
    /// The same.
    let traces: CameraTraces?
    let tracesLink: String
    let facts: [Fact]
}

/// Cameras of one name.
struct CameraChoiceContent: PageContent {
    static let template = PageTemplate.cameraChoice

    let id: String
    let choices: [CameraLink]
}

extension WebUI {
    /// One camera: its state, charts, alerts, logs and facts.
    /// - Parameter fields: of the address; `from` and `to` say which time is shown, `quick` leaves out the search of
    ///   the logs.
    func cameraPage(id: String, _ fields: FormFields) async throws -> Response {
        let overview = await view.overview()
        let found = overview.cameras.named(id, site: fields["site"], instance: fields["instance"])
        if found.count > 1 { return html(choice(of: found, id: id)) }
        if let camera = found.first { return html(await page(of: await asItsNodeHasIt(camera), in: overview, fields)) }
        if let former = await formerCamera(id, fields, now: overview.now) {
            return html(await page(of: former, in: overview, fields))
        }
        let hint = "There is no camera \(id). It may have been renamed in watchpost.yml."
        return refusal(hint, path: "/cameras")
    }

    /// Two nodes have a camera of that name.
    private func choice(of cameras: [CameraStatus], id: String) -> String {
        let choices = cameras.map { CameraLink(id: $0.node?.name ?? "this host", link: Links.camera($0)) }
        return pages.page(
            CameraChoiceContent(id: id, choices: choices), title: "Which \(id)?", path: "/cameras", live: false)
    }

    /// With what only its node knows: the address, how it is watched, its labels.
    private func asItsNodeHasIt(_ camera: CameraStatus) async -> CameraStatus {
        guard camera.node != nil, camera.nodeProblem == nil, let told = await view.cameraAsItsNodeHasIt(camera) else {
            return camera
        }
        var camera = camera
        camera.url = told.url
        camera.sources = told.sources
        camera.kind = told.kind
        camera.labels = told.labels
        camera.streams = told.streams
        camera.codec = camera.codec ?? told.codec
        camera.expectedFPSMax = told.expectedFPSMax
        if told.state == camera.state, !told.reason.isEmpty { camera.reason = told.reason }
        return camera
    }

    /// A camera that is not watched any more and has series still: what was told of it leads here.
    private func formerCamera(_ id: String, _ fields: FormFields, now: Int64) async -> CameraStatus? {
        var camera = CameraStatus(id: id, state: .unknown, since: now)
        if let instance = fields["instance"], !instance.isEmpty {
            camera.node = CameraNode(site: fields["site"] ?? "", instance: instance)
        }
        guard await view.hasSeries(of: camera) else { return nil }
        camera.reason = "It is not watched any more; what is shown is of before."
        return camera
    }

    func page(of camera: CameraStatus, in overview: Overview, _ fields: FormFields) async -> String {
        let id = camera.id
        let nodes = overview.cameras.nodes
        let alerts = overview.alerts.filter { $0.concerns(camera, nodes: nodes) }
        let content = CameraContent(
            id: id, node: camera.node?.name, style: camera.state.style, state: camera.state.rawValue,
            shape: camera.state.shape, logsLink: Links.logs(ofCamera: id),
            // Only who watches a camera keeps its record.
            recordLink: camera.node == nil ? Links.record(id) : nil,
            sentence: Self.sentence(camera, now: overview.now),
            range: pages.part(RangeContent()), standardRange: Self.standardRange,
            panels: Self.panels(of: camera).map(panelHTML), alerts: alerts.map { AlertRow($0, now: overview.now) },
            logs: fields["quick"] == nil ? await logs(ofCamera: id, fields, now: overview.now) : nil,
            traces: fields["quick"] == nil ? await traces(ofCamera: id, fields, now: overview.now) : nil,
            tracesLink: TracesAddress.link(camera: id), facts: Self.facts(camera))
        return pages.page(
            content, title: "\(id) \(camera.state.rawValue)", path: "/cameras", script: "dashboard.js")
    }

    private func logs(ofCamera id: String, _ fields: FormFields, now: Int64) async -> CameraContent.Logs {
        let shown = ShownRange(fields, now: now, standard: Self.standardRange)
        let search = LogSearchRequest(
            query: Links.query(ofCamera: id), language: .lucene, range: shown.range, limit: 200)
        let events = (try? await view.searchLogs(search).events) ?? []
        return CameraContent.Logs(events: events.map(EventRow.init))
    }

    static let standardRange = "now-15m"

    private static func sentence(_ camera: CameraStatus, now: Int64) -> String {
        let together = camera.sharedCause.map { " together with others, \($0.headline)" } ?? ""
        let since = "\(camera.state.rawValue) for \(Shown.span(now - camera.since))\(together)"
        return camera.reason.isEmpty ? since : "\(since): \(camera.reason)"
    }

    /// What is known of a stream beside the main one, in a line.
    private static func sentence(_ stream: CameraStreamStatus) -> String {
        let picture = stream.width.flatMap { width in stream.height.map { "\(width) × \($0)" } }
        let measured = [
            stream.fps.map { String(format: "%.1f frames a second", $0) },
            stream.bitrate.map { String(format: "%.0f kb/s", $0 / 1_000) }, stream.codec, picture, stream.url,
        ].compactMap(\.self)
        let state = stream.reason.isEmpty ? stream.state.rawValue : "\(stream.state.rawValue): \(stream.reason)"
        return ([state] + measured).joined(separator: ", ")
    }

    private static func facts(_ camera: CameraStatus) -> [Fact] {
        var facts: [(String, String?)] = [
            ("Node", camera.node?.name), ("Address", camera.url), ("Stream", camera.kind?.title),
            ("Codec", camera.codec),
            ("Picture", camera.width.flatMap { width in camera.height.map { "\(width) × \($0)" } }),
            ("Expected frame rate", camera.expectedFPS.map { Shown.range($0, camera.expectedFPSMax) }),
            ("Frames lost", camera.dropRatio.map { String(format: "%.2f %%", $0 * 100) }),
            ("Last frame", camera.lastFrame.map { Shown.dateTime($0) }),
            ("Last recorded", camera.lastRecorded.map { Shown.dateTime($0) }),
            ("Down together", camera.sharedCause.map(\.headline)),
            ("Watched by", camera.sources.isEmpty ? nil : camera.sources.joined(separator: ", ")),
        ]
        facts += (camera.streams ?? []).map { ("Stream \($0.name)", Self.sentence($0)) }
        facts += camera.labels.sorted { $0.key < $1.key }.map { ("Label \($0.key)", $0.value) }
        return facts.compactMap { name, value in value.map { Fact(name, $0) } }
    }

    private static func panels(of status: CameraStatus) -> [Panel] {
        let camera = Links.selector(of: status)
        func panel(_ id: Int, _ title: String, unit: String, _ targets: [(String, String)]) -> Panel {
            Panel(
                id: id, type: .timeseries, title: title, description: "",
                targets: targets.map { .init(expr: $0.0, legendFormat: $0.1) }, unit: unit, min: 0,
                width: 12, height: 6)
        }
        return [
            panel(
                1, "Frames a second", unit: "none",
                [("camera_fps\(camera)", "delivered"), ("camera_fps_expected\(camera)", "expected")]),
            panel(2, "Bit rate", unit: "bps", [("camera_bitrate\(camera)", "bit rate")]),
            panel(
                3, "Frames lost", unit: "percentunit",
                [
                    (
                        "rate(camera_frames_dropped_total\(camera)[1m]) / (rate(camera_frames_dropped_total\(camera)[1m]) + rate(camera_frames_total\(camera)[1m]))",
                        "share lost"
                    )
                ]),
            panel(
                4, "Connected, and alerts that fire", unit: "none",
                [
                    ("camera_connection_status\(camera)", "connected"),
                    (
                        "max by (alertname) (ALERTS{\(Links.matchers(of: status)), alertstate=\"firing\"})",
                        "{{alertname}}"
                    ),
                ]),
            panel(5, "Recorder's processor", unit: "percent", [("ffmpeg_process_cpu_percent\(camera)", "of one core")]),
            panel(6, "Recorder's memory", unit: "decmbytes", [("ffmpeg_process_memory_mb\(camera)", "resident")]),
        ]
    }
}

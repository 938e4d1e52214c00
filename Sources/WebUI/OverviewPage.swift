internal import Foundation
internal import Model
internal import SiteView

extension WebUI {
    /// The first page: what is wrong, then every camera.
    func overviewPage() async -> String {
        let overview = await view.overview()
        let wrong = overview.cameras.filter { $0.state != .online }
        let messages = overview.isDemo ? await view.messages(limit: 6) : []
        var values: [String: Any] = [
            "headline": Self.headline(overview), "subline": Self.subline(overview),
            "wrong": wrong.map { Self.values(of: $0, now: overview.now) },
            "cameras": overview.cameras.sorted { $0.id.localizedStandardCompare($1.id) == .orderedAscending }
                .map { Self.values(of: $0, now: overview.now) },
            "findings": overview.findings.filter { $0.severity != .note }.map(Self.values),
            "otherAlerts": Self.otherAlerts(overview).map { Self.values(of: $0, now: overview.now) },
            "alerts": overview.alerts.filter { $0.state == .firing }.map { Self.values(of: $0, now: overview.now) },
            "hasAlerts": overview.alerts.contains { $0.state == .firing },
            "mounts": overview.mounts.map(Self.values), "isDemo": overview.isDemo,
            "messages": messages.map(Self.values),
        ]
        if !overview.cameras.isEmpty, Self.headline(overview) == Self.allWell {
            values["calm"] = [Self.calm(overview.cameras, now: overview.now)]
        }
        return pages.page("overview", title: Self.headline(overview), path: "/", values)
    }

    private static func headline(_ overview: Overview) -> String {
        let wrong = overview.cameras.count { $0.state != .online }
        if wrong > 0 { return wrong == 1 ? "1 camera needs attention" : "\(wrong) cameras need attention" }
        let alerts = otherAlerts(overview).count
        if alerts > 0 { return alerts == 1 ? "1 alert fires" : "\(alerts) alerts fire" }
        if overview.findings.contains(where: { $0.severity == .error }) { return "Watchpost itself needs attention" }
        return overview.cameras.isEmpty ? "No cameras yet" : allWell
    }

    private static let allWell = "All well"

    private static func calm(_ cameras: [CameraStatus], now: Int64) -> String {
        let recorded = cameras.count { $0.lastRecorded != nil }
        let all = cameras.count == 1 ? "1 camera" : "\(cameras.count) cameras"
        let what = recorded == cameras.count ? "\(all) recording" : "\(all) online, \(recorded) recording"
        // The camera that was seen longest ago counts.
        let checked = cameras.compactMap(\.lastFrame).min().map { ", checked \(Shown.ago($0, now: now))" } ?? ""
        return "\(what), all well\(checked)"
    }

    /// Firing alerts that are not about a camera which is listed anyway.
    private static func otherAlerts(_ overview: Overview) -> [AlertView] {
        let listed = Set(overview.cameras.filter { $0.state != .online }.map(\.id))
        return overview.alerts.filter { $0.state == .firing && !($0.labels["camera_id"].map(listed.contains) ?? false) }
    }

    private static func subline(_ overview: Overview) -> String {
        let well = overview.cameras.count { $0.state == .online }
        let firing = overview.alerts.count { $0.state == .firing }
        let fullest = overview.mounts.max { $0.usedPercent < $1.usedPercent }
        var parts = ["\(well) of \(overview.cameras.count) cameras well"]
        parts.append(firing == 1 ? "1 alert firing" : "\(firing) alerts firing")
        if let fullest {
            parts.append("fullest disk \(fullest.mountPoint) at \(String(format: "%.0f", fullest.usedPercent)) %")
        }
        return parts.joined(separator: " · ")
    }

    static func values(of camera: CameraStatus, now: Int64) -> [String: Any] {
        let frameAge = camera.lastFrame.map { now - $0 }
        var values: [String: Any] = [
            "id": camera.id, "link": Links.camera(camera.id), "logsLink": Links.logs(ofCamera: camera.id),
            "state": camera.state.rawValue, "style": camera.state.style,
            "shape": camera.state.shape, "reason": camera.reason.isEmpty ? camera.codecText : camera.reason,
            "since": Shown.span(now - camera.since), "fps": Shown.fps(camera.fps, expected: camera.expectedFPS),
            "bitrate": Shown.bitrate(camera.bitrate), "lastFrame": Shown.ago(camera.lastFrame, now: now),
            "lastFrameStyle": (frameAge ?? 0) > 10_000 ? "stale" : "",
            "recorded": Shown.ago(camera.lastRecorded, now: now),
            "recordedSeconds": camera.lastRecorded.map { String((now - $0) / 1_000) } ?? "",
        ]
        if let recorded = camera.lastRecorded, now - recorded > 30_000, camera.state != .online {
            values["stake"] = ["No footage since \(Shown.clock(recorded).prefix(8)) UTC."]
        }
        return values
    }

    static func values(_ finding: Finding) -> [String: Any] {
        ["severity": finding.severity.rawValue, "part": finding.part, "text": finding.text]
    }

    private static func values(_ mount: MountView) -> [String: Any] {
        [
            "mountPoint": mount.mountPoint, "used": String(format: "%.1f %%", mount.usedPercent),
            "width": String(format: "%.0f", min(100, max(0, mount.usedPercent))),
            "style": mount.usedPercent >= 95 ? "full" : mount.usedPercent >= 85 ? "high" : "",
            "free": Shown.bytes(mount.freeBytes), "total": Shown.bytes(mount.totalBytes),
        ]
    }
}

extension CameraState {
    /// The state as a style's name.
    var style: String { rawValue.lowercased().replacing(" ", with: "-") }

    /// The state as a shape, for those who do not tell its colour.
    var shape: String {
        switch self {
        case .online: "●"
        case .stalled: "◐"
        case .offline: "✕"
        case .notRecording: "▲"
        case .degraded: "◆"
        case .unknown: "○"
        }
    }
}

extension CameraStatus {
    /// `H.264 1280×720`, or nothing where the stream was not described.
    fileprivate var codecText: String {
        [codec, width.flatMap { width in height.map { "\(width)×\($0)" } }].compactMap { $0 }.joined(separator: " ")
    }
}

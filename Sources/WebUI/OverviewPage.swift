internal import Foundation
internal import Model
internal import SiteView

/// The first page.
struct OverviewContent: PageContent {
    static let template = PageTemplate.overview

    let headline: String
    let subline: String
    /// That all is well, in more words, where it is.
    let calm: String?
    /// Those that tell nothing.
    let nodes: [NodeRow]
    /// Cameras that failed together.
    let causes: [CauseRow]
    /// Those that failed alone.
    let wrong: [CameraRow]
    let cameras: [CameraRow]
    let findings: [FindingRow]
    /// Those of no camera that is listed anyway.
    let otherAlerts: [AlertRow]
    let alerts: [AlertRow]
    let hasAlerts: Bool
    let mounts: [MountRow]
    let isDemo: Bool
    let messages: [MessageRow]
}

/// A camera of a list.
struct CameraRow: Sendable {
    let id: String
    /// What tells it from all others.
    let key: String
    /// Who watches it, where that is another host.
    let node: String?
    let link: String
    let logsLink: String
    let state: String
    let style: String
    let shape: String
    let reason: String
    let since: String
    let fps: String
    let bitrate: String
    let lastFrame: String
    let lastFrameStyle: String
    let recorded: String
    let recordedSeconds: String
    /// What is lost while the camera is as it is.
    let stake: String?
}

/// A node that tells nothing.
struct NodeRow: Sendable {
    let name: String
    let reason: String
    let since: String
    let style: String
    let state: String
}

extension NodeRow {
    /// `nil` for a node of which all is known.
    init?(_ status: NodeStatus, now: Int64) {
        guard let problem = status.problem else { return nil }
        name = status.node.name
        let cameras = status.cameras == 1 ? "1 camera is unknown" : "\(status.cameras) cameras are unknown"
        reason = "\(cameras): \(problem)."
        since = Shown.span(now - status.lastSample)
        style = status.isGone ? "offline" : "unknown"
        state = status.isGone ? "✕ Gone" : "○ Waiting"
    }
}

/// What is wrong with the watching itself.
struct FindingRow: Sendable {
    let severity: String
    let part: String
    let text: String
}

extension FindingRow {
    init(_ finding: Finding) {
        severity = finding.severity.rawValue
        part = finding.part
        text = finding.text
    }
}

/// A filesystem.
struct MountRow: Sendable {
    let mountPoint: String
    let used: String
    let width: String
    let style: String
    let free: String
    let total: String
}

extension MountRow {
    init(_ mount: MountView) {
        mountPoint = mount.mountPoint
        used = String(format: "%.1f %%", mount.usedPercent)
        width = String(format: "%.0f", min(100, max(0, mount.usedPercent)))
        style = mount.usedPercent >= 95 ? "full" : mount.usedPercent >= 85 ? "high" : ""
        free = Shown.bytes(mount.freeBytes)
        total = Shown.bytes(mount.totalBytes)
    }
}

extension WebUI {
    /// The first page: what is wrong, then every camera.
    func overviewPage() async -> String {
        let overview = await view.overview()
        let now = overview.now
        let cameras = Self.ordered(overview.cameras)
        let firing = overview.alerts.filter { $0.state == .firing }
        let messages = overview.isDemo ? await view.messages(limit: 6) : []
        let headline = Self.headline(overview)
        let isCalm = !overview.cameras.isEmpty && headline == Self.allWell
        let content = OverviewContent(
            headline: headline, subline: Self.subline(overview),
            calm: isCalm ? Self.calm(overview.cameras, now: now) : nil,
            nodes: overview.nodes.compactMap { NodeRow($0, now: now) },
            causes: overview.cameras.causes.map { CauseRow($0, now: now) },
            wrong: overview.cameras.filter { $0.isWrongItself && $0.sharedCause == nil }.map {
                CameraRow($0, now: now)
            },
            cameras: cameras.map { CameraRow($0, now: now) },
            findings: Self.listedFindings(overview).map(FindingRow.init),
            otherAlerts: Self.otherAlerts(overview).map { AlertRow($0, now: now) },
            alerts: firing.map { AlertRow($0, now: now) }, hasAlerts: !firing.isEmpty,
            mounts: overview.mounts.map(MountRow.init), isDemo: overview.isDemo,
            messages: messages.map(MessageRow.init))
        return pages.page(content, title: headline, path: "/")
    }

    /// Those of this host, then those of each node, as people count.
    private static func ordered(_ cameras: [CameraStatus]) -> [CameraStatus] {
        Dictionary(grouping: cameras, by: \.node).sorted { left, right in
            guard let left = left.key else { return right.key != nil }
            return right.key.map { left.name.localizedStandardCompare($0.name) == .orderedAscending } ?? false
        }.flatMap { $0.value.sorted { $0.id.localizedStandardCompare($1.id) == .orderedAscending } }
    }

    private static func headline(_ overview: Overview) -> String {
        let gone = overview.nodes.count(where: \.isGone)
        let pending = overview.nodes.count(where: \.isPending)
        let causes = overview.cameras.causes
        let wrong = overview.cameras.count(where: \.isWrongItself)
        let nodes = gone == 1 ? "1 node is gone" : "\(gone) nodes are gone"
        let cameras = wrong == 1 ? "1 camera needs attention" : "\(wrong) cameras need attention"
        if gone == 0, let cause = causes.first {
            let others = wrong - causes.reduce(0) { $0 + $1.cameras.count }
            let first = "\(cause.cause.who) \(cause.cause.kind == .disk ? "are not recorded" : "are down")"
            if causes.count > 1 { return "\(causes.count) shared causes, \(cameras)" }
            return others > 0 ? "\(first), \(others) more \(others == 1 ? "needs" : "need") attention" : first
        }
        if gone > 0 { return wrong > 0 ? "\(nodes), \(cameras)" : nodes }
        if wrong > 0 { return cameras }
        if pending > 0 { return pending == 1 ? "1 node is not heard of yet" : "\(pending) nodes are not heard of yet" }
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

    /// Firing alerts that are not about a camera or a node which is listed anyway.
    private static func otherAlerts(_ overview: Overview) -> [AlertView] {
        let listed = Dictionary(grouping: overview.cameras.filter { $0.state != .online }, by: \.id)
        let nodes = overview.cameras.nodes
        let causes = overview.cameras.causes
        return overview.alerts.filter { alert in
            guard alert.state == .firing, !overview.nodes.contains(where: alert.isExplained),
                !alert.isExplained(by: causes)
            else { return false }
            guard let id = alert.labels["camera_id"] else { return true }
            return !listed[id, default: []].contains { alert.concerns($0, nodes: nodes) }
        }
    }

    /// What is found wrong, but for what a node that is gone explains.
    private static func listedFindings(_ overview: Overview) -> [Finding] {
        let gone = Set(overview.nodes.filter(\.isGone).map(\.node))
        return overview.findings.filter { $0.severity != .note && !($0.node.map(gone.contains) ?? false) }
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
}

extension CameraRow {
    init(_ camera: CameraStatus, now: Int64) {
        id = camera.id
        key = camera.key
        node = camera.node?.name
        link = Links.camera(camera)
        logsLink = Links.logs(ofCamera: camera.id)
        state = camera.state.rawValue
        style = camera.state.style
        shape = camera.state.shape
        reason = camera.reason.isEmpty ? camera.codecText : camera.reason
        since = Shown.span(now - camera.since)
        fps = Shown.fps(camera.fps, expected: camera.expectedFPS)
        bitrate = Shown.bitrate(camera.bitrate)
        lastFrame = Shown.ago(camera.lastFrame, now: now)
        lastFrameStyle = camera.lastFrame.map { now - $0 > 10_000 } == true ? "stale" : ""
        recorded = Shown.ago(camera.lastRecorded, now: now)
        recordedSeconds = camera.lastRecorded.map { String((now - $0) / 1_000) } ?? ""
        if let recorded = camera.lastRecorded, now - recorded > 30_000, camera.state != .online {
            stake = "No footage since \(Shown.clock(recorded).prefix(8)) UTC."
        } else {
            stake = nil
        }
    }
}

extension CameraStatus {
    /// Whether something is wrong with the camera itself, as far as is known, and not with its whole node.
    fileprivate var isWrongItself: Bool { state != .online && nodeProblem == nil }
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
    /// `h264 1280×720`, or nothing where the stream was not described; of a camera without one, that.
    fileprivate var codecText: String {
        if let kind, kind == .reachability { return kind.title }
        return [codec, width.flatMap { width in height.map { "\(width)×\($0)" } }].compactMap { $0 }.joined(
            separator: " ")
    }
}

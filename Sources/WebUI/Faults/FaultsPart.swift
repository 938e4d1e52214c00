internal import Foundation
internal import Model
internal import SiteView

/// What is wrong at the site, worst first.
struct FaultsContent: PageContent {
    static let template = PageTemplate.faults

    /// That all is well, in more words, where it is.
    let calm: String?
    /// Those that tell nothing.
    let nodes: [NodeRow]
    /// Cameras that failed together.
    let causes: [CauseRow]
    /// Those that failed alone.
    let wrong: [CameraRow]
    let findings: [FindingRow]
    /// Those of no camera that is listed anyway.
    let otherAlerts: [AlertRow]
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

extension WebUI {
    /// What is wrong, rendered.
    func faults(of overview: Overview, calm: String?) -> String {
        let now = overview.now
        return pages.part(
            FaultsContent(
                calm: calm, nodes: overview.nodes.compactMap { NodeRow($0, now: now) },
                causes: overview.cameras.causes.map { CauseRow($0, now: now) },
                wrong: overview.cameras.filter { $0.isWrongItself && $0.sharedCause == nil }.map {
                    CameraRow($0, now: now)
                },
                findings: Self.listedFindings(overview).map(FindingRow.init),
                otherAlerts: Self.otherAlerts(overview).map { AlertRow($0, now: now) }))
    }

    /// Firing alerts that are not about a camera or a node which is listed anyway.
    static func otherAlerts(_ overview: Overview) -> [AlertView] {
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
    static func listedFindings(_ overview: Overview) -> [Finding] {
        let gone = Set(overview.nodes.filter(\.isGone).map(\.node))
        return overview.findings.filter { $0.severity != .note && !($0.node.map(gone.contains) ?? false) }
    }
}

extension CameraStatus {
    /// Whether something is wrong with the camera itself, as far as is known, and not with its whole node.
    var isWrongItself: Bool { state != .online && nodeProblem == nil }
}

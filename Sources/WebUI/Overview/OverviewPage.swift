internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// The first page.
struct OverviewContent: PageContent {
    static let template = PageTemplate.overview

    let headline: String
    let subline: String
    /// What is wrong, the list of cameras, and the filesystems: rendered.
    let faults: String
    let cameras: String
    let storage: String
    let alerts: [AlertRow]
    let hasAlerts: Bool
    let isDemo: Bool
    let messages: [MessageRow]
}

extension WebUI {
    /// The first page: what is wrong, then every camera.
    func overviewPage(_ fields: FormFields) async -> Response {
        let address = CameraListAddress(fields)
        let overview = await view.overview()
        return await shared(address.link("/"), of: overview) { await overviewPage(of: overview, address) }
    }

    func overviewPage() async -> String { await overviewPage(of: await view.overview(), .init()) }

    private func overviewPage(of overview: Overview, _ address: CameraListAddress) async -> String {
        let now = overview.now
        let firing = overview.alerts.filter { $0.state == .firing }
        let messages = overview.isDemo ? await view.messages(limit: 6) : []
        let headline = Self.headline(overview)
        let isCalm = !overview.cameras.isEmpty && headline == Self.allWell
        let content = OverviewContent(
            headline: headline, subline: Self.subline(overview),
            faults: faults(of: overview, calm: isCalm ? Self.calm(overview.cameras, now: now) : nil),
            cameras: cameraList(of: overview, address),
            storage: pages.part(StorageContent(mounts: overview.mounts.map(MountRow.init))),
            alerts: firing.map { AlertRow($0, now: now) }, hasAlerts: !firing.isEmpty,
            isDemo: overview.isDemo, messages: messages.map(MessageRow.init))
        return pages.page(content, title: headline, path: "/", pace: Pages.calmPace, script: "cameras.js")
    }

    static func headline(_ overview: Overview) -> String {
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

    static func subline(_ overview: Overview) -> String {
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

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
        let messages = overview.isDemo ? await view.messages(limit: 6) : []
        let headline = Self.headline(overview)
        let isCalm = !overview.cameras.isEmpty && overview.faults.isEmpty
        let content = OverviewContent(
            headline: headline, subline: Self.subline(overview),
            faults: faults(of: overview, calm: isCalm ? Self.calm(overview.cameras, now: overview.now) : nil),
            cameras: cameraList(of: overview, address),
            storage: pages.part(StorageContent(mounts: overview.mounts.map(MountRow.init))),
            isDemo: overview.isDemo, messages: messages.map(MessageRow.init))
        return pages.page(content, title: headline, path: "/", pace: Pages.calmPace, script: "overview.js")
    }

    static func headline(_ overview: Overview) -> String {
        let faults = overview.faults
        let open = faults.count(where: \.needsAttention)
        if open > 0 { return say("overview.attention", ["count": .number(open)]) }
        let inHand = faults.count { $0.severity != .note }
        if inHand > 0 { return say("overview.attended", ["count": .number(inHand)]) }
        let pending = overview.nodes.count(where: \.isPending)
        if pending > 0 { return say("overview.waiting", ["count": .number(pending)]) }
        if !faults.isEmpty { return say("overview.notes", ["count": .number(faults.count)]) }
        return say(overview.cameras.isEmpty ? "overview.noCameras" : "overview.well")
    }

    private static func calm(_ cameras: [CameraStatus], now: Int64) -> String {
        let recorded = cameras.count { $0.lastRecorded != nil }
        let what = say(
            recorded == cameras.count ? "overview.calmRecording" : "overview.calmOnline",
            ["count": .number(cameras.count), "recorded": .number(recorded)])
        // The camera that was seen longest ago counts.
        guard let last = cameras.compactMap(\.lastFrame).min() else { return what }
        return what + ", " + say("overview.checked", ["span": .text(Shown.span(now - last))])
    }

    /// `35 recording · 11.2 days of footage · /mnt/rec1 full in 9 d`
    static func subline(_ overview: Overview) -> String {
        let online = overview.cameras.count { $0.state == .online }
        let recording = overview.cameras.count {
            $0.lastRecorded != nil && ($0.state == .online || $0.state == .degraded)
        }
        var parts: [String] = []
        if !overview.cameras.isEmpty {
            parts.append(
                say("overview.online", ["count": .number(online), "all": .text(String(overview.cameras.count))]))
        }
        if recording > 0 { parts.append(say("overview.recording", ["count": .number(recording)])) }
        if let held = overview.mounts.compactMap(\.heldSeconds).min() {
            parts.append(say("overview.footage", ["days": .text(String(format: "%.1f", held / 86_400))]))
        }
        let first = overview.mounts.filter { !$0.isRecycled }.compactMap { mount in
            mount.fullInSeconds.map { (mount.mountPoint, $0) }
        }.min { $0.1 < $1.1 }
        if let (disk, seconds) = first {
            parts.append(say("overview.full", ["disk": .text(disk), "span": .text(MountRow.span(seconds))]))
        }
        return parts.joined(separator: " · ")
    }
}

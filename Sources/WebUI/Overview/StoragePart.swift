internal import Foundation
internal import SiteView

/// The filesystems of this host.
struct StorageContent: PageContent {
    static let template = PageTemplate.storage

    let mounts: [MountRow]
}

/// A filesystem.
struct MountRow: Sendable {
    let mountPoint: String
    let used: String
    let width: String
    let style: String
    let free: String
    let total: String
    /// What becomes of it.
    let outlook: String
}

extension MountRow {
    init(_ mount: MountView) {
        mountPoint = mount.mountPoint
        used = String(format: "%.1f %%", mount.usedPercent)
        width = String(format: "%.0f", min(100, max(0, mount.usedPercent)))
        style = Self.style(mount)
        free = Shown.bytes(mount.freeBytes)
        total = Shown.bytes(mount.totalBytes)
        var parts: [String] = []
        if mount.isReadOnly { parts.append(say("overview.readOnly")) }
        if mount.isRecycled { parts.append(say("overview.level")) }
        if let held = mount.heldSeconds, let wanted = mount.wantedSeconds {
            parts.append(
                say("overview.held", ["held": .text(Self.span(held)), "wanted": .text(Self.span(wanted))]))
        }
        if !mount.isRecycled, let seconds = mount.fullInSeconds {
            parts.append(say("overview.fills", ["span": .text(Self.span(seconds))]))
        }
        outlook = parts.isEmpty ? "–" : parts.joined(separator: ", ")
    }

    /// A span that a forecast tells; one that is beyond all calendars is years.
    static func span(_ seconds: Double) -> String { Shown.span(Int64(max(0, min(seconds, 3e9)) * 1_000)) }

    /// One that its recorders keep level is no worry, however full.
    private static func style(_ mount: MountView) -> String {
        if mount.isRecycled { return mount.isShort ? "high" : "" }
        if mount.usedPercent >= DiskLimits.criticalPercent { return "full" }
        let isSoon = mount.fullInSeconds.map { $0 < DiskLimits.soonSeconds } ?? false
        return isSoon || mount.usedPercent >= DiskLimits.highPercent ? "high" : ""
    }
}

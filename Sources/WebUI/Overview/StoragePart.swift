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

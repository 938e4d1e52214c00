package import Model

/// The first page: what needs attention, and that the rest is well.
package struct Overview: Codable, Sendable {
    package var siteName: String
    package var version: String
    /// When this was gathered, in milliseconds since the Unix epoch; so are all times of these views.
    package var now: Int64
    /// Worst first.
    package var cameras: [CameraStatus]
    /// Other hosts that watch cameras for this site.
    package var nodes: [NodeStatus]
    /// Pending and firing, firing first.
    package var alerts: [AlertView]
    package var mounts: [MountView]
    /// What Watchpost found about its own surroundings: a port in use, a folder that cannot be read, a full disk.
    package var findings: [Finding]
    /// Whether this is the demo, which has an inbox and faults on command.
    package var isDemo: Bool

    package init(
        siteName: String, version: String, now: Int64, cameras: [CameraStatus], nodes: [NodeStatus] = [],
        alerts: [AlertView], mounts: [MountView], findings: [Finding], isDemo: Bool
    ) {
        self.siteName = siteName
        self.version = version
        self.now = now
        self.cameras = cameras
        self.nodes = nodes
        self.alerts = alerts
        self.mounts = mounts
        self.findings = findings
        self.isDemo = isDemo
    }
}

/// A filesystem that holds recordings or our own data.
package struct MountView: Codable, Sendable, Equatable {
    package var mountPoint: String
    package var totalBytes: Double
    package var freeBytes: Double
    package var usedPercent: Double

    package init(mountPoint: String, totalBytes: Double, freeBytes: Double, usedPercent: Double) {
        self.mountPoint = mountPoint
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
        self.usedPercent = usedPercent
    }
}

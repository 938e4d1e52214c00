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
    /// What is wrong, each thing once: what stops the watching first, then the worst.
    package var faults: [Fault]
    /// Whether this is the demo, which has an inbox and faults on command.
    package var isDemo: Bool

    package init(
        siteName: String, version: String, now: Int64, cameras: [CameraStatus], nodes: [NodeStatus] = [],
        alerts: [AlertView], mounts: [MountView], findings: [Finding], faults: [Fault]? = nil,
        isDemo: Bool
    ) {
        self.siteName = siteName
        self.version = version
        self.now = now
        self.cameras = cameras
        self.nodes = nodes
        self.alerts = alerts
        self.mounts = mounts
        self.findings = findings
        self.faults =
            faults
            ?? Faults.list(
                of: FaultSources(
                    instance: siteName, now: now, cameras: cameras, nodes: nodes, alerts: alerts, mounts: mounts,
                    findings: findings))
        self.isDemo = isDemo
    }
}

/// A filesystem that holds recordings or our own data.
package struct MountView: Codable, Sendable, Equatable {
    package var mountPoint: String
    package var totalBytes: Double
    package var freeBytes: Double
    package var usedPercent: Double
    package var isReadOnly: Bool
    /// How many cameras are recorded to it.
    package var cameras: Int
    /// Whether its recorders keep its level: old footage was seen to go, and no more is used than before.
    package var isRecycled: Bool
    /// When it will be full at the present pace; `nil` where it does not fill.
    package var fullInSeconds: Double?
    /// Seconds of footage that are held there, and that should be, of the camera with the least.
    package var heldSeconds: Double?
    package var wantedSeconds: Double?
    /// Whether footage was deleted there before it was as old as wanted.
    package var isShort: Bool

    package init(
        mountPoint: String, totalBytes: Double, freeBytes: Double, usedPercent: Double, isReadOnly: Bool = false,
        cameras: Int = 0, isRecycled: Bool = false, fullInSeconds: Double? = nil, heldSeconds: Double? = nil,
        wantedSeconds: Double? = nil, isShort: Bool = false
    ) {
        self.isShort = isShort
        self.isReadOnly = isReadOnly
        self.cameras = cameras
        self.isRecycled = isRecycled
        self.fullInSeconds = fullInSeconds
        self.heldSeconds = heldSeconds
        self.wantedSeconds = wantedSeconds
        self.mountPoint = mountPoint
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
        self.usedPercent = usedPercent
    }
}

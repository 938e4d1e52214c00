public import Model

/// The first page: what needs attention, and that the rest is well.
public struct Overview: Codable, Sendable {
    public var siteName: String
    public var version: String
    /// When this was gathered, in milliseconds since the Unix epoch; so are all times of these views.
    public var now: Int64
    /// Worst first.
    public var cameras: [CameraStatus]
    /// Pending and firing, firing first.
    public var alerts: [AlertView]
    public var mounts: [MountView]
    /// What Watchpost found about its own surroundings: a port in use, a folder that cannot be read, a full disk.
    public var findings: [Finding]
    /// Whether this is the demo, which has an inbox and faults on command.
    public var isDemo: Bool

    public init(
        siteName: String, version: String, now: Int64, cameras: [CameraStatus], alerts: [AlertView],
        mounts: [MountView], findings: [Finding], isDemo: Bool
    ) {
        self.siteName = siteName
        self.version = version
        self.now = now
        self.cameras = cameras
        self.alerts = alerts
        self.mounts = mounts
        self.findings = findings
        self.isDemo = isDemo
    }
}

/// A filesystem that holds recordings or our own data.
public struct MountView: Codable, Sendable, Equatable {
    public var mountPoint: String
    public var totalBytes: Double
    public var freeBytes: Double
    public var usedPercent: Double

    public init(mountPoint: String, totalBytes: Double, freeBytes: Double, usedPercent: Double) {
        self.mountPoint = mountPoint
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
        self.usedPercent = usedPercent
    }
}

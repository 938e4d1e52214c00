package import Model

/// All from which faults are made, as of one moment.
package struct FaultSources: Sendable {
    /// What this server calls itself in its series.
    package var instance: String
    /// Milliseconds since the Unix epoch.
    package var now: Int64
    /// As they are judged without their alerts, or with them.
    package var cameras: [CameraStatus]
    package var nodes: [NodeStatus]
    package var alerts: [AlertView]
    package var mounts: [MountView]
    package var findings: [Finding]
    /// The mount points that this host's cameras are recorded to, by their identifiers.
    package var disks: [String: String]
    /// Who was told of alerts as firing, by their fingerprints.
    package var told: [String: [AlertTelling]]
    /// Who has what in hand.
    package var acknowledgements: [AcknowledgementView]

    package init(
        instance: String, now: Int64, cameras: [CameraStatus] = [], nodes: [NodeStatus] = [],
        alerts: [AlertView] = [], mounts: [MountView] = [], findings: [Finding] = [], disks: [String: String] = [:],
        told: [String: [AlertTelling]] = [:], acknowledgements: [AcknowledgementView] = []
    ) {
        self.instance = instance
        self.now = now
        self.cameras = cameras
        self.nodes = nodes
        self.alerts = alerts
        self.mounts = mounts
        self.findings = findings
        self.disks = disks
        self.told = told
        self.acknowledgements = acknowledgements
    }
}

/// Makes one fault of everything that tells of the same thing.
///
/// Alerts fold into what they are about: a camera, a node, a disk, a cause that cameras share, a host or service. Cameras
/// of a node that is gone fold into it, those that a full disk keeps from being recorded into that disk, and those with
/// equal reasons into one line. An alert that another one holds back is in that one's fault. The cost is that of a look at
/// each camera and alert.
package enum Faults {
    /// The faults, what stops the watching first, then the worst, each kind as people count.
    package static func list(of site: FaultSources) -> [Fault] {
        var folding = FaultFolding(site)
        return folding.faults()
    }
}

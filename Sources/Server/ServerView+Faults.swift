internal import Alerting
internal import Collectors
internal import Model
internal import Site
internal import SiteView

extension ServerView {
    /// What is wrong at the site.
    /// - Parameter cameras: as they are judged without their alerts.
    func faults(
        _ cameras: [CameraStatus], _ nodes: [NodeStatus], _ alerts: [AlertView], _ mounts: [MountView], now: Int64
    ) async -> [Fault] {
        let told = parts.outlets.router.tellings().mapValues { tellings in
            tellings.map {
                AlertTelling(
                    receiver: $0.receiver, integration: $0.integration == "none" ? "" : $0.integration, time: $0.time)
            }
        }
        return Faults.list(
            of: FaultSources(
                instance: parts.instance, now: now, cameras: cameras, nodes: nodes, alerts: alerts, mounts: mounts,
                findings: parts.findings, disks: disks(among: mounts), told: told,
                acknowledgements: await acknowledgements()))
    }

    /// By camera, the filesystem that takes its recordings, as far as the configuration tells.
    private func disks(among mounts: [MountView]) -> [String: String] {
        let points = mounts.map(\.mountPoint).sorted { $0.utf8.count > $1.utf8.count }
        var disks: [String: String] = [:]
        for recording in parts.site.watchpost.recordings {
            disks[recording.camera] = points.first { point in
                point == "/" || recording.path == point || recording.path.hasPrefix(point + "/")
            }
        }
        return disks
    }

    func mounts() -> [MountView] {
        let readings = parts.host.disks.mounts()
        let bare = readings.map {
            MountView(
                mountPoint: $0.mountPoint, totalBytes: $0.totalBytes, freeBytes: $0.freeBytes,
                usedPercent: $0.usedPercent, isReadOnly: $0.isReadOnly, fullInSeconds: $0.fullInSeconds)
        }
        let counts = Dictionary(disks(among: bare).values.map { ($0, 1) }) { $0 + $1 }
        return bare.map { mount in
            var mount = mount
            mount.cameras = counts[mount.mountPoint] ?? 0
            return mount
        }
    }

    func probeNow(_ camera: CameraStatus) async -> ProbeAnswer {
        if let node = camera.node {
            return ProbeAnswer(isProbed: false, text: say(node))
        }
        if let text = await parts.cameras.probeNow(camera.id) { return ProbeAnswer(isProbed: true, text: text) }
        let sources =
            camera.sources.isEmpty ? "not watched" : "watched by its \(camera.sources.joined(separator: ", "))"
        return ProbeAnswer(isProbed: false, text: "It is not probed: it is \(sources).")
    }

    private func say(_ node: CameraNode) -> String { "It is probed by its node \(node.name): ask there." }
}

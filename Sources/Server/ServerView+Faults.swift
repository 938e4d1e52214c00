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
                findings: parts.findings, disks: disks, told: told,
                acknowledgements: await acknowledgements()))
    }

    /// By camera, the filesystem that takes its recordings, whoever records it.
    private var disks: [String: String] {
        let places = parts.host.disks.mounts().flatMap { mount in mount.cameras.map { ($0, mount.mountPoint) } }
        return Dictionary(places) { first, _ in first }
    }

    func mounts() -> [MountView] {
        parts.host.disks.mounts().map {
            MountView(
                mountPoint: $0.mountPoint, totalBytes: $0.totalBytes, freeBytes: $0.freeBytes,
                usedPercent: $0.usedPercent, isReadOnly: $0.isReadOnly, cameras: $0.cameras.count,
                isRecycled: $0.isRecycled, fullInSeconds: $0.fullInSeconds, heldSeconds: $0.heldSeconds,
                wantedSeconds: $0.wantedSeconds, isShort: $0.isShort)
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

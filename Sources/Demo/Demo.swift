internal import CameraSimulator
internal import Foundation
internal import Site
internal import Synchronization

/// Simulated cameras, a site over them, and an inbox for what it sends. All in one temporary folder that goes with it.
package final class Demo: Sendable {
    package let inbox: Inbox
    private let simulator: CameraSimulator
    private let mail: MailInboxServer
    private let webhook: WebhookInboxServer
    private let cameras: [String]
    private let incidents = Mutex<Task<Void, Never>?>(nil)
    private let services: DemoServices
    package let narrator = DemoNarrator()
    private let work = Mutex<Task<Void, Never>?>(nil)
    private let folder: String

    /// The faults that a camera may have, by name.
    package static var faults: [String] { CameraFault.allCases.map(\.rawValue) }

    package var configuration: String { folder + "/config" }
    package var dataDirectory: String { folder + "/data" }

    /// An error in the demo's own words.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    private init(
        inbox: Inbox, simulator: CameraSimulator, mail: MailInboxServer, webhook: WebhookInboxServer,
        services: DemoServices, site: DemoSite
    ) {
        self.inbox = inbox
        self.simulator = simulator
        self.mail = mail
        self.webhook = webhook
        cameras = site.cameras
        folder = site.folder
        self.services = services
    }

    /// Makes the clip at the first start, starts the cameras and the mailbox, and writes the site. Tells what it does.
    package static func start(cameras count: Int) async throws -> Demo {
        DemoFolder.sweep(below: NSTemporaryDirectory())
        let folder = try DemoFolder.make(below: NSTemporaryDirectory())
        try FileManager.default.createDirectory(atPath: folder + "/logs", withIntermediateDirectories: true)
        do {
            tell("1/4 the clip that the cameras play (ffmpeg makes it at the first start)")
            let clip = try ClipMaker.clip(cachedAt: clipPath)
            let ids = (1...count).map { "cam-\($0)" }
            tell("2/4 \(count) cameras, a gateway, an API, AI workers and an inbox for mail, on this host alone")
            let simulator = CameraSimulator(
                cameras: ids.map { SimulatedCamera(id: $0, user: DemoSite.user, password: DemoSite.password) },
                clip: clip)
            let cameraPort = try simulator.start(port: 0)
            let inbox = Inbox()
            let mail = try await MailInboxServer(inbox: inbox)
            let webhook = try await WebhookInboxServer(inbox: inbox)
            let services = try await DemoServices(cameras: ids) { Self.note($0, in: folder) }
            let site = DemoSite(
                cameras: ids, cameraPort: cameraPort, mailPort: mail.port, webhookPort: webhook.port,
                exporters: services.exporters, folder: folder)
            tell("3/4 the site: Prometheus', Alertmanager's and Filebeat's files in \(site.configuration)")
            try BuiltInSite.write(to: site.configuration)
            try site.write()
            tell("4/4 the server, and an ffmpeg recorder a camera")
            return Demo(
                inbox: inbox, simulator: simulator, mail: mail, webhook: webhook, services: services, site: site)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// Kept between runs, in the user's cache.
    private static var clipPath: String {
        let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
        return cache + "/watchpost/demo-clip.h264"
    }

    private static func tell(_ text: String) { DemoNarrator.tell(text) }

    /// Serves the inbox and what the services measure until the task is cancelled.
    package func runServers() async {
        await withDiscardingTaskGroup { group in
            for exporter in services.exporters { group.addTask { await exporter.run() } }
            group.addTask { [mail] in try? await mail.run() }
            group.addTask { [webhook] in await webhook.run() }
        }
    }

    /// Gives a camera a fault, by name.
    package func setFault(_ name: String, for camera: String) throws {
        guard let fault = CameraFault(rawValue: name) else {
            throw Refusal(description: "unknown fault \"\(name)\"; faults are \(Self.faults.joined(separator: ", "))")
        }
        try simulator.setFault(fault, for: camera)
        services.note(fault, of: camera)
        let text = fault == .none ? "INFO \(camera) was healed" : "WARN \(camera) was given the fault \(name)"
        Self.note("\(text) camera_id=\(camera)", in: folder)
    }

    /// A line in the demo's own log, which the site follows like any other.
    private static func note(_ text: String, in folder: String) {
        let path = folder + "/logs/demo.log"
        let time = Date().formatted(.iso8601)
        let line = Data("\(time) \(text)\n".utf8)
        if let file = FileHandle(forWritingAtPath: path) {
            defer { try? file.close() }
            _ = try? file.seekToEnd()
            try? file.write(contentsOf: line)
        } else {
            try? line.write(to: URL(filePath: path))
        }
    }

    /// Says where the pages are and what to try, and stages the incidents.
    package func tellReady(url: String, address: String, stagesIncidents: Bool) {
        let server = address == "127.0.0.1:9900" ? "" : " --server \(url)"
        Self.tell("ready: open \(url)/ in a browser")
        Self.tell("try, in another terminal:")
        Self.tell(
            "  watchpost demo fault cam-3 stall\(server)    # then: none; faults: \(Self.faults.joined(separator: " "))"
        )
        Self.tell("  watchpost cameras\(server)")
        Self.tell("  watchpost logs 'component:recording AND level:ERROR'\(server)")
        Self.tell("  watchpost traces search 'status=error'\(server)")
        work.withLock { $0 = Task { [services] in await services.run(sendingTo: url) } }
        Self.tell("Ctrl-C ends everything")
        guard stagesIncidents else { return }
        Self.tell(
            "within three minutes three things fail on purpose, one after the other; times are of "
                + TimeZone.current.identifier
        )
        let story = DemoStory(
            cameras: cameras, url: url, inbox: inbox, narrator: narrator,
            setFault: { [self] in try? setFault($0.rawValue, for: $1) }, setSlow: { [services] in services.setSlow($0) }
        )
        incidents.withLock { $0 = Task { await story.run() } }
    }

    /// Ends the cameras and takes the folder away.
    package func end() {
        incidents.withLock { $0?.cancel() }
        work.withLock { $0?.cancel() }
        simulator.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

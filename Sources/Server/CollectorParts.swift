internal import Base
internal import Collectors
internal import Instruments
internal import Logging
internal import Model
internal import RTSP
internal import Recorders
internal import ServiceLifecycle
internal import Site
internal import Synchronization
internal import Transfers

/// What watches this host and its cameras, in a server and in an agent alike, and the registries that it fills.
final class CollectorParts: FindingSource {
    /// What is watched.
    enum Scope: Sendable { case everything, gateways, services }

    /// Metrics under our own names, and the host's under node_exporter's.
    let registry = Registry()
    let nodeRegistry = Registry()
    let probe: RTSPProbe
    let supervisor: RecorderSupervisor
    let cameras: CameraBoard
    let host: HostCollectors
    let gateways: GatewayCollector
    let textfiles = TextfileCollector()
    private let scope: Scope
    private let dataDirectory: String
    private let cameraNotes = Mutex<[String]>([])

    /// - Parameters:
    ///   - node: what people call this host.
    ///   - tracer: makes spans of connections to cameras, and of what recorders do.
    ///   - resume: by run of a recorder, the number of the last line that was stored.
    ///   - ledger: where footage is written down; `nil` where nobody asks for it.
    ///   - store: takes what recorders print.
    init(
        _ scope: Scope = .everything, dataDirectory: String, node: String, program: String, endsRecorders: Bool,
        transfers: Transfers, tracer: OwnTracer? = nil,
        resume: [String: Int64], ledger: (any FootageLedger)? = nil, store: @escaping RecorderSupervisor.LineStore
    ) {
        self.scope = scope
        self.dataDirectory = dataDirectory
        probe = RTSPProbe(attempts: tracer.map { tracer in { @Sendable in tracer.connected($0) } })
        supervisor = RecorderSupervisor(
            directory: dataDirectory + "/recorders", program: program, endsWithUs: endsRecorders, resume: resume,
            spans: tracer.map { tracer in { @Sendable in tracer.recorded(camera: $0, $1) } }, store: store)
        gateways = GatewayCollector(registry: registry, transfers: transfers)
        cameras = CameraBoard(
            registry: registry, probe: probe, supervisor: supervisor, gateways: gateways,
            foundFile: dataDirectory + "/found-recorders.json", recordingsFile: dataDirectory + "/recordings.json",
            recordedFile: dataDirectory + "/recorded-cameras.json", ratesFile: dataDirectory + "/usual-rates.json",
            fallsFile: dataDirectory + "/camera-falls.json", node: node, ledger: ledger, findsRecorders: !endsRecorders)
        host = HostCollectors(
            registry: registry, nodeRegistry: nodeRegistry, folders: [dataDirectory],
            footage: { [cameras] in cameras.footage() }, levelsFile: dataDirectory + "/disk-levels.json",
            collects: scope == .everything ? Set(HostCollectors.Part.allCases) : [.node])
        let textfiles = textfiles
        registry.addSource { textfiles.families() }
    }

    /// What a person should know that no alert says.
    var findings: [Finding] {
        let notes = cameraNotes.withLock { $0 } + cameras.notes() + gateways.notes() + textfiles.notes()
        return notes.map { Finding(.warning, part: "host", text: $0) } + host.findings
    }

    /// Takes the configuration.
    func update(_ config: WatchpostConfig) {
        let site = SiteCameras(config)
        cameraNotes.withLock { $0 = site.notes }
        gateways.update(site.gateways, cameras: config.cameras.map(\.id))
        textfiles.update(folder: config.textfile)
        if scope != .everything { return }
        supervisor.update(site.recorders)
        cameras.update(site.cameras)
        host.update(folders: [dataDirectory] + site.folders)
    }

    /// Stopped from the last to the first.
    func services() -> [any Service] {
        let host = LoopService { [host] in await host.run() }
        let gateways = LoopService { [gateways] in await gateways.run() }
        if scope != .everything { return scope == .gateways ? [host, gateways] : [host] }
        return [
            host,
            LoopService { [supervisor] in await supervisor.run() },
            LoopService { [probe] in await probe.run() },
            gateways,
            LoopService { [cameras] in await cameras.run() },
        ]
    }
}

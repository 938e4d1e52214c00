internal import Base
internal import Collectors
internal import ConfigText
internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Instruments
internal import LogRelay
internal import Logging
internal import Model
internal import Recorders
internal import ServiceLifecycle
internal import Site
internal import Transfers
internal import UnixSignals
internal import WatchpostHTTP

/// An agent from its start to its end: it watches and shows metrics, and stores nothing. Where `ship` says so it sends
/// the logs of its host to a server.
package enum Agent {
    /// Watches until SIGTERM or SIGINT.
    /// - Throws: ``StartRefused`` or `ConfigRefused`: each says what is wrong and the mend.
    package static func run(_ options: AgentOptions) async throws {
        let logger = OwnLog.make()
        let site = try LoadedSite.load(options.configuration, features: [])
        let addresses = try (options.listen.isEmpty ? [options.role.standardListen] : options.listen)
            .map(ListenAddress.init)
        let nodeAddress = try options.nodeListen.map(ListenAddress.init)
        for address in addresses + [nodeAddress].compactMap({ $0 }) { try address.claim() }
        for note in try DataFolder(options.dataDirectory, guests: site.site.guestPaths).notes {
            logger.warning("\(note)")
        }
        OpenFileLimit.raise()
        let connections = OpenConnections(limits: .init(descriptors: OpenFileLimit.current))
        let name = Parts.instance(site.site.watchpost)
        let logs = AgentLogs.open(site.site, dataDirectory: options.dataDirectory, name: name, logger: logger)
        defer { logs?.close() }
        let lines = PrintedRecorderLines(file: options.dataDirectory + "/recorder-lines.json", logger: logger)
        let traces = site.site.watchpost.ship.map { OwnTraces($0, transfers: Transfers(), logger: logger) }
        let tracer = traces.flatMap { OwnTracer.make("watchpost-agent", host: name, sink: $0) }
        let collectors = CollectorParts(
            scope(of: options.role), dataDirectory: options.dataDirectory, node: name, program: options.program,
            endsRecorders: false, transfers: Transfers(), tracer: tracer, resume: logs?.resume ?? lines.resume
        ) { camera, run, printed in
            if let logs {
                try logs.append(camera: camera, run: run, printed)
            } else {
                try lines.append(camera: camera, run: run, printed)
            }
        }
        let ships = site.site.watchpost.ship != nil
        collectors.registry.addSource { logs?.families() ?? (ships ? [LogRelayMetrics.trouble(.spool)] : []) }
        collectors.update(site.site.watchpost)
        for warning in site.warnings { logger.warning("\(warning)") }

        var services = logs?.services() ?? []
        if let traces { services.append(LoopService { await traces.run() }) }
        services += collectors.services()
        let sms = SMSListener(transfers: Transfers(), logger: logger)
        if let problem = sms.update(site.site.watchpost.sms) { logger.error("\(problem)") }
        services.append(sms)
        services.append(
            LoopService(on: WorkQueue("reload")) { await reloadOnHangup(options, site, collectors, logs, sms, logger) })
        services.append(LoopService { await connections.run() })
        for address in addresses {
            services.append(
                page(
                    collectors.registry, address, connections, logger, "watching as \(options.role.rawValue); metrics"
                ) { [cameras = collectors.cameras] in cameras.statuses() })
        }
        if let nodeAddress {
            services.append(
                page(collectors.nodeRegistry, nodeAddress, connections, logger, "metrics of the host") { [] })
        }
        try await ServiceRun.untilSignal(services)
    }

    private static func scope(of role: AgentOptions.Role) -> CollectorParts.Scope {
        switch role {
        case .recording: .everything
        case .gateway: .gateways
        case .api: .services
        }
    }

    private static func page(
        _ registry: Registry, _ address: ListenAddress, _ connections: OpenConnections, _ logger: Logger,
        _ what: String,
        cameras: @escaping @Sendable () -> [CameraStatus]
    ) -> any Service {
        let router = Routers.make()
        AgentPages(registry: registry, cameras: cameras).addRoutes(to: router)
        return WebServer(router, at: address, connections) { _ in logger.notice("\(what) at \(address.url)/metrics") }
    }

    /// SIGHUP reads the configuration again; a bad one changes nothing. All that an agent takes from it is in force then,
    /// but that it ships logs at all.
    private static func reloadOnHangup(
        _ options: AgentOptions, _ started: LoadedSite, _ collectors: CollectorParts, _ logs: AgentLogs?,
        _ sms: SMSListener, _ logger: Logger
    ) async {
        let timeSource = SystemTimeSource()
        let current = CurrentSite(started, at: timeSource.now())
        let reloading = Reloading(logger) {
            let fresh = try LoadedSite.load(options.configuration, features: [], previous: current.value)
            let config = fresh.site.watchpost
            collectors.update(config)
            var report = ReloadReport()
            report.failures = [sms.update(config.sms)].compactMap(\.self)
            if let logs, let ship = config.ship { logs.update(ship, fresh.site) }
            if (logs == nil) != (config.ship == nil) {
                report.needsRestart.append(
                    config.ship == nil
                        ? "ship was removed, and logs are still sent" : "ship is in watchpost.yml, and no logs are sent"
                )
            }
            current.change(to: fresh, at: timeSource.now(), report)
            return report
        }
        for await _ in await UnixSignalsSequence(trapping: .sighup) { _ = try? await reloading.run() }
    }
}

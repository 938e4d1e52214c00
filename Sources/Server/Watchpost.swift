internal import Alerting
internal import Base
internal import Collectors
internal import ConfigText
internal import Foundation
internal import Hummingbird
internal import Logging
internal import ServiceLifecycle
internal import Site
internal import Synchronization
internal import UnixSignals

/// A server from its start to its end: the main path.
package enum Watchpost {
    /// Watches until SIGTERM or SIGINT.
    /// - Throws: ``StartRefused``, `ConfigRefused`, or a store's error: each says what is wrong and the mend.
    package static func serve(_ options: ServeOptions) async throws {
        let logger = OwnLog.make()
        let site = try LoadedSite.load(options.configuration, features: options.features)
        let address = try ListenAddress(options.listen ?? site.site.watchpost.listen ?? ListenAddress.standard)
        guard address.isLoopback || options.allowsInsecureListen else {
            throw StartRefused(
                "\(address.text) can be reached from other hosts, and nobody would have to log in; listen at 127.0.0.1 behind a "
                    + "proxy that asks for a password, or say --insecure-listen")
        }
        try address.claim()
        OpenFileLimit.raise()
        let parts = try Parts(site, options, address, logger)
        defer { parts.close() }
        for warning in site.warnings { logger.warning("\(warning)") }
        if site.site.watchpost.ship != nil {
            logger.warning("ship in watchpost.yml is for agents: this server keeps the logs of its host itself")
        }

        let isReady = Atomic(false)
        let connections = OpenConnections(limits: .init(descriptors: OpenFileLimit.current))
        let reloading = Reloading(logger) { try parts.reload() }
        let server = try webServer(parts, reloading, connections, isReady: { isReady.load(ordering: .acquiring) }) {
            isReady.store(true, ordering: .releasing)
            options.onReady(address.url)
            logger.notice("watching; pages at \(address.url)/")
        }
        // Stopped from the last to the first: pages go before what they show, and stores are closed last of all.
        let services =
            parts.services() + dashboardWatch(parts, reloading) + [
                parts.sms, parts.otlpPorts, LoopService(on: WorkQueue("reload")) { await reloadOnHangup(reloading) },
                LoopService { await connections.run() },
                server,
            ]
        try await ServiceRun.untilSignal(services)
    }

    private static func dashboardWatch(_ parts: Parts, _ reloading: Reloading) -> [any Service] {
        guard let directory = parts.options.configuration else { return [] }
        let watch = DashboardWatch(
            directory: directory, period: .seconds(4), logger: parts.logger, shown: { parts.dashboardListing }
        ) {
            await reloading.beside { parts.readDashboards() }
        }
        return [LoopService(on: WorkQueue("dashboards")) { await watch.run() }]
    }

    private static func webServer(
        _ parts: Parts, _ reloading: Reloading, _ connections: OpenConnections, isReady: @escaping @Sendable () -> Bool,
        onReady: @escaping @Sendable () -> Void
    ) throws -> some Service {
        let router = try Doors.router(
            parts, hostNames: { parts.hostNames }, isReady: isReady, reload: { try await reloading.run() })
        return WebServer(router, at: parts.address, connections) { _ in onReady() }
    }

    /// SIGHUP reads the configuration again; a bad one changes nothing.
    private static func reloadOnHangup(_ reloading: Reloading) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) { _ = try? await reloading.run() }
    }
}

internal import Alerting
internal import AlertmanagerHTTP
internal import Base
internal import Collectors
internal import ConfigText
internal import Foundation
internal import HTTPAPI
internal import HTTPKit
internal import Hummingbird
internal import Logging
internal import ServiceLifecycle
internal import Site
internal import Synchronization
internal import UnixSignals
internal import WebUI

/// A server from its start to its end: the main path.
public enum Watchpost {
    /// Watches until SIGTERM or SIGINT.
    /// - Throws: ``StartRefused``, `ConfigRefused`, or a store's error: each says what is wrong and the mend.
    public static func serve(_ options: ServeOptions) async throws {
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
            parts.services() + [
                parts.sms, LoopService(on: WorkQueue("reload")) { await reloadOnHangup(reloading) },
                LoopService { await connections.run() },
                server,
            ]
        try await ServiceRun.untilSignal(services)
    }

    private static func webServer(
        _ parts: Parts, _ reloading: Reloading, _ connections: OpenConnections, isReady: @escaping @Sendable () -> Bool,
        onReady: @escaping @Sendable () -> Void
    ) throws -> some Service {
        let view = ServerView(parts: parts)
        var services = APIServices(
            store: parts.metrics, source: parts.metrics, labels: parts.metrics, appender: parts.appender,
            engine: parts.engine, features: parts.options.features,
            rules: parts.rules, scraper: parts.scraper, registry: parts.registry, view: view,
            hostNames: { parts.hostNames }, version: WatchpostVersion.current, isReady: isReady,
            reload: { try await reloading.run() }, now: { parts.timeSource.now() })
        services.status = { parts.status }
        services.allowsDeletion = parts.options.allowsDeletion
        services.snapshotDirectory = parts.options.dataDirectory + "/snapshots"
        services.dashboards = { parts.dashboards }
        services.retryLogin = { parts.cameras.retryLogin(of: $0) }
        services.setFault = parts.options.demo?.setFault
        let router = Routers.make()
        let api = HTTPAPI(services: services)
        api.addMiddleware(to: router)
        api.addRoutes(to: router)
        AlertmanagerAPI(
            router: parts.outlets.router, configuration: { parts.site.alertmanager?.shownText ?? "" },
            startedAt: parts.startedAt, version: WatchpostVersion.current, now: { parts.timeSource.now() }
        ).addRoutes(to: router)
        let pages = try WebUI(
            view: view, dashboards: { parts.dashboards }, siteName: parts.instance,
            version: WatchpostVersion.current, isDemo: parts.options.demo != nil)
        pages.addRoutes(to: router)
        return WebServer(router, at: parts.address, connections) { _ in onReady() }
    }

    /// SIGHUP reads the configuration again; a bad one changes nothing.
    private static func reloadOnHangup(_ reloading: Reloading) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) { _ = try? await reloading.run() }
    }
}

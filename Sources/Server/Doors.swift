internal import Alerting
internal import AlertmanagerHTTP
internal import Base
internal import Collectors
internal import ElasticHTTP
internal import HTTPKit
internal import Hummingbird
internal import HummingbirdInstruments
internal import JaegerHTTP
internal import Listening
internal import LokiHTTP
internal import OTLPHTTP
internal import PrometheusHTTP
internal import Site
internal import Transfers
internal import WatchpostHTTP
internal import WebUI
internal import ZipkinHTTP

/// Everything that is asked of the server over HTTP: each door with the parts that it needs, and the pages.
enum Doors {
    /// - Parameters:
    ///   - hostNames: host names, without ports, under which this server may be asked; those of the configuration in force.
    ///   - isReady: whether queries are answered yet.
    /// - Throws: an error of the pages' templates.
    static func router(
        _ parts: Parts, hostNames: @escaping @Sendable () -> Set<String>, isReady: @escaping @Sendable () -> Bool,
        reload: @escaping @Sendable () async throws -> ReloadReport
    ) throws -> Router<AppRequestContext> {
        let router = Routers.make()
        router.add(
            middleware: RequestMetricsMiddleware(registry: parts.registry, excluding: WatchpostAPI.liveStreams))
        if let tracer = parts.tracer { router.add(middleware: RequestTracing(tracer: tracer)) }
        router.add(middleware: AccessMiddleware(hostNames: hostNames()))
        let lanes = parts.lanes
        let view = ServerView(parts: parts)
        prometheus(parts, lanes).addRoutes(to: router)
        OTLPAPI(receiver: parts.otlpReceiver, lanes: lanes).addRoutes(to: router)
        ZipkinAPI(appender: parts.spanAppender, doors: parts.traceDoors, lanes: lanes).addRoutes(to: router)
        LokiAPI(appender: parts.logAppender, doors: parts.logDoors, lanes: lanes, isReady: isReady)
            .addRoutes(to: router)
        IngestAPI(receiver: parts.receiver, lanes: lanes) { try parts.site.watchpost.ingestToken?.read() }
            .addRoutes(to: router)
        ElasticAPI(
            ElasticParts(
                source: parts.logs, appender: parts.logAppender, lanes: lanes, gate: ServerView.logGate,
                nodeName: parts.instance, now: { parts.timeSource.now() },
                wrote: { stored, refused, bytes in
                    parts.logDoors.took(.bulk, events: stored, bytes: bytes)
                    if refused > 0 { parts.logDoors.refused(.bulk, refused) }
                })
        ).addRoutes(to: router)
        jaeger(parts).addRoutes(to: router)
        AlertmanagerAPI(
            router: parts.outlets.router, configuration: { parts.site.alertmanager?.shownText ?? "" },
            startedAt: parts.startedAt, version: WatchpostVersion.current, now: { parts.timeSource.now() }
        ).addRoutes(to: router)
        WatchpostAPI(
            WatchpostParts(
                view: view, registry: parts.registry, isReady: isReady, reload: reload,
                dashboards: { parts.dashboards }, retryLogin: { parts.cameras.retryLogin(of: $0) },
                setFault: parts.options.demo?.setFault, zone: { parts.site.watchpost.zone })
        ).addRoutes(to: router)
        try WebUI(
            view: view, dashboards: { parts.dashboards }, siteName: parts.instance,
            version: WatchpostVersion.current, isDemo: parts.options.demo != nil,
            story: parts.options.demo?.story,
            serviceGraph: { try await view.serviceGraph(in: $0) }, zone: { parts.site.watchpost.zone }
        ).addRoutes(to: router)
        return router
    }

    private static func prometheus(_ parts: Parts, _ lanes: MessageLanes) -> PrometheusAPI {
        PrometheusAPI(
            PrometheusParts(
                queries: .init(
                    source: parts.metrics, labels: parts.metrics, engine: parts.engine,
                    features: parts.options.features),
                receiving: .init(appender: parts.appender, lanes: lanes),
                administration: .init(
                    allowsDeletion: parts.options.allowsDeletion,
                    snapshotDirectory: parts.options.dataDirectory + "/snapshots"),
                store: parts.metrics, rules: parts.rules, scraper: parts.scraper, registry: parts.registry,
                version: WatchpostVersion.current, status: { parts.status }, now: { parts.timeSource.now() }))
    }
}

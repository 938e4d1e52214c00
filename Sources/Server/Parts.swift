internal import Alerting
internal import Base
internal import Collectors
internal import ConfigText
internal import Dashboards
internal import Foundation
internal import HTTPKit
internal import Instruments
internal import Listening
internal import LogPipeline
internal import LogRelay
internal import LogShipping
internal import LogStore
internal import Logging
internal import MetricStore
internal import Model
internal import Nodes
internal import OTLPReceiver
internal import Partitions
internal import PromQL
internal import Rules
internal import Scraping
internal import ServiceLifecycle
internal import Site
internal import SpanMetrics
internal import State
internal import Synchronization
internal import TraceStore
internal import Transfers
internal import WatchpostHTTP

/// Every part of a running server, and the one place where a configuration is put into them.
final class Parts: Sendable {
    let options: ServeOptions
    let address: ListenAddress
    let logger: Logger
    let timeSource = SystemTimeSource()
    let startedAt: Int64
    let metrics: MetricStore
    /// The store for all who append: samples go to the remotes too.
    let appender: ForwardingAppender
    let logs: LogStore
    /// The store of logs for all who append.
    let logAppender: LogEventCounter
    let traces: TraceStore
    /// The store of spans for all who append: they are counted too.
    let spanAppender: any SpanAppender
    /// What the metrics of spans tell of who calls whom.
    let serviceGraph: StoredServiceGraph
    /// What this server does itself, on its way to the store of traces.
    let ownTraces: OwnTraces
    /// Makes spans of that; `nil` where none are wanted.
    let tracer: OwnTracer?
    /// Counts what log shippers send.
    let logDoors = LogDoors()
    /// Counts what programs send of traces.
    let traceDoors = TraceDoors()
    /// Pipelines, through which events of log files go to the store.
    let pipelines: SitePipelines
    let state: StateStore
    let engine: PromQLEngine
    let transfers: Transfers
    let outlets: AlertOutlets
    let rules: RuleManager
    let scraper: Scraper
    let collectors: CollectorParts
    let shipper: LogShipper
    /// Takes the logs of agents.
    let receiver: LogReceiver
    let ownSeries: OwnSeries
    /// Cameras that other hosts watch.
    let nodes: NodeCameras
    let nodeQuestions: NodeQuestions
    /// What was gathered of cameras' past a moment ago.
    let pasts = PastStore()
    let pictures = PictureStore()
    let storageProblems: StorageProblems
    let sms: SMSListener
    /// Where messages of all doors are read.
    let lanes = MessageLanes()
    let otlpReceiver: OTLPReceiver
    let otlpPorts: OTLPPorts
    /// Who else may look into the data directory.
    private let dataNotes: [String]
    let current: CurrentSite
    /// Host names, without ports, under which this server may be asked.
    private let names = Mutex<Set<String>>([])

    /// Opens the stores and makes every part; nothing runs yet.
    init(_ site: LoadedSite, _ options: ServeOptions, _ address: ListenAddress, _ logger: Logger) throws {
        self.options = options
        self.address = address
        self.logger = logger
        startedAt = timeSource.now()
        let config = site.site.watchpost
        let data = options.dataDirectory
        dataNotes = try DataFolder(data, guests: site.site.guestPaths).notes
        var metricOptions = MetricStoreOptions(directory: data + "/metrics")
        metricOptions.sync = config.sync
        metricOptions.retention = config.metrics.retention.milliseconds
        metricOptions.maxBytes = config.metrics.maxSize
        metricOptions.outOfOrderWindow = config.outOfOrder.milliseconds
        metrics = try MetricStore(metricOptions)
        logs = try LogStore(
            LogStoreOptions(
                directory: data + "/logs", sync: config.sync,
                retention: config.logs.retention,
                maxBytes: config.logs.maxSize))
        logs.expectFollowers()
        traces = try TraceStore(
            TraceStoreOptions(
                directory: data + "/traces", sync: config.sync, retention: config.traces.retention,
                maxBytes: config.traces.maxSize))
        let spanMetrics = SpanMetrics(store: traces, timeSource: timeSource)
        spanAppender = spanMetrics
        serviceGraph = StoredServiceGraph(source: metrics)
        ownTraces = OwnTraces(store: spanAppender, logger: logger)
        let hostName = Self.instance(config)
        tracer = OwnTracer.make("watchpost", host: hostName, sink: ownTraces)
        let witness = tracer.map { tracer in { @Sendable in tracer.witness($0) } }
        logAppender = LogEventCounter(logs)
        state = try StateStore(path: data + "/state.sqlite", syncsFully: config.sync == .full)
        let current = CurrentSite(site, at: startedAt)
        self.current = current
        var limits = PromQLEngine.Limits()
        // As in Prometheus, a subquery without a step has that of the rules.
        limits.subqueryStep = { (current.value.site.prometheus?.evaluationInterval ?? .seconds(60)).milliseconds }
        engine = PromQLEngine(limits: limits)
        transfers = Transfers()
        let router = try AlertRouter(
            config: site.site.alertmanager ?? Self.noRoutes, state: state, transfers: transfers,
            externalURL: config.externalURL ?? address.url, zone: config.zone, witness: witness)
        outlets = AlertOutlets(router: router, transfers: transfers)
        appender = ForwardingAppender(store: metrics, directory: data + "/remote-write", transfers: transfers)
        rules = RuleManager(engine: engine, source: metrics, appender: appender, witness: witness)
        scraper = Scraper(configs: [], appender: appender, transfers: transfers, witness: witness)
        nodes = Self.makeNodes(
            metrics, instances: try state.instances(adding: hostName), scraper: scraper, address: address)
        nodeQuestions = NodeQuestions(scraper: scraper)
        let offsets = try logs.tailOffsets()
        let recorderLog = RecorderLog(store: logAppender, host: hostName)
        collectors = CollectorParts(
            dataDirectory: data, node: hostName, program: options.program, endsRecorders: options.demo != nil,
            transfers: transfers, tracer: tracer,
            resume: RecorderLog.resume(from: offsets), ledger: state
        ) { try recorderLog.append(camera: $0, run: $1, $2) }
        pipelines = SitePipelines(
            store: logAppender, transfers: transfers, doors: logDoors, allowsOpenInputs: options.allowsInsecureListen)
        pipelines.update(site.site)
        shipper = LogShipper(
            config: Self.logInputs(site.site, options, pipelines), appender: pipelines.appender,
            offsets: offsets.filter { RecorderLog.isFile($0) && !LogReceiver.isAgent($0) }, hostName: hostName,
            version: WatchpostVersion.current, retention: { [logs] in logs.options.retention })
        receiver = LogReceiver(store: logAppender, offsets: offsets)
        sms = SMSListener(transfers: transfers, logger: logger)
        otlpReceiver = OTLPReceiver(
            samples: appender, events: logAppender, spans: spanAppender, logDoors: logDoors, traceDoors: traceDoors)
        otlpPorts = OTLPPorts(otlpReceiver, lanes, options, logger)
        storageProblems = StorageProblems(
            metrics: metrics, logs: logs, traces: traces, state: state, logger: logger)
        ownSeries = Self.makeOwnSeries(
            current, registry: collectors.registry, nodeRegistry: collectors.nodeRegistry, scraper: scraper,
            appender: appender,
            address: address, logger: logger)
        for note in dataNotes { logger.warning("\(note)") }
        registry.addSource { [storageProblems] in storageProblems.families() }
        registry.addSource { [outlets] in AlertingMetrics.families(of: outlets.router) }
        registry.addSource { [timeSource] in
            [
                Catalogue.ownSeriesTimestampSeconds.family(Double(timeSource.now()) / 1_000),
                Catalogue.ownSeriesIntervalSeconds.family(Double(Self.ownInterval(current).milliseconds) / 1_000),
            ]
        }
        registry.addSource { [ownSeries] in
            [Catalogue.ownSeriesLostSamplesTotal.family(Double(ownSeries.lostSamples))]
        }
        registry.addSource { [shipper, pipelines] in
            LogInputMetrics.families(shipper.snapshot() + pipelines.inputs)
        }
        registry.addSource { [logAppender] in logAppender.stored }
        registry.addSource { [pipelines] in pipelines.families }
        registry.addSource { [logDoors] in logDoors.families }
        registry.addSource { [traceDoors] in traceDoors.families }
        registry.addSource { [otlpPorts] in otlpPorts.families }
        registry.addSource { [receiver] in LogRelayMetrics.families(of: receiver) }
        registry.addSource { spanMetrics.families() }
        registry.addSource { [traces] in TraceStoreMetrics.families(of: traces) }
        registry.addSource { [rules, scraper] in EngineMetrics.families(rules, scraper, current.history) }
        for failure in try put(site) { logger.error("\(failure)") }
    }

    /// Without `alertmanager.yml` nobody is told; the router then only keeps what it kept.
    private static let noRoutes = AlertmanagerConfig(
        route: RouteConfig(receiver: "none"), receivers: [ReceiverConfig(name: "none")])

    /// The label `instance` of our own series.
    static func instance(_ config: WatchpostConfig) -> String { config.instance ?? ProcessInfo.processInfo.hostName }

    var site: Site { current.value.site }
    /// The label `instance` of our own series, and the site's name on the pages: what the start took.
    var instance: String { Self.instance(current.started) }
    /// Where people reach this server.
    var externalURL: String { site.watchpost.externalURL ?? address.url }
    var hostNames: Set<String> { names.withLock { $0 } }
    var dashboards: [Dashboard] { current.value.dashboards }
    var dashboardListing: [String] { current.value.dashboardListing }
    var configurationName: String { current.value.name }

    /// What is wrong with the watching itself, as each part says it.
    var findings: [Finding] {
        let sources: [any FindingSource] = [
            collectors, nodes, rules, scraper, shipper, pipelines, receiver, outlets, appender, storageProblems,
            ownSeries, sms, otlpPorts,
            current,
        ]
        return dataNotes.map { Finding(.warning, part: "host", text: $0) } + sources.flatMap(\.findings)
    }

    var cameras: CameraBoard { collectors.cameras }
    var host: HostCollectors { collectors.host }
    var registry: Registry { collectors.registry }

    // MARK: Configuration

    /// Reads the configuration again and works by it. One call at a time: see ``Reloading``.
    /// - Throws: ``ConfigRefused``, or what a part says; then all goes on as before.
    func reload() throws -> ReloadReport {
        let former = current.value
        var report = ReloadReport()
        do {
            let fresh = try LoadedSite.load(options.configuration, features: options.features, previous: former)
            do {
                report.failures = try put(fresh)
            } catch {
                // A part that had taken it already gets back what it had.
                _ = try? put(former)
                throw error
            }
            (report.needsRestart, report.notes) = ConfigKey.compare(
                started: current.started, former: former.site.watchpost, fresh: fresh.site.watchpost,
                commandLine: options.listen)
            current.change(to: fresh, at: timeSource.now(), report)
        } catch {
            current.noteFailure()
            throw error
        }
        return report
    }

    /// Shows what `dashboards/` holds now. Not beside a reload: see ``Reloading``.
    func readDashboards() { current.changeDashboards() }

    /// Puts a site into every part. What can refuse all of it comes first.
    /// - Returns: what could not be put into force, where the rest was.
    private func put(_ fresh: LoadedSite) throws -> [String] {
        let site = fresh.site
        let externalURL = site.watchpost.externalURL ?? address.url
        try appender.update(
            site.prometheus?.remoteWrites ?? [], externalLabels: site.prometheus?.externalLabels ?? .empty)
        try outlets.router.update(
            site.alertmanager ?? Self.noRoutes, externalURL: externalURL, zone: site.watchpost.zone)
        var settings = RuleManager.Settings()
        if let prometheus = site.prometheus {
            settings.evaluationInterval = prometheus.evaluationInterval
            settings.queryOffset = prometheus.ruleQueryOffset
            settings.externalLabels = prometheus.externalLabels
        }
        settings.externalURL = externalURL
        settings.features = options.features
        settings.sinks = [outlets]
        outlets.update(site)
        try rules.update(site.ruleFiles, settings)
        scraper.update(site.prometheus?.scrapeConfigs ?? [])
        // Before the inputs, whose events they are to take.
        pipelines.update(site)
        shipper.update(Self.logInputs(site, options, pipelines))
        collectors.update(site.watchpost)
        let storage = site.watchpost
        metrics.update(
            retention: storage.metrics.retention.milliseconds, maxBytes: storage.metrics.maxSize,
            outOfOrderWindow: storage.outOfOrder.milliseconds)
        logs.update(retention: storage.logs.retention, maxBytes: storage.logs.maxSize)
        traces.update(retention: storage.traces.retention, maxBytes: storage.traces.maxSize)
        names.withLock { $0 = Self.hostNames(address, externalURL) }
        otlpPorts.update(storage.otlp)
        return [sms.update(site.watchpost.sms)].compactMap(\.self)
    }

    /// The inputs of logs: without `--insecure-listen` none that other hosts can send to.
    private static func logInputs(
        _ site: Site, _ options: ServeOptions, _ pipelines: SitePipelines
    ) -> FilebeatConfig {
        var config = site.filebeat ?? FilebeatConfig()
        config.isForPipeline = pipelines.takesFiles
        config.inputs += (pipelines.network?.pipelines ?? []).flatMap(\.following).map(FilebeatInput.init)
        return options.allowsInsecureListen ? config : config.refusingOpenListeners
    }

    private static func hostNames(_ address: ListenAddress, _ externalURL: String) -> Set<String> {
        var names: Set = ["localhost", ProcessInfo.processInfo.hostName.lowercased(), address.host.lowercased()]
        if let external = URL(string: externalURL)?.host() { names.insert(external.lowercased()) }
        return names
    }

    /// How often our own metrics are stored.
    private static func ownInterval(_ current: CurrentSite) -> Duration {
        current.value.site.prometheus?.scrapeInterval ?? .seconds(5)
    }

    /// The cameras whose series come from elsewhere than this server's own page.
    private static func makeNodes(
        _ source: MetricStore, instances: Set<String>, scraper: Scraper, address: ListenAddress
    ) -> NodeCameras {
        NodeCameras(
            source: source,
            owners: {
                let scraped = scraper.snapshot().active.map(\.target).filter { address.servesMetrics(at: $0.url) }
                return Set(
                    instances.map { .init(job: "watchpost", instance: $0) }
                        + scraped.map {
                            .init(site: $0.labels["site"], job: $0.labels["job"], instance: $0.labels["instance"])
                        })
            },
            targets: {
                scraper.snapshot().active.map {
                    NodeCameras.Target(
                        labels: $0.target.labels, problem: $0.health == .down ? Redaction.urls(in: $0.lastError) : nil)
                }
            })
    }

    /// Our own metrics, and the host's under node_exporter's names; each gives way to a scrape job that brings the same.
    private static func makeOwnSeries(
        _ current: CurrentSite, registry: Registry, nodeRegistry: Registry, scraper: Scraper,
        appender: any SampleAppender,
        address: ListenAddress, logger: Logger
    ) -> OwnSeries {
        OwnSeries(
            sources: [
                .init(registry: registry, job: "watchpost") {
                    // A target that cannot be reached, as a name that leads elsewhere, brings nothing.
                    scraper.snapshot().active.contains {
                        $0.health != .down && address.servesMetrics(at: $0.target.url)
                    }
                },
                .init(registry: nodeRegistry, job: "node-exporter") {
                    scraper.snapshot().active.contains {
                        ["node-exporter", "node"].contains($0.target.job) && ListenAddress.isThisHost($0.target.url)
                    }
                },
            ],
            instance: instance(current.value.site.watchpost),
            interval: { ownInterval(current) }, appender: appender,
            now: { SystemTimeSource().now() }, logger: logger)
    }

    // MARK: Running

    /// Everything that runs, but the pages. Stopped from the last to the first.
    func services() -> [any Service] {
        [
            LoopService { [metrics] in await metrics.run() },
            LoopService { [logs] in await logs.run() },
            LoopService { [traces] in await traces.run() },
            LoopService { [ownTraces] in await ownTraces.run() },
            LoopService(on: WorkQueue("storage problems")) { [storageProblems] in await storageProblems.run() },
            LoopService(on: WorkQueue("remotes")) { [appender] in await appender.run() },
            LoopService { [outlets] in await outlets.run() },
            LoopService { await ServerView(parts: self).followAcknowledged() },
            LoopService { [ownSeries] in await ownSeries.run() },
        ] + collectors.services() + [
            LoopService { [scraper] in await scraper.run() },
            LoopService { [rules] in await rules.run() },
            LoopService { [pipelines] in await pipelines.run() },
            LoopService { [shipper] in await shipper.run() },
        ]
    }

    /// Closes the stores, last of all.
    func close() {
        appender.close()
        do { try metrics.close() } catch { logger.error("metrics were not closed cleanly: \(error)") }
        logs.close()
        traces.close()
        state.close()
    }
}

public import Dashboards
package import HTTPKit
package import Hummingbird
internal import HummingbirdInstruments
public import Instruments
public import MetricStore
public import Model
public import PromQL
public import Rules
public import Scraping
public import SiteView

/// What the API reads and asks. The server fills it in once all parts are made.
public struct APIServices: Sendable {
    /// What the admin endpoints act upon.
    public var store: MetricStore
    public var source: any SampleSource
    public var labels: any LabelSource
    /// Where samples of remote write go.
    public var appender: any SampleAppender
    public var engine: PromQLEngine
    public var features: Set<PromQLFeature>
    public var rules: RuleManager
    public var scraper: Scraper
    public var registry: Registry
    public var view: any SiteViewSource
    /// Host names, without ports, under which this server may be asked.
    public var hostNames: @Sendable () -> Set<String>
    public var version: String
    /// Whether queries are answered yet.
    public var isReady: @Sendable () -> Bool
    /// Reads the configuration again.
    /// - Throws: what is wrong with it; the old one then goes on.
    public var reload: @Sendable () async throws -> ReloadReport
    public var now: @Sendable () -> Int64
    public var status: @Sendable () -> ServerStatus = { ServerStatus() }
    /// Whether samples may be deleted over HTTP.
    public var allowsDeletion = false
    /// Where copies of the store are put, each in a folder of its own.
    public var snapshotDirectory = "snapshots"
    public var dashboards: @Sendable () -> [Dashboard] = { [] }
    /// Ends the pause after a camera's refused logins; whether it is probed with a login.
    public var retryLogin: @Sendable (_ camera: String) -> Bool = { _ in false }
    /// Gives a simulated camera a fault; `nil` where there are none.
    /// - Throws: an error for people where the camera or the fault is not known.
    public var setFault: (@Sendable (_ camera: String, _ fault: String) throws -> Void)?

    public init(
        store: MetricStore, source: any SampleSource, labels: any LabelSource, appender: any SampleAppender,
        engine: PromQLEngine, features: Set<PromQLFeature>,
        rules: RuleManager, scraper: Scraper, registry: Registry, view: any SiteViewSource,
        hostNames: @escaping @Sendable () -> Set<String>, version: String,
        isReady: @escaping @Sendable () -> Bool, reload: @escaping @Sendable () async throws -> ReloadReport,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.source = source
        self.labels = labels
        self.appender = appender
        self.engine = engine
        self.features = features
        self.rules = rules
        self.scraper = scraper
        self.registry = registry
        self.view = view
        self.hostNames = hostNames
        self.version = version
        self.isReady = isReady
        self.reload = reload
        self.now = now
    }
}

/// Everything that is asked over HTTP but the pages.
public struct HTTPAPI: Sendable {
    private let services: APIServices

    public init(services: APIServices) { self.services = services }

    /// Adds what every request passes: counting, and the refusal of other sites' requests. Comes before all routes.
    package func addMiddleware(to router: Router<AppRequestContext>) {
        router.add(
            middleware: RequestMetricsMiddleware(
                // The live stream of a page lasts as long as the page: no duration of a request.
                registry: services.registry, excluding: ["/api/watchpost/events"]))
        router.add(middleware: AccessMiddleware(hostNames: services.hostNames()))
    }

    package func addRoutes(to router: Router<AppRequestContext>) {
        OperationsAPI(services: services).addRoutes(to: router)
        PrometheusAPI(services: services).addRoutes(to: router.group("/api/v1"))
        let lanes = MessageLanes()
        let remoteWrite = RemoteWriteAPI(appender: services.appender, lanes: lanes)
        router.post("/api/v1/write") { request, _ in await remoteWrite.write(request) }
        let otlp = OTLPMetricsAPI(appender: services.appender, lanes: lanes)
        for path in ["/v1/metrics", "/api/v1/otlp/v1/metrics"] as [RouterPath] {
            router.post(path) { request, _ in await otlp.write(request) }
        }
        let remoteRead = RemoteReadAPI(services: services, lanes: lanes)
        router.post("/api/v1/read") { request, _ in await remoteRead.read(request) }
        let federation = FederationAPI(services: services)
        router.get("/federate") { request, _ in await federation.page(request) }
        WatchpostAPI(services: services).addRoutes(to: router.group("/api/watchpost"))
    }
}

internal import Base
internal import HTTPKit
internal import Hummingbird
internal import Instruments
internal import Logging
internal import Model
internal import OTLPGRPC
internal import OTLPHTTP
internal import OTLPReceiver
internal import ServiceLifecycle
internal import Site
internal import SiteView
internal import Synchronization

/// The ports of OTLP beside that of the pages, as `otlp` of `watchpost.yml` has them. A reload opens, moves and closes them;
/// one that cannot be had is tried again, and costs nothing else.
final class OTLPPorts: Service, FindingSource {
    private enum Kind: String, CaseIterable {
        case http, grpc

        var name: String { self == .http ? "OTLP over HTTP" : "OTLP over gRPC" }
    }

    private struct Port {
        /// Where it is to be; `nil` for closed.
        var wanted: ListenAddress?
        var isOpen = false
        var finding: Finding?
    }

    private let state = Mutex<[Kind: Port]>([:])
    private let changes: [Kind: (stream: AsyncStream<ListenAddress?>, to: AsyncStream<ListenAddress?>.Continuation)]
    private let receiver: OTLPReceiver
    private let lanes: MessageLanes
    private let grpc: GRPCServer
    private let allowsInsecureListen: Bool
    /// Whether nobody asked for the ports: then it is no fault that another program has them, as a second server would.
    private let isUnasked: Bool
    private let logger: Logger

    private static let connectionsMax = 256
    private static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(30))

    init(_ receiver: OTLPReceiver, _ lanes: MessageLanes, _ options: ServeOptions, _ logger: Logger) {
        self.receiver = receiver
        self.lanes = lanes
        self.logger = logger
        allowsInsecureListen = options.allowsInsecureListen
        isUnasked = options.configuration == nil || options.demo != nil
        grpc = GRPCServer(GRPCCalls(receiver: receiver, lanes: lanes))
        changes = Dictionary(
            uniqueKeysWithValues: Kind.allCases.map { kind in
                let (stream, continuation) = AsyncStream.makeStream(
                    of: ListenAddress?.self, bufferingPolicy: .bufferingNewest(1))
                return (kind, (stream, continuation))
            })
    }

    // MARK: What is told

    var findings: [Finding] {
        state.withLock { ports in Kind.allCases.compactMap { ports[$0]?.finding } }
    }

    /// For the status page.
    var views: [PortView] {
        let ports = state.withLock { $0 }
        return Kind.allCases.compactMap { kind in
            guard let port = ports[kind], let address = port.wanted else { return nil }
            let connections = kind == .grpc ? ", connections: \(grpc.connections.statistics.connections)" : ""
            return PortView(
                name: kind.name, address: address.text, note: port.isOpen ? "open" + connections : "not open")
        }
    }

    /// As metrics; those of ports that are closed are left out.
    var families: [MetricFamily] {
        let ports = state.withLock { $0 }
        let wanted = Kind.allCases.filter { ports[$0]?.wanted != nil }
        if wanted.isEmpty { return [] }
        var families = [
            Catalogue.otlpPortOpen.family(wanted.map { ($0.rawValue, ports[$0]?.isOpen ?? false ? 1 : 0) })
        ]
        if wanted.contains(.grpc) {
            let statistics = grpc.connections.statistics
            families += [
                Catalogue.otlpGRPCConnections.family(Double(statistics.connections)),
                Catalogue.otlpGRPCOpenCalls.family(Double(statistics.calls)),
                Catalogue.otlpGRPCHeldBytes.family(Double(statistics.heldBytes)),
                Catalogue.otlpGRPCCallsTotal.family(
                    GRPCStatus.Code.allCases.compactMap { code in
                        statistics.ended[code].map { (code.name, Double($0)) }
                    }),
                Catalogue.otlpGRPCRefusedConnectionsTotal.family(Double(statistics.refusedConnections)),
            ]
        }
        return families
    }

    // MARK: What is to be

    /// Takes the configuration; what it changes is done soon.
    func update(_ config: OTLPConfig) {
        for (kind, text) in [(Kind.http, config.http), (.grpc, config.grpc)] {
            var port = Port()
            do throws(StartRefused) {
                if let text { port.wanted = try address(text, of: kind) }
            } catch {
                port.finding = Finding(.error, part: "otlp", text: error.description)
                logger.error("\(error)")
            }
            let isChanged = state.withLock { ports in
                if let former = ports[kind], former.wanted == port.wanted, port.finding == nil, former.wanted != nil {
                    return false
                }
                ports[kind] = port
                return true
            }
            if isChanged { changes[kind]?.to.yield(port.wanted) }
        }
    }

    private func address(_ text: String, of kind: Kind) throws(StartRefused) -> ListenAddress {
        let address = try ListenAddress(text)
        guard address.isLoopback || allowsInsecureListen else {
            throw StartRefused(
                "otlp.\(kind.rawValue) \(address.text) can be reached from other hosts, and anyone there could write; listen at "
                    + "127.0.0.1, or say --insecure-listen")
        }
        return address
    }

    // MARK: Running

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for (kind, change) in changes {
                group.addTask { await self.follow(change.stream, kind) }
            }
        }
    }

    private func follow(_ addresses: AsyncStream<ListenAddress?>, _ kind: Kind) async {
        var port: Task<Void, Never>?
        for await address in addresses.cancelOnGracefulShutdown() {
            port?.cancel()
            await port?.value
            port = address.map { address in Task { await self.keepOpen(address, kind) } }
        }
        port?.cancel()
        await port?.value
    }

    /// Has the port open, or tries to, until the task is cancelled.
    private func keepOpen(_ address: ListenAddress, _ kind: Kind) async {
        var pause = Self.pauses.first
        var isTold = false
        while !Task.isCancelled {
            do {
                try address.claim(elsewhere: "change otlp.\(kind.rawValue) in watchpost.yml, or set it to off")
                switch kind {
                case .http: try await serveHTTP(address)
                case .grpc:
                    try await grpc.run(host: address.host, port: address.port) { _ in opened(kind, address) }
                }
            } catch {
                if Task.isCancelled { break }
                let text = "\(kind.name): \(error); it is tried again"
                note(kind, isOpen: false, Finding(isUnasked ? .note : .warning, part: "otlp", text: text))
                if !isTold, !isUnasked { logger.warning("\(text)") }
                isTold = true
            }
            if Task.isCancelled { break }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.pauses.longest)
        }
        note(kind, isOpen: false, nil)
    }

    private func opened(_ kind: Kind, _ address: ListenAddress) {
        note(kind, isOpen: true, nil)
        logger.notice("\(kind.name) at \(address.text)")
    }

    private func note(_ kind: Kind, isOpen: Bool, _ finding: Finding?) {
        state.withLock { ports in
            ports[kind]?.isOpen = isOpen
            // What is wrong with the configuration stays until that changes.
            if ports[kind]?.wanted != nil { ports[kind]?.finding = finding }
        }
    }

    private func serveHTTP(_ address: ListenAddress) async throws {
        let router = Routers.make()
        router.add(middleware: ExportersOnly())
        OTLPAPI(receiver: receiver, lanes: lanes).addOwnRoutes(to: router)
        var limits = OpenConnections.Limits(descriptors: OpenFileLimit.current)
        limits.count = min(limits.count, Self.connectionsMax)
        let connections = OpenConnections(limits: limits)
        let server = WebServer(router, at: address, connections) { [self] _ in opened(.http, address) }
        let services = ServiceGroup(
            services: [LoopService { await connections.run() }, server], logger: OwnLog.quiet)
        // A task of its own, so that it ends by giving its answers, not by being cancelled.
        let task = Task { try await services.run() }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            Task { await services.triggerGracefulShutdown() }
        }
    }
}

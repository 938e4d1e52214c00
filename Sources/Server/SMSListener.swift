internal import Alerting
internal import Base
internal import Glibc
internal import HTTPKit
internal import Hummingbird
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Synchronization
internal import Transfers
internal import WatchpostHTTP

/// The server that takes webhooks for telephones, where `sms` of `watchpost.yml` asks for it. A reload starts, moves
/// and ends it.
final class SMSListener: Service, FindingSource {
    /// An address at which webhooks are taken, and what is to end once they are.
    private final class Listener: Sendable {
        let address: ListenAddress
        let services: ServiceGroup
        let former: Listener?

        init(_ address: ListenAddress, _ services: ServiceGroup, former: Listener?) {
            self.address = address
            self.services = services
            self.former = former
        }
    }

    private struct State {
        /// Asked at each webhook.
        var config: SMSConfig?
        var listener: Listener?
        /// Addresses whose listeners are still open.
        var open: Set<ListenAddress> = []
        var problem: String?
    }

    private let gateway: SMSGateway
    private let logger: Logger
    private let state = Mutex(State())
    private let begun: AsyncStream<Listener>
    private let begin: AsyncStream<Listener>.Continuation

    /// Far more than the programs of this host that send webhooks.
    private static let connectionsMax = 64
    /// How long an address is waited for that a listener of ours is about to give free.
    private static let patience = Duration.seconds(5)

    init(transfers: Transfers, logger: Logger) {
        gateway = SMSGateway(transfers: transfers)
        self.logger = logger
        (begun, begin) = AsyncStream.makeStream(of: Listener.self)
    }

    /// Why no webhooks are taken, or are taken elsewhere than the configuration says; `nil` where all is well.
    private var problem: String? { state.withLock { $0.problem } }

    var findings: [Finding] { problem.map { [Finding(.error, part: "sms", text: $0)] } ?? [] }

    /// Takes the configuration. A port that cannot be had costs the SMS alone, and none where they had one before.
    /// Called by one thread at a time, which may be kept waiting.
    /// - Returns: why webhooks are taken elsewhere, or not at all.
    func update(_ config: SMSConfig?) -> String? {
        let former = state.withLock { state in
            state.config = config
            state.problem = nil
            return state.listener
        }
        guard let config else {
            state.withLock { $0.listener = nil }
            if let former { end(former) }
            return nil
        }
        do {
            let address = try ListenAddress(config.listen)
            if address == former?.address { return nil }
            guard address.isLoopback else {
                throw StartRefused("sms.listen \(address.text) can be reached from other hosts; use 127.0.0.1")
            }
            try claim(address)
            let listener = try makeListener(address, former: former)
            state.withLock { state in
                state.listener = listener
                state.open.insert(address)
            }
            begin.yield(listener)
            return nil
        } catch {
            let problem = Self.problem(error, former)
            state.withLock { $0.problem = problem }
            return problem
        }
    }

    private static func problem(_ error: any Error, _ former: Listener?) -> String {
        guard let former else { return "no SMS can be sent: \(error)" }
        return "webhooks for SMS are still taken at \(former.address.text): \(error)"
    }

    /// Looks whether an address can be had, or will be in a moment.
    private func claim(_ address: ListenAddress) throws {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                return try address.claim()
            } catch {
                let isEnding = state.withLock { $0.open.contains(address) }
                guard isEnding, ContinuousClock.now < deadline else { throw error }
                usleep(50_000)
            }
        }
    }

    private func makeListener(_ address: ListenAddress, former: Listener?) throws -> Listener {
        let router = Routers.make()
        SMSAPI(gateway: gateway) { [self] in state.withLock { $0.config } }.addRoutes(to: router)
        var limits = OpenConnections.Limits(descriptors: OpenFileLimit.current)
        limits.count = min(limits.count, Self.connectionsMax)
        // A book of its own: a listener that ends closes its connections, and nobody else's.
        let connections = OpenConnections(limits: limits)
        let server = WebServer(router, at: address, connections) { [self] _ in
            logger.notice("webhooks for SMS at \(address.url)/send-sms")
            if let former { end(former) }
        }
        let services = ServiceGroup(
            services: [LoopService { await connections.run() }, server], logger: OwnLog.quiet)
        return Listener(address, services, former: former)
    }

    private func end(_ listener: Listener) { Task { await listener.services.triggerGracefulShutdown() } }

    /// Runs what ``update(_:)`` makes until the server ends.
    func run() async throws {
        await withDiscardingTaskGroup { group in
            for await listener in begun.cancelOnGracefulShutdown() {
                group.addTask { await self.serve(listener) }
            }
        }
    }

    private func serve(_ listener: Listener) async {
        do {
            try await listener.services.run()
            state.withLock { _ = $0.open.remove(listener.address) }
        } catch {
            // Somebody took the port in the moment since it was looked at.
            let problem = Self.problem(error, listener.former)
            logger.error("\(problem)")
            state.withLock { state in
                state.open.remove(listener.address)
                guard state.listener === listener else { return }
                state.listener = listener.former
                state.problem = problem
            }
        }
    }
}

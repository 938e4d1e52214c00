internal import ServiceLifecycle
internal import UnixSignals

/// How a server and an agent run: until the first SIGTERM or SIGINT in order, and no longer than to the second.
enum ServiceRun {
    /// Runs `services` until one of them fails or a signal comes; they are then stopped from the last to the first.
    static func untilSignal(_ services: [any Service]) async throws {
        // A service, so that it begins once the group itself listens: before that, one signal is enough.
        let second = ServiceGroupConfiguration.ServiceConfiguration(
            service: LoopService { SecondSignal.watch() }, successTerminationBehavior: .ignore)
        let group = ServiceGroup(
            configuration: .init(
                services: [second] + services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: OwnLog.quiet))
        try await group.run()
    }
}

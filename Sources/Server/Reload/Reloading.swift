internal import Base
internal import Logging
internal import WatchpostHTTP

/// Reads configurations again one after the other, on a thread that may wait for the disk.
final class Reloading: Sendable {
    private let queue = WorkQueue("reload")
    private let logger: Logger
    private let reload: @Sendable () throws -> ReloadReport

    /// - Parameter reload: reads the configuration again; where it throws, the old one goes on.
    init(_ logger: Logger, _ reload: @escaping @Sendable () throws -> ReloadReport) {
        self.logger = logger
        self.reload = reload
    }

    /// Reads the configuration again and logs what a person should know of it.
    /// - Throws: what is wrong with it, logged too; the old one goes on.
    @discardableResult
    func run() async throws -> ReloadReport {
        try await queue.run { [self] in try runNow() }
    }

    /// Does what else must not run beside a reload, on the same thread.
    func beside(_ work: @escaping @Sendable () -> Void) async { await queue.run { work() } }

    private func runNow() throws -> ReloadReport {
        let report: ReloadReport
        do {
            report = try reload()
        } catch {
            logger.error("the old configuration goes on:\n\(error)")
            throw error
        }
        logger.notice("the configuration was read again")
        for line in report.failures { logger.error("\(line)") }
        for line in report.needsRestart { logger.warning("needs a restart: \(line)") }
        for line in report.notes { logger.notice("\(line)") }
        return report
    }
}

internal import Base
internal import Listening
internal import LogRelay
internal import LogShipping
internal import Logging
internal import Model
internal import Recorders
internal import ServiceLifecycle
internal import Site
internal import Transfers

/// The logs of an agent's host on their way to a server: the files of `filebeat.yml` and what recorders print.
final class AgentLogs: Sendable {
    private let spool: LogSpool
    /// The spool for all who append.
    private let appender: LogEventCounter
    private let sender: LogSender
    private let shipper: LogShipper
    private let recorderLog: RecorderLog
    private let logger: Logger
    private let timeSource = SystemTimeSource()
    /// By run of a recorder, the number of the last line that is on its way.
    let resume: [String: Int64]

    /// - Parameter name: what people call this host.
    /// - Throws: `StorageError` where the spool cannot be opened.
    init(_ ship: ShipConfig, _ site: Site, dataDirectory: String, name: String, logger: Logger) throws {
        self.logger = logger
        spool = try LogSpool(directory: dataDirectory + "/ship", maxBytes: ship.maxSize)
        if let problem = spool.problem { logger.error("\(problem)") }
        appender = LogEventCounter(spool)
        let offsets = try spool.tailOffsets()
        resume = RecorderLog.resume(from: offsets)
        recorderLog = RecorderLog(store: appender, host: name)
        shipper = LogShipper(
            config: site.filebeat ?? FilebeatConfig(), appender: appender, offsets: offsets.filter(RecorderLog.isFile),
            hostName: name, version: WatchpostVersion.current)
        sender = LogSender(ship, spool: spool, name: name, transfers: Transfers()) { notice in
            switch notice {
            case .problem(let text): logger.error("logs: \(text)")
            case .recovered(let text): logger.notice("logs: \(text)")
            }
        }
    }

    /// The logs of a site that ships them. Where they cannot wait on the disk that is told, and the watching goes on.
    static func open(_ site: Site, dataDirectory: String, name: String, logger: Logger) -> AgentLogs? {
        guard let ship = site.watchpost.ship else { return nil }
        do {
            return try AgentLogs(ship, site, dataDirectory: dataDirectory, name: name, logger: logger)
        } catch {
            logger.error("logs: nothing is sent before the next start: \(error)")
            return nil
        }
    }

    /// Takes what a recorder printed.
    func append(camera: String, run: String, _ lines: [RecorderLine]) throws {
        try recorderLog.append(camera: camera, run: run, lines)
    }

    /// Takes a configuration that was read again.
    func update(_ ship: ShipConfig, _ site: Site) {
        sender.update(ship)
        shipper.update(site.filebeat ?? FilebeatConfig())
    }

    func families() -> [MetricFamily] {
        appender.read + LogRelayMetrics.families(of: sender, spool, now: timeSource.now())
    }

    /// Stopped from the last to the first.
    func services() -> [any Service] {
        [
            LoopService(on: WorkQueue("log sender")) { [sender] in await sender.run() },
            LoopService { [shipper] in await shipper.run() },
            LoopService { await self.tellProblems() },
        ]
    }

    private static let lookInterval = Duration.seconds(5)

    /// Logs what keeps files from being read: nobody sees a page of an agent.
    private func tellProblems() async {
        var told: Set<String> = []
        while !Task.isCancelled {
            let found = Set(shipper.findings.map { "\($0.part): \($0.text)" })
            for text in found.subtracting(told).sorted() { logger.warning("\(text)") }
            told = found
            try? await Pause.sleep(for: Self.lookInterval)
        }
    }

    /// Closes the spool, last of all.
    func close() { spool.close() }
}

package import Base
package import ConfigText
package import Model
package import PromQL
internal import Synchronization

/// Evaluates rule groups, each in a loop of its own, and tells the sinks what fires.
package final class RuleManager: Sendable {
    /// What the rules of a site are, beside the groups themselves.
    package struct Settings: Sendable {
        package var evaluationInterval: Duration = .seconds(60)
        package var queryOffset: Duration = .zero
        package var externalLabels: Labels = .empty
        /// What expressions may use beside the stable language.
        package var features: Set<PromQLFeature> = []
        /// Where people reach this server; for links.
        package var externalURL = ""
        package var sinks: [any AlertSink] = []

        package init() {}
    }

    private enum Command: Sendable {
        /// Begins a group, with what it takes over from the one of the same name that was stopped before.
        case start(RuleGroup, former: RuleGroup?)
        case stop(RuleGroup, isRemoved: Bool)
    }

    private let engine: PromQLEngine
    private let source: any SampleSource
    private let appender: any SampleAppender
    private let timeSource: any TimeSource
    private let restoresAlerts: Bool
    private let witness: WorkWitness?
    private let gate = RuleGate()
    /// Where groups are begun and ended, which writes to the store.
    private let queue = WorkQueue("rule groups")
    private let groups = Mutex<[RuleGroup]>([])
    private let commands: AsyncStream<Command>
    private let send: AsyncStream<Command>.Continuation

    /// - Parameters:
    ///   - restoresAlerts: whether alerts of a former run are taken up after a start.
    ///   - witness: is told of evaluations of groups.
    package init(
        engine: PromQLEngine, source: any SampleSource, appender: any SampleAppender,
        timeSource: any TimeSource = SystemTimeSource(), restoresAlerts: Bool = true, witness: WorkWitness? = nil
    ) {
        self.witness = witness
        self.restoresAlerts = restoresAlerts
        self.engine = engine
        self.source = source
        self.appender = appender
        self.timeSource = timeSource
        (commands, send) = AsyncStream.makeStream(of: Command.self, bufferingPolicy: .unbounded)
    }

    /// Reads expressions and templates without taking them.
    /// - Throws: ``ConfigRefused`` with every error at its place.
    package static func check(_ files: [RuleFile], features: Set<PromQLFeature> = []) throws(ConfigRefused) {
        _ = try RuleCompiler.compile(files, interval: .seconds(60), queryOffset: .zero, features: features)
    }

    /// Works by these rules from now on. Alerts of rules that did not change go on; series of rules that are gone are
    /// marked as ended.
    /// - Throws: ``ConfigRefused``; then the old rules stay in force.
    package func update(_ files: [RuleFile], _ settings: Settings) throws(ConfigRefused) {
        let compiled = try RuleCompiler.compile(
            files, interval: settings.evaluationInterval, queryOffset: settings.queryOffset,
            features: settings.features)
        let context = RuleContext(
            engine: engine, source: source, appender: appender, sinks: settings.sinks,
            externalLabels: settings.externalLabels, externalURL: settings.externalURL,
            features: settings.features, timeSource: timeSource, restoresAlerts: restoresAlerts, gate: gate,
            witness: witness)
        groups.withLock { groups in
            let old = Dictionary(groups.map { ($0.compiled.key, $0) }) { $1 }
            let keys = Set(compiled.map(\.key))
            for group in groups {
                send.yield(.stop(group, isRemoved: !keys.contains(group.compiled.key)))
            }
            groups = compiled.map { RuleGroup($0, context: context, former: old[$0.key]) }
            for group in groups { send.yield(.start(group, former: old[group.compiled.key])) }
        }
    }

    /// Evaluates until the task is cancelled.
    package func run() async { await queue.run { await self.follow() } }

    private func follow() async {
        var running = LoopSet<ObjectIdentifier>(on: gate.groups)
        for await command in commands {
            switch command {
            case .start(let group, let former):
                // An evaluation may have ended since the group was made, so its state is taken over once more.
                if let former { group.end(group.takeOver(former)) }
                running.start(ObjectIdentifier(group)) { await group.run() }
            case .stop(let group, let isRemoved):
                if await running.end(ObjectIdentifier(group)), isRemoved { group.end(group.written) }
            }
        }
        await running.endAll()
    }

    /// Evaluates every group once, as of `time`, one after the other: for those who set the time themselves.
    package func evaluate(at time: Int64) async {
        for group in groups.withLock({ $0 }) { await group.evaluate(at: time) }
    }

    /// How the evaluation of rules fares.
    package var gateStatistics: RuleGateStatistics { gate.statistics }

    /// The groups in the order of their files.
    package func snapshot() -> [RuleGroupView] { groups.withLock { $0 }.map(\.view) }

    /// Pending and firing alerts of all rules, each with the name of its rule.
    package func alerts() -> [(rule: RuleView, alert: ActiveAlert)] {
        snapshot().flatMap(\.rules).flatMap { rule in rule.alerts.map { (rule, $0) } }
    }
}

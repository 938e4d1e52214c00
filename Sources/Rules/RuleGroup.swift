internal import Base
internal import ConfigText
internal import GoTemplate
internal import Model
internal import PromQL
internal import Synchronization

/// What rule groups work with.
struct RuleContext: Sendable {
    let engine: PromQLEngine
    let source: any SampleSource
    let appender: any SampleAppender
    let sinks: [any AlertSink]
    let externalLabels: Labels
    let externalURL: String
    let features: Set<PromQLFeature>
    let timeSource: any TimeSource
    /// Whether alerts of a former run are taken up.
    var restoresAlerts = true
    /// Where expressions are evaluated.
    var gate = RuleGate()
    /// Is told of evaluations.
    var witness: WorkWitness?
}

/// A group at work: its rules are evaluated one after the other at its interval.
final class RuleGroup: Sendable {
    struct RuleRun: Sendable {
        var states = AlertStates()
        /// The series that the last evaluation wrote.
        var written: [Labels: SeriesRef] = [:]
        var health = RuleView.Health.unknown
        var lastError = ""
        var lastEvaluation: Int64?
        var lastDuration = 0.0
        /// Whether it is evaluated with the dear ones.
        var isDear = false
    }

    private struct State {
        var runs: [RuleRun]
        var lastEvaluation: Int64?
        var lastDuration = 0.0
        var counts = RuleGroupCounts()
        /// Until when alerts that are new may be those of a former run of the server; `nil` before the first look.
        var restoresUntil: Int64?
        var clockSteps = ClockSteps()
    }

    let compiled: CompiledGroup
    private let context: RuleContext
    private let state: Mutex<State>

    /// The least time between two notifications of one alert to the receivers.
    private static let resendDelay: Int64 = 60_000
    /// How old a stored alert may be to be taken up after a restart.
    private static let outageTolerance: Int64 = 3_600_000
    /// The least time after a start in which alerts are taken up: the first scrapes must have come.
    private static let restoreTime: Int64 = 120_000
    /// The least time after the clock was set in which nothing is evaluated: until scrapes have come, every series
    /// seems to be gone.
    private static let settlingTime: Int64 = 30_000
    private static let clockLookInterval: Int64 = 60_000

    /// - Parameter former: the group of the same name in the former configuration, whose state is taken over.
    init(_ compiled: CompiledGroup, context: RuleContext, former: RuleGroup?) {
        self.compiled = compiled
        self.context = context
        state = Mutex(State(runs: compiled.rules.map { _ in RuleRun() }))
        _ = followClock()
        if let former { takeOver(former) }
    }

    /// Takes the state of rules that are the same over from the group of the former configuration.
    /// - Returns: the series that rules wrote which this group has not.
    @discardableResult
    func takeOver(_ former: RuleGroup) -> Set<Labels> {
        let old = former.state.withLock { $0 }
        var left = Array(zip(former.compiled.rules, old.runs))
        let runs = compiled.rules.map { rule in
            guard let index = left.firstIndex(where: { $0.0.isSame(as: rule) }) else { return RuleRun() }
            return left.remove(at: index).1
        }
        state.withLock { state in
            state = State(
                runs: runs, lastEvaluation: old.lastEvaluation, lastDuration: old.lastDuration, counts: old.counts,
                restoresUntil: old.restoresUntil, clockSteps: old.clockSteps)
        }
        return Set(left.flatMap(\.1.written.keys)).subtracting(runs.flatMap(\.written.keys))
    }

    /// All series that the last evaluation wrote.
    var written: Set<Labels> { Set(state.withLock { $0.runs }.flatMap(\.written.keys)) }

    /// Marks series that this group wrote as ended: nobody writes them any longer.
    func end(_ series: Set<Labels>) {
        guard !series.isEmpty, let last = state.withLock({ $0.lastEvaluation }) else { return }
        let time = max(context.timeSource.now(), last + 1) - compiled.queryOffset
        // A store that refuses the marks has told so elsewhere; the lookback ends the series without them.
        _ = try? context.appender.append(
            series.sorted().map { ($0, Sample(timestamp: time, value: StaleMarker.value)) })
    }

    /// Evaluates at the interval until the task is cancelled.
    func run() async {
        let interval = compiled.interval
        var due = nextTime
        if due - context.timeSource.now() > 2_000, state.withLock({ $0.lastEvaluation }) == nil {
            // The first look comes soon: nobody waits a long interval for the first alert after a start.
            try? await Pause.sleep(for: .milliseconds(500))
            if !Task.isCancelled { await evaluate(at: context.timeSource.now()) }
        }
        while !Task.isCancelled {
            if followClock() {
                try? await Pause.sleep(for: .milliseconds(max(Self.settlingTime, 2 * interval)))
                due = nextTime
                continue
            }
            let pause = due - context.timeSource.now()
            if pause > 0 {
                try? await Pause.sleep(for: .milliseconds(min(pause, Self.clockLookInterval)))
                continue
            }
            await evaluate(at: due)
            let now = context.timeSource.now()
            let steps = max(1, (now - due + interval - 1) / interval)
            due += interval * steps
            if steps > 1 { state.withLock { $0.counts.iterationsMissed += Int(steps) - 1 } }
        }
    }

    /// Whether the clock was set since the last look; then what waits and what has been goes with it.
    func followClock() -> Bool {
        state.withLock { state in
            let step = state.clockSteps.look(context.timeSource)
            if step == 0 { return false }
            for index in state.runs.indices { state.runs[index].states.shift(by: step) }
            state.restoresUntil = state.restoresUntil.map { $0 + step }
            return true
        }
    }

    /// Groups do not all begin at the same moment, and each at the same one after a restart.
    private var nextTime: Int64 {
        let offset = Int64(FNV1a.hash(compiled.key) % UInt64(compiled.interval))
        let now = context.timeSource.now()
        return now + compiled.interval - (now - offset) % compiled.interval
    }

    /// Evaluates every rule once, as of `time`.
    func evaluate(at time: Int64) async {
        let began = WallClock.nanoseconds()
        defer { tell(since: began, at: time) }
        let start = ContinuousClock.now
        state.withLock { state in
            let restoreTime = max(Self.restoreTime, 2 * compiled.interval)
            state.restoresUntil = state.restoresUntil ?? (context.restoresAlerts ? time + restoreTime : 0)
        }
        for index in compiled.rules.indices {
            do {
                await send(try await evaluate(index, at: time, since: start), compiled.rules[index])
            } catch {
                // Its task is cancelled: what was not evaluated stays as it was.
                return
            }
        }
        if compiled.rules.isEmpty { state.withLock { Self.noteIteration(&$0, at: time, since: start) } }
    }

    /// Tells of an evaluation, with the error of the first rule that failed in it.
    private func tell(since start: Int64, at time: Int64) {
        guard let witness = context.witness else { return }
        let problem = state.withLock { state in
            state.runs.first { $0.health == .err && $0.lastEvaluation == time }?.lastError
        }
        witness(
            FinishedWork(
                "evaluate rules", start: start, end: WallClock.nanoseconds(),
                attributes: [
                    .init("rule.group", .string(compiled.key)),
                    .init("rule.count", .integer(Int64(compiled.rules.count))),
                ], problem: problem))
    }

    private static func noteIteration(_ state: inout State, at time: Int64, since start: ContinuousClock.Instant) {
        state.counts.iterations += 1
        state.lastEvaluation = time
        state.lastDuration = start.duration(to: .now).inSeconds
    }

    /// Evaluates one rule.
    /// - Parameter start: when the evaluation of the group began.
    /// - Returns: the alerts of which the receivers must hear now.
    /// - Throws: `CancellationError`; nothing has changed then.
    private func evaluate(
        _ index: Int, at time: Int64, since start: ContinuousClock.Instant
    ) async throws -> [ActiveAlert] {
        let rule = compiled.rules[index]
        let former = state.withLock { $0.runs[index] }
        do {
            // What came of it is noted on the same thread: who sees its samples sees that too.
            let evaluated = try await context.gate.run(isDear: former.isDear) { [self] in
                let began = ContinuousClock.now
                let step = try outcome(of: rule, former, at: time)
                note(step, of: index, at: time, took: began.duration(to: .now), groupSince: start)
                return step.due
            }
            state.withLock { $0.runs[index].isDear = evaluated.isDear }
            return evaluated.value
        } catch let failure as RuleFailure {
            var step = Step(run: former)
            step.fail(failure)
            step.run.isDear = true
            note(step, of: index, at: time, took: start.duration(to: .now), groupSince: start)
            return []
        }
    }

    private func note(
        _ step: Step, of index: Int, at time: Int64, took: Duration, groupSince start: ContinuousClock.Instant
    ) {
        var run = step.run
        run.lastEvaluation = context.timeSource.now()
        run.lastDuration = took.inSeconds
        state.withLock { [run] state in
            state.runs[index] = run
            state.counts.evaluations += 1
            if run.health == .err { state.counts.failures += 1 }
            if index == compiled.rules.count - 1 { Self.noteIteration(&state, at: time, since: start) }
        }
    }

    /// What an evaluation makes of a rule.
    private struct Step: Sendable {
        var run: RuleRun
        var due: [ActiveAlert] = []

        mutating func fail(_ error: any Error) {
            run.health = .err
            run.lastError = "\(error)"
        }
    }

    /// Computes, and writes to the store, on the thread that calls it.
    /// - Throws: where its task is cancelled before anything is written; else what fails is in the rule's health.
    private func outcome(of rule: CompiledRule, _ former: RuleRun, at time: Int64) throws -> Step {
        var step = Step(run: former)
        do {
            try evaluate(rule, &step.run, at: time)
            step.run.health = .ok
            step.run.lastError = ""
        } catch let error as CancellationError {
            throw error
        } catch {
            step.fail(error)
        }
        if rule.isAlert {
            step.due = step.run.states.takeDue(
                at: time, resendDelay: Self.resendDelay, interval: compiled.interval)
        }
        return step
    }

    private func evaluate(_ rule: CompiledRule, _ run: inout RuleRun, at time: Int64) throws {
        let queried = time - compiled.queryOffset
        let result = try context.engine.instant(rule.expression, at: queried, from: context.source)
        var samples: [InstantSample]
        switch result.value {
        case .vector(let vector): samples = vector
        case .scalar(let sample): samples = [InstantSample(labels: .empty, sample: sample)]
        default: samples = []
        }
        try Work.check()
        if compiled.config.limit > 0, samples.count > compiled.config.limit {
            // As Prometheus documents it: too many alerts are none.
            run.states = AlertStates()
            throw RuleFailure(
                "the rule gives \(samples.count) series, and its group's limit is \(compiled.config.limit)")
        }
        if rule.isAlert {
            try evaluateAlert(rule, samples, &run, at: time)
        } else {
            try record(rule, samples, &run, at: time)
        }
    }

    // MARK: Recording rules

    private func record(_ rule: CompiledRule, _ samples: [InstantSample], _ run: inout RuleRun, at time: Int64) throws {
        var values: [Labels: Double] = [:]
        let labels = compiled.config.labels.merging(rule.config.labels.mapValues(\.value)) { $1 }
        for sample in samples {
            var builder = LabelsBuilder(sample.labels)
            builder.set(Labels.metricName, rule.name)
            // Of recording rules labels are no templates.
            for (name, value) in labels { builder.set(name, value) }
            let series = builder.build()
            guard values.updateValue(sample.sample.value, forKey: series) == nil else {
                throw RuleFailure("two series have the same labels once those of the rule are put in: \(series)")
            }
        }
        try write(values, &run, at: time - compiled.queryOffset)
    }

    /// Appends the values, and marks the series that were written last time and are not now as ended.
    private func write(_ values: [Labels: Double], _ run: inout RuleRun, at time: Int64) throws {
        var refs: [Labels: SeriesRef] = [:]
        var batch: [RefSample] = []
        for (labels, value) in values {
            let ref = try context.appender.resolve(labels)
            refs[labels] = ref
            batch.append(RefSample(ref: ref, timestamp: time, value: value))
        }
        for labels in run.written.keys where values[labels] == nil {
            batch.append(
                RefSample(ref: try context.appender.resolve(labels), timestamp: time, value: StaleMarker.value))
        }
        let outcome = batch.isEmpty ? AppendOutcome() : try context.appender.append(batch)
        run.written = refs
        try RefusedSamples.check(outcome)
    }

    // MARK: Alerting rules

    private func evaluateAlert(_ rule: CompiledRule, _ samples: [InstantSample], _ run: inout RuleRun, at time: Int64)
        throws
    {
        let queried = time - compiled.queryOffset
        let query: @Sendable (String) throws -> [TemplateSample] = { [context] text in
            let expression = try PromQLParser.parse(text, features: context.features)
            switch try context.engine.instant(expression, at: queried, from: context.source).value {
            case .vector(let vector): return vector.map { TemplateSample(labels: $0.labels, value: $0.sample.value) }
            // A number is a sample without labels, as in Prometheus.
            case .scalar(let sample): return [TemplateSample(labels: .empty, value: sample.value)]
            default: throw TemplateFailure("the query gives neither a vector nor a scalar")
            }
        }
        var found: [AlertStates.Found] = []
        var seen: Set<Labels> = []
        for sample in samples {
            let texts = RuleTemplate.Context(
                labels: sample.labels, value: sample.sample.value, externalLabels: context.externalLabels,
                externalURL: context.externalURL, now: time, query: query)
            var builder = LabelsBuilder(sample.labels)
            builder.remove(Labels.metricName)
            for (name, template) in rule.labels { builder.set(name, Self.expand(template, texts)) }
            builder.set("alertname", rule.name)
            let labels = builder.build()
            guard seen.insert(labels).inserted else {
                throw RuleFailure("two alerts have the same labels once those of the rule are put in: \(labels)")
            }
            var annotations: [String: String] = [:]
            for (name, template) in rule.annotations { annotations[name] = Self.expand(template, texts) }
            found.append(.init(labels: labels, annotations: annotations, value: sample.sample.value))
        }
        run.states.update(found, hold: rule.hold, keepFiringFor: rule.keepFiringFor, at: time)
        if let until = state.withLock({ $0.restoresUntil }), time < until {
            run.states.restore(hold: rule.hold, at: time) { stored($0, before: queried) }
        }
        // A template or a look at the past that was cut short may have given less: nothing is written of it.
        try Work.check()
        var values: [Labels: Double] = [:]
        for (labels, alert) in run.states.active where alert.state != .inactive {
            let named = labels.setting(Labels.metricName, "ALERTS").setting("alertstate", alert.state.rawValue)
            values[named] = 1
            values[labels.setting(Labels.metricName, "ALERTS_FOR_STATE")] = Double(alert.activeAt / 1_000)
        }
        do {
            try write(values, &run, at: queried)
        } catch {
            // What alerts rest on is refused too, and is there again with the first scrapes after that.
            run.states.doubtInput(until: time + max(Self.restoreTime, 2 * compiled.interval))
            throw error
        }
    }

    /// A template that fails at its data says so in the text: the alert is more important than its words.
    private static func expand(_ template: RuleTemplate, _ context: RuleTemplate.Context) -> String {
        do { return try template.expand(context) } catch { return "<error expanding template: \(error)>" }
    }

    private func stored(_ labels: Labels, before time: Int64) -> (activeAt: Int64, seen: Int64)? {
        let matchers = labels.setting(Labels.metricName, "ALERTS_FOR_STATE").map { Matcher.equal($0.name, $0.value) }
        let range = TimeRange(start: time - Self.outageTolerance, end: time - 1)
        let wanted = labels.setting(Labels.metricName, "ALERTS_FOR_STATE")
        guard let columns = try? context.source.select(matchers, in: range, sampleLimit: 1_000_000),
            let column = columns.first(where: { $0.labels == wanted }),
            let value = column.values.last, let seen = column.timestamps.last,
            // An alert that had ended does not go on; no time in seconds is that long.
            value.magnitude < 1e12
        else { return nil }
        return (Int64(value) * 1_000, seen)
    }

    private func send(_ due: [ActiveAlert], _ rule: CompiledRule) async {
        if due.isEmpty { return }
        let link = context.externalURL + "/graph?g0.expr=" + FormFields.encoded(rule.config.expr.value)
        let alerts = due.map { alert in
            Alert(
                labels: alert.labels.adding(context.externalLabels), annotations: alert.annotations,
                startsAt: alert.firedAt ?? alert.activeAt, endsAt: alert.resolvedAt ?? alert.validUntil,
                generatorURL: link)
        }
        for sink in context.sinks { await sink.receive(alerts) }
    }

    // MARK: What is known

    var view: RuleGroupView {
        let state = state.withLock { $0 }
        let rules = zip(compiled.rules, state.runs).map { rule, run in
            RuleView(
                name: rule.name, isAlert: rule.isAlert, expression: rule.config.expr.value,
                hold: rule.config.hold.inSeconds, keepFiringFor: rule.config.keepFiringFor.inSeconds,
                labels: compiled.config.labels.merging(rule.config.labels.mapValues(\.value)) { $1 },
                annotations: rule.config.annotations.mapValues(\.value),
                alerts: run.states.active.values.filter { $0.state != .inactive }.sorted { $0.labels < $1.labels },
                health: run.health, lastError: run.lastError, lastEvaluation: run.lastEvaluation,
                lastDuration: run.lastDuration)
        }
        return RuleGroupView(
            name: compiled.config.name, file: compiled.config.file, interval: Double(compiled.interval) / 1_000,
            limit: compiled.config.limit, rules: rules, lastEvaluation: state.lastEvaluation,
            lastDuration: state.lastDuration, counts: state.counts)
    }
}

/// Why a rule gave nothing.
struct RuleFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Labels {
    /// These labels and those of `others` whose names are not among them.
    fileprivate func adding(_ others: Labels) -> Labels {
        var builder = LabelsBuilder(self)
        for label in others where value(of: label.name) == nil { builder.set(label.name, label.value) }
        return builder.build()
    }
}

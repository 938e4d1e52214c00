package import ConfigText
internal import Grok
internal import Synchronization

/// The filters of a pipeline, ready to take events. May be used from several threads.
package final class Pipeline: Sendable {
    private indirect enum Step: Sendable {
        case filter(any PipelineFilter, CommonActions?)
        case branch([(condition: Condition?, steps: [Step])])
    }

    private enum Result {
        case one
        case many([PipelineEvent])
    }

    private let steps: [Step]
    private let taken = Atomic<Int>(0)
    private let given = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)

    /// Events that went in, and those that came out, so far.
    package var counts: (taken: Int, given: Int) {
        (taken.load(ordering: .relaxed), given.load(ordering: .relaxed))
    }

    /// Comparisons that could not be made so far; their events went past the branch.
    package var conditionFailures: Int { failures.load(ordering: .relaxed) }
    package var isEmpty: Bool { steps.isEmpty }

    /// - Parameters:
    ///   - files: in the order in which their filters stand.
    ///   - usesSchema: whether names of the Elastic Common Schema are meant where a filter does not say.
    ///   - timeZone: where times are of that name no zone; `nil` is the host's.
    ///   - readsFiles: whether settings may name files.
    ///   - problems: gets what is wrong, with its place.
    package init(
        _ files: [PipelineSyntax], usesSchema: Bool = true, unsupported: UnsupportedFilters = .refuse,
        timeZone: String? = nil, readsFiles: Bool = true, problems: ProblemList
    ) {
        var steps: [Step] = []
        for file in files {
            var resources = PipelineResources(
                folder: FilePaths.directory(ofFile: file.path), unsupported: unsupported,
                timeZone: timeZone)
            resources.readsFiles = readsFiles
            let builder = Builder(usesSchema: usesSchema, resources: resources, problems: problems)
            for section in file.sections where section.kind == .filter { steps += builder.steps(section.statements) }
        }
        self.steps = steps
    }

    private struct Builder {
        let usesSchema: Bool
        let resources: PipelineResources
        let problems: ProblemList

        func steps(_ statements: [PipelineSyntax.Statement]) -> [Step] {
            statements.compactMap { statement in
                switch statement {
                case .plugin(let plugin): return filter(plugin)
                case .branch(let arms):
                    return .branch(
                        arms.compactMap { arm in
                            do throws(ConfigProblem) {
                                return (
                                    try arm.condition.map { (syntax) throws(ConfigProblem) in try Condition(syntax) },
                                    steps(arm.statements)
                                )
                            } catch {
                                problems.add(error)
                                return nil
                            }
                        })
                }
            }
        }

        private func filter(_ plugin: PluginSyntax) -> Step? {
            guard let maker = FilterCatalogue.makers[plugin.name] else {
                tellUnknown(plugin)
                return resources.unsupported == .tag ? .filter(UnsupportedFilter(plugin.name), nil) : nil
            }
            guard resources.allows(plugin, problems) else { return nil }
            var settings = PluginSettings(plugin, usesSchema: usesSchema, problems)
            guard let filter = maker(&settings, resources) else { return nil }
            let actions = filter is CloneFilter ? nil : CommonActions(&settings)
            settings.finish()
            return .filter(filter, actions.flatMap { $0.isEmpty ? nil : $0 })
        }

        private func tellUnknown(_ plugin: PluginSyntax) {
            var mend: String
            if let instead = FilterCatalogue.absent[plugin.name] {
                mend = instead
            } else if let nearest = NearestName.of(plugin.name, among: FilterCatalogue.makers.keys) {
                mend = "write \(nearest)"
            } else {
                mend = "known are " + FilterCatalogue.makers.keys.sorted().joined(separator: ", ")
            }
            if resources.unsupported == .refuse {
                mend += "; or let such events go on with a tag: pipeline: {unsupported: tag} in watchpost.yml"
            }
            let severity: ConfigProblem.Severity = resources.unsupported == .refuse ? .error : .warning
            problems.add(
                ConfigProblem(
                    severity, at: plugin.position, "there is no filter \"\(plugin.name.prefix(60))\"", mend: mend))
        }
    }

    /// Sends an event through all filters.
    /// - Parameter emit: gets what comes out, in order.
    package func process(
        _ event: consuming PipelineEvent, now: Int64, _ worker: PipelineWorker, _ emit: (PipelineEvent) -> Void
    ) {
        process(event, FilterRun(now: now, scratch: worker.scratch), emit)
    }

    func process(_ event: consuming PipelineEvent, _ run: borrowing FilterRun, _ emit: (PipelineEvent) -> Void) {
        var event = event
        var left = Self.eventsMax
        taken.add(1, ordering: .relaxed)
        switch self.run(steps[...], &event, run, &left) {
        case .one:
            given.add(1, ordering: .relaxed)
            emit(event)
        case .many(let events):
            given.add(events.count, ordering: .relaxed)
            for event in events { emit(event) }
        }
    }

    /// Events that one may become: two lists that are split one behind the other would be as many as their product.
    static let eventsMax = 100_000

    /// - Parameter left: events that may still be made. What is left out is told by a tag of the last one.
    private func run(
        _ steps: ArraySlice<Step>, _ event: inout PipelineEvent, _ run: borrowing FilterRun, _ left: inout Int
    ) -> Result {
        for index in steps.indices {
            let outcome: Result
            switch steps[index] {
            case .filter(let filter, let actions):
                switch filter.apply(to: &event, run) {
                case .matched:
                    actions?.apply(to: &event)
                    continue
                case .passed: continue
                case .dropped: return .many([])
                case .replaced(var events):
                    if events.count > max(left, 1) {
                        events.removeLast(events.count - max(left, 1))
                        events[events.count - 1].addTag("_events_left_out")
                    }
                    left -= events.count
                    if let actions { for place in events.indices { actions.apply(to: &events[place]) } }
                    outcome = .many(events)
                }
            case .branch(let arms): outcome = branch(arms, &event, run, &left)
            }
            guard case .many(let events) = outcome else { continue }
            let rest = steps[(index + 1)...]
            if rest.isEmpty { return outcome }
            var results: [PipelineEvent] = []
            for var each in events {
                switch self.run(rest, &each, run, &left) {
                case .one: results.append(each)
                case .many(let more): results += more
                }
            }
            return .many(results)
        }
        return .one
    }

    private func branch(
        _ arms: [(condition: Condition?, steps: [Step])], _ event: inout PipelineEvent, _ run: borrowing FilterRun,
        _ left: inout Int
    ) -> Result {
        for arm in arms {
            switch arm.condition?.truth(event, run) ?? .yes {
            case .yes: return self.run(arm.steps[...], &event, run, &left)
            case .no: continue
            case .impossible:
                failures.add(1, ordering: .relaxed)
                event.addTag("_conditionfailure")
                return .one
            }
        }
        return .one
    }
}

/// What one thread needs that sends events through pipelines.
package final class PipelineWorker {
    let scratch = MatchScratch()

    package init() {}
}

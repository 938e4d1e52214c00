internal import Model

/// `info()`: labels of info metrics joined to series that share their `instance` and `job`.
extension Evaluator {
    private static let identifying = LabelNames(["instance", "job"])

    /// An info series and the times of its samples as seen at each step.
    private struct Source {
        let labels: Labels
        /// Seconds since the Unix epoch.
        let times: Column
    }

    func info(_ arguments: [Expression], _ steps: Steps) throws -> [Column] {
        let columns = try vector(arguments[0], steps)
        var names = [Matcher.equal(Labels.metricName, "target_info")]
        var data: [Matcher] = []
        if arguments.count > 1, case .vector(let selector) = arguments[1].withoutGroups.node {
            let given = selector.matchers.filter { $0.name == Labels.metricName }
            if !given.isEmpty { names = given }
            data = selector.matchers.filter { $0.name != Labels.metricName }
        }
        let sources = try infoSources(names + data, arguments[0], steps)
        var result: [Column] = []
        var places: [Labels: Int] = [:]
        for column in columns {
            let isInfo = names.allSatisfy { $0.matches(column.labels) }
            let candidates = isInfo ? [] : sources[Self.identifying.kept(of: column.labels)] ?? []
            for index in 0..<steps.count where column.has(index) {
                try Self.checkWanted(index)
                var labels = column.labels
                if !isInfo {
                    let found = try added(candidates, index, data, to: column.labels)
                    if found.isEmpty, data.contains(where: { !$0.matchesEmpty }) { continue }
                    for label in found { labels = labels.setting(label.name, label.value) }
                }
                let place = places[labels] ?? result.count
                if place == result.count {
                    places[labels] = place
                    try checkSize(columns: result.count + 1, steps)
                    var enriched = Column(absent: labels, count: steps.count)
                    enriched.dropsName = column.dropsName
                    result.append(enriched)
                }
                result[place].values[index] = column.values[index]
            }
        }
        return result
    }

    /// The info series by their identifying labels, read at the times at which `base` is.
    private func infoSources(
        _ matchers: [Matcher], _ base: Expression, _ steps: Steps
    ) throws -> [Labels: [Source]] {
        guard steps.count > 0 else { return [:] }
        let first = base.readTime(at: steps.start, self)
        let last = base.readTime(at: steps.time(steps.count - 1), self)
        // The times go along with the steps, or `@` holds them at one moment.
        let isFixed = first == last
        let moments = Steps(start: first, end: last, step: isFixed ? 1 : steps.step)
        let found = try instants(of: Selector(matchers: matchers), moments, timestamps: true)
        let sources = found.map { column in
            isFixed
                ? Column(labels: column.labels, values: Array(repeating: column.values[0], count: steps.count))
                : column
        }
        return Dictionary(grouping: sources.map { Source(labels: $0.labels, times: $0) }) {
            Self.identifying.kept(of: $0.labels)
        }
    }

    /// The labels that the info series give at a step: of each metric, the series with the newest sample.
    private func added(
        _ candidates: [Source], _ index: Int, _ data: [Matcher], to labels: Labels
    ) throws -> [Label] {
        var newest: [String: Source] = [:]
        for candidate in candidates where candidate.times.has(index) {
            let name = candidate.labels.metricName
            if let other = newest[name], other.times.values[index] >= candidate.times.values[index] {
                if other.times.values[index] == candidate.times.values[index] {
                    throw PromQLError(
                        .execution, "found duplicate series for info metric: \(other.labels) and \(candidate.labels)")
                }
                continue
            }
            newest[name] = candidate
        }
        var result: [Label] = []
        for source in newest.values {
            for label in source.labels where label.name != Labels.metricName && labels.value(of: label.name) == nil {
                if !data.isEmpty, !data.contains(where: { $0.name == label.name }) { continue }
                if let other = result.first(where: { $0.name == label.name }) {
                    if other.value == label.value { continue }
                    throw PromQLError(.execution, "conflicting label: \(label.name)")
                }
                result.append(label)
            }
        }
        return result
    }
}

extension Expression {
    /// The time at which the expression's first selector is read by the step at `time`.
    fileprivate func readTime(at time: Int64, _ evaluator: Evaluator) -> Int64 {
        switch node {
        case .number, .string: time
        case .vector(let selector), .matrix(let selector, _):
            evaluator.reference(time, selector.offset, selector.fixed)
        case .subquery(let inner, let subquery):
            inner.readTime(at: evaluator.reference(time, subquery.offset, subquery.fixed), evaluator)
        case .negate(let inner), .group(let inner): inner.readTime(at: time, evaluator)
        case .call(_, let arguments):
            arguments.first { !$0.selectors.isEmpty }?.readTime(at: time, evaluator) ?? time
        case .aggregate(let aggregation): aggregation.inner.readTime(at: time, evaluator)
        case .binary(let operation):
            (operation.left.selectors.isEmpty ? operation.right : operation.left).readTime(at: time, evaluator)
        }
    }
}

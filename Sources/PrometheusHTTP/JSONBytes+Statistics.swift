internal import HTTPKit
internal import Model
internal import PromQL

/// What the parameter `stats` asks for.
enum StatisticsDetail {
    case none, sums, steps

    /// Any text but `all` asks for the sums, as in Prometheus.
    init(_ text: String) { self = text.isEmpty ? .none : text == "all" ? .steps : .sums }
}

/// How long a query took.
struct QueryTimings {
    /// Until it was its turn.
    let queue: Duration
    let evaluation: Duration
}

extension JSONBytes {
    /// The value of `stats` in the answer of a query.
    init(statistics: QueryStatistics, _ timings: QueryTimings, detail: StatisticsDetail) {
        self.init()
        raw(#"{"timings":{"evalTotalTime":"#)
        real(timings.evaluation / .seconds(1))
        // Results come sorted out of the evaluation, and samples are read while it goes on.
        raw(#","resultSortTime":0,"queryPreparationTime":0,"innerEvalTime":"#)
        real(timings.evaluation / .seconds(1))
        raw(#","execQueueTime":"#)
        real(timings.queue / .seconds(1))
        raw(#","execTotalTime":"#)
        real((timings.queue + timings.evaluation) / .seconds(1))
        raw(#"},"samples":{"totalQueryableSamples":"#)
        number(statistics.total)
        raw(#","peakSamples":"#)
        number(statistics.peak)
        if detail == .steps {
            raw(#","totalQueryableSamplesPerStep":"#)
            list(statistics.perStep) { json, step in
                json.raw("[")
                json.timestamp(step.time)
                json.raw(",")
                json.number(step.samples)
                json.raw("]")
            }
        }
        raw("}}")
    }
}

import Model

/// What is to be done with a batch: worked out before it is committed, carried out after.
struct AppendPlan: Sendable {
    /// Indices of samples that are refused, ascending.
    var refused: [Int] = []
    /// Series whose definitions go into the same transaction.
    var definitions: [UInt32] = []
    var outcome = AppendOutcome()
}

extension Head {
    /// Tells which samples are acceptable, and which series the tail has to be told of with them. Those count as
    /// defined from now on: ``markDefined(_:_:)`` takes that back if the commit fails.
    mutating func plan(_ samples: [RefSample], now: Int64) -> AppendPlan {
        var plan = AppendPlan()
        var earliest = Int64.max
        var latest = Int64.min
        for sample in samples {
            earliest = min(earliest, sample.timestamp)
            latest = max(latest, sample.timestamp)
        }
        let oldest = now &- limits.retention
        let newest = now &+ limits.aheadLimit
        let isWithinBounds = earliest >= oldest && latest <= newest
        // Within a batch that spans less than the window no sample can make another one too old.
        let isNarrow = isWithinBounds && latest &- earliest <= limits.outOfOrderWindow
        var newestInBatch: [Int: Int64] = [:]
        for (index, sample) in samples.enumerated() {
            guard let slot = slot(of: sample.ref) else {
                plan.outcome.unknown.append(sample.ref)
                plan.refused.append(index)
                continue
            }
            if !series[slot].isDefined {
                series[slot].isDefined = true
                plan.definitions.append(UInt32(slot))
            }
            let time = sample.timestamp
            if !isWithinBounds {
                if time < oldest {
                    plan.outcome.tooOld += 1
                    plan.refused.append(index)
                    continue
                }
                if time > newest {
                    plan.outcome.tooNew += 1
                    plan.refused.append(index)
                    continue
                }
            }
            var before = series[slot].newest
            if !isNarrow { before = max(before, newestInBatch[slot] ?? .min) }
            // What lies in the future, from a clock that was ahead, is kept and makes nothing too old.
            if time < before, before &- time > limits.outOfOrderWindow, series[slot].newest > now {
                before = max(series[slot].newest(notAfter: now), newestInBatch[slot] ?? .min)
            }
            if time < before, before &- time > limits.outOfOrderWindow {
                plan.outcome.tooOld += 1
                plan.refused.append(index)
            } else if !isNarrow {
                newestInBatch[slot] = max(before, time)
            }
        }
        return plan
    }

    /// Puts in the samples of a committed batch, and completes the plan's outcome.
    mutating func apply(_ samples: [RefSample], _ plan: inout AppendPlan, now: Int64) {
        var nextRefused = 0
        for (index, sample) in samples.enumerated() {
            if nextRefused < plan.refused.count, plan.refused[nextRefused] == index {
                nextRefused += 1
                continue
            }
            // Known since the plan was made: series are dropped only while no append is under way.
            guard let slot = slot(of: sample.ref) else { continue }
            series[slot].lastAppend = now
            switch insert(slot, sample.timestamp, sample.value) {
            case .inserted: plan.outcome.accepted += 1
            case .repeated: break
            case .conflicting: plan.outcome.duplicates += 1
            }
        }
    }
}

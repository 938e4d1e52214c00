import TestSupport

/// Expressions made at random from the grammar of PromQL, over the metrics of ``RandomSeries``.
///
/// Left out is what Prometheus 2.42, beside which they are asked, and 3 are known to answer differently:
///
/// - `atan2` of vectors, whose result has lost the metric's name since 3;
/// - `rate` and `increase` of what is no counter well above zero: since 3 a window is never extended beyond the moment
///   at which the counter would have been zero, before it only was where the first sample was near the border;
/// - `stddev` and `stdvar` of what may be NaN or infinite: of one such value 2.42 says 0;
/// - `predict_linear` with `@`, which 2.42 forgets at the later steps of a range query;
/// - `timestamp` with `@` and `offset`, where 2.42 misses series that have just gone;
/// - parts of dates of NaN and infinity, which Go's conversion leaves to chance;
/// - `count_values` of results of functions, whose last digits differ with the library of the C or Go kind;
/// - `topk` and `bottomk` of what may be equal, where both choose by an order of their own;
/// - functions that turn the last digit of their argument into another result, over anything but plain metrics, and
///   `sinh` and `cosh`, which in Go are infinite a little sooner;
/// - a subquery within another;
/// - `holt_winters` (renamed) and `sort` (its order is not compared).
struct RandomQuery {
    private var generator: SeededGenerator
    /// Seconds since the Unix epoch, within the data and off every grid.
    private let moments: [String]
    private var isInSubquery = false

    init(seed: UInt64, moments: [String]) {
        generator = SeededGenerator(seed: seed)
        self.moments = moments
    }

    mutating func next() -> String {
        generator.chance(8) ? scalar(2) : vector(Int.random(in: 1...4, using: &generator))
    }

    private static let metrics = [
        "fps", "bitrate", "frames_total", "temperature", "info", "odd", "only_here", "absent_metric",
    ]
    private static let labels = ["instance", "camera", "job", "kind", "zone", "le", "missing"]
    private static let durations = ["1m", "2m", "5m", "7m30s", "17m", "1h"]

    // MARK: Selectors

    private mutating func matchers() -> String {
        var parts: [String] = []
        if generator.chance(25) {
            parts.append(
                generator.pick([
                    "instance=\"node-1\"", "instance!=\"node-2\"", "instance=~\"node-.\"", "instance!~\"node-[12]\"",
                    "instance=~\"node-1|node-3\"", "instance=~\".+2\"",
                ]))
        }
        if generator.chance(20) {
            parts.append(
                generator.pick([
                    "camera=\"cam-0\"", "camera=~\"cam-[12]\"", "camera!=\"\"", "camera=~\"cam-.*\"", "camera=\"\"",
                    "kind!~\"nan|inf\"",
                ]))
        }
        return parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
    }

    private mutating func modifier() -> String {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: " offset \(generator.pick(["1m", "7m", "-3m", "1h"]))"
        case 1: " @ \(generator.pick(moments))"
        case 2: " @ start()"
        case 3: " @ end() offset 4m"
        default: ""
        }
    }

    private mutating func metric() -> String {
        generator.chance(15) ? "latency_seconds_bucket" : generator.pick(Self.metrics)
    }

    private mutating func selector() -> String {
        if generator.chance(4) { return "{__name__=~\"fps|info\"}\(modifier())" }
        return metric() + matchers() + modifier()
    }

    private mutating func range(_ depth: Int) -> String {
        // Not one in another: where the grids of both meet, it matters whether ranges are closed.
        if depth > 0, !isInSubquery, generator.chance(20) {
            isInSubquery = true
            defer { isInSubquery = false }
            let inner = vector(depth - 1)
            return
                "(\(inner))[\(generator.pick(["5m", "10m", "31m"])):\(generator.pick(["", "13s", "1m", "47s"]))]\(modifier())"
        }
        return "\(metric())\(matchers())[\(generator.pick(Self.durations))]\(modifier())"
    }

    private mutating func names() -> String {
        let count = Int.random(in: 0...2, using: &generator)
        return (0..<count).map { _ in generator.pick(Self.labels) }.joined(separator: ",")
    }

    /// A metric whose values are finite.
    private mutating func plain() -> String {
        generator.pick(["fps", "bitrate", "frames_total", "temperature", "only_here", "latency_seconds_bucket"])
            + matchers()
            + modifier()
    }

    /// A range of counters that are well above zero.
    private mutating func counters() -> String {
        let metric = generator.pick(["frames_total", "latency_seconds_bucket", "only_here"])
        return "\(metric)\(matchers())[\(generator.pick(Self.durations))]\(modifier())"
    }

    // MARK: Values

    private mutating func scalar(_ depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &generator) {
        case 0: generator.pick(["1", "0", "-2.5", "1e3", "0x1f", "Inf", "NaN", "3.75"])
        case 1: "time()"
        case 2: "pi()"
        case 3: generator.pick(["2", "10", "0.1", "60"])
        case 4: "scalar(\(vector(depth - 1)))"
        case 5: "(\(scalar(depth - 1)) \(generator.pick(["+", "-", "*", "/", "^", "atan2"])) \(scalar(depth - 1)))"
        case 6: "(\(scalar(depth - 1)) \(generator.pick(["==", "!=", ">", "<", ">=", "<="])) bool \(scalar(depth - 1)))"
        default: "-(\(scalar(depth - 1)))"
        }
    }

    private mutating func vector(_ depth: Int) -> String {
        if depth == 0 { return selector() }
        switch Int.random(in: 0..<20, using: &generator) {
        case 0, 1: return selector()
        case 2, 3, 4: return aggregation(depth)
        case 5, 6: return withScalar(depth)
        case 7, 8: return joined(depth)
        case 9: return sets(depth)
        case 10, 11: return function(depth)
        case 12, 13, 14, 15: return overTime(depth)
        case 16: return quantile(depth)
        case 17: return relabelled(depth)
        case 18: return generator.pick(["-", "+"]) + "(\(vector(depth - 1)))"
        default:
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: return "absent(\(selector()))"
            case 1: return "absent_over_time(\(range(depth)))"
            case 2: return "vector(\(scalar(depth - 1)))"
            case 3: return "timestamp(\(metric() + matchers()))"
            default:
                return
                    "\(generator.pick(["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"]))(\(plain()) * 1000)"
            }
        }
    }

    private mutating func aggregation(_ depth: Int) -> String {
        let grouping = generator.chance(70) ? " \(generator.pick(["by", "without"])) (\(names())) " : ""
        let inner = vector(depth - 1)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
            return
                "\(generator.pick(["topk", "bottomk"]))\(grouping)(\(generator.pick(["1", "3", "100"])), \(generator.pick(["temperature", "frames_total"])))"
        case 1: return "quantile\(grouping)(\(generator.pick(["0", "0.3", "0.9", "1", "1.5", "-1"])), \(inner))"
        case 3: return "\(generator.pick(["stddev", "stdvar"]))\(grouping)(\(plain()))"
        case 2: return "count_values\(grouping)(\"value\", \(plain()))"
        default:
            return
                "\(generator.pick(["sum", "avg", "min", "max", "count", "group"]))\(grouping)(\(inner))"
        }
    }

    private mutating func withScalar(_ depth: Int) -> String {
        let operation = generator.pick([
            "+", "-", "*", "/", "^", "==", "!=", ">", "<", ">=", "<=", "> bool", "== bool", "<= bool",
        ])
        if generator.chance(8) { return "\(plain()) % \(generator.pick(["60", "7.5", "-3", "0"]))" }
        let (left, right) = (vector(depth - 1), scalar(depth - 1))
        return generator.chance(50) ? "(\(left)) \(operation) \(right)" : "\(right) \(operation) (\(left))"
    }

    private mutating func joined(_ depth: Int) -> String {
        let operation = generator.pick(["+", "-", "*", "/", "==", "!=", ">", "<=", ">= bool", "!= bool"])
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            // Not compared: of an average over series in no order the last digit may differ from itself.
            let inner = vector(depth - 1)
            return "(\(inner)) \(generator.pick(["+", "-", "*"])) (\(inner))"
        case 1:
            let by = generator.pick(["instance", "camera", "instance, camera"])
            return "sum by (\(by)) (\(vector(depth - 1))) \(operation) on (\(by)) max by (\(by)) (\(vector(depth - 1)))"
        case 2:
            return
                "\(generator.pick(["fps", "bitrate", "frames_total"]))\(matchers()) \(operation) on (instance) group_left (\(generator.pick(["", "version"]))) info"
        default:
            let matching = "\(generator.pick(["on", "ignoring"])) (\(names()))"
            return "(\(vector(depth - 1))) \(operation) \(matching) (\(vector(depth - 1)))"
        }
    }

    private mutating func sets(_ depth: Int) -> String {
        let matching = generator.chance(50) ? " \(generator.pick(["on", "ignoring"])) (\(names()))" : ""
        return "(\(vector(depth - 1))) \(generator.pick(["and", "or", "unless"]))\(matching) (\(vector(depth - 1)))"
    }

    private mutating func function(_ depth: Int) -> String {
        let inner = vector(depth - 1)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return "clamp(\(inner), \(scalar(0)), \(scalar(0)))"
        case 1: return "\(generator.pick(["clamp_min", "clamp_max"]))(\(inner), \(scalar(0)))"
        case 2: return "round(\(plain())\(generator.pick(["", ", 0.5", ", 10", ", 0.01"])))"
        case 3, 4: return "\(generator.pick(["ceil", "floor", "sin", "cos", "tan"]))(\(plain()))"
        default:
            let names = [
                "abs", "exp", "sqrt", "ln", "log2", "log10", "sgn", "asin", "acos", "atan", "tanh", "asinh", "acosh",
                "atanh", "deg", "rad",
            ]
            return "\(generator.pick(names))(\(inner))"
        }
    }

    private mutating func overTime(_ depth: Int) -> String {
        if generator.chance(25) { return "\(generator.pick(["rate", "increase"]))(\(counters()))" }
        let range = range(depth)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return "quantile_over_time(\(generator.pick(["0", "0.25", "0.99", "1", "2"])), \(range))"
        case 1: return "deriv(\(metric())[\(generator.pick(Self.durations))])"
        case 2: return "predict_linear(\(metric())[17m], \(generator.pick(["60", "3600", "-10"])))"
        default:
            return
                "\(generator.pick(["delta", "irate", "idelta", "changes", "resets", "sum_over_time", "avg_over_time", "min_over_time", "max_over_time", "count_over_time", "last_over_time", "present_over_time", "stddev_over_time", "stdvar_over_time"]))(\(range))"
        }
    }

    private mutating func quantile(_ depth: Int) -> String {
        let grouping = generator.chance(60) ? "sum by (le\(generator.pick(["", ", instance"]))) " : ""
        let buckets = generator.pick([
            "rate(latency_seconds_bucket[5m])", "increase(latency_seconds_bucket[17m])", "latency_seconds_bucket",
        ])
        return
            "histogram_quantile(\(generator.pick(["0", "0.5", "0.9", "0.99", "1", "-1", "2"])), \(grouping)(\(buckets)))"
    }

    private mutating func relabelled(_ depth: Int) -> String {
        let inner = vector(depth - 1)
        if generator.chance(30) { return "label_join(\(inner), \"joined\", \"-\", \"instance\", \"camera\")" }
        let source = generator.pick(["camera", "instance", "missing", "zone"])
        let target = generator.pick(["short", "camera", "job"])
        let pattern = generator.pick(["(.*)", "cam-(.)", "(node)-(?P<n>.+)", "x", ""])
        return
            "label_replace(\(inner), \"\(target)\", \"\(generator.pick(["$1", "${1}-x", "", "fixed", "$n"]))\", \"\(source)\", \"\(pattern)\")"
    }
}

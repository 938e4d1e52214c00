import Foundation

/// Whether two answers of the query API say the same.
enum AnswerComparison {
    /// What is different, or `nil`.
    static func difference(_ ours: [String: Any], _ theirs: [String: Any]) -> String? {
        let statuses = [ours, theirs].map { $0["status"] as? String ?? "" }
        guard statuses[0] == statuses[1] else { return "status \(statuses)" }
        guard statuses[0] == "success" else {
            let kinds = [ours, theirs].map { $0["errorType"] as? String ?? "" }
            return kinds[0] == kinds[1] ? nil : "error type \(kinds)"
        }
        guard let left = ours["data"] as? [String: Any], let right = theirs["data"] as? [String: Any] else {
            return "no data"
        }
        let types = [left, right].map { $0["resultType"] as? String ?? "" }
        guard types[0] == types[1] else { return "result type \(types)" }
        guard types[0] == "vector" || types[0] == "matrix" else {
            return samples(left["result"] as? [Any] ?? []).flatMap { mine in
                samples(right["result"] as? [Any] ?? []).map { compare([mine], [$0]) }
            } ?? nil
        }
        return series(left["result"] as? [[String: Any]] ?? [], right["result"] as? [[String: Any]] ?? [])
    }

    private static func series(_ left: [[String: Any]], _ right: [[String: Any]]) -> String? {
        func byLabels(_ list: [[String: Any]]) -> [[String: String]: [(Double, Double)]] {
            var found: [[String: String]: [(Double, Double)]] = [:]
            for one in list {
                let pairs = (one["values"] as? [[Any]]) ?? (one["value"] as? [Any]).map { [$0] } ?? []
                found[one["metric"] as? [String: String] ?? [:]] = pairs.compactMap(samples)
            }
            return found
        }
        let (mine, other) = (byLabels(left), byLabels(right))
        if mine.count != left.count || other.count != right.count { return "a series stands twice" }
        let missing = Set(other.keys).subtracting(mine.keys)
        let added = Set(mine.keys).subtracting(other.keys)
        if let first = missing.first { return "\(missing.count) series missing, as \(first)" }
        if let first = added.first { return "\(added.count) series too many, as \(first)" }
        for (labels, samples) in mine {
            if let difference = compare(samples, other[labels] ?? []) { return "\(labels): \(difference)" }
        }
        return nil
    }

    private static func samples(_ pair: [Any]) -> (Double, Double)? {
        guard pair.count == 2, let time = pair[0] as? Double, let text = pair[1] as? String, let value = Double(text)
        else { return nil }
        return (time, value)
    }

    private static func compare(_ left: [(Double, Double)], _ right: [(Double, Double)]) -> String? {
        guard left.map(\.0) == right.map(\.0) else {
            return "times \(left.map(\.0).prefix(5)) (\(left.count)), not \(right.map(\.0).prefix(5)) (\(right.count))"
        }
        for (mine, other) in zip(left, right) where !isClose(mine.1, other.1) {
            return "\(mine.1), not \(other.1), at \(mine.0)"
        }
        return nil
    }

    private static func isClose(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        if left == right { return true }
        if left.isInfinite || right.isInfinite { return false }
        return (left - right).magnitude <= 1e-9 * max(left.magnitude, right.magnitude)
    }
}

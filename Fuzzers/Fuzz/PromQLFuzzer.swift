internal import Model
internal import PromQL

/// Reads any text as an expression. What is one is printed and read again, and evaluated over a few series.
enum PromQLFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
        guard let expression = try? PromQLParser.parse(text, features: Set(PromQLFeature.allCases)) else { return }
        let printed = reprinted(expression.prettyPrinted)
        // A computed duration becomes a plain one on the way; from then on nothing changes any more.
        precondition(reprinted(printed) == printed, "BUG: printed twice differently: \(printed)")
        _ = expression.tree
        var limits = PromQLEngine.Limits()
        limits.samples = 20_000
        let engine = PromQLEngine(limits: limits)
        _ = try? engine.instant(expression, at: 1_000_000, from: FewSeries())
        _ = try? engine.range(expression, start: 900_000, end: 1_000_000, step: 30_000, from: FewSeries())
    }
}

private func reprinted(_ text: String) -> String {
    guard let expression = try? PromQLParser.parse(text, features: Set(PromQLFeature.allCases)) else {
        fatalError("BUG: what was printed cannot be read: \(text)")
    }
    return expression.prettyPrinted
}

/// Three series with every odd value.
private struct FewSeries: SampleSource {
    private static let all: [SeriesColumn] = [
        column(["__name__": "a", "x": "1"], [1, 2, .nan, 4, 0, 6]),
        column(["__name__": "a", "x": "2"], [-1, .infinity, 3, StaleMarker.value, 5, 5]),
        column(["__name__": "b_bucket", "x": "1", "le": "+Inf"], [0, 1, 2, 3, 4, 5]),
    ]

    private static func column(_ labels: Labels, _ values: [Double]) -> SeriesColumn {
        SeriesColumn(labels: labels, timestamps: values.indices.map { 850_000 + Int64($0) * 30_000 }, values: values)
    }

    func select(_ matchers: [Matcher], in range: TimeRange, sampleLimit: Int) throws -> [SeriesColumn] {
        Self.all.compactMap { column in
            guard matchers.allSatisfy({ $0.matches(column.labels) }) else { return nil }
            let kept = column.timestamps.indices.filter { range.contains(column.timestamps[$0]) }
            if kept.isEmpty { return nil }
            return SeriesColumn(
                labels: column.labels, timestamps: kept.map { column.timestamps[$0] },
                values: kept.map { column.values[$0] })
        }
    }
}

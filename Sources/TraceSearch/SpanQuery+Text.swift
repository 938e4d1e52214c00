public import Model

extension SpanQuery {
    /// A query over a time in milliseconds since the Unix epoch, as pages and addresses have it; both ends belong to it.
    public init(_ range: TimeRange, _ conditions: [Condition] = []) {
        self.init(
            start: Self.nanoseconds(range.start), end: Self.nanoseconds(range.end, 999_999), conditions: conditions)
    }

    /// As far as there is time.
    private static func nanoseconds(_ milliseconds: Int64, _ rest: Int64 = 0) -> Int64 {
        let (product, isTooMuch) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        if isTooMuch { return milliseconds < 0 ? .min : .max }
        let (sum, isStillTooMuch) = product.addingReportingOverflow(rest)
        return isStillTooMuch ? .max : sum
    }
}

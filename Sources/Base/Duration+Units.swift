extension Duration {
    /// Whole milliseconds, held within a quarter of what 64 bits hold, so that they can be added to a time.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let limit = Int64.max / 4_000
        return max(-limit, min(limit, seconds)) * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    /// Seconds with their fraction.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

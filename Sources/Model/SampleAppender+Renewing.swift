extension SampleAppender {
    /// Appends a batch. The samples of series that the store has forgotten are appended once more, under new numbers.
    /// - Parameter renewed: makes the new numbers of these series; those that it leaves out stay unknown.
    /// - Returns: what became of all samples.
    public func append(_ samples: [RefSample], renewed: (Set<SeriesRef>) throws -> [SeriesRef: SeriesRef]) throws
        -> AppendOutcome
    {
        var outcome = try append(samples)
        guard !outcome.unknown.isEmpty else { return outcome }
        let fresh = try renewed(Set(outcome.unknown))
        let again = samples.compactMap { sample in
            fresh[sample.ref].map { RefSample(ref: $0, timestamp: sample.timestamp, value: sample.value) }
        }
        let second = again.isEmpty ? AppendOutcome() : try append(again)
        outcome.accepted += second.accepted
        outcome.duplicates += second.duplicates
        outcome.tooOld += second.tooOld
        outcome.tooNew += second.tooNew
        outcome.unknown = outcome.unknown.filter { fresh[$0] == nil } + second.unknown
        return outcome
    }
}

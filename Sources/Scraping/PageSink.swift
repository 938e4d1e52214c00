internal import Exposition
internal import Model

/// Takes the samples of one page, finding each one's series by its text.
struct PageSink: ExpositionSink {
    let rules: SampleRules
    let appender: any SampleAppender
    var cache: SeriesCache
    private(set) var metadata: [String: MetricMetadata] = [:]
    let scrape: UInt32
    let timestamp: Int64
    /// The number of the last scrape, if it was read; a series that was on it is not new.
    let known: UInt32?
    private(set) var samples: [RefSample] = []
    /// Whether the line read last gave a sample.
    private var lastIsKept = false
    private(set) var exemplars: [RefExemplar] = []
    private(set) var outcome = ScrapeSession.Outcome()

    init(
        rules: SampleRules, appender: any SampleAppender, cache: consuming SeriesCache, scrape: UInt32,
        timestamp: Int64, known: UInt32?
    ) {
        self.rules = rules
        self.appender = appender
        self.scrape = scrape
        self.timestamp = timestamp
        self.known = known
        samples.reserveCapacity(cache.lastCount)
        self.cache = cache
    }

    func expectedLength(in line: UnsafeBufferPointer<UInt8>) -> Int? { cache.expectedLength(in: line) }

    mutating func sample(series: UnsafeBufferPointer<UInt8>, value: Double, timestamp ownTime: Int64?) throws {
        outcome.scraped += 1
        lastIsKept = false
        let index: Int
        if let found = cache.entry(of: series) {
            index = found
        } else {
            let labels = try rules.labels(of: series)
            if labels != nil { try checkLimit(with: outcome.kept + 1) }
            index = cache.insert(series, ref: try labels.map { try appender.resolve($0) })
        }
        guard let ref = cache[index].ref else { return }
        outcome.kept += 1
        try checkLimit(with: outcome.kept)
        let time = rules.honorTimestamps ? ownTime ?? timestamp : timestamp
        let before = cache[index].seen
        if before == 0 || (before != scrape && before != known) { outcome.added += 1 }
        cache[index].seen = scrape
        cache[index].endsWhenMissing = ownTime == nil || !rules.honorTimestamps
        samples.append(RefSample(ref: ref, timestamp: time, value: value))
        lastIsKept = true
    }

    mutating func exemplar(labels: Labels, value: Double, timestamp ownTime: Int64?) {
        // Of a series that relabelling drops there is no sample, so that the last one is another's.
        guard lastIsKept, let sample = samples.last else { return }
        exemplars.append(
            RefExemplar(
                ref: sample.ref,
                exemplar: Exemplar(labels: labels, value: value, timestamp: ownTime ?? sample.timestamp)))
    }

    private func checkLimit(with count: Int) throws(ScrapeFailure) {
        guard rules.sampleLimit > 0, count > rules.sampleLimit else { return }
        throw ScrapeFailure(
            .sampleLimit,
            "sample_limit exceeded: the page has more than \(rules.sampleLimit) samples; raise it, or drop "
                + "series in metric_relabel_configs")
    }

    mutating func metadata(name: String, kind: MetricKind) { metadata[name, default: .init()].kind = kind }

    mutating func metadata(name: String, help: String) { metadata[name, default: .init()].help = help }
}

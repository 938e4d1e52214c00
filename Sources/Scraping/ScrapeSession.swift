internal import Base
internal import Exposition
internal import Model

/// What a target's pages become: batches of samples for the store. Knows no network and no clock.
///
/// Not thread-safe: a target's loop is its one user.
struct ScrapeSession {
    /// What became of a page.
    struct Outcome: Equatable {
        /// Samples on the page.
        var scraped = 0
        /// Samples that relabelling left.
        var kept = 0
        /// Series that were not on the page before.
        var added = 0
        var duplicates = 0
        var tooOld = 0
        var tooNew = 0
    }

    private let rules: SampleRules
    private let appender: any SampleAppender
    private var cache = SeriesCache()
    private var metadataByName: [String: MetricMetadata] = [:]
    private var scrape: UInt32 = 0
    private var reportRefs: [SeriesRef]?
    /// Whether the last page was read, so that its series are alive.
    private var isAlive = false

    var metadata: [String: MetricMetadata] { metadataByName }

    init(target: Target, config: ScrapeConfig, appender: any SampleAppender) {
        rules = SampleRules(target: target, config: config)
        self.appender = appender
    }

    /// Stores a page's samples. Series that were on the last page and are not on this one are marked as ended.
    /// - Parameter timestamp: of samples without a time of their own, in milliseconds since the Unix epoch.
    mutating func store(
        _ page: [UInt8], contentType: String?, at timestamp: Int64
    ) throws(ScrapeFailure) -> Outcome {
        scrape &+= 1
        cache.beginPage()
        var sink = PageSink(
            rules: rules, appender: appender, cache: cache, scrape: scrape, timestamp: timestamp,
            known: isAlive ? scrape &- 1 : nil)
        // The sink works on the one copy of the cache, so that nothing is copied at the first change.
        cache = SeriesCache()
        var outcome = Outcome()
        let failure = read(page, contentType, into: &sink)
        cache = sink.cache
        if let failure {
            endAll(at: timestamp)
            cache.forgetOld()
            throw failure
        }
        // Only what the page says: names that it no longer has are forgotten.
        metadataByName = sink.metadata
        let vanished = cache.endPage()
        outcome = sink.outcome
        do {
            try append(sink.samples + (isAlive ? ends(of: vanished, at: timestamp) : []), into: &outcome)
            try appender.append(exemplars: sink.exemplars)
        } catch {
            isAlive = false
            throw ScrapeFailure(.storage, "cannot store the samples: \(error)")
        }
        isAlive = true
        cache.forgetOld()
        return outcome
    }

    private func read(_ page: [UInt8], _ contentType: String?, into sink: inout PageSink) -> ScrapeFailure? {
        do {
            try ExpositionParser.parse(page, format: ExpositionFormat(contentType: contentType), into: &sink)
            return nil
        } catch let error as ScrapeFailure {
            return error
        } catch let error as ExpositionError {
            return ScrapeFailure(.malformed, "\(error)" + Self.shown(contentType))
        } catch {
            return ScrapeFailure(.storage, "cannot store the samples: \(error)")
        }
    }

    /// A page of another type than expected is worth a word: it is often a login form.
    private static func shown(_ contentType: String?) -> String {
        let type = (contentType ?? "").prefix { $0 != ";" }
        if type.isEmpty || type == "text/plain" || type == "application/openmetrics-text" { return "" }
        return " (the page is \(type)); check metrics_path"
    }

    // MARK: The end of series

    /// Marks all series of the last page that was read as ended: the target is down or gone.
    mutating func endAll(at timestamp: Int64) {
        guard isAlive else { return }
        isAlive = false
        let marks = marks(of: cache.lastPage, besides: [], at: timestamp)
        // A store that refuses the marks has told so elsewhere; the lookback ends the series without them.
        if !marks.isEmpty { _ = try? appender.append(marks) }
    }

    /// Marks for series that the last page had and this one has not.
    private func ends(of vanished: [Int], at timestamp: Int64) -> [RefSample] {
        if vanished.isEmpty { return [] }
        // Relabelling may give two texts one series: it lives as long as one of them does.
        return marks(of: vanished, besides: Set(cache.lastPage.compactMap { cache[$0].ref }), at: timestamp)
    }

    private func marks(of entries: [Int], besides alive: Set<SeriesRef>, at timestamp: Int64) -> [RefSample] {
        let ending = entries.filter { cache[$0].endsWhenMissing }.compactMap { cache[$0].ref }
        return Set(ending).subtracting(alive).map {
            RefSample(ref: $0, timestamp: timestamp, value: StaleMarker.value)
        }
    }

    // MARK: Appending

    /// Appends `samples`; of series that the store has forgotten the labels are resolved again.
    private mutating func append(_ samples: [RefSample], into outcome: inout Outcome) throws {
        if samples.isEmpty { return }
        let result = try appender.append(samples) { unknown in
            var renewed: [SeriesRef: SeriesRef] = [:]
            for index in 0..<cache.count {
                guard let ref = cache[index].ref, unknown.contains(ref) else { continue }
                guard let labels = try rules.labels(ofText: cache.text(of: index)) else { continue }
                let fresh = try appender.resolve(labels)
                renewed[ref] = fresh
                cache[index].ref = fresh
            }
            return renewed
        }
        outcome.add(result)
    }

    /// Stores what is told about the scrape itself: `up` and its kin.
    /// - Parameter outcome: `nil` where the scrape failed.
    /// - Throws: ``RefusedSamples`` where the store does not take them because of their time.
    mutating func report(_ outcome: Outcome?, took duration: Duration, at timestamp: Int64) throws {
        let values = [
            outcome == nil ? 0 : 1, duration.inSeconds, Double(outcome?.scraped ?? 0), Double(outcome?.kept ?? 0),
            Double(outcome?.added ?? 0),
        ]
        try appendReport(values, at: timestamp)
    }

    /// Marks the target's own series as ended: it is no longer scraped.
    mutating func endReport(at timestamp: Int64) {
        guard reportRefs != nil else { return }
        try? appendReport(Array(repeating: StaleMarker.value, count: Self.reportNames.count), at: timestamp)
        reportRefs = nil
    }

    private static let reportNames = [
        "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    ]

    private mutating func appendReport(_ values: [Double], at timestamp: Int64) throws {
        let refs = try reportRefs ?? Self.reportNames.map { try appender.resolve(rules.reportLabels($0)) }
        reportRefs = refs
        let samples = zip(refs, values).map { RefSample(ref: $0, timestamp: timestamp, value: $1) }
        let result = try appender.append(samples) { _ in
            let fresh = try Self.reportNames.map { try appender.resolve(rules.reportLabels($0)) }
            reportRefs = fresh
            return Dictionary(zip(refs, fresh)) { first, _ in first }
        }
        try RefusedSamples.check(result)
    }
}

extension ScrapeSession.Outcome {
    /// Counts what the store did not take.
    fileprivate mutating func add(_ result: AppendOutcome) {
        duplicates += result.duplicates
        tooOld += result.tooOld
        tooNew += result.tooNew
    }
}

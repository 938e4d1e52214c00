internal import Base
internal import Exposition
internal import Model
internal import Synchronization
internal import Transfers

/// Scrapes one target at its interval until it is told to stop.
final class ScrapeLoop: Sendable {
    /// Longest page that is taken where the job sets no `body_size_limit`.
    static let pageBytesMax: Int64 = 64 << 20

    let target: Target
    private let config: ScrapeConfig
    private let transfers: Transfers
    private let timeSource: any TimeSource
    private let status: Mutex<TargetStatus>
    private let metadata = Mutex<[String: MetricMetadata]>([:])
    private let counters: ScrapeCounters
    private let witness: WorkWitness?
    private let endsSeries = Atomic(false)
    /// Why the target must not be asked: a limit of its job is exceeded.
    private let refusal = Mutex<ScrapeFailure?>(nil)

    init(
        _ target: Target, config: ScrapeConfig, transfers: Transfers, timeSource: any TimeSource,
        counters: ScrapeCounters, witness: WorkWitness?
    ) {
        self.witness = witness
        self.target = target
        self.config = config
        self.transfers = transfers
        self.timeSource = timeSource
        self.counters = counters
        status = Mutex(TargetStatus(target))
    }

    var currentStatus: TargetStatus { status.withLock { $0 } }

    /// Lets the end of the loop be the end of the target's series: it is no longer scraped.
    func endSeries() { endsSeries.store(true, ordering: .relaxed) }

    /// Lets each scrape from now on fail without a request, so that `up` is 0; `nil` ends that.
    func refuse(_ failure: ScrapeFailure?) { refusal.withLock { $0 = failure } }

    var currentMetadata: [String: MetricMetadata] { metadata.withLock { $0 } }

    /// Scrapes until the task is cancelled; then marks the target's series as ended, if it was told to.
    ///
    /// The first scrape is put off by a part of the interval that depends on the target, so that many targets do not
    /// answer all at once, and each at the same time after a restart.
    func run(appender: any SampleAppender) async {
        var session = ScrapeSession(target: target, config: config, appender: appender)
        let interval = target.interval.milliseconds
        let offset = Int64(FNV1a.hash(target.key) % UInt64(max(1, interval)))
        let began = timeSource.now()
        let clock = ContinuousClock()
        let beganClock = clock.now
        var due = began - began % interval + offset
        if due < began { due += interval }
        var last: Int64 = 0
        while !Task.isCancelled {
            try? await Pause.sleep(for: clock.now.duration(to: beganClock + .milliseconds(due - began)))
            if Task.isCancelled { break }
            let now = timeSource.now()
            // Times that are exactly an interval apart take less room in the store.
            last = Self.timestamp(abs(now - due) <= 2 ? due : now, after: last)
            await scrape(&session, at: last)
            let elapsed = (clock.now - beganClock).milliseconds
            repeat { due += interval } while due - began <= elapsed
        }
        // When the whole server stops, its series go on after the next start: nothing has ended.
        guard endsSeries.load(ordering: .relaxed) else { return }
        let end = Self.timestamp(timeSource.now(), after: last)
        session.endAll(at: end)
        session.endReport(at: end)
    }

    /// The time of a scrape at `now`, of which the one before was at `last`: later than that one, unless the clock was
    /// set back by more than ``setBackMax``. Times of a clock that was ahead would lie in the future for ever.
    static func timestamp(_ now: Int64, after last: Int64) -> Int64 {
        now < last - setBackMax ? now : max(last + 1, now)
    }

    /// Milliseconds by which a clock that is being put right may go back without times going back too.
    private static let setBackMax: Int64 = 5_000

    private func scrape(_ session: inout ScrapeSession, at timestamp: Int64) async {
        let clock = ContinuousClock()
        let start = clock.now
        let began = WallClock.nanoseconds()
        var outcome: ScrapeSession.Outcome?
        var failure: ScrapeFailure?
        do throws(ScrapeFailure) {
            let response = try await page()
            if Task.isCancelled { return }
            outcome = try session.store(response.body, contentType: response.headers["content-type"], at: timestamp)
            metadata.withLock { $0 = session.metadata }
        } catch {
            // Being told to stop is no failure of the target.
            if Task.isCancelled { return }
            failure = error
            session.endAll(at: timestamp)
        }
        let duration = clock.now - start
        var refused = outcome.flatMap { RefusedSamples(tooOld: $0.tooOld, tooNew: $0.tooNew) }
        do {
            try session.report(outcome, took: duration, at: timestamp)
        } catch let error as RefusedSamples {
            refused = refused ?? error
        } catch {
            failure = failure ?? ScrapeFailure(.storage, "cannot store the samples: \(error)")
        }
        counters.add(outcome, failure)
        witness?(
            FinishedWork(
                "scrape", kind: .client, start: began, end: WallClock.nanoseconds(),
                attributes: [
                    .init("scrape.job", .string(config.jobName)),
                    .init("url.full", .string(Redaction.urls(in: target.url))),
                    .init("scrape.samples", .integer(Int64(outcome?.scraped ?? 0))),
                ], problem: failure?.description))
        status.withLock { [refused] status in
            status.health = failure == nil ? .up : .down
            status.lastError = failure?.description ?? ""
            status.lastScrape = timestamp
            status.lastDuration = duration
            status.lastSamples = outcome?.scraped ?? 0
            status.refused = refused
        }
    }

    private func page() async throws(ScrapeFailure) -> HTTPResponse {
        if let failure = refusal.withLock({ $0 }) { throw failure }
        let limit = config.bodySizeLimit > 0 ? config.bodySizeLimit : Self.pageBytesMax
        let request = HTTPRequest(
            url: target.url,
            headers: [
                ("Accept", ExpositionFormat.accept),
                ("X-Prometheus-Scrape-Timeout-Seconds", FloatText.general(target.timeout.inSeconds)),
            ], timeout: target.timeout, maxResponseBytes: Int(limit), client: config.client)
        let response: HTTPResponse
        do {
            response = try await transfers.send(request)
        } catch {
            if error.kind == .tooLarge {
                throw ScrapeFailure(
                    .bodySizeLimit,
                    "body_size_limit exceeded: the page has more than \(limit) bytes; raise it, or make "
                        + "the page smaller")
            }
            if error.kind == .timeout {
                throw ScrapeFailure(
                    .unreachable,
                    "scrape_timeout exceeded: the page did not come within "
                        + "\(DurationText.text(milliseconds: target.timeout.milliseconds)) (\(error))")
            }
            throw ScrapeFailure(.unreachable, "\(error)")
        }
        guard response.status == 200 else {
            throw ScrapeFailure(.status, "the server answered with HTTP status \(response.status)")
        }
        return response
    }
}

/// What all scrapes together did since the start.
package struct ScrapeStatistics: Sendable, Hashable {
    package internal(set) var scrapes = 0
    package internal(set) var failures = 0
    package internal(set) var samples = 0
    /// Samples that the store refused because it had another value at the same time.
    package internal(set) var duplicates = 0
    /// Samples that the store refused because they were too old.
    package internal(set) var tooOld = 0
    /// Samples that the store refused because they lay in the future.
    package internal(set) var tooNew = 0
    /// Scrapes that failed, by why.
    package internal(set) var failuresByCode: [ScrapeFailure.Code: Int] = [:]
}

final class ScrapeCounters: Sendable {
    private let statistics = Mutex(ScrapeStatistics())

    var current: ScrapeStatistics { statistics.withLock { $0 } }

    func add(_ outcome: ScrapeSession.Outcome?, _ failure: ScrapeFailure?) {
        statistics.withLock { statistics in
            statistics.scrapes += 1
            if let failure { statistics.failuresByCode[failure.code, default: 0] += 1 }
            guard let outcome else {
                statistics.failures += 1
                return
            }
            statistics.samples += outcome.kept
            statistics.duplicates += outcome.duplicates
            statistics.tooOld += outcome.tooOld
            statistics.tooNew += outcome.tooNew
        }
    }
}

import ConfigText
import Model
import Testing

@testable import Scraping

/// A changed key of a job ends its loops, so that none goes on by an old value.
@Suite("Keys of a job that change")
struct ChangedJobTests {
    private typealias Change = @Sendable (inout ScrapeConfig) throws -> Void

    /// What loops go by, and what makes their targets.
    private static let changes: [String: Change] = [
        "jobName": { $0.jobName = "other" },
        "scrapeInterval": { $0.scrapeInterval = .seconds(90) },
        "scrapeTimeout": { $0.scrapeTimeout = .seconds(3) },
        "metricsPath": { $0.metricsPath = "/other" },
        "scheme": { $0.scheme = "https" },
        "params": { $0.params = ["module": ["deep"]] },
        "honorLabels": { $0.honorLabels = true },
        "honorTimestamps": { $0.honorTimestamps = false },
        "staticConfigs": {
            $0.staticConfigs = [StaticTargets(targets: [Located("h:2", at: ScrapeConfig.place)], labels: .empty)]
        },
        "relabelConfigs": { $0.relabelConfigs = [try .test(to: "site", replacement: "one")] },
        "metricRelabelConfigs": { $0.metricRelabelConfigs = [try .test(to: "site", replacement: "one")] },
        "client": { $0.client.followRedirects.toggle() },
        "sampleLimit": { $0.sampleLimit = 5 },
        "labelLimit": { $0.labelLimit = 5 },
        "labelNameLengthLimit": { $0.labelNameLengthLimit = 5 },
        "labelValueLengthLimit": { $0.labelValueLengthLimit = 5 },
        "bodySizeLimit": { $0.bodySizeLimit = 5 },
    ]

    /// What is looked at anew with each configuration, whatever loops go on.
    private static let judgedEachTime: Set = ["position", "discoveries", "targetLimit", "keepDroppedTargets"]

    private static func job() throws -> ScrapeConfig {
        try .test(targets: ["h:1"], interval: .seconds(60), timeout: .seconds(10))
    }

    @Test("every key of a job is looked at")
    func complete() throws {
        let labels = Set(Mirror(reflecting: try Self.job()).children.compactMap(\.label))
        #expect(labels == Set(Self.changes.keys).union(Self.judgedEachTime))
    }

    @Test("a changed key makes loops anew", arguments: changes.keys.sorted())
    func changed(_ key: String) throws {
        let job = try Self.job()
        var other = job
        let change = try #require(Self.changes[key])
        try change(&other)
        let (before, after) = (DiscoveredTargets(job), DiscoveredTargets(other))
        let target = try #require(before.active.first)
        let goesOn = other.scrapesLike(job) && after.active.contains { $0.isScrapedLike(target) }
        #expect(!goesOn, "\(key)")
        let same = try Self.job()
        #expect(job.scrapesLike(same) && DiscoveredTargets(same).active.contains { $0.isScrapedLike(target) })
    }
}

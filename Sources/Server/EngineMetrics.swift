internal import Base
internal import Instruments
internal import Model
internal import Rules
internal import Scraping

/// What rules, scrapes and the reading of the configuration did, as metrics under the names that Prometheus has for it.
enum EngineMetrics {
    static func families(
        _ rules: RuleManager, _ scraper: Scraper, _ history: (loadedAt: Int64, lastReloadFailed: Bool)
    ) -> [MetricFamily] {
        let groups = rules.snapshot()
        func ofGroups(_ definition: MetricDefinition, _ value: (RuleGroupView) -> Double) -> MetricFamily {
            definition.family(groups.map { ("\($0.file);\($0.name)", value($0)) })
        }
        let gate = rules.gateStatistics
        let lanes = [("cheap", gate.cheap), ("dear", gate.dear)]
        let pools = scraper.pools
        let scrapes = scraper.statistics
        func exceeded(_ codes: ScrapeFailure.Code...) -> Double {
            Double(codes.reduce(0) { $0 + (scrapes.failuresByCode[$1] ?? 0) })
        }
        return [
            ofGroups(Catalogue.ruleEvaluationsTotal) { Double($0.counts.evaluations) },
            ofGroups(Catalogue.ruleEvaluationFailuresTotal) { Double($0.counts.failures) },
            ofGroups(Catalogue.ruleGroupIterationsTotal) { Double($0.counts.iterations) },
            ofGroups(Catalogue.ruleGroupIterationsMissedTotal) { Double($0.counts.iterationsMissed) },
            ofGroups(Catalogue.ruleGroupLastDurationSeconds, \.lastDuration),
            Catalogue.ruleEvaluationTimeoutsTotal.family(Double(gate.timeouts)),
            Catalogue.ruleEvaluationsWaiting.family(lanes.map { ($0, Double($1.waiting)) }),
            Catalogue.ruleEvaluationWaitSecondsTotal.family(lanes.map { ($0, $1.waitedSeconds) }),
            Catalogue.configLastReloadSuccessful.family(history.lastReloadFailed ? 0 : 1),
            Catalogue.configLastReloadSuccessTimestampSeconds.family(Double(history.loadedAt) / 1_000),
            Catalogue.scrapePoolTargets.family(pools.map { ($0.job, Double($0.targets)) }),
            Catalogue.scrapePoolTargetLimit.family(pools.map { ($0.job, Double($0.limit)) }),
            Catalogue.scrapesExceededTargetLimitTotal.family(exceeded(.targetLimit)),
            Catalogue.scrapesExceededSampleLimitTotal.family(exceeded(.sampleLimit)),
            Catalogue.scrapesExceededBodySizeLimitTotal.family(exceeded(.bodySizeLimit)),
            Catalogue.scrapesExceededLabelLimitsTotal.family(
                exceeded(.labelLimit, .labelNameLengthLimit, .labelValueLengthLimit)),
            Catalogue.scrapesSampleDuplicateTimestampTotal.family(Double(scrapes.duplicates)),
            Catalogue.scrapesSampleOutOfBoundsTotal.family(Double(scrapes.tooOld + scrapes.tooNew)),
        ]
    }
}

internal import Model

extension Catalogue {
    public static let ruleEvaluationsTotal = MetricDefinition(
        "prometheus_rule_evaluations_total", .counter, labels: ["rule_group"], "Evaluations of the group's rules.",
        source: "the rules")
    public static let ruleEvaluationFailuresTotal = MetricDefinition(
        "prometheus_rule_evaluation_failures_total", .counter, labels: ["rule_group"],
        "Evaluations of the group's rules that failed; the page of alerts says why.", source: "the rules")
    public static let ruleGroupIterationsTotal = MetricDefinition(
        "prometheus_rule_group_iterations_total", .counter, labels: ["rule_group"], "Evaluations of the whole group.",
        source: "the rules")
    public static let ruleGroupIterationsMissedTotal = MetricDefinition(
        "prometheus_rule_group_iterations_missed_total", .counter, labels: ["rule_group"],
        "Evaluations of the group that were due while the one before still ran.", source: "the rules")
    public static let ruleGroupLastDurationSeconds = MetricDefinition(
        "prometheus_rule_group_last_duration_seconds", .gauge, labels: ["rule_group"],
        "How long the group's last evaluation took.", unit: "seconds", source: "the rules")
    public static let ruleEvaluationTimeoutsTotal = MetricDefinition(
        "rule_evaluation_timeouts_total", .counter,
        "Evaluations of rules that were ended after two minutes; they are among those that failed.", source: "the rules"
    )
    public static let ruleEvaluationsWaiting = MetricDefinition(
        "rule_evaluations_waiting", .gauge, labels: ["lane"],
        "Rules whose evaluation is due and waits for those in front of it, among the rules that are cheap to evaluate and "
            + "among those that are dear.", source: "the rules")
    public static let ruleEvaluationWaitSecondsTotal = MetricDefinition(
        "rule_evaluation_wait_seconds_total", .counter, labels: ["lane"],
        "How long evaluations of rules have waited for those in front of them.", unit: "seconds", source: "the rules")
    public static let configLastReloadSuccessful = MetricDefinition(
        "prometheus_config_last_reload_successful", .gauge,
        "Whether the configuration could be read the last time it was to be read: 1, or 0 while the one before is in force.",
        source: "the configuration")
    public static let configLastReloadSuccessTimestampSeconds = MetricDefinition(
        "prometheus_config_last_reload_success_timestamp_seconds", .gauge, "When the configuration in force was read.",
        unit: "seconds since the Unix epoch", source: "the configuration")
    public static let scrapePoolTargets = MetricDefinition(
        "prometheus_target_scrape_pool_targets", .gauge, labels: ["scrape_job"], "Targets of the job.",
        source: "the scraper")
    public static let scrapePoolTargetLimit = MetricDefinition(
        "prometheus_target_scrape_pool_target_limit", .gauge, labels: ["scrape_job"],
        "The job's target_limit; 0 is none.", source: "the scraper")
    public static let scrapesExceededTargetLimitTotal = MetricDefinition(
        "prometheus_target_scrape_pool_exceeded_target_limit_total", .counter,
        "Scrapes that were not made because the job has more targets than target_limit.", source: "the scraper")
    public static let scrapesExceededSampleLimitTotal = MetricDefinition(
        "prometheus_target_scrapes_exceeded_sample_limit_total", .counter,
        "Scrapes of which nothing was stored because of sample_limit.", source: "the scraper")
    public static let scrapesExceededBodySizeLimitTotal = MetricDefinition(
        "prometheus_target_scrapes_exceeded_body_size_limit_total", .counter,
        "Scrapes of which nothing was stored because of body_size_limit.", source: "the scraper")
    public static let scrapesExceededLabelLimitsTotal = MetricDefinition(
        "prometheus_target_scrape_pool_exceeded_label_limits_total", .counter,
        "Scrapes of which nothing was stored because of label_limit, label_name_length_limit or "
            + "label_value_length_limit.", source: "the scraper")
    public static let scrapesSampleDuplicateTimestampTotal = MetricDefinition(
        "prometheus_target_scrapes_sample_duplicate_timestamp_total", .counter,
        "Scraped samples that were refused because another value stands at their time.", source: "the scraper")
    public static let scrapesSampleOutOfBoundsTotal = MetricDefinition(
        "prometheus_target_scrapes_sample_out_of_bounds_total", .counter,
        "Scraped samples that were refused because they are too old or lie in the future.", source: "the scraper")

    static let engine = [
        ruleEvaluationsTotal, ruleEvaluationFailuresTotal, ruleGroupIterationsTotal, ruleGroupIterationsMissedTotal,
        ruleGroupLastDurationSeconds, ruleEvaluationTimeoutsTotal, ruleEvaluationsWaiting,
        ruleEvaluationWaitSecondsTotal, configLastReloadSuccessful, configLastReloadSuccessTimestampSeconds,
        scrapePoolTargets, scrapePoolTargetLimit, scrapesExceededTargetLimitTotal, scrapesExceededSampleLimitTotal,
        scrapesExceededBodySizeLimitTotal, scrapesExceededLabelLimitsTotal, scrapesSampleDuplicateTimestampTotal,
        scrapesSampleOutOfBoundsTotal,
    ]
}

internal import ConfigText
internal import Model

/// Reads the jobs of `scrape_configs`.
struct ScrapeConfigReader {
    let global: PrometheusConfig
    let limits: ScrapeLimits
    /// Whether the file says `global.scrape_timeout` itself.
    let hasGlobalTimeout: Bool

    private static let protocols = [
        "PrometheusProto", "OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusText0.0.4", "PrometheusText1.0.0",
    ]

    func job(_ reader: MappingReader) -> ScrapeConfig? {
        guard let name = reader.required("job_name", mend: "write job_name, the value of the label job") else {
            _ = self.read(reader, name: "")
            return nil
        }
        return self.read(reader, name: name.value)
    }

    private func read(_ reader: MappingReader, name: String) -> ScrapeConfig {
        var job = ScrapeConfig(
            jobName: name, position: reader.position, scrapeInterval: global.scrapeInterval,
            scrapeTimeout: global.scrapeTimeout)
        times(reader, into: &job)
        assign(reader.text("metrics_path"), to: &job.metricsPath)
        assign(
            reader.text("scheme").map { _ in reader.choice("scheme", among: ["http", "https"]) ?? "http" },
            to: &job.scheme)
        for (key, value) in reader.value("params")?.entries() ?? [] {
            job.params[key.value] = value.texts(orOne: true).map(\.value)
        }
        assign(reader.boolean("honor_labels"), to: &job.honorLabels)
        assign(reader.boolean("honor_timestamps"), to: &job.honorTimestamps)
        job.staticConfigs = reader.mappings("static_configs", Self.targets)
        job.relabelConfigs = RelabelReader.rules("relabel_configs", in: reader)
        if job.relabelConfigs.isEmpty { Self.checkAddresses(job.staticConfigs, reader.problems) }
        job.metricRelabelConfigs = RelabelReader.rules("metric_relabel_configs", in: reader)
        job.client = HTTPClientReader.read(reader)
        ScrapeLimits.read(reader, defaults: limits).apply(to: &job)
        job.discoveries = DiscoveryReader.read(reader, hasTargets: !job.staticConfigs.isEmpty)
        Self.protocols(reader)
        Self.accepted(reader)
        return job
    }

    private func times(_ reader: MappingReader, into job: inout ScrapeConfig) {
        assign(reader.duration("scrape_interval", above: .zero), to: &job.scrapeInterval)
        if let timeout = reader.duration("scrape_timeout", above: .zero) {
            job.scrapeTimeout = timeout
            if timeout > job.scrapeInterval {
                reader.problems.error(
                    at: reader.keyPosition("scrape_timeout"), "scrape_timeout is longer than scrape_interval",
                    mend: "lower scrape_timeout or raise scrape_interval")
            }
        } else {
            job.scrapeTimeout = min(global.scrapeTimeout, job.scrapeInterval)
        }
    }

    /// Where nothing is relabelled, what is written must be an address. Else it may be anything, as the URL that a prober
    /// is given: what relabelling leaves is judged when the targets are made.
    static func checkAddresses(_ groups: [StaticTargets], _ problems: ProblemList) {
        for target in groups.flatMap(\.targets) where target.value.contains("/") || target.value.isEmpty {
            problems.error(
                at: target.position, "\"\(Redaction.urls(in: target.value))\" is not a host and port",
                mend: "write HOST:PORT; the scheme and the path have keys of their own: scheme, metrics_path")
        }
    }

    /// Reads one entry of `static_configs`.
    static func targets(_ reader: MappingReader) -> StaticTargets? {
        let targets = reader.texts("targets")
        let labels = LabelEntries.checked(reader.textMap("labels"), problems: reader.problems)
        return StaticTargets(
            targets: targets, labels: Labels(labels.map { Label($0.key.value, $0.value.value) }))
    }

    /// Which formats are asked for: all that we read are offered anyway.
    static func protocols(_ reader: MappingReader) {
        var seen: Set<String> = []
        for name in reader.texts("scrape_protocols") {
            if !protocols.contains(name.value) {
                reader.problems.error(
                    at: name.position, "unknown scrape protocol \"\(name.value)\"",
                    mend: NearestName.of(name.value, among: protocols).map { "did you mean \($0)?" }
                        ?? "write one of \(protocols.joined(separator: ", "))")
            }
            if !seen.insert(name.value).inserted {
                reader.problems.error(at: name.position, "\"\(name.value)\" stands twice", mend: "keep one")
            }
        }
        if let fallback = reader.value("fallback_scrape_protocol"), let text = fallback.text(),
            !protocols.contains(text)
        {
            fallback.error(
                "unknown scrape protocol \"\(text)\"", mend: "write one of \(protocols.joined(separator: ", "))")
        }
    }

    /// Keys of jobs and of `global` about things that make no difference here, or that we do not have.
    static func accepted(_ reader: MappingReader) {
        reader.accepted("enable_compression")
        _ = reader.boolean("enable_compression")
        if reader.boolean("scrape_native_histograms") == true {
            reader.warn("scrape_native_histograms asks for native histograms, which are not stored", mend: "remove it")
        }
        if reader.boolean("convert_classic_histograms_to_nhcb") == true {
            reader.warn("histograms stay classic: native ones are not stored", mend: "remove it")
        }
        _ = reader.boolean("always_scrape_classic_histograms")
        _ = reader.boolean("scrape_classic_histograms")
        if reader.boolean("track_timestamps_staleness") == true {
            reader.notActedOn(
                "track_timestamps_staleness", because: "series with timestamps of their own get no stale mark")
        }
        _ = reader.boolean("extra_scrape_metrics")
        _ = reader.choice("metric_name_validation_scheme", among: ["utf8", "legacy"])
        _ = reader.choice(
            "metric_name_escaping_scheme", among: ["allow-utf-8", "underscores", "dots", "values"])
        if reader.text("metric_name_validation_scheme") == "legacy" {
            reader.notActedOn("metric_name_validation_scheme", because: "UTF-8 names are taken")
        }
        reader.notActedOn("scrape_failure_log_file", because: "failures are on the status page and in our log")
        _ = reader.count("native_histogram_bucket_limit")
        _ = reader.number("native_histogram_min_bucket_factor")
    }
}

/// The limits that `global` sets for all jobs and a job for itself. 0 is no limit.
struct ScrapeLimits {
    private var samples = 0
    private var labels = 0
    private var nameLength = 0
    private var valueLength = 0
    private var targets = 0
    private var keptDropped = 0
    private var bodySize: Int64 = 0

    init() {}

    static func read(_ reader: MappingReader, defaults: ScrapeLimits) -> ScrapeLimits {
        var limits = defaults
        assign(reader.count("sample_limit"), to: &limits.samples)
        assign(reader.count("label_limit"), to: &limits.labels)
        assign(reader.count("label_name_length_limit"), to: &limits.nameLength)
        assign(reader.count("label_value_length_limit"), to: &limits.valueLength)
        assign(reader.count("target_limit"), to: &limits.targets)
        assign(reader.count("keep_dropped_targets"), to: &limits.keptDropped)
        if let value = reader.value("body_size_limit"), let text = value.text() {
            if let bytes = text == "0" ? 0 : SizeNotation.powersOf1024(text) {
                limits.bodySize = bytes
            } else {
                value.error("body_size_limit is \"\(text)\"", mend: "write a number and a unit, as in 10MB")
            }
        }
        return limits
    }

    func apply(to job: inout ScrapeConfig) {
        job.sampleLimit = samples
        job.labelLimit = labels
        job.labelNameLengthLimit = nameLength
        job.labelValueLengthLimit = valueLength
        job.targetLimit = targets
        job.keepDroppedTargets = keptDropped
        job.bodySizeLimit = bodySize
    }
}

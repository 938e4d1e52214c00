import ConfigText

/// The filters that are known, by name.
enum FilterCatalogue {
    /// Makes a filter of its settings; what is wrong with them goes to their list of problems.
    typealias Maker = @Sendable (inout PluginSettings, PipelineResources) -> (any PipelineFilter)?

    static let makers: [String: Maker] = [
        "clone": { settings, _ in CloneFilter(&settings) },
        "csv": { settings, _ in CSVFilter(&settings) },
        "date": { settings, resources in DateFilter(&settings, resources) },
        "dissect": { settings, _ in DissectFilter(&settings) },
        "drop": { settings, _ in DropFilter(&settings) },
        "fingerprint": { settings, _ in FingerprintFilter(&settings) },
        "geoip": { settings, resources in GeoIPFilter(&settings, resources) },
        "grok": { settings, resources in GrokFilter(&settings, resources) },
        "json": { settings, _ in JSONFilter(&settings) },
        "json_encode": { settings, _ in JSONEncodeFilter(&settings) },
        "kv": { settings, _ in KeyValueFilter(&settings) },
        "mutate": { settings, _ in MutateFilter(&settings) },
        "ruby": { settings, resources in RubyFilter(&settings, resources) },
        "split": { settings, _ in SplitFilter(&settings) },
        "syslog_pri": { settings, _ in SyslogPriorityFilter(&settings) },
        "translate": { settings, resources in TranslateFilter(&settings, resources) },
        "truncate": { settings, _ in TruncateFilter(&settings) },
        "urldecode": { settings, _ in URLDecodeFilter(&settings) },
        "useragent": { settings, _ in UserAgentFilter(&settings) },
    ]

    /// Filters of Logstash's own set that are not here, and what there is instead.
    static let absent: [String: String] = [
        "aggregate": "count and join at the search instead",
        "age": "compare @timestamp at the search instead",
        "alter": "use mutate and conditions",
        "anonymize": "use fingerprint",
        "bytes": "use grok and convert of mutate",
        "cidr": "compare the address in a condition, [ip] =~ /^10\\./",
        "de_dot": "names with dots are kept; rename the fields that shall have others",
        "dns": "use translate with a file",
        "elapsed": "write a rule over log_events_total instead",
        "elasticsearch": "ask for other events at the search instead",
        "environment": "use add_field of mutate with ${NAME}",
        "extractnumbers": "use grok",
        "http": "ask other services before the lines are written",
        "jdbc_static": "use translate with a file",
        "jdbc_streaming": "use translate with a file",
        "memcached": "use translate with a file",
        "metrics": "log_events_total counts events by component and level",
        "math": "count at the search instead",
        "multiline": "join lines where they are read: multiline of filebeat.yml, or the codec of the input",
        "prune": "name the fields in remove_field",
        "range": "compare in a condition",
        "throttle": "group and repeat alerts in alertmanager.yml instead",
        "tld": "use grok",
        "uuid": "use fingerprint with method => \"UUID\"",
        "xml": "use grok for what is needed of it",
    ]
}

/// What filters need beside their settings.
package struct PipelineResources: Sendable {
    /// The folder of the file that a path in a setting is relative to.
    package var folder: String
    /// What a filter does that cannot be had: `ruby`, and names that nobody knows.
    package var unsupported: UnsupportedFilters
    /// Where times are of that name no zone; `nil` is the host's.
    package var timeZone: String?
    /// Whether settings may name files: not those of filters that somebody pasted into a page.
    package var readsFiles = true

    package init(folder: String, unsupported: UnsupportedFilters = .refuse, timeZone: String? = nil) {
        self.folder = folder
        self.unsupported = unsupported
        self.timeZone = timeZone
    }

    /// Settings that name files.
    private static let fileSettings: Set<String> = ["patterns_dir", "dictionary_path", "database", "path", "regexes"]

    /// Tells of settings that name files where they may not.
    /// - Returns: whether there are none.
    func allows(_ plugin: PluginSyntax, _ problems: ProblemList) -> Bool {
        guard !readsFiles, let setting = plugin.settings.first(where: { Self.fileSettings.contains($0.name) }) else {
            return true
        }
        problems.error(
            at: setting.position, "\(setting.name) names files, which are not read here",
            mend: "try it with: watchpost pipeline FILE")
        return false
    }

    /// A path as a setting has it.
    func path(_ text: String) -> String { FilePaths.resolve(text, besideFile: folder + "/x") }
}

/// What becomes of filters that there are not.
package enum UnsupportedFilters: String, Sendable, CaseIterable {
    /// The pipeline is refused.
    case refuse
    /// Events go on with a tag, `_unsupported_NAME`.
    case tag
}

/// Stands for a filter that there is not.
struct UnsupportedFilter: PipelineFilter {
    let tag: String

    init(_ name: String) { tag = "_unsupported_\(name)" }

    func apply(to event: inout PipelineEvent, _ run: borrowing FilterRun) -> FilterOutcome {
        event.addTag(tag)
        return .passed
    }
}

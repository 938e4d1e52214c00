import LogPipeline
import Model
import Partitions
import Site
import Testing

@testable import Server

/// What a reload does with each key: none can be forgotten.
@Suite("What a reload does with each key")
struct ConfigKeyTests {
    /// The keys of each property of a site's configuration, and a change of it.
    private static let properties: [String: (keys: [ConfigKey], change: @Sendable (inout WatchpostConfig) -> Void)] = [
        "listen": ([.listen], { $0.listen = "127.0.0.1:1" }),
        "instance": ([.instance], { $0.instance = "another" }),
        "externalURL": ([.externalURL], { $0.externalURL = "http://another" }),
        "timeZone": ([.timeZone], { $0.timeZone = "UTC" }),
        "sync": ([.sync], { $0.sync = .full }),
        "metrics": (
            [.metricsRetention, .metricsSize],
            {
                $0.metrics.retention = .seconds(1)
                $0.metrics.maxSize = 1
            }
        ),
        "outOfOrder": ([.outOfOrder], { $0.outOfOrder = .seconds(1) }),
        "logs": (
            [.logsRetention, .logsSize],
            {
                $0.logs.retention = .seconds(1)
                $0.logs.maxSize = 1
            }
        ),
        "traces": (
            [.tracesRetention, .tracesSize],
            {
                $0.traces.retention = .seconds(1)
                $0.traces.maxSize = 1
            }
        ),
        "cameras": ([.cameras], { $0.cameras = [] }),
        "recordings": ([.recordings], { $0.recordings = [] }),
        "recorders": ([.recorders], { $0.recorders = [] }),
        "gateways": ([.gateways], { $0.gateways = [] }),
        "textfile": ([.textfile], { $0.textfile = "/another" }),
        "allowsStills": ([.stills], { $0.allowsStills = true }),
        "sms": ([.sms], { $0.sms = nil }),
        "otlp": ([.otlp], { $0.otlp.http = "127.0.0.1:4318" }),
        "ship": ([.ship], { $0.ship = nil }),
        "ingestToken": ([.ingest], { $0.ingestToken = .inline("another") }),
        "unsupportedFilters": ([.pipeline], { $0.unsupportedFilters = .tag }),
        "forwardAlerts": ([.forwardAlerts], { $0.forwardAlerts = true }),
        "forwardLogs": ([.forwardLogs], { $0.forwardLogs = true }),
    ]

    /// The keys of each file beside `watchpost.yml`.
    private static let files: [String: ConfigKey] = [
        "prometheus": .prometheus, "ruleFiles": .rules, "alertmanager": .alertmanager, "filebeat": .filebeat,
        "dashboards": .dashboards, "pipelines": .logstash,
    ]

    @Test("every property of a configuration has its keys, and every key its property")
    func complete() {
        let labels = Set(Mirror(reflecting: WatchpostConfig()).children.compactMap(\.label))
        #expect(labels == Set(Self.properties.keys))
        let parts = Set(
            Mirror(reflecting: WatchpostConfig.Retention(retention: .zero, maxSize: 0)).children.map(\.label))
        #expect(parts == ["retention", "maxSize"])
        // What was read along the way is no key: the warnings, why there are no pipelines, and the keys of watchpost.yml themselves.
        let files = Set(Mirror(reflecting: Site()).children.compactMap(\.label)).subtracting([
            "watchpost", "warnings", "pipelineProblem",
        ])
        #expect(files == Set(Self.files.keys))
        let named = Self.properties.values.flatMap(\.keys) + Self.files.values
        #expect(Set(named) == Set(ConfigKey.allCases) && named.count == ConfigKey.allCases.count)
    }

    @Test(
        "a changed key that a start alone takes is named with both values; the others are not",
        arguments: properties.keys.sorted())
    func named(_ property: String) throws {
        let (keys, change) = try #require(Self.properties[property])
        let started = WatchpostConfig()
        var fresh = started
        change(&fresh)
        let found = ConfigKey.compare(started: started, former: started, fresh: fresh, commandLine: nil)
        for key in keys {
            let restarts = found.needsRestart.filter { $0.hasPrefix(key.rawValue + " is ") }
            #expect(restarts.count == (key.effect == .needsRestart ? 1 : 0), "\(found)")
            let notes = found.notes.filter { $0.hasPrefix(key.rawValue + " is ") }
            #expect(notes.count == (key.effect == .appliedByUpkeep ? 1 : 0), "\(found)")
        }
        // A value that grows removes nothing, and what is set back is as it was.
        let back = ConfigKey.compare(started: started, former: fresh, fresh: started, commandLine: nil)
        #expect(back.needsRestart.isEmpty && back.notes.isEmpty, "\(back)")
    }

    @Test("what is in force stays that of the start over several reloads")
    func severalTimes() {
        var (second, third) = (WatchpostConfig(), WatchpostConfig())
        second.listen = "127.0.0.1:1"
        third.listen = "127.0.0.1:2"
        let found = ConfigKey.compare(started: WatchpostConfig(), former: second, fresh: third, commandLine: nil)
        #expect(
            found.needsRestart == [
                #"listen is "127.0.0.1:2" in watchpost.yml, and "127.0.0.1:9900" is in force"#
            ])
        let written = ConfigKey.compare(
            started: WatchpostConfig(), former: second, fresh: third, commandLine: "127.0.0.1:7")
        #expect(written.needsRestart.isEmpty && written.notes.first?.contains("--listen 127.0.0.1:7") ?? false)
    }
}

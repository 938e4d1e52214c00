internal import Base
internal import Foundation
internal import Model
internal import Partitions
internal import Site

/// A key of the configuration directory, and what becomes of it when a running server reads the directory again.
///
/// Every property of `Site` and of `WatchpostConfig` has its keys here: a test fails where one is forgotten. The keys
/// of the other files are put into force with their file.
enum ConfigKey: String, CaseIterable, Sendable {
    case listen
    case instance
    case externalURL = "external_url"
    case timeZone = "time_zone"
    case sync = "storage.sync"
    case metricsRetention = "storage.metrics.retention"
    case metricsSize = "storage.metrics.max_size"
    case outOfOrder = "storage.metrics.out_of_order"
    case logsRetention = "storage.logs.retention"
    case logsSize = "storage.logs.max_size"
    case tracesRetention = "storage.traces.retention"
    case tracesSize = "storage.traces.max_size"
    case cameras
    case recordings
    case recorders
    case gateways
    case textfile
    case stills
    case sms
    case otlp
    case ship
    case ingest
    case pipeline
    case forwardAlerts = "forward.alerts"
    case forwardLogs = "forward.logs"
    case prometheus = "prometheus.yml"
    case rules
    case alertmanager = "alertmanager.yml"
    case filebeat = "filebeat.yml"
    case dashboards
    case logstash

    /// What a reload does with a changed value.
    enum Effect: Sendable {
        /// It is in force once the reload is answered.
        case applied
        /// It is in force; what is stored beyond a lower one is removed in the store's next round of upkeep.
        case appliedByUpkeep
        /// It is in force from the next start on, and named until then.
        case needsRestart
        /// Nothing is done by it in this version.
        case notUsed
    }

    var effect: Effect {
        switch self {
        case .listen, .instance, .sync: .needsRestart
        case .metricsRetention, .metricsSize, .logsRetention, .logsSize, .tracesRetention, .tracesSize: .appliedByUpkeep
        case .externalURL, .timeZone, .outOfOrder, .cameras, .recordings, .recorders, .gateways, .textfile, .stills,
            .sms,
            .otlp, .ingest, .forwardAlerts,
            .prometheus, .rules, .alertmanager, .filebeat, .dashboards, .logstash, .pipeline, .forwardLogs:
            .applied
        // An agent ships, and looks at its key itself.
        case .ship: .notUsed
        }
    }

    /// The value that a site means, as people write it, and its amount where it bounds what is kept; `nil` for keys
    /// that are compared by nobody.
    private func value(in config: WatchpostConfig) -> (text: String, amount: Int64)? {
        func age(_ duration: Duration) -> (String, Int64) {
            (DurationText.text(milliseconds: duration.milliseconds), duration.milliseconds)
        }
        return switch self {
        case .listen: (config.listen ?? ListenAddress.standard, 0)
        case .instance: (Parts.instance(config), 0)
        case .sync: (config.sync.rawValue, 0)
        case .metricsRetention: age(config.metrics.retention)
        case .metricsSize: ("\(config.metrics.maxSize)B", config.metrics.maxSize)
        case .logsRetention: age(config.logs.retention)
        case .logsSize: ("\(config.logs.maxSize)B", config.logs.maxSize)
        case .tracesRetention: age(config.traces.retention)
        case .tracesSize: ("\(config.traces.maxSize)B", config.traces.maxSize)
        case .externalURL, .timeZone, .outOfOrder, .cameras, .recordings, .recorders, .gateways, .textfile, .stills,
            .sms, .otlp, .ship, .ingest,
            .forwardAlerts, .forwardLogs, .prometheus, .rules, .alertmanager, .filebeat, .dashboards, .logstash,
            .pipeline:
            nil
        }
    }

    /// What a person should know of a configuration that is read again.
    /// - Parameters:
    ///   - started: the configuration by which the server started.
    ///   - former: the one that the last reload put into force, or the start.
    ///   - listen: the address of the command line, which goes before that of the file.
    static func compare(
        started: WatchpostConfig, former: WatchpostConfig, fresh: WatchpostConfig, commandLine listen: String?
    ) -> (needsRestart: [String], notes: [String]) {
        var needsRestart: [String] = []
        var notes: [String] = []
        for key in allCases {
            guard let start = key.value(in: started), let before = key.value(in: former),
                let now = key.value(in: fresh)
            else { continue }
            switch key.effect {
            case .applied, .notUsed: continue
            case .appliedByUpkeep where now.amount < before.amount:
                notes.append(
                    "\(key.rawValue) is \(now.text) and was \(before.text): what is stored beyond it is removed in the "
                        + "next round of upkeep, within seconds")
            case .appliedByUpkeep: continue
            case .needsRestart:
                if start.text == now.text { continue }
                if key == .listen, let listen {
                    notes.append("listen is \"\(now.text)\" in watchpost.yml, and --listen \(listen) goes before it")
                } else {
                    needsRestart.append(
                        "\(key.rawValue) is \"\(now.text)\" in watchpost.yml, and \"\(start.text)\" is in force")
                }
            }
        }
        return (needsRestart, notes)
    }
}

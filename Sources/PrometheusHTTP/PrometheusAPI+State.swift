internal import Base
internal import Foundation
internal import HTTPKit
internal import Instruments
internal import Model
internal import Scraping

/// What is scraped and how it does: targets, and the metadata of their pages.
extension PrometheusAPI {
    func targets(_ parameters: APIParameters) -> APIAnswer {
        var snapshot = parts.scraper.snapshot()
        if let pool = parameters.text("scrapePool"), !pool.isEmpty {
            snapshot.keepJob(pool)
        }
        switch parameters.text("state")?.lowercased() {
        case "active": snapshot.dropped = []
        case "dropped": snapshot.active = []
        default: break
        }
        return APIAnswer { json in
            json.raw(#"{"activeTargets":"#)
            json.list(snapshot.active) { Self.write($1, to: &$0) }
            json.raw(#","droppedTargets":"#)
            json.list(snapshot.dropped) { json, dropped in
                json.raw(#"{"discoveredLabels":"#)
                json.labels(Self.shown(dropped.labels))
                json.raw(#","scrapePool":"#)
                json.string(dropped.job)
                json.raw("}")
            }
            json.raw(#","droppedTargetCounts":"#)
            json.raw("{")
            var isFirst = true
            for (job, count) in snapshot.droppedCounts.sorted(by: { $0.key < $1.key }) {
                json.comma(unlessFirst: &isFirst)
                json.string(job)
                json.raw(":")
                json.number(count)
            }
            json.raw("}}")
        }
    }

    private static func write(_ status: TargetStatus, to json: inout JSONBytes) {
        json.raw(#"{"discoveredLabels":"#)
        json.labels(shown(status.target.discoveredLabels))
        json.raw(#","labels":"#)
        json.labels(shown(status.target.labels))
        json.raw(#","scrapePool":"#)
        json.string(status.target.job)
        json.raw(#","scrapeUrl":"#)
        json.string(Redaction.urls(in: status.target.url))
        json.raw(#","globalUrl":"#)
        json.string(Redaction.urls(in: status.target.url))
        json.raw(#","lastError":"#)
        json.string(status.lastError)
        json.raw(#","lastScrape":"#)
        json.moment(status.lastScrape)
        json.raw(#","lastScrapeDuration":"#)
        json.real(status.lastDuration.inSeconds)
        json.raw(#","health":"#)
        json.string(status.health.rawValue)
        json.raw(#","scrapeInterval":"#)
        json.string(DurationText.text(milliseconds: status.target.interval.milliseconds))
        json.raw(#","scrapeTimeout":"#)
        json.string(DurationText.text(milliseconds: status.target.timeout.milliseconds))
        json.raw("}")
    }

    /// A target's labels without the credentials among its parameters and in its addresses.
    static func shown(_ labels: Labels) -> Labels {
        Labels(
            labels.map { label in
                let parameter = label.name.hasPrefix("__param_") ? String(label.name.dropFirst(8)) : nil
                return Label(
                    label.name,
                    parameter.map { Redaction.parameter($0, label.value) } ?? Redaction.urls(in: label.value))
            })
    }

    /// What is known of metrics: from the pages that were scraped, and from our own.
    func metadata(_ parameters: APIParameters) throws -> APIAnswer {
        struct Entry: Hashable {
            let kind: MetricKind
            let help: String
            let unit: String
        }
        var entries: [String: [Entry]] = [:]
        for family in parts.registry.gather() {
            entries[family.name] = [Entry(kind: family.kind, help: family.help, unit: "")]
        }
        for (name, scraped) in parts.scraper.metadata() {
            for one in scraped {
                let entry = Entry(kind: one.kind, help: one.help, unit: one.unit)
                if !(entries[name]?.contains(entry) ?? false) { entries[name, default: []].append(entry) }
            }
        }
        if let metric = parameters.text("metric"), !metric.isEmpty { entries = entries.filter { $0.key == metric } }
        let limit = try parameters.limit()
        let perMetric = try parameters.limit("limit_per_metric")
        let shown = entries.sorted { $0.key < $1.key }.prefix(limit)
        return APIAnswer { json in
            json.raw("{")
            var isFirst = true
            for (name, list) in shown {
                json.comma(unlessFirst: &isFirst)
                json.string(name)
                json.raw(":")
                json.list(list.prefix(perMetric)) { json, entry in
                    json.raw(#"{"type":"#)
                    json.string(entry.kind.rawValue)
                    json.raw(#","help":"#)
                    json.string(entry.help)
                    json.raw(#","unit":"#)
                    json.string(entry.unit)
                    json.raw("}")
                }
            }
            json.raw("}")
        }
    }
}

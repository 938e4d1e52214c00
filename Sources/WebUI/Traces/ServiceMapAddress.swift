internal import Foundation
internal import Model
internal import TraceSearch

/// The time that a service map shows, and where its parts lead in that time.
struct ServiceMapAddress: Sendable {
    let range: TimeRange

    static let path = "/traces/services"

    private var seconds: Double { max(0.001, Double(range.end - range.start) / 1_000) }

    // MARK: Words

    /// Calls a second.
    func rate(_ calls: Double) -> Double { calls / seconds }

    func rateText(_ calls: Double) -> String {
        let rate = rate(calls)
        if rate >= 1 { return Shown.number(rate, digits: rate >= 100 ? 0 : 1) + "/s" }
        // Of what comes seldom, how many a minute or hour is what one can think of.
        if rate * 60 >= 1 { return Shown.number(rate * 60, digits: 1) + "/min" }
        return Shown.number(rate * 3_600, digits: 1) + "/h"
    }

    /// `2.4 %`; none where nothing failed.
    static func failedText(_ figures: CallFigures) -> String? {
        if figures.failed <= 0 { return nil }
        let percent = figures.failedShare * 100
        return percent < 0.1
            ? "< \(Shown.number(0.1, digits: 1)) %" : Shown.number(percent, digits: percent >= 10 ? 0 : 1) + " %"
    }

    static func time(_ seconds: Double?) -> String {
        guard let seconds else { return "–" }
        return switch seconds {
        case ..<0.001: Shown.number(seconds * 1_000, digits: 2) + " ms"
        case ..<0.01: Shown.number(seconds * 1_000, digits: 1) + " ms"
        case ..<1: Shown.number(seconds * 1_000, digits: 0) + " ms"
        case ..<100: Shown.short(seconds) + " s"
        default: Shown.span(Int64(seconds * 1_000))
        }
    }

    func words(_ figures: CallFigures, short: Bool = false) -> String {
        var parts = [rateText(figures.calls)]
        if let failed = Self.failedText(figures) {
            let share: [String: WordValue] = ["share": .text(failed)]
            parts.append(short ? say("serviceMap.failShort", share) : say("serviceMap.failLong", share))
        }
        if short {
            if let p95 = figures.p95 { parts.append(Self.time(p95)) }
            return parts.joined(separator: " · ")
        }
        for (key, value) in [("p50", figures.p50), ("p95", figures.p95), ("p99", figures.p99)] {
            if let value { parts.append(say("serviceMap.take." + key, ["time": .text(Self.time(value))])) }
        }
        return parts.joined(separator: ", ")
    }

    /// What stands at a line.
    func label(_ figures: CallFigures) -> String {
        [rateText(figures.calls), Self.failedText(figures).map { say("serviceMap.failShort", ["share": .text($0)]) }]
            .compactMap(\.self)
            .joined(separator: " · ")
    }

    /// How bad it is, as the style sheet names it.
    static func style(_ figures: CallFigures?) -> String {
        guard let figures else { return "" }
        return figures.failedShare >= 0.05 ? "bad" : figures.failedShare >= 0.01 ? "warn" : ""
    }

    // MARK: Links

    /// A search of traces in this time.
    private func traces(_ terms: [String]) -> String {
        "/traces?q=\(FormFields.encoded(terms.joined(separator: " ")))&start=\(range.start)&end=\(range.end)"
    }

    private static func term(_ name: String, _ value: String) -> String { "\(name)=\"\(Links.quoted(value))\"" }

    func traces(ofService name: String) -> String { traces([Self.term("service", name)]) }

    /// The spans of a service that were asked for by others and failed.
    func failures(ofService name: String) -> String { traces([Self.term("service", name), "status=error"]) }

    func traces(of link: ServiceLink) -> String { traces(Self.terms(of: link)) }

    func failures(of link: ServiceLink) -> String { traces(Self.terms(of: link) + ["status=error"]) }

    /// What finds the spans of a call: those of who is called, or of the caller where that one tells nothing.
    private static func terms(of link: ServiceLink) -> [String] {
        switch link.connection {
        case .direct: [term("service", link.server), "kind=server"]
        case .messaging: [term("service", link.server), "kind=consumer"]
        case .database: [term("service", link.client), "kind=client", "db.system=*"]
        case .virtualNode: [term("service", link.client), "kind=client"]
        }
    }

    /// The chart of how long calls take.
    static func chart(of link: ServiceLink) -> String {
        let side = link.connection == .database || link.connection == .virtualNode ? "client" : "server"
        let matchers = [
            matcher("client", link.client), matcher("server", link.server),
            matcher("connection_type", link.connection.rawValue),
        ]
        return chart("traces_service_graph_request_\(side)_seconds_bucket", matchers)
    }

    static func chart(ofService name: String) -> String {
        chart(
            "traces_span_metrics_duration_milliseconds_bucket",
            [matcher("service_name", name), "span_kind=~\"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER\""])
    }

    private static func matcher(_ name: String, _ value: String) -> String { "\(name)=\"\(Links.quoted(value))\"" }

    private static func chart(_ metric: String, _ matchers: [String]) -> String {
        let rate = "sum by (le) (rate(\(metric){\(matchers.joined(separator: ", "))}[5m]))"
        return "/graph?g0.expr=" + FormFields.encoded("histogram_quantile(0.95, \(rate))")
    }
}

internal import HTTPKit
internal import Hummingbird
internal import Model
internal import PromQL
internal import Scraping

/// What is known of targets beside their state.
extension PrometheusAPI {
    func addTargetRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("targets/metadata") { request, _ in await answer(request) { try targetMetadata($0) } }
        group.get("scrape_pools") { request, _ in await answer(request) { _ in scrapePools() } }
    }

    /// The comments of the targets' pages, target by target.
    private func targetMetadata(_ parameters: APIParameters) throws -> APIAnswer {
        let limit = try parameters.limit()
        let metric = parameters.text("metric") ?? ""
        var matchers: [Matcher] = []
        if let text = parameters.text("match_target"), !text.isEmpty {
            do {
                matchers = try PromQLParser.parseSelector(text, features: parts.queries.features)
            } catch {
                throw APIError(.badData, "invalid parameter \"match_target\": \(error)")
            }
        }
        var found: [(target: Target, metric: String, metadata: MetricMetadata)] = []
        for (target, metadata) in parts.scraper.metadataByTarget()
        where matchers.allSatisfy({ $0.matches(target.labels) }) {
            for (name, entry) in metadata.sorted(by: { $0.key < $1.key }) where metric.isEmpty || name == metric {
                found.append((target, name, entry))
            }
        }
        return APIAnswer { json in
            json.list(found.prefix(limit)) { json, entry in
                json.raw(#"{"target":"#)
                json.labels(Self.shown(entry.target.labels))
                if metric.isEmpty {
                    json.raw(#","metric":"#)
                    json.string(entry.metric)
                }
                json.raw(#","type":"#)
                json.string(entry.metadata.kind.rawValue)
                json.raw(#","help":"#)
                json.string(entry.metadata.help)
                json.raw(#","unit":"#)
                json.string(entry.metadata.unit)
                json.raw("}")
            }
        }
    }

    private func scrapePools() -> APIAnswer {
        let names = parts.scraper.jobNames
        return APIAnswer { json in
            json.raw(#"{"scrapePools":"#)
            json.list(names) { $0.string($1) }
            json.raw("}")
        }
    }
}

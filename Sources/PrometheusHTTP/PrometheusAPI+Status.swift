internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import MetricStore
internal import Model

/// `/api/v1/status` and what else is told about the server itself.
extension PrometheusAPI {
    func addStatusRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("status/buildinfo") { request, _ in await answer(request) { _ in buildInformation() } }
        group.get("status/config") { request, _ in await answer(request) { _ in configuration() } }
        group.get("status/flags") { request, _ in await answer(request) { _ in flags() } }
        group.get("status/runtimeinfo") { request, _ in await answer(request) { _ in runtimeInformation() } }
        group.get("status/tsdb") { request, _ in await answer(request) { try storeStatistics($0) } }
        group.get("status/walreplay") { request, _ in await answer(request) { _ in replayProgress() } }
        group.get("alertmanagers") { request, _ in await answer(request) { _ in alertmanagers() } }
    }

    private func buildInformation() -> APIAnswer {
        APIAnswer { json in
            json.dictionary([
                "version": parts.version, "revision": "", "branch": "", "buildUser": "", "buildDate": "",
                "goVersion": "",
            ])
        }
    }

    private func configuration() -> APIAnswer {
        APIAnswer { $0.dictionary(["yaml": parts.status().configuration]) }
    }

    private func flags() -> APIAnswer { APIAnswer { $0.dictionary(parts.status().flags) } }

    private func runtimeInformation() -> APIAnswer {
        let status = parts.status()
        return APIAnswer { json in
            json.raw(#"{"startTime":"#)
            json.moment(status.startedAt)
            json.raw(#","CWD":"#)
            json.string(FileManager.default.currentDirectoryPath)
            json.raw(#","hostname":"#)
            json.string(ProcessInfo.processInfo.hostName)
            json.raw(#","serverTime":"#)
            json.moment(parts.now())
            json.raw(#","reloadConfigSuccess":"#)
            json.boolean(status.reloadSucceeded)
            json.raw(#","lastConfigTime":"#)
            json.moment(status.lastReload)
            // Of Go's runtime there is nothing to tell; who reads these fields finds them.
            json.raw(#","corruptionCount":"#)
            json.number(parts.store.statistics.problems.count)
            json.raw(#","goroutineCount":0,"GOMAXPROCS":"#)
            json.number(ProcessInfo.processInfo.activeProcessorCount)
            json.raw(#","GOMEMLIMIT":0,"GOGC":"","GODEBUG":"","storageRetention":"#)
            json.string(status.retention)
            json.raw("}")
        }
    }

    private func storeStatistics(_ parameters: APIParameters) throws -> APIAnswer {
        let limit = try parameters.limit()
        let found = parts.store.cardinality(limit: limit == .max ? 10 : min(limit, 10_000))
        return APIAnswer { json in
            json.raw(#"{"headStats":{"numSeries":"#)
            json.number(found.seriesCount)
            json.raw(#","numLabelPairs":"#)
            json.number(found.labelPairCount)
            json.raw(#","chunkCount":"#)
            json.number(found.chunkCount)
            json.raw(#","minTime":"#)
            json.number(found.range?.start ?? .max)
            json.raw(#","maxTime":"#)
            json.number(found.range?.end ?? .min)
            json.raw("}")
            for (key, list) in [
                ("seriesCountByMetricName", found.seriesByMetric), ("labelValueCountByLabelName", found.valuesByLabel),
                ("memoryInBytesByLabelName", found.bytesByLabel), ("seriesCountByLabelValuePair", found.seriesByPair),
            ] {
                json.raw(",")
                json.string(key)
                json.raw(":")
                json.list(list) { json, entry in
                    json.raw(#"{"name":"#)
                    json.string(entry.name)
                    json.raw(#","value":"#)
                    json.number(entry.value)
                    json.raw("}")
                }
            }
            json.raw("}")
        }
    }

    /// The tail is read before anything is answered, so that it is always done here.
    private func replayProgress() -> APIAnswer {
        APIAnswer { $0.raw(#"{"min":0,"max":0,"current":0}"#) }
    }

    private func alertmanagers() -> APIAnswer {
        let addresses = parts.status().alertmanagers
        return APIAnswer { json in
            json.raw(#"{"activeAlertmanagers":"#)
            json.list(addresses) { json, address in
                json.dictionary(["url": Redaction.urls(in: address)])
            }
            json.raw(#","droppedAlertmanagers":[]}"#)
        }
    }
}

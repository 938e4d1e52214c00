internal import Model

/// Searches that every site has.
enum ReadySearches {
    static var all: [(name: String, address: LogsAddress)] {
        searches.map { (say("logs.ready." + $0.key), $0.address) }
    }

    private static let searches: [(key: String, address: LogsAddress)] = [
        search("recorderErrors", "component:recording AND level:ERROR AND @timestamp:[now-1h TO now]"),
        search("connectionFailures", "message:\"connection failed\" AND component:recording") {
            $0.since = "1d"
        },
        search("apiErrors", "component:api AND status:>=500 AND @timestamp:[now-15m TO now]") {
            $0.columns = ["level", "status", "endpoint", "message"]
            $0.facets = ["endpoint", "status"]
        },
        search("slowRequests", "component:api AND response_time:>1000") {
            $0.since = "1d"
            $0.columns = ["response_time", "status", "endpoint", "message"]
        },
        search("securityEvents", "component:auth AND (event:failed_login OR event:unauthorized_access)") {
            $0.since = "1d"
            $0.columns = ["level", "event", "message"]
            $0.facets = ["event"]
        },
    ]

    private static func search(
        _ key: String, _ query: String, _ change: (inout LogsAddress) -> Void = { _ in }
    ) -> (key: String, address: LogsAddress) {
        var address = LogsAddress()
        address.query = query
        change(&address)
        return (key, address)
    }
}

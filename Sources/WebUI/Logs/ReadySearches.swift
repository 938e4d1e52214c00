internal import Model

/// Searches that every site has.
enum ReadySearches {
    static let all: [(name: String, address: LogsAddress)] = [
        search("errors of recorders", "component:recording AND level:ERROR AND @timestamp:[now-1h TO now]"),
        search("camera connection failures", "message:\"connection failed\" AND component:recording") {
            $0.since = "1d"
        },
        search("API errors by endpoint", "component:api AND status:>=500 AND @timestamp:[now-15m TO now]") {
            $0.columns = ["level", "status", "endpoint", "message"]
            $0.facets = ["endpoint", "status"]
        },
        search("slow requests", "component:api AND response_time:>1000") {
            $0.since = "1d"
            $0.columns = ["response_time", "status", "endpoint", "message"]
        },
        search("security events", "component:auth AND (event:failed_login OR event:unauthorized_access)") {
            $0.since = "1d"
            $0.columns = ["level", "event", "message"]
            $0.facets = ["event"]
        },
    ]

    private static func search(
        _ name: String, _ query: String, _ change: (inout LogsAddress) -> Void = { _ in }
    ) -> (name: String, address: LogsAddress) {
        var address = LogsAddress()
        address.query = query
        change(&address)
        return (name, address)
    }
}

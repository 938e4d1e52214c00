internal import PromQL

/// Which kind of API error a failure of a query is.
enum QueryFailure {
    static func kind(of error: any Error) -> APIErrorKind {
        switch error {
        case is CancellationError: .canceled
        case is PromQLParseError: .badData
        default: .execution
        }
    }
}

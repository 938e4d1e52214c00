internal import Base
internal import HTTPKit
internal import Model
internal import PromQL

/// Which kind of API error a failure of a query is.
enum QueryFailure {
    static func kind(of error: any Error) -> APIErrorKind {
        switch error {
        case is WorkTimedOut: .timeout
        case is CancellationError: .canceled
        case is PromQLParseError: .badData
        case let error as PromQLError: error.code == .storage ? .internal : .execution
        case let error as any SampleSourceFailure where error.isCancellation: .canceled
        case let error as any SampleSourceFailure where error.isLimit: .execution
        default: .internal
        }
    }
}

package import HTTPTypes

/// The kinds of error of Prometheus' HTTP API, and the one table of their statuses.
package enum APIErrorKind: String {
    case badData = "bad_data"
    case execution
    case timeout
    case canceled
    case unavailable
    case notFound = "not_found"
    case `internal`

    /// The status of an answer that says so.
    package var status: HTTPResponse.Status {
        switch self {
        case .badData: .badRequest
        case .execution: .unprocessableContent
        case .timeout, .unavailable: .serviceUnavailable
        case .canceled: .init(code: 499, reasonPhrase: "Client Closed Request")
        case .notFound: .notFound
        case .internal: .internalServerError
        }
    }
}

/// An error that the API answers with.
package struct APIError: Error {
    /// What kind of error it is.
    package let kind: APIErrorKind
    /// What is wrong, for people.
    package let message: String

    /// - Parameter message: what is wrong, for people.
    package init(_ kind: APIErrorKind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

internal import Transfers

/// Brings the requests of one attempt to a service.
struct Courier: Sendable {
    let transfers: Transfers
    /// The same for every attempt of a notification.
    let identifier: String
    /// The time that the attempt has.
    let timeout: Duration

    /// - Parameters:
    ///   - limit: a shorter time than the attempt has; zero for none.
    ///   - judge: finds the service's refusal in an answer.
    func send(
        _ post: WebPost, within limit: Duration = .zero, judge: (HTTPResponse) -> DeliveryAttempt? = { _ in nil }
    ) async -> DeliveryAttempt {
        let patience = limit > .zero ? min(limit, timeout) : timeout
        return await post.send(by: transfers, identifier: identifier, timeout: patience, judge: judge)
    }
}

internal import Foundation
internal import Transfers

/// How services' answers are read that do not take a message, each in its own way; some say it with a status of success.
enum ServiceRefusal {
    /// - Parameters:
    ///   - code: as an HTTP status.
    ///   - isAboutContent: whether another message might be taken; by default where the status says so.
    static func refused(
        by service: String, code: Int, _ reason: String, pause: Duration? = nil, isAboutContent: Bool? = nil
    ) -> DeliveryAttempt {
        .failed(
            "\(service) refused the message: \(reason.prefix(300))", mayRetry: code == 429 || code >= 500, pause: pause,
            isAboutContent: isAboutContent ?? DeliveryAttempt.isAboutContent(status: code))
    }

    static func answer<Answer: Decodable>(_ response: HTTPResponse) -> Answer? {
        try? JSONDecoder().decode(Answer.self, from: Data(response.body))
    }
}

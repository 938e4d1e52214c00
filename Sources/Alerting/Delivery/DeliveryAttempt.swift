internal import Model
internal import Transfers

/// How one attempt to deliver a notification ended.
enum DeliveryAttempt: Sendable {
    /// With what the destination said.
    case sent(String)
    /// The notification has its place in the delivery log alone.
    case recorded
    case notConfigured(String)
    /// The reason is without credentials. A service may say for how long it wants to be left alone.
    /// `isAboutContent`: another message might be taken.
    case failed(String, mayRetry: Bool, pause: Duration? = nil, isAboutContent: Bool = false)
    /// Nothing can be delivered this way, now or later; the reason stands in the delivery log once.
    case undeliverable(String)

    /// A transfer that brought no answer.
    init(_ error: TransferError, hiding secrets: [String] = []) {
        let mayRetry: Bool
        switch error.kind {
        case .auth, .invalid, .tooLarge: mayRetry = false
        // An SMTP server says with 4xx that the trouble passes, with 5xx that it stays.
        case .dns, .refused, .timeout, .tls, .otherProtocol, .cancelled, .other: mayRetry = (error.status ?? 400) < 500
        }
        // A mail server says with these that the message is too long or not as it should be.
        let isAboutContent = [523, 534, 552, 554].contains(error.status ?? 0)
        self = .failed(
            Self.clean(error.description, hiding: secrets), mayRetry: mayRetry, isAboutContent: isAboutContent)
    }

    /// A web server's answer.
    init(_ response: HTTPResponse, hiding secrets: [String] = []) {
        switch response.status {
        case 200..<300: self = .sent(Self.text(response, hiding: secrets))
        case 429, 500...:
            let pause = response.headers["retry-after"].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
            self = .failed(Self.text(response, hiding: secrets), mayRetry: true, pause: pause)
        default:
            self = .failed(
                Self.text(response, hiding: secrets), mayRetry: false,
                isAboutContent: Self.isAboutContent(status: response.status))
        }
    }

    /// Whether a web server says with this status that it does not like the message, rather than who sends it or where.
    static func isAboutContent(status: Int) -> Bool { [400, 413, 422].contains(status) }

    /// The same, without what the error may not repeat.
    func hiding(_ secrets: [String]) -> DeliveryAttempt {
        guard case .failed(let reason, let mayRetry, let pause, let isAboutContent) = self else { return self }
        return .failed(
            Self.clean(reason, hiding: secrets), mayRetry: mayRetry, pause: pause, isAboutContent: isAboutContent)
    }

    private static func text(_ response: HTTPResponse, hiding secrets: [String]) -> String {
        let body = String(decoding: response.body.prefix(512), as: UTF8.self)
        let line = body.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
        return clean("the server answered \(response.status)\(line)", hiding: secrets)
    }

    /// A shorter path is no credential, and might stand in a text by chance.
    private static let secretPathLengthMin = 8

    private static func path(of url: String) -> Substring {
        let parts = url.split(separator: "://", maxSplits: 1)
        let rest = parts.count == 2 ? parts[1] : url[...]
        return rest.drop { $0 != "/" }
    }

    /// `text` without `secrets` (a webhook's address is one) and without users and passwords.
    static func clean(_ text: String, hiding secrets: [String]) -> String {
        var output = text
        for secret in secrets where !secret.isEmpty {
            guard secret.contains("://") else {
                output = output.replacing(secret, with: "<secret>")
                continue
            }
            let shown = "the webhook at \(Placeholder.host(of: secret))"
            output = output.replacing(secret, with: shown).replacing(Redaction.urls(in: secret), with: shown)
            // A server may repeat the path, in which the credential stands.
            let path = path(of: secret)
            if path.count >= secretPathLengthMin { output = output.replacing(path, with: "/…") }
        }
        return Redaction.urls(in: output)
    }
}

internal import ConfigText
internal import Model
internal import Transfers

/// What people are told by: an entry of a receiver in `alertmanager.yml`. It holds its own configuration: what is told
/// by it is told by that one, whatever configuration comes into force meanwhile.
protocol Integration: Sendable {
    /// The service's name in metrics: `pushover`.
    var kind: String { get }
    /// The service's name in the delivery log; that of metrics, unless several services share it.
    var serviceName: String { get }
    /// Whether it wants to hear of alerts that are over.
    var sendsResolved: Bool { get }
    /// Whom it reaches, in words and without credentials.
    var destination: String { get }
    /// The templates among its settings, to be tried before they are needed.
    var templates: [Located<String>] { get }

    /// Makes one attempt to deliver a notification. The message stays within what the service takes, and what the
    /// service answers is judged by its own words.
    /// - Throws: what no other attempt mends: a file with a credential that cannot be read, an address that is none.
    func send(_ text: NotificationText, by courier: Courier) async throws -> DeliveryAttempt

    /// Whether a message that was refused has another form that might be taken.
    func hasPlainForm(after reason: String) -> Bool
}

extension Integration {
    var serviceName: String { kind }

    func hasPlainForm(after reason: String) -> Bool { true }
}

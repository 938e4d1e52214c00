internal import ConfigText

/// An integration under the name that it has in its receiver.
struct ReceiverIntegration: Sendable {
    let integration: any Integration
    /// The service, and the place among those of its kind in the receiver: `email[0]`; `none`.
    let name: String

    var kind: String { integration.kind }
    var sendsResolved: Bool { integration.sendsResolved }

    /// That of a receiver without integrations.
    static let none = ReceiverIntegration(integration: DeliveryLogOnly(), name: "none")

    /// Those of a receiver, in the order in which they are told; at least one.
    static func all(of receiver: ReceiverConfig) -> [ReceiverIntegration] {
        var counts: [String: Int] = [:]
        let list = receiver.integrations.map { integration in
            let index = counts[integration.kind, default: 0]
            counts[integration.kind] = index + 1
            return ReceiverIntegration(integration: integration, name: "\(integration.serviceName)[\(index)]")
        }
        return list.isEmpty ? [.none] : list
    }
}

/// What a receiver without integrations has: the notification goes into the delivery log alone.
private struct DeliveryLogOnly: Integration {
    let kind = "none"
    let sendsResolved = true
    let destination = "the delivery log alone"
    let templates: [Located<String>] = []

    func send(_ text: NotificationText, by courier: Courier) async -> DeliveryAttempt { .recorded }

    func hasPlainForm(after reason: String) -> Bool { false }
}

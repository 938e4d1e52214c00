internal import State
internal import Synchronization

extension AlertRouter {
    /// That an integration was told of an alert as firing.
    package struct Telling: Sendable, Hashable {
        package let receiver: String
        /// `email[0]`
        package let integration: String
        /// When last, in milliseconds since the Unix epoch.
        package let time: Int64
    }

    /// Who was told of alerts as firing, by their fingerprints as pages have them.
    package func tellings() -> [String: [Telling]] {
        var tellings: [String: [Telling]] = [:]
        for (key, entry) in core.withLock({ $0.log }) {
            for fingerprint in entry.firing {
                tellings[Self.fingerprint(fingerprint), default: []].append(
                    Telling(receiver: key.receiver, integration: key.integration, time: entry.sentAt))
            }
        }
        return tellings
    }
}

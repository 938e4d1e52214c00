internal import Base
package import Model
internal import State
internal import Synchronization

extension AlertRouter {
    /// Names the alert with these labels, in sixteen hexadecimal digits.
    package static func fingerprint(_ labels: Labels) -> String { FingerprintText.text(labels.fingerprint) }

    /// What becomes of an alert with these labels, whether there is one or not.
    package func explain(_ labels: Labels) -> AlertExplanation {
        let now = now()
        return core.withLock { $0 }.explain(labels, now: now)
    }
}

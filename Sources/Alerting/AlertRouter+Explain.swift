internal import Base
package import Model
internal import State
internal import Synchronization

extension AlertRouter {
    /// Names the alert with these labels, in sixteen hexadecimal digits.
    package static func fingerprint(_ labels: Labels) -> String { FingerprintText.text(labels.fingerprint) }

    /// Names the alert with this number.
    package static func fingerprint(_ number: UInt64) -> String { FingerprintText.text(number) }

    /// What becomes of an alert with these labels, whether there is one or not.
    package func explain(_ labels: Labels) -> AlertExplanation {
        let now = now()
        return core.withLock { $0 }.explain(labels, now: now)
    }
}

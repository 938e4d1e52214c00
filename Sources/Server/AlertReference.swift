internal import Alerting
internal import Model
internal import Patterns
internal import SiteView

/// Alerts as a person names them: `CameraOffline`, `CameraOffline{camera_id="gate"}`, `camera_id="gate"`, or the
/// sixteen digits of a fingerprint.
struct AlertReference {
    private let fingerprint: String?
    private let matchers: [Matcher]
    /// A name alone may be misspelt; labels in full are meant.
    let isBareName: Bool

    /// - Throws: ``AlertRequestRefused`` for a text that names nothing.
    init(_ text: String) throws {
        let text = text.trimmingPrefix { $0 == " " }
        let isFingerprint = text.count == 16 && text.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        fingerprint = isFingerprint ? String(text) : nil
        isBareName = !text.contains { "{=~".contains($0) }
        if isFingerprint {
            matchers = []
            return
        }
        let name = text.prefix { $0 != "{" }
        let isName = !name.contains("=") && !name.contains("~")
        do {
            let rest = isName ? text.dropFirst(name.count) : text[...]
            let trimmed = name.reversed().drop { $0 == " " }.reversed()
            let named = isName && !trimmed.isEmpty ? [Matcher.equal("alertname", String(trimmed))] : []
            matchers = named + (rest.isEmpty ? [] : try MatcherText.parse(String(rest)))
        } catch {
            throw AlertRequestRefused("cannot read the alert: \(error)")
        }
        if matchers.isEmpty { throw AlertRequestRefused("name an alert, as in CameraOffline{camera_id=\"gate\"}") }
    }

    func names(_ labels: Labels) -> Bool {
        if let fingerprint { return AlertRouter.fingerprint(labels) == fingerprint }
        return matchers.allSatisfy { $0.matches(labels) }
    }

    /// The labels that it names exactly; `nil` where it does not.
    var labels: Labels? {
        guard !matchers.isEmpty, matchers.allSatisfy({ $0.operation == .equal }) else { return nil }
        return Labels(matchers.map { Label($0.name, $0.value) })
    }
}

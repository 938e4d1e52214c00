internal import Base
internal import Digests
internal import GoTemplate
internal import Model
internal import State
internal import Synchronization

/// A notification as an integration writes it down.
///
/// No template keeps a notification back: where one fails, plain words stand in its place, or nothing.
struct NotificationText: Sendable {
    let data: NotificationData
    let templates: NotificationTemplates
    let intent: NotificationIntent
    /// Milliseconds since the Unix epoch.
    let now: Int64
    /// Whether the facts are told without any template: what a service refused otherwise.
    var isPlain = false
    /// How many alerts are listed at most.
    var shown = Int.max
    private let faults = TemplateFaults()

    init(data: NotificationData, templates: NotificationTemplates, intent: NotificationIntent, now: Int64) {
        self.data = data
        self.templates = templates
        self.intent = intent
        self.now = now
    }

    /// What failed so far, in words; empty if nothing did.
    var faultText: String { faults.text }

    /// Expands what a notification cannot go out without: an address.
    /// - Parameter field: the setting's name, for errors.
    func address(_ text: String, _ field: String) throws(TemplateError) -> String {
        try templates.expand(text, field: field, data, now: now)
    }

    /// Expands what people read first, a title; where that fails it is ``headline``.
    func line(_ text: String, _ field: String) -> String { optional(text, field, orEmpty: true) ?? headline }

    /// Expands what the notification can do without; `nil` for what turns out empty or fails.
    func optional(_ text: String, _ field: String) -> String? { optional(text, field, orEmpty: false) }

    private func optional(_ text: String, _ field: String, orEmpty: Bool) -> String? {
        if isPlain { return nil }
        do throws(TemplateError) {
            let expanded = try templates.expand(text, field: field, data, now: now)
            return expanded.isEmpty && !orEmpty ? nil : expanded
        } catch {
            faults.note(field, error)
            return nil
        }
    }

    /// Expands the address of a page; `nil` for what leads to none.
    func link(_ text: String, _ field: String) -> String? {
        optional(text, field).flatMap { LinkScheme.isWeb($0) ? $0 : nil }
    }

    /// Expands a text in which alerts are listed: as many as ``shown`` says. A template that fails at its data says so,
    /// before the facts in plain words: the alert is more important than its form.
    /// - Parameter saysMore: whether it is said how many more there are.
    func body(_ text: String, _ field: String, escapesHTML: Bool = false, saysMore: Bool = true) -> String {
        func escaped(_ lines: [String]) -> String {
            let text = lines.joined(separator: "\n")
            return escapesHTML && !isPlain ? "<pre>\(TemplateEscaping.html(text))</pre>" : text
        }
        if isPlain { return escaped(facts) }
        var count = min(shown, data.alerts.count)
        while true {
            do throws(TemplateError) {
                var part = data
                part.shown = count
                let expanded = try templates.expand(
                    text, field: field, part, now: now, escapesHTML: escapesHTML)
                let rest = data.alerts.count - count
                return rest > 0 && saysMore ? "\(expanded)\n… and \(rest) more" : expanded
            } catch {
                if error.isTooLong, count > 1 {
                    count = max(1, count / 4)
                    continue
                }
                faults.note(field, error)
                return escaped(["The template of `\(field)` failed: \(error.reason)"] + facts)
            }
        }
    }

    /// Alerts that are named where their template is not there to choose.
    private static let factsMax = 50
    private static let factLengthMax = 300
    private static let headlineLengthMax = 200

    /// What has happened to how many alerts of which group.
    var headline: String {
        let firing = data.alerts.count { !$0.isResolved }
        let name = data.groupLabels["alertname"] ?? data.alerts.first?.alert.name ?? ""
        let others = data.groupLabels.filter { $0.key != "alertname" }.sorted { $0.key < $1.key }.map(\.value)
        let state = isFiring ? "[FIRING:\(firing)]" : "[RESOLVED]"
        return Self.cut(([state, name] + others).joined(separator: " "), to: Self.headlineLengthMax)
    }

    private var facts: [String] {
        var lines = data.alerts.prefix(max(1, min(shown, Self.factsMax))).map { alert in
            let labels = alert.alert.labels
            let camera = labels["camera_id"].isEmpty ? "" : " (camera \(labels["camera_id"]))"
            let summary = alert.alert.annotations["summary"] ?? alert.alert.name
            return Self.cut("\(alert.isResolved ? "OVER" : "NOW")  \(summary)\(camera)", to: Self.factLengthMax)
        }
        if data.alerts.count > lines.count { lines.append("and \(data.alerts.count - lines.count) more") }
        return lines
    }

    /// A message that is not longer than a service takes: with as many alerts as there is room for, or in plain words.
    func fitted<Message>(
        _ limit: Int, _ size: (Message) -> Int, _ make: (NotificationText) throws -> Message
    ) rethrows -> Message {
        var text = self
        text.shown = min(shown, max(1, data.alerts.count))
        while true {
            let message = try make(text)
            let length = size(message)
            if length <= limit { return message }
            if text.shown > 1 {
                text.shown = max(1, min(text.shown * 9 / 10, text.shown * limit / length * 19 / 20))
            } else if text.isPlain {
                return message
            } else {
                text.isPlain = true
                text.shown = data.alerts.count
            }
        }
    }

    /// Names the group towards services that keep an incident open: the same in every notification, as Alertmanager has
    /// it.
    var groupName: String { Hexadecimal.text(Digest.sha256(data.groupKey)) }

    var isFiring: Bool { data.status == "firing" }

    /// `text`, with an ellipsis in place of what is too much for a service. For text without markup.
    static func cut(_ text: String, to length: Int) -> String {
        text.unicodeScalars.count <= length
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(length - 1))) + "…"
    }
}

/// The templates of one notification that failed.
private final class TemplateFaults: Sendable {
    private let reasons = Mutex<[String: String]>([:])

    func note(_ field: String, _ error: TemplateError) { reasons.withLock { $0[field] = error.reason } }

    var text: String {
        reasons.withLock { reasons in
            reasons.sorted { $0.key < $1.key }.map { "the template of `\($0.key)` failed: \($0.value)" }
                .joined(separator: "; ")
        }
    }
}

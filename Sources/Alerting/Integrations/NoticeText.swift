internal import GoTemplate
internal import Model
internal import State

/// A notice as an integration writes it down.
struct NoticeText: Sendable {
    let data: NotificationData
    let templates: NotificationTemplates
    let intent: NoticeIntent
    /// Milliseconds since the Unix epoch.
    let now: Int64

    /// Expands a setting's template.
    /// - Parameter field: the setting's name, for errors.
    func expand(_ text: String, _ field: String, escapesHTML: Bool = false) throws(TemplateError) -> String {
        try templates.expand(text, field: field, data, now: now, escapesHTML: escapesHTML)
    }

    /// Expands what people read. A template that fails at its data says so, before the facts in plain words: the alert is
    /// more important than its form.
    func body(_ text: String, _ field: String, escapesHTML: Bool = false) -> String {
        do throws(TemplateError) {
            return try expand(text, field, escapesHTML: escapesHTML)
        } catch {
            let lines = ["The template of `\(field)` failed: \(error.reason)"] + facts
            return escapesHTML
                ? "<pre>\(TemplateEscaping.html(lines.joined(separator: "\n")))</pre>" : lines.joined(separator: "\n")
        }
    }

    /// Alerts that are named where their template is not there to choose.
    private static let factsMax = 50

    private var facts: [String] {
        var lines = data.alerts.prefix(Self.factsMax).map { alert in
            let labels = alert.alert.labels
            let camera = labels["camera_id"].isEmpty ? "" : " (camera \(labels["camera_id"]))"
            let summary = alert.alert.annotations["summary"] ?? alert.alert.name
            return "\(alert.isResolved ? "OVER" : "NOW")  \(summary)\(camera)"
        }
        if data.alerts.count > lines.count { lines.append("and \(data.alerts.count - lines.count) more") }
        return lines
    }

    /// As ``expand(_:_:escapesHTML:)``; `nil` for what turns out empty.
    func optional(_ text: String, _ field: String) throws(TemplateError) -> String? {
        let expanded = try expand(text, field)
        return expanded.isEmpty ? nil : expanded
    }

    /// Names the group towards services that keep an incident open: the same in every notice, as Alertmanager has it.
    var groupName: String { Digest.hexadecimal(Digest.sha256(data.groupKey)) }

    var isFiring: Bool { data.status == "firing" }

    /// `text`, with an ellipsis in place of what is too much for a service.
    static func cut(_ text: String, to length: Int) -> String {
        text.unicodeScalars.count <= length
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(length - 1))) + "…"
    }
}

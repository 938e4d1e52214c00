internal import GoTemplate
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

internal import Foundation
internal import Mustache
internal import SiteView

/// Renders templates into whole pages.
struct Pages: Sendable {
    private let library: MustacheLibrary
    let siteName: String
    let version: String
    let isDemo: Bool

    private static let names = [
        "page", "overview", "camera", "range", "panel", "dashboard", "dashboards", "alerts", "logs", "messages",
        "status", "alert", "silence", "silences", "silenced", "expression", "refusal",
    ]

    init(siteName: String, version: String, isDemo: Bool) throws {
        var templates: [String: MustacheTemplate] = [:]
        for name in Self.names {
            templates[name] = try MustacheTemplate(string: Assets.text(of: "templates/\(name).mustache"))
        }
        library = MustacheLibrary(templates: templates)
        self.siteName = siteName
        self.version = version
        self.isDemo = isDemo
    }

    /// A part of a page.
    func part(_ template: String, _ values: [String: Any]) -> String {
        library.render(values, withTemplate: template) ?? ""
    }

    /// A whole page around `template`.
    /// - Parameter live: whether the page asks for itself again when something changed.
    func page(
        _ template: String, title: String, path: String, live: Bool = true, script: String? = nil,
        _ values: [String: Any]
    ) -> String {
        var links = [("/", "Overview"), ("/alerts", "Alerts"), ("/logs", "Logs"), ("/dashboards", "Dashboards")]
        if isDemo { links.append(("/messages", "Messages")) }
        links.append(("/status", "Status"))
        var page: [String: Any] = [
            "title": title, "site": siteName, "version": version,
            "now": Shown.dateTime(Date()), "content": part(template, values),
            "navigation": links.map { link in
                let isCurrent = link.0 == "/" ? path == "/" : path.hasPrefix(link.0)
                return ["path": link.0, "name": link.1, "current": isCurrent] as [String: Any]
            },
        ]
        // Seconds between two looks: pages with a log search look less often.
        if live { page["live"] = [path == "/logs" || path == "/cameras" ? "5" : "1"] }
        page["quick"] = live && path == "/cameras"
        if let script { page["script"] = [script] }
        return part("page", page)
    }
}

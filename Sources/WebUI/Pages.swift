internal import Foundation
internal import Mustache
internal import SiteView

/// Renders templates into whole pages.
struct Pages: Sendable {
    private let library: MustacheLibrary
    let siteName: String
    let version: String
    let isDemo: Bool

    init(siteName: String, version: String, isDemo: Bool) throws {
        var templates: [String: MustacheTemplate] = [:]
        for name in PageTemplate.allCases.map(\.rawValue) {
            templates[name] = try MustacheTemplate(string: Assets.text(of: "templates/\(name).mustache"))
        }
        library = MustacheLibrary(templates: templates)
        self.siteName = siteName
        self.version = version
        self.isDemo = isDemo
    }

    /// A part of a page.
    func part<Content: PageContent>(_ content: Content) -> String {
        library.render(content, withTemplate: Content.template.rawValue) ?? ""
    }

    /// A whole page around `content`.
    /// - Parameter live: whether the page asks for itself again when something changed.
    func page(
        _ content: some PageContent, title: String, path: String, live: Bool = true, script: String? = nil
    ) -> String {
        var links = [("/", "Overview"), ("/alerts", "Alerts"), ("/logs", "Logs"), ("/traces", "Traces")]
        links += [("/dashboards", "Dashboards"), ("/report", "Report")]
        if isDemo { links.append(("/messages", "Messages")) }
        links.append(("/status", "Status"))
        let navigation = links.map { link in
            PageFrame.Link(
                path: link.0, name: link.1, current: link.0 == "/" ? path == "/" : path.hasPrefix(link.0))
        }
        return part(
            PageFrame(
                title: title, site: siteName, version: version, now: Shown.dateTime(Date()), content: part(content),
                navigation: navigation,
                // Pages with a log search look less often.
                live: live ? path == "/cameras" || path == LogsAddress.path ? "5" : "1" : nil,
                // The log search is not done again by itself: what comes is added to it.
                quick: path == LogsAddress.path ? "always" : path == "/cameras" ? "between" : nil, script: script))
    }
}

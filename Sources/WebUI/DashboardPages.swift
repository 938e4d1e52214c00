internal import Dashboards
internal import Foundation
internal import Hummingbird

/// The list of dashboards.
struct DashboardsContent: PageContent {
    static let template = PageTemplate.dashboards

    struct Row: Sendable {
        let link: String
        let title: String
        let description: String
        /// Whether the description is why it is not drawn as its file has it.
        let isBroken: Bool
    }

    struct Folder: Sendable {
        /// `nil` for those that are in none.
        let name: String?
        let dashboards: [Row]
    }

    let folders: [Folder]
}

/// A dashboard.
struct DashboardContent: PageContent {
    static let template = PageTemplate.dashboard

    let title: String
    let description: String
    let problem: String?
    let range: String
    let from: String
    let to: String
    /// In JSON: variables, links above the panels, annotations.
    let variables: String
    let links: String
    let annotations: String
    /// Seconds between two looks; empty where it only looks when asked.
    let refresh: String
    let sections: [Section]

    /// The panels below a heading.
    struct Section: Sendable {
        struct Heading: Sendable {
            let title: String
            let isOpen: Bool
        }

        /// `nil` above the first heading.
        let heading: Heading?
        /// The variable for each value of which it stands once; empty for none.
        let repeats: String
        /// Rendered.
        let panels: [String]
    }
}

/// A panel, which a script draws.
struct PanelContent: PageContent {
    static let template = PageTemplate.panel

    let json: String
    let x: String
    let y: String
    let width: String
    let height: String
    let title: String
    /// As HTML.
    let about: String?
    let isChart: Bool
    /// Of a text panel: what it shows.
    let text: String?
    /// Why it is not drawn.
    let notDrawn: String?
}

extension WebUI {
    func dashboardsPage() -> String {
        let folders = Dictionary(grouping: dashboards()) { $0.folder ?? "" }.sorted { $0.key < $1.key }.map {
            name, all in
            DashboardsContent.Folder(
                name: name.isEmpty ? nil : name,
                dashboards: all.map {
                    .init(
                        link: Links.dashboard($0.uid), title: $0.title, description: $0.problem ?? $0.description,
                        isBroken: $0.problem != nil)
                })
        }
        return pages.page(
            DashboardsContent(folders: folders), title: say("dashboards.title"), path: "/dashboards", live: false)
    }

    func dashboardPage(uid: String) -> Response {
        guard let dashboard = dashboards().first(where: { $0.uid == uid }) else {
            return refusal(say("dashboard.unknown", ["uid": .text(uid)]), path: "/dashboards")
        }
        let content = DashboardContent(
            title: dashboard.title, description: dashboard.description, problem: dashboard.problem,
            range: pages.part(RangeContent()), from: dashboard.from, to: dashboard.to,
            variables: Self.json(dashboard.variables), links: Self.json(dashboard.links),
            annotations: Self.json(dashboard.annotations), refresh: dashboard.refresh.map { Shown.short($0) } ?? "",
            sections: dashboard.sections.map { section in
                .init(
                    heading: section.title.map { .init(title: $0, isOpen: !section.isClosed) },
                    repeats: section.repeats ?? "", panels: section.panels.map(panelHTML))
            })
        return html(
            pages.page(content, title: dashboard.title, path: "/dashboards", live: false, script: "dashboard.js"))
    }

    func panelHTML(_ panel: Panel) -> String {
        pages.part(
            PanelContent(
                json: Self.json(panel), x: String(panel.x), y: String(panel.y), width: String(panel.width),
                height: String(panel.height), title: panel.title,
                about: panel.descriptionHTML, isChart: panel.type == .timeseries,
                text: panel.options.html,
                notDrawn: panel.notDrawn.map { say("dashboard.notDrawn", ["kind": .text($0)]) }))
    }

    private static func json(_ value: some Encodable) -> String {
        (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

internal import Dashboards
internal import Foundation
internal import Hummingbird

extension WebUI {
    func dashboardsPage() -> String {
        let list = dashboards().map {
            ["uid": $0.uid, "title": $0.title, "description": $0.problem ?? $0.description]
        }
        return pages.page("dashboards", title: "Dashboards", path: "/dashboards", live: false, ["dashboards": list])
    }

    func dashboardPage(uid: String) throws -> Response {
        guard let dashboard = dashboards().first(where: { $0.uid == uid }) else { throw HTTPError(.notFound) }
        let values: [String: Any] = [
            "title": dashboard.title, "description": dashboard.description, "from": dashboard.from,
            "to": dashboard.to, "range": pages.part("range", [:]), "variables": Self.json(dashboard.variables),
            "panels": dashboard.panels.map(panelHTML), "problem": dashboard.problem.map { [$0] } ?? [],
        ]
        let page = pages.page(
            "dashboard", title: dashboard.title, path: "/dashboards", live: false, script: "dashboard.js", values)
        return html(page)
    }

    func panelHTML(_ panel: Panel) -> String {
        pages.part(
            "panel",
            [
                "json": Self.json(panel), "width": String(panel.width), "height": String(panel.height),
                "title": panel.title, "about": panel.description.isEmpty ? [] : [panel.description],
                "isChart": panel.type == .timeseries,
            ])
    }

    private static func json(_ value: some Encodable) -> String {
        (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

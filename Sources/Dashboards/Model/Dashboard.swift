/// A Grafana dashboard, as far as we draw it: what the pages and the API are given.
package struct Dashboard: Sendable, Encodable, Equatable {
    /// The panels below a heading, or those above all headings.
    package struct Section: Sendable, Encodable, Equatable {
        /// `nil` above the first heading.
        package var title: String?
        package var isClosed = false
        /// The variable for each value of which it stands once.
        package var repeats: String?
        /// In reading order: from the top, then from the left; `y` counts from the heading.
        package var panels: [Panel]
    }

    /// Its address; two files never have the same one.
    package var uid: String
    package let title: String
    package var description = ""
    /// The folder in which its file is; `nil` for none.
    package var folder: String?
    package var tags: [String] = []
    /// The range shown at first, as Grafana writes it: `now-1h`.
    package var from = "now-1h"
    package var to = "now"
    /// Seconds between two looks; `nil` where it only looks when asked.
    package var refresh: Double?
    package var variables: [DashboardVariable] = []
    package var sections: [Section] = []
    package var links: [DashboardLink] = []
    package var annotations: [DashboardAnnotation] = []
    /// Why it is not drawn, or not as its file has it now; for people.
    package var problem: String?

    /// All of them, in reading order.
    package var panels: [Panel] { sections.flatMap(\.panels) }

    /// What stands in the place of a dashboard that cannot be read: its page says why.
    /// - Parameter path: of its file, whose name is the page's.
    package static func unreadable(path: String, because problem: String) -> Dashboard {
        let name = name(ofFile: path)
        return Dashboard(uid: name, title: name, problem: problem)
    }

    static func name(ofFile path: String) -> String {
        path.split(separator: "/").last.map { String($0).replacing(".json", with: "") } ?? path
    }
}

internal import ConfigText
internal import Dashboards
internal import Foundation
internal import Site

/// The dashboards of a site's files, each with an address of its own.
struct LoadedDashboards: Sendable {
    private(set) var dashboards: [Dashboard] = []
    /// Those of them that could be read, by their file.
    private var readable: [String: Dashboard] = [:]
    /// What of the files is wrong or not drawn.
    private(set) var problems: [ConfigProblem] = []

    /// - Parameter previous: what was shown until now: a file that can no longer be read is shown as it was, with the reason.
    init(_ files: [DashboardFile], previous: LoadedDashboards? = nil) {
        for file in files {
            var (dashboard, found) = Self.read(file)
            dashboard.folder = file.folder
            problems += found
            if let problem = dashboard.problem {
                var shown = previous?.readable[file.path] ?? dashboard
                shown.problem = problem
                readable[file.path] = previous?.readable[file.path]
                dashboards.append(shown)
            } else {
                readable[file.path] = dashboard
                dashboards.append(dashboard)
            }
        }
        problems += Self.tellApart(&dashboards, of: files)
    }

    /// Gives each dashboard an address of its own: of two with one uid the first keeps it, the other has its file's name.
    /// - Parameter files: of each dashboard, in the same order.
    private static func tellApart(_ dashboards: inout [Dashboard], of files: [DashboardFile]) -> [ConfigProblem] {
        var (problems, owners) = ([ConfigProblem](), [String: String]())
        let all = Set(dashboards.map(\.uid))
        for (place, file) in zip(dashboards.indices, files) {
            let uid = dashboards[place].uid
            guard let owner = owners[uid] else {
                owners[uid] = file.path
                continue
            }
            let name = file.path.split(separator: "/").last.map { String($0).replacing(".json", with: "") } ?? uid
            let free = ([name] + (2...).prefix(files.count + 1).map { "\(name)-\($0)" }).first {
                !all.contains($0) && owners[$0] == nil
            }
            dashboards[place].uid = free ?? "\(uid)-\(place)"
            owners[dashboards[place].uid] = file.path
            problems.append(
                ConfigProblem(
                    .warning, at: SourcePosition(file: file.path, line: 1, column: 1),
                    "the uid \"\(uid)\" is that of \(owner), too: this one is shown as /dashboards/\(dashboards[place].uid)",
                    mend: "give each file a uid of its own"))
        }
        return problems
    }

    /// The dashboard of a file; one that cannot be read has only a problem.
    private static func read(_ file: DashboardFile) -> (dashboard: Dashboard, problems: [ConfigProblem]) {
        // Told already.
        if let problem = file.problem { return (.unreadable(path: file.path, because: problem), []) }
        do {
            let reading = try Dashboard.read(file.json, path: file.path)
            return (
                reading.dashboard,
                reading.losses.map { loss in
                    let place = SourcePosition(file: file.path, line: loss.line, column: loss.column)
                    return ConfigProblem(.warning, at: place, loss.text, mend: "")
                }
            )
        } catch {
            let problem = ConfigProblem(
                .error, at: SourcePosition(file: file.path, line: error.line, column: error.column),
                "cannot read the dashboard: \(error.reason)", mend: "export it again from Grafana",
                isPartial: true)
            return (.unreadable(path: file.path, because: problem.description), [problem])
        }
    }
}

internal import ConfigText
internal import Foundation

/// The dashboards below a site's `dashboards/`.
struct DashboardFiles {
    private static let patterns = ["dashboards/*.json", "dashboards/*/*.json"]

    let source: any SiteSource
    let problems: ProblemList

    /// A file that cannot be read is told, on its page too, and never stops the watching; what it says is read by who
    /// draws it.
    func read() -> [DashboardFile] {
        Self.patterns.flatMap { pattern in
            source.matching(source.path(pattern)).map { path in
                let own = ProblemList()
                defer { problems.addPartial(own) }
                let json = source.text(at: path, own)
                if json == nil, own.errors.isEmpty {
                    own.error(
                        at: SourcePosition(file: path, line: 1, column: 1), "this link leads to no file",
                        mend: "put the file there, or take the link away")
                }
                let parts = path.split(separator: "/")
                let folder = pattern.hasPrefix("dashboards/*/") ? parts.dropLast().last.map(String.init) : nil
                let file = DashboardFile(
                    path: path, json: json ?? "", folder: folder, problem: own.errors.first?.description)
                tellInterface(file)
                return file
            }
        }
    }

    /// Each file with what changes when somebody writes it: its inode, length and times.
    static func listing(_ source: DirectorySource) -> [String] {
        patterns.flatMap { source.matching(source.path($0)) }.map { path in
            var facts = stat()
            guard stat(path, &facts) == 0 else { return path }
            let times = [facts.st_mtim, facts.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
            return "\(path) \(facts.st_ino) \(facts.st_size) \(times.joined(separator: " "))"
        }
    }

    private func tellInterface(_ dashboard: DashboardFile) {
        guard dashboard.json.utf8.contains("eth0".utf8) else { return }
        for (index, line) in dashboard.json.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for marker in [#"interface='eth0'"#, #"interface=\"eth0\""#, #"interface=~\"eth0\""#] {
                guard let found = line.range(of: marker) else { continue }
                let column = line.distance(from: line.startIndex, to: found.lowerBound) + 1
                problems.warn(
                    at: SourcePosition(file: dashboard.path, line: index + 1, column: column),
                    "eth0 is fixed in this query, and most hosts name their interfaces otherwise",
                    mend: "make it a variable of the dashboard, or leave the condition out")
            }
        }
    }
}

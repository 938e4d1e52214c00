internal import Alerting
internal import Collectors
package import ConfigText
internal import Dashboards
internal import Foundation
internal import LogShipping
package import PromQL
internal import Recorders
internal import Rules
internal import Scraping
internal import Site
internal import Synchronization

/// A site whose files are read and found good by every part that will work with them.
struct LoadedSite: Sendable {
    let site: Site
    let dashboards: [Dashboard]
    /// Those of them that could be read, by their file.
    let readable: [String: Dashboard]
    let warnings: [ConfigProblem]
    /// What the status page calls it.
    let name: String

    /// - Parameters:
    ///   - directory: `nil` is the built-in site.
    ///   - previous: by what is worked until now. A drawing or a `filebeat.yml` that cannot be read stays as it was.
    /// - Throws: ``ConfigRefused`` with every error of every file, unless what is wrong stops a drawing or a log input
    ///   alone: those are among ``warnings``.
    static func load(
        _ directory: String?, features: Set<PromQLFeature>, previous: LoadedSite? = nil
    ) throws(ConfigRefused) -> LoadedSite {
        var site: Site
        if let directory { site = try SiteLoader.load(directory: directory) } else { site = try Site.builtIn() }
        var errors: [ConfigProblem] = []
        var warnings = site.warnings
        do { try RuleManager.check(site.ruleFiles, features: features) } catch { errors += error.problems }
        let targets = (site.prometheus?.scrapeConfigs ?? []).flatMap { DiscoveredTargets($0).problems }
        errors += targets.filter { $0.severity == .error }
        warnings += targets.filter { $0.severity == .warning }
        if let alertmanager = site.alertmanager {
            do { warnings += try AlertRouter.check(alertmanager) } catch { errors += error.problems }
        }
        var dashboards: [Dashboard] = []
        var readable: [String: Dashboard] = [:]
        for file in site.dashboards {
            var (dashboard, problems) = read(file)
            dashboard.folder = file.folder
            warnings += problems
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
        warnings += tellApart(&dashboards, of: site.dashboards)
        if site.filebeat?.isUnreadable ?? false, let former = previous?.site.filebeat, !former.isUnreadable {
            let told = site.filebeat?.refused ?? []
            site.filebeat = former
            site.filebeat?.refused = told + former.refused.filter { !told.contains($0) }
        }
        if !errors.isEmpty { throw ConfigRefused(problems: errors + warnings) }
        return LoadedSite(
            site: site, dashboards: dashboards, readable: readable, warnings: warnings,
            name: directory ?? "built-in site")
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

/// Checks a configuration as a start would.
package enum SiteCheck {
    /// Every error and warning, also of what the folders of recordings hold; empty where all is well.
    /// - Parameter directory: `nil` is the built-in site.
    package static func check(directory: String?, features: Set<PromQLFeature> = []) -> [ConfigProblem] {
        do {
            let loaded = try LoadedSite.load(directory, features: features)
            let config = loaded.site.watchpost
            let ours = Set(config.recorders.map(\.camera))
            let recordings = config.recordings.filter { !ours.contains($0.camera) }
            return loaded.warnings
                + RecordingAdvice.warnings(of: recordings, cameras: Set(config.cameras.map(\.id)))
        } catch {
            return error.problems
        }
    }
}

internal import Alerting
internal import Dashboards
internal import Foundation
public import PromQL
internal import Rules
internal import Scraping
public import SiteConfig
internal import Synchronization

/// A site whose files are read and found good by every part that will work with them.
struct LoadedSite: Sendable {
    let site: Site
    let dashboards: [Dashboard]
    let warnings: [ConfigProblem]
    /// What the status page calls it.
    let name: String

    /// - Parameter directory: `nil` is the built-in site.
    /// - Throws: ``ConfigRefused`` with every error of every file.
    static func load(_ directory: String?, features: Set<PromQLFeature>) throws(ConfigRefused) -> LoadedSite {
        let site: Site
        if let directory { site = try SiteLoader.load(directory: directory) } else { site = try Site.builtIn() }
        var errors: [ConfigProblem] = []
        var warnings = site.warnings
        do { try RuleManager.check(site.ruleFiles, features: features) } catch { errors += error.problems }
        let targets = (site.prometheus?.scrapeConfigs ?? []).flatMap { DiscoveredTargets($0).problems }
        errors += targets.filter { $0.severity == .error }
        warnings += targets.filter { $0.severity == .warning }
        if let alertmanager = site.alertmanager {
            do { try AlertRouter.check(alertmanager) } catch { errors += error.problems }
        }
        var dashboards: [Dashboard] = []
        for file in site.dashboards {
            let start = SourcePosition(file: file.path, line: 1, column: 1)
            do {
                let reading = try Dashboard.read(file.json, path: file.path)
                dashboards.append(reading.dashboard)
                warnings += reading.warnings.map { ConfigProblem(.warning, at: start, $0, mend: "") }
            } catch {
                errors.append(
                    ConfigProblem(
                        .error, at: start, "cannot read the dashboard: \(error.reason)",
                        mend: "export it again from Grafana"))
            }
        }
        if !errors.isEmpty { throw ConfigRefused(problems: errors + warnings) }
        return LoadedSite(site: site, dashboards: dashboards, warnings: warnings, name: directory ?? "built-in site")
    }
}

/// The site by which a server works now; a reload changes it.
final class CurrentSite: Sendable {
    private struct State {
        var site: LoadedSite
        var loadedAt: Int64
        var lastReloadFailed = false
    }

    private let state: Mutex<State>

    init(_ site: LoadedSite, at time: Int64) { state = Mutex(State(site: site, loadedAt: time)) }

    var value: LoadedSite { state.withLock { $0.site } }

    /// When the site was read, in milliseconds since the Unix epoch, and whether a newer one was refused since.
    var history: (loadedAt: Int64, lastReloadFailed: Bool) { state.withLock { ($0.loadedAt, $0.lastReloadFailed) } }

    func change(to site: LoadedSite, at time: Int64) { state.withLock { $0 = State(site: site, loadedAt: time) } }

    func noteFailure() { state.withLock { $0.lastReloadFailed = true } }
}

/// Checks a configuration as a start would.
public enum SiteCheck {
    /// Every error and warning; empty where all is well.
    /// - Parameter directory: `nil` is the built-in site.
    public static func check(directory: String?, features: Set<PromQLFeature> = []) -> [ConfigProblem] {
        do {
            return try LoadedSite.load(directory, features: features).warnings
        } catch {
            return error.problems
        }
    }
}

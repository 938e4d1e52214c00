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
    private(set) var site: Site
    private(set) var drawn: LoadedDashboards
    /// The files of dashboards as they were before they were read.
    private(set) var dashboardListing: [String]
    /// Without those of ``drawn``.
    private var ownWarnings: [ConfigProblem]
    /// `nil` is the built-in site.
    let directory: String?

    private init(
        site: Site, drawn: LoadedDashboards, dashboardListing: [String], ownWarnings: [ConfigProblem],
        directory: String?
    ) {
        self.site = site
        self.drawn = drawn
        self.dashboardListing = dashboardListing
        self.ownWarnings = ownWarnings
        self.directory = directory
    }

    var dashboards: [Dashboard] { drawn.dashboards }
    var warnings: [ConfigProblem] { ownWarnings + drawn.problems }
    /// What the status page calls it.
    var name: String { directory ?? "built-in site" }

    /// - Parameters:
    ///   - directory: `nil` is the built-in site.
    ///   - previous: by what is worked until now. A drawing or a `filebeat.yml` that cannot be read stays as it was.
    /// - Throws: ``ConfigRefused`` with every error of every file, unless what is wrong stops a drawing or a log input
    ///   alone: those are among ``warnings``.
    static func load(
        _ directory: String?, features: Set<PromQLFeature>, previous: LoadedSite? = nil
    ) throws(ConfigRefused) -> LoadedSite {
        let listing = directory.map { SiteLoader.dashboardListing(directory: $0) } ?? []
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
        let dashboards = LoadedDashboards(site.dashboards, previous: previous?.drawn)
        if site.filebeat?.isUnreadable ?? false, let former = previous?.site.filebeat, !former.isUnreadable {
            let told = site.filebeat?.refused ?? []
            site.filebeat = former
            site.filebeat?.refused = told + former.refused.filter { !told.contains($0) }
        }
        if !errors.isEmpty { throw ConfigRefused(problems: errors + warnings + dashboards.problems) }
        return LoadedSite(
            site: site, drawn: dashboards, dashboardListing: listing, ownWarnings: warnings, directory: directory)
    }

    /// This site with what its `dashboards/` holds now; all else stays.
    func withDashboardsOfToday() -> LoadedSite {
        guard let directory else { return self }
        var fresh = self
        fresh.dashboardListing = SiteLoader.dashboardListing(directory: directory)
        let (files, problems) = SiteLoader.dashboards(directory: directory)
        fresh.site.dashboards = files
        fresh.ownWarnings.removeAll { Self.isOfDashboard($0, in: directory) }
        fresh.ownWarnings += problems
        fresh.drawn = LoadedDashboards(files, previous: drawn)
        return fresh
    }

    private static func isOfDashboard(_ problem: ConfigProblem, in directory: String) -> Bool {
        problem.position.file.hasPrefix(FilePaths.join(directory, "dashboards/"))
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

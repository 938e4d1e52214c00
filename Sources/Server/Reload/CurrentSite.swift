internal import ConfigText
internal import Model
internal import Site
internal import Synchronization
internal import WatchpostHTTP

/// The site by which a server works now; a reload changes it.
final class CurrentSite: FindingSource {
    private struct State {
        var site: LoadedSite
        var loadedAt: Int64
        var lastReloadFailed = false
        var report = ReloadReport()
    }

    /// What the start took; keys that need a restart are in force as they stand here.
    let started: WatchpostConfig
    private let state: Mutex<State>

    init(_ site: LoadedSite, at time: Int64) {
        started = site.site.watchpost
        state = Mutex(State(site: site, loadedAt: time))
    }

    var value: LoadedSite { state.withLock { $0.site } }

    /// When the site was read, in milliseconds since the Unix epoch, and whether a newer one was refused since.
    var history: (loadedAt: Int64, lastReloadFailed: Bool) { state.withLock { ($0.loadedAt, $0.lastReloadFailed) } }

    /// What of the site's files is not in force before a restart, and what is wrong in them.
    var findings: [Finding] {
        let (site, report) = state.withLock { ($0.site, $0.report) }
        return report.needsRestart.map { Finding(.warning, part: "configuration", text: "needs a restart: \($0)") }
            + site.warnings.map {
                Finding($0.severity == .error ? .warning : .note, part: "configuration", text: $0.description)
            }
    }

    /// Takes a site that is in force.
    func change(to site: LoadedSite, at time: Int64, _ report: ReloadReport) {
        state.withLock { $0 = State(site: site, loadedAt: time, report: report) }
    }

    /// Takes what its `dashboards/` holds now, beside all that is in force.
    func changeDashboards() {
        let fresh = value.withDashboardsOfToday()
        state.withLock { $0.site = fresh }
    }

    func noteFailure() { state.withLock { $0.lastReloadFailed = true } }
}

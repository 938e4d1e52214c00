internal import Logging
internal import Site

/// Shows what is put into `dashboards/` without being told: a file that is copied there is on its page some seconds later,
/// as with Grafana's provisioning. All other files are read on a reload alone.
struct DashboardWatch: Sendable {
    let directory: String
    let period: Duration
    let logger: Logger
    /// The files as they were when those that are shown were read.
    let shown: @Sendable () -> [String]
    /// Reads the dashboards again, beside no reload.
    let change: @Sendable () async -> Void

    /// Until the task is cancelled. Waits for the disk.
    func run() async {
        var last: [String]?
        while (try? await Task.sleep(for: period)) != nil {
            let now = SiteLoader.dashboardListing(directory: directory)
            defer { last = now }
            // What still changes from one look to the next is still being written.
            guard now != shown(), now == last else { continue }
            await change()
            logger.notice("the dashboards were read again")
        }
    }
}

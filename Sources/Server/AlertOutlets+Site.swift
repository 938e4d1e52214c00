internal import Alerting
internal import Scraping
internal import Site

extension AlertOutlets {
    /// Takes a site: other Alertmanagers get its alerts where it has no router of its own, or wants both.
    func update(_ site: Site) {
        let goToOthers = site.alertmanager == nil || site.watchpost.forwardAlerts
        update(
            others: goToOthers ? site.prometheus?.alertmanagers ?? [] : [],
            relabel: site.prometheus?.alertRelabelConfigs ?? [], usesRouter: site.alertmanager != nil)
    }
}

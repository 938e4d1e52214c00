package import Dashboards
package import Foundation
package import Instruments
package import SiteView

/// What Watchpost's own door shows and sets going.
package struct WatchpostParts: Sendable {
    let view: any SiteViewSource
    let registry: Registry
    let isReady: @Sendable () -> Bool
    let reload: @Sendable () async throws -> ReloadReport
    let dashboards: @Sendable () -> [Dashboard]
    let retryLogin: @Sendable (_ camera: String) -> Bool
    let setFault: (@Sendable (_ camera: String, _ fault: String) throws -> Void)?
    let zone: @Sendable () -> TimeZone

    /// - Parameters:
    ///   - view: what is shown of the site.
    ///   - registry: what `/metrics` shows.
    ///   - isReady: whether queries are answered yet.
    ///   - reload: reads the configuration again; throws what is wrong with it, and the old one then goes on.
    ///   - dashboards: asked at each request, so that a reload shows.
    ///   - retryLogin: ends the pause after a camera's refused logins; tells whether it is probed with a login.
    ///   - setFault: gives a simulated camera a fault, or throws an error for people; `nil` where there are none.
    ///   - zone: the site's own.
    package init(
        view: any SiteViewSource, registry: Registry, isReady: @escaping @Sendable () -> Bool,
        reload: @escaping @Sendable () async throws -> ReloadReport, dashboards: @escaping @Sendable () -> [Dashboard],
        retryLogin: @escaping @Sendable (_ camera: String) -> Bool,
        setFault: (@Sendable (_ camera: String, _ fault: String) throws -> Void)?,
        zone: @escaping @Sendable () -> TimeZone = { .gmt }
    ) {
        self.view = view
        self.registry = registry
        self.isReady = isReady
        self.reload = reload
        self.dashboards = dashboards
        self.retryLogin = retryLogin
        self.setFault = setFault
        self.zone = zone
    }
}

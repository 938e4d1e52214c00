internal import Alerting
internal import HTTPAPI
internal import HTTPKit
internal import Hummingbird
internal import Logging
internal import ServiceLifecycle
internal import SiteConfig
internal import Transfers

/// The server that takes webhooks for telephones, where `sms` of `watchpost.yml` asks for it.
enum SMSListener {
    /// A port that cannot be had is told and costs the SMS alone: the watching goes on.
    /// - Parameter current: the configuration in force, asked at each webhook.
    static func service(
        _ config: SMSConfig?, transfers: Transfers, _ connections: OpenConnections, _ logger: Logger,
        current: @escaping @Sendable () -> SMSConfig?
    ) -> (any Service)? {
        guard let config else { return nil }
        let address: ListenAddress
        do {
            address = try ListenAddress(config.listen)
            try address.claim()
        } catch {
            logger.error("no SMS can be sent: \(error)")
            return nil
        }
        guard address.isLoopback else {
            logger.error(
                "no SMS can be sent: sms.listen \(address.text) can be reached from other hosts; use 127.0.0.1")
            return nil
        }
        let router = Routers.make()
        SMSAPI(gateway: SMSGateway(transfers: transfers), config: current).addRoutes(to: router)
        return WebServer(router, at: address, connections) { _ in
            logger.notice("webhooks for SMS at \(address.url)/send-sms")
        }
    }
}

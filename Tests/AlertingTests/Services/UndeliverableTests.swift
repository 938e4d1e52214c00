import Base
import ConfigText
import Foundation
import Model
import State
import TestSupport
import Testing
import Transfers

@testable import Alerting

@Suite("Services that nothing is delivered by")
struct UndeliverableTests {
    let peers: DeliveryTests

    init() throws { peers = try DeliveryTests() }

    @Test("a kind that cannot be delivered by fails once in the delivery log")
    func undeliverable() async throws {
        var receiver = ReceiverConfig(name: "ops")
        receiver.integrations = [UndeliverableIntegration(serviceName: "wechat", sendsResolved: false)]
        try await peers.withRouter(receiver) { router in
            await router.receive([DeliveryTests.cameraAlert()])
            let log = try await peers.deliveries(router, 1)
            #expect(log.first?.status == .failed && log.first?.error.contains("wechat_configs") == true)
            try await Task.sleep(for: .milliseconds(700))
            #expect(try router.deliveries(limit: 10).count == 1)
        }
    }

    @Test("an integration that we have not is a warning")
    func notDelivered() {
        let file = AlertmanagerFile(
            "route: {receiver: a}\nreceivers:\n  - name: a\n    wechat_configs: [{api_secret_file: k}]\n")
        #expect(file.warnings.count == 1)
        #expect(file.warnings.first?.hasPrefix("alertmanager.yml:4:5: warning: receivers[0].wechat_configs") == true)
    }

    @Test("Webex has its login in http_config, which must be there")
    func webex() {
        func errors(_ entry: String) -> [String] {
            AlertmanagerFile("route: {receiver: a}\nreceivers: [{name: a, webex_configs: [\(entry)]}]\n").errors
        }
        #expect(errors("{room_id: r, http_config: {authorization: {credentials_file: /x}}}") == [])
        #expect(errors("{room_id: r}").contains { $0.contains("http_config") })
    }
}

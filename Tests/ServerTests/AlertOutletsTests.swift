import Alerting
import ConfigText
import Foundation
import Model
import Site
import State
import TestSupport
import Testing
import Transfers

@testable import Server

@Suite("Who gets alerts")
struct AlertOutletsTests {
    /// A site with a receiver and these lines under `alerting:` of `prometheus.yml`.
    private static func site(_ folder: TemporaryDirectory, alerting: String) throws -> Site {
        try folder.write(
            "prometheus.yml",
            """
            global: { external_labels: { cluster: hcm } }
            rule_files: [rules.yml]
            alerting:
            \(alerting)
            """)
        try folder.write("rules.yml", "groups: []\n")
        try folder.write("alertmanager.yml", "route: { receiver: a }\nreceivers: [{ name: a }]\n")
        return try SiteLoader.load(directory: folder.path)
    }

    private static func outlets(_ folder: TemporaryDirectory, _ site: Site) throws -> AlertOutlets {
        let transfers = Transfers()
        let config = try #require(site.alertmanager)
        let router = try AlertRouter(
            config: config, state: try StateStore(path: folder.path + "/state.sqlite"), transfers: transfers,
            externalURL: "http://127.0.0.1:9900")
        let outlets = AlertOutlets(router: router, transfers: transfers)
        outlets.update(site)
        return outlets
    }

    private static func alert(_ labels: Labels) -> Alert {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        return Alert(labels: labels, annotations: [:], startsAt: now, endsAt: now + 600_000, generatorURL: "")
    }

    @Test("alert_relabel_configs change and drop alerts for our own receivers too")
    func relabelling() async throws {
        let folder = try TemporaryDirectory()
        let site = try Self.site(
            folder,
            alerting: """
                  alert_relabel_configs:
                    - { source_labels: [severity], regex: none, action: drop }
                    - { regex: replica, action: labeldrop }
                """)
        let outlets = try Self.outlets(folder, site)
        await outlets.receive([
            Self.alert(["alertname": "A", "replica": "1", "severity": "page"]),
            Self.alert(["alertname": "B", "severity": "none"]),
        ])
        #expect(outlets.router.alerts().map(\.labels) == [["alertname": "A", "severity": "page"]])
        #expect(
            outlets.outward(["alertname": "A", "replica": "1"], externalLabels: ["cluster": "hcm"])
                == ["alertname": "A", "cluster": "hcm"])
        #expect(outlets.outward(["alertname": "B", "severity": "none"], externalLabels: .empty) == nil)
    }

    @Test("an alert keeps its own label where an external one has the same name")
    func externalLabels() throws {
        let folder = try TemporaryDirectory()
        let outlets = try Self.outlets(folder, try Self.site(folder, alerting: "  alert_relabel_configs: []"))
        #expect(
            outlets.outward(["alertname": "A", "cluster": "own"], externalLabels: ["cluster": "hcm", "site": "x"])
                == ["alertname": "A", "cluster": "own", "site": "x"])
    }
}

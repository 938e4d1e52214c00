import ConfigText
import Model

@testable import Alerting

/// An `alertmanager.yml`, read.
struct AlertmanagerFile {
    /// `nil` where there is no route.
    let config: AlertmanagerConfig?
    /// What is wrong, each problem as `file:line:column: severity: what; mend`.
    let problems: [String]

    init(_ text: String) {
        let list = ProblemList()
        config = YAMLFile.root(of: text, path: "alertmanager.yml", problems: list).flatMap(AlertmanagerReader.read)
        problems = list.all.map(\.description)
    }

    var errors: [String] { problems.filter { $0.contains(": error: ") } }
    var warnings: [String] { problems.filter { $0.contains(": warning: ") } }
}

/// An integration whose configuration tests look at.
protocol ConfiguredIntegration: Integration {
    associatedtype Config
    var config: Config { get }
}

extension EmailIntegration: ConfiguredIntegration {}
extension SlackIntegration: ConfiguredIntegration {}
extension WebhookIntegration: ConfiguredIntegration {}
extension PagerDutyIntegration: ConfiguredIntegration {}
extension OpsGenieIntegration: ConfiguredIntegration {}
extension TelegramIntegration: ConfiguredIntegration {}
extension PushoverIntegration: ConfiguredIntegration {}
extension TeamsIntegration: ConfiguredIntegration {}

extension ReceiverConfig {
    /// The configurations of its integrations of one service.
    func configs<Service: ConfiguredIntegration>(of _: Service.Type) -> [Service.Config] {
        integrations.compactMap { ($0 as? Service)?.config }
    }
}

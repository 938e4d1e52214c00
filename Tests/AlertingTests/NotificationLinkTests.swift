import Base
import ConfigText
import Model
import State
import Testing

@testable import Alerting

@Suite("Links in notifications")
struct NotificationLinkTests {
    @Test("what a program posts as the source of an alert is a link only where it leads to a page")
    func links() throws {
        let labels: Labels = ["alertname": "A"]
        for (url, isThere) in [
            ("javascript:alert(1)", false), ("http://watch.test/graph?a=1", true), ("data:text/html,x", false),
        ] {
            let alert = Alert(labels: labels, annotations: [:], startsAt: 0, endsAt: 1, generatorURL: url)
            let intent = NotificationIntent(
                key: .init(groupKey: "g", receiver: "r", integration: "email[0]"), identifier: "i", createdAt: 0,
                firing: [labels.fingerprint], resolved: [], untold: [])
            let notification = Notification(
                intent: intent, integration: .none, groupLabels: labels,
                alerts: [
                    NotificationAlert(fingerprint: labels.fingerprint, alert: alert, isResolved: false, updatedAt: 0)
                ],
                repeatInterval: 0)
            let config = AlertmanagerConfig(route: route("r"), receivers: [ReceiverConfig(name: "r")])
            let templates = try NotificationTemplates(config, externalURL: "http://here")
            let data = NotificationData(
                notification,
                links: NotificationLinks(externalURL: "http://here", tokens: SilenceTokens(key: [1]), now: 0))
            let page = try templates.expand(
                #"{{ template "email.default.html" . }}"#, field: "html", data, now: 0, escapesHTML: true)
            #expect(page.contains(">Source</a>") == isThere && !page.contains("javascript:") && !page.contains("data:"))
            let text = NotificationText(data: data, templates: templates, intent: intent, now: 0)
            #expect((text.link(url, "title_link") != nil) == isThere)
        }
    }
}

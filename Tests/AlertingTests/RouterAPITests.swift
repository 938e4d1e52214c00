import ConfigText
import Foundation
import Model
import Patterns
import State
import Testing
import Transfers

@testable import Alerting

@Suite("What the router answers")
struct RouterAPITests {
    let scratch: ScratchDirectory
    let time = ManualTime()

    init() throws { scratch = try ScratchDirectory() }

    func router(_ change: (inout AlertmanagerConfig) -> Void = { _ in }) throws -> AlertRouter {
        var config = AlertmanagerConfig(route: route("default"), receivers: [ReceiverConfig(name: "default")])
        change(&config)
        return try AlertRouter(
            config: config, state: try scratch.store(), transfers: Transfers(), externalURL: "http://here/",
            timeSource: time)
    }

    func silence(_ matchers: [Matcher], from start: Int64 = 0, to end: Int64 = 60_000, id: String = "") -> PostedSilence
    {
        PostedSilence(
            id: id, matchers: matchers, startsAt: time.now() + start, endsAt: time.now() + end, createdBy: "guard",
            comment: "work at the gate")
    }

    @Test("the state file forgets notifications and silences that are long over")
    func pruning() async throws {
        let store = try scratch.store()
        let now = time.now()
        func entry(_ group: String, until end: Int64) -> NotificationLogEntry {
            .init(
                key: .init(groupKey: group, receiver: "default", integration: "none"), sentAt: 1, firing: [],
                resolved: [], expiresAt: end)
        }
        for (group, end) in [("old", now - 1), ("new", now + 60_000)] {
            try store.record(nil, notified: entry(group, until: end))
            try store.save(silences: [
                Silence(
                    id: group, matchers: [.equal("a", "b")], startsAt: 0, endsAt: end - 5 * 86_400_000, updatedAt: 0,
                    createdBy: "", comment: "")
            ])
        }
        let router = try AlertRouter(
            config: AlertmanagerConfig(route: route("default"), receivers: [ReceiverConfig(name: "default")]),
            state: store, transfers: Transfers(), externalURL: "http://here/", timeSource: time)
        let running = Task { await router.run() }
        for _ in 0..<500 where try store.silences().count > 1 { try await Task.sleep(for: .milliseconds(10)) }
        running.cancel()
        await running.value
        #expect(try store.silences().map(\.id) == ["new"])
        #expect(try store.notificationLog().map(\.key.groupKey) == ["new"])
    }

    @Test("posted alerts get their times, and wrong ones are named while right ones are taken")
    func posting() throws {
        let router = try router()
        let error = #expect(throws: AlertingError.self) {
            try router.post([
                PostedAlert(labels: ["alertname": "A"]), PostedAlert(labels: ["a": ""]),
                PostedAlert(labels: ["alertname": "B"], startsAt: 10, endsAt: 5),
            ])
        }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains("2 of 3") == true)
        let alert = try #require(router.alerts().first)
        #expect(router.alerts().count == 1)
        #expect(alert.startsAt == time.now())
        #expect(alert.endsAt == time.now() + 300_000)
        time.advance(300_001)
        #expect(router.alerts().isEmpty)
    }

    @Test("an alert that is posted again keeps its start and moves its end")
    func postingAgain() throws {
        let router = try router()
        let start = time.now()
        try router.post([PostedAlert(labels: ["alertname": "A"])])
        time.advance(100_000)
        try router.post([PostedAlert(labels: ["alertname": "A"])])
        #expect(router.alerts().map(\.startsAt) == [start])
        #expect(router.alerts().map(\.endsAt) == [start + 400_000])
    }

    @Test("an alert's fingerprint is Alertmanager's")
    func fingerprint() throws {
        let router = try router()
        // As a real Alertmanager answers for this label set.
        try router.post([
            PostedAlert(labels: ["alertname": "test", "job": "j", "severity": "critical", "zone": "a"])
        ])
        #expect(router.alerts().map(\.fingerprint) == ["d002e081a9eef1a0"])
        #expect(FingerprintText.text(Labels.empty.fingerprint) == "cbf29ce484222325")
    }

    @Test("silences are refused for what Alertmanager refuses")
    func refusedSilences() throws {
        let router = try router()
        let wrong: [(PostedSilence, String)] = [
            (silence([]), "at least one matcher required"),
            (silence([try Matcher("a", .regex, ".*")]), "empty string"),
            (silence([.equal("a", "1")], from: 10, to: 10), "before end"),
            (silence([.equal("a", "1")], from: -20, to: -10), "in the past"),
        ]
        for (posted, reason) in wrong {
            let error = #expect(throws: AlertingError.self) { try router.set(posted) }
            #expect(error?.code == .invalid && error?.description.contains(reason) == true, "\(reason)")
        }
        #expect(throws: AlertingError.self) { try router.set(silence([.equal("a", "1")], id: "none")) }
        #expect(throws: AlertingError.self) { try router.expire("none") }
    }

    @Test("a silence suppresses, is changed in place, ends, and outlives a restart")
    func silenceLife() throws {
        let id: String
        do {
            let router = try router()
            try router.post([PostedAlert(labels: ["alertname": "A", "camera_id": "cam-1"])])
            id = try router.set(silence([.equal("camera_id", "cam-1")]))
            #expect(router.alerts().map(\.state) == [.suppressed])
            #expect(router.alerts().map(\.silencedBy) == [[id]])
            var change = silence([.equal("camera_id", "cam-1")], to: 120_000, id: id)
            #expect(try router.set(change) == id)
            change.matchers = [.equal("camera_id", "cam-2")]
            let other = try router.set(change)
            #expect(other != id)
            #expect(try router.silence(id).state(at: time.now()) == .expired)
            #expect(router.alerts().map(\.state) == [.active])
        }
        let router = try router()
        #expect(router.silences().count == 2)
        #expect(router.alerts().map(\.labels) == [["alertname": "A", "camera_id": "cam-1"]])
        let active = try #require(router.silences().first)
        #expect(active.state(at: time.now()) == .active)
        try router.expire(active.id)
        let error = #expect(throws: AlertingError.self) { try router.expire(active.id) }
        #expect(error?.code == .invalid)
    }

    @Test("a receiver's template that is none is refused with its place, and the old configuration stays")
    func brokenTemplates() throws {
        let router = try router()
        var broken = ReceiverConfig(name: "broken")
        var slack = SlackConfig(
            position: SourcePosition(file: "alertmanager.yml", line: 12, column: 9), apiURL: .inline("http://here/"))
        slack.text = "{{ range .Alerts }}"
        broken.integrations = [SlackIntegration(config: slack)]
        let error = #expect(throws: ConfigRefused.self) {
            try router.update(AlertmanagerConfig(route: route("broken"), receivers: [broken]))
        }
        #expect(error?.description.contains("alertmanager.yml:12:9") == true)
        #expect(router.receivers() == ["default"])
    }

    static let wrongTemplates: [(text: String, reason: String)] = [
        ("{{ .Alert.Labels.camera_id }}", "can't evaluate field Alert"),
        ("{{ range .Alerts }}{{ .Label.camera_id }}{{ end }}", "can't evaluate field Label"),
        (#"{{ template "slack.standard.text" . }}"#, "not defined"),
        ("{{ range .Alerts.Resolved }}{{ .Until }}{{ end }}", "can't evaluate field Until"),
        ("{{ .CommonLabels.severity | shout }}", "not defined"),
    ]

    @Test("a template that asks for what no notification has is refused when it is read", arguments: wrongTemplates)
    func templatesThatWillFail(text: String, reason: String) throws {
        var receiver = ReceiverConfig(name: "ops")
        var telegram = TelegramConfig(position: position, token: .inline("t"), chat: .inline("1"), url: "http://here")
        telegram.message = text
        receiver.integrations = [TelegramIntegration(config: telegram)]
        let error = #expect(throws: ConfigRefused.self) {
            try AlertRouter.check(AlertmanagerConfig(route: route("ops"), receivers: [receiver]))
        }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        "a template that depends on the notification is taken",
        arguments: [
            "{{ (index .Alerts 5).Labels.camera_id }}", "{{ .CommonLabels.nothing }}",
            #"{{ with .CommonAnnotations.runbook }}{{ . }}{{ end }}"#, "{{ (index .Alerts.Firing 0).StartsAt }}",
            #"{{ range .Alerts }}{{ .CameraURL }}{{ (.Labels.Remove (stringSlice "a")).Names }}{{ end }}"#,
        ])
    func templatesThatMayFail(text: String) throws {
        var receiver = ReceiverConfig(name: "ops")
        var slack = SlackConfig(position: position, apiURL: .inline("http://here"))
        slack.text = text
        receiver.integrations = [SlackIntegration(config: slack)]
        try AlertRouter.check(AlertmanagerConfig(route: route("ops"), receivers: [receiver]))
    }

    @Test(
        "a template that fails with some notifications is warned of at its place",
        arguments: [
            ("{{ (index .Alerts 5).Labels.camera_id }}", "out of range"),
            ("{{ range .Alerts }}{{ .StartsAt.Add 1.5 }}{{ end }}", "time.Duration"),
            ("{{ range .Alerts }}{{ (.StartsAt.Add 25200e9).Format \"15:04\" }}{{ end }}", ""),
        ])
    func warnings(text: String, reason: String) throws {
        var receiver = ReceiverConfig(name: "ops")
        var slack = SlackConfig(position: position, apiURL: .inline("http://here"))
        slack.text = text
        receiver.integrations = [SlackIntegration(config: slack)]
        let warnings = try AlertRouter.check(AlertmanagerConfig(route: route("ops"), receivers: [receiver]))
        #expect(warnings.map(\.severity) == (reason.isEmpty ? [] : [.warning]))
        #expect(warnings.allSatisfy { $0.description.contains(reason) && $0.position == position }, "\(warnings)")
    }

    @Test("a site's template files may define the defaults anew")
    func templateFiles() throws {
        let file = scratch.url.appending(path: "own.tmpl")
        try Data(#"{{ define "slack.default.title" }}Own {{ .Status }}{{ end }}"#.utf8).write(to: file)
        var config = AlertmanagerConfig(route: route("default"), receivers: [ReceiverConfig(name: "default")])
        config.templates = [Located(scratch.url.appending(path: "*.tmpl").path, at: position)]
        let templates = try NotificationTemplates(config, externalURL: "http://here")
        let intent = NotificationIntent(
            key: .init(groupKey: "{}:{}", receiver: "default", integration: "none"), identifier: "1", createdAt: 0,
            firing: [1], resolved: [], untold: [])
        let notification = Notification(
            intent: intent, integration: .none, groupLabels: .empty,
            alerts: [], repeatInterval: 0)
        let links = NotificationLinks(externalURL: "http://here", tokens: SilenceTokens(key: [1]), now: 0)
        let data = NotificationData(notification, links: links)
        #expect(
            try templates.expand(#"{{ template "slack.default.title" . }}"#, field: "title", data, now: 0)
                == "Own firing")
    }

    static let hosts: [(String, Bool)] = [
        ("http://localhost:5000/send-sms", false), ("https://hooks.slack.com/services/T0/B0/x", false),
        ("https://hooks.slack.com/services/YOUR/WEBHOOK/URL", true), ("https://user:pass@www.example.com:80/", true),
        ("http://camera.example/", true), ("http://example.org", true), ("http://myexample.org", false),
        ("http://[::1]:80/", false), ("http://site.test?key=REPLACE_ME", true), ("http://example.community/", false),
    ]

    @Test("a placeholder is told from a real address", arguments: hosts)
    func placeholder(url: String, isPlaceholder: Bool) {
        #expect((Placeholder.reason(url: url) != nil) == isPlaceholder)
    }

    @Test("address lists are read, and what is no address is refused")
    func addresses() {
        #expect(MailText.addresses(in: "\"Ops, night\" <ops@a.test>, b@a.test,") == ["ops@a.test", "b@a.test"])
        for wrong in ["", "nobody", "a@", "a b@c.test", "a@b.test\r\nRCPT TO:x@y.test", "Ops <ops@a.test"] {
            #expect(MailText.addresses(in: wrong) == nil, "\(wrong)")
        }
    }
}

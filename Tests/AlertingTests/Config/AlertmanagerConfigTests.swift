import ConfigText
import Intervals
import Model
import Testing

@testable import Alerting

@Suite("alertmanager.yml")
struct AlertmanagerConfigTests {
    private func config(_ text: String) throws -> AlertmanagerConfig {
        let file = AlertmanagerFile(text)
        #expect(file.errors == [])
        return try #require(file.config)
    }

    @Test("receivers have what global says, unless they say otherwise")
    func globals() throws {
        let config = try config(
            """
            global:
              smtp_smarthost: 'mail.test:587'
              smtp_from: a@b.test
              smtp_auth_password_file: pw
              smtp_require_tls: false
              slack_api_url_file: /slack
              http_config: {proxy_url: 'http://127.0.0.1:3128'}
            route: {receiver: r}
            receivers:
              - name: r
                email_configs:
                  - {to: c@d.test, send_resolved: true}
                  - {to: c@d.test, send_resolved: false, from: x@y.test, smarthost: 'other.test:25', require_tls: true}
                slack_configs:
                  - {channel: '#a', send_resolved: true}
                webhook_configs:
                  - {url: 'http://127.0.0.1:5000/x'}
                  - {url_file: /hook, http_config: {follow_redirects: false}}
            """)
        let receiver = try #require(config.receivers.first)
        #expect(receiver.configs(of: EmailIntegration.self).map(\.from) == ["a@b.test", "x@y.test"])
        #expect(receiver.configs(of: EmailIntegration.self).map(\.smarthost) == ["mail.test:587", "other.test:25"])
        #expect(receiver.configs(of: EmailIntegration.self).map(\.requireTLS) == [false, true])
        #expect(receiver.configs(of: EmailIntegration.self).map(\.sendResolved) == [true, false])
        #expect(receiver.configs(of: SlackIntegration.self).first?.apiURL == .file("/slack"))
        #expect(receiver.configs(of: WebhookIntegration.self).map(\.client.proxyURL) == ["http://127.0.0.1:3128", nil])
        #expect(receiver.configs(of: WebhookIntegration.self).last?.url == .file("/hook"))
    }

    @Test("a route has from its parent what it leaves open")
    func inheritance() throws {
        let root = try config(
            """
            route:
              receiver: a
              group_by: [alertname]
              group_wait: 1s
              routes:
                - matchers: ['severity="critical"', camera=~"gate-.*"]
                  continue: true
                  routes: [{receiver: b, group_by: ['...'], match: {team: x}, match_re: {site: 'h.*'}}]
            receivers: [{name: a}, {name: b}]
            """
        ).route
        let child = try #require(root.routes.first)
        #expect(child.receiver == "a" && child.groupBy == ["alertname"] && child.groupWait == .seconds(1))
        #expect(child.matchers.map(\.description) == [#"severity="critical""#, #"camera=~"gate-.*""#])
        #expect(child.continues)
        let grandchild = try #require(child.routes.first)
        #expect(grandchild.receiver == "b" && grandchild.groupBy == nil && !grandchild.continues)
        #expect(grandchild.matchers.map(\.description) == [#"team="x""#, #"site=~"h.*""#])
    }

    @Test("time intervals are read")
    func timeIntervals() throws {
        let config = try config(
            """
            route: {receiver: a, routes: [{mute_time_intervals: [night], active_time_intervals: [night]}]}
            receivers: [{name: a}]
            time_intervals:
              - name: night
                time_intervals:
                  - times: [{start_time: '22:00', end_time: '24:00'}]
                    weekdays: ['monday:friday', sunday]
                    days_of_month: ['1:7', '-1']
                    months: ['january:march', '12']
                    years: ['2026:2027']
                    location: Asia/Ho_Chi_Minh
            """)
        let interval = try #require(config.timeIntervals["night"]?.first)
        #expect(interval.times == [1_320..<1_440])
        #expect(interval.weekdays == [1...5, 0...0])
        #expect(interval.daysOfMonth == [.init(first: 1, last: 7), .init(first: -1, last: -1)])
        #expect(interval.months == [1...3, 12...12])
        #expect(interval.years == [2026...2027])
        #expect(interval.location == "Asia/Ho_Chi_Minh")
    }

    private static func withDays(_ days: String) -> String {
        "route: {receiver: a}\nreceivers: [{name: a}]\n"
            + "time_intervals: [{name: n, time_intervals: [{days_of_month: ['\(days)']}]}]\n"
    }

    @Test(
        "ranges of days count from both ends of the month",
        arguments: [
            ("1:-1", 1, -1), ("1:-2", 1, -2), ("20:-5", 20, -5), ("-31:-1", -31, -1), ("31", 31, 31), ("-5:-1", -5, -1),
        ])
    func days(text: String, first: Int, last: Int) throws {
        let found = try config(Self.withDays(text))
        #expect(found.timeIntervals["n"]?.first?.daysOfMonth == [.init(first: first, last: last)])
    }

    @Test(
        "days that no month has between them are refused",
        arguments: ["20:-20", "31:-2", "-1:-5", "-1:1", "7:1", "0", "32"])
    func refusedDays(text: String) {
        let errors = AlertmanagerFile(Self.withDays(text)).errors
        #expect(errors.contains { $0.contains("days_of_month has \"\(text)\"") }, "\(errors)")
    }

    static let refused: [(String, String)] = [
        ("receivers: [{name: a}]", "there is no route"),
        ("route: {receiver: a, match: {a: b}}\nreceivers: [{name: a}]", "must take every alert"),
        ("route: {receiver: a}\nreceivers: [{name: a}, {name: a}]", "stands twice"),
        ("route: {receiver: a, group_by: ['...', x]}\nreceivers: [{name: a}]", "all labels"),
        ("route: {receiver: a, group_by: [x, x]}\nreceivers: [{name: a}]", "twice"),
        ("route: {receiver: a, group_interval: 0s}\nreceivers: [{name: a}]", "longer than 0s"),
        ("route: {receiver: a, routes: [{matchers: ['a=~\"(\"']}]}\nreceivers: [{name: a}]", "cannot read the matcher"),
        ("route: {receiver: a, routes: [{mute_time_intervals: [x]}]}\nreceivers: [{name: a}]", "no time interval"),
        ("route: {receiver: a}\nreceivers: [{name: a, email_configs: [{to: x@y}]}]", "the mail has no server"),
        ("route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{channel: x}]}]", "no Slack address"),
        ("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{}]}]", "no address"),
        ("route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{url: 'ftp://x'}]}]", "not an HTTP address"),
        ("route: {receiver: a}\nreceivers: [{name: a, pagerduty_configs: [{}]}]", "has no key"),
        ("route: {receiver: a}\nreceivers: [{name: a, telegram_configs: [{chat_id: 1}]}]", "no bot_token"),
        (
            "global: {slack_api_url: 'http://a', slack_api_url_file: b}\nroute: {receiver: a}\nreceivers: [{name: a}]",
            "both"
        ),
    ]

    @Test("what Alertmanager refuses is refused", arguments: refused)
    func refusal(_ text: String, _ reason: String) {
        let errors = AlertmanagerFile(text).errors
        #expect(errors.contains { $0.contains(reason) }, "\(errors)")
    }

    @Test("the services' settings are read, with what global says and what Alertmanager takes where nothing is said")
    func services() throws {
        let file = AlertmanagerFile(
            """
            global: {opsgenie_api_key_file: og, telegram_bot_token_file: tg, pagerduty_url: 'http://pd.test/v2'}
            route: {receiver: a}
            receivers:
              - name: a
                pagerduty_configs: [{routing_key_file: k, class: camera, details: {site: hcm}}]
                opsgenie_configs: [{responders: [{name: night, type: team}]}]
                telegram_configs: [{chat_id: -100, parse_mode: ''}]
                pushover_configs: [{user_key_file: u, token_file: t, retry: 2m, html: true}]
                msteams_configs: [{webhook_url_file: w}]
                msteamsv2_configs: [{webhook_url_file: w, title: T}]
            """)
        #expect(file.warnings == [] && file.errors == [])
        let receiver = try #require(file.config?.receivers.first)
        let pagerDuty = try #require(receiver.configs(of: PagerDutyIntegration.self).first)
        #expect(pagerDuty.url == "http://pd.test/v2" && pagerDuty.eventClass == "camera" && pagerDuty.sendResolved)
        #expect(Set(pagerDuty.details.keys) == ["firing", "resolved", "num_firing", "num_resolved", "site"])
        #expect(receiver.configs(of: OpsGenieIntegration.self).first?.url == "https://api.opsgenie.com/")
        #expect(
            receiver.configs(of: OpsGenieIntegration.self).first?.responders == [.init(name: "night", type: "team")])
        #expect(receiver.configs(of: TelegramIntegration.self).first?.parseMode == "")
        #expect(
            receiver.configs(of: PushoverIntegration.self).first?.retry == .seconds(120)
                && receiver.configs(of: PushoverIntegration.self).first?.usesHTML == true)
        #expect(
            receiver.configs(of: TeamsIntegration.self).map(\.card) == [.message, .adaptive]
                && receiver.configs(of: TeamsIntegration.self).last?.title == "T")
    }
}

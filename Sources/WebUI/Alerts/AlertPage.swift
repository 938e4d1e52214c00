internal import Dashboards
internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// One alert.
struct AlertContent: PageContent {
    static let template = PageTemplate.alert

    struct Since: Sendable {
        let time: String
        let span: String
    }

    /// A route that it takes.
    struct Route: Sendable {
        struct Muted: Sendable {
            let by: String
        }

        /// An integration of the receiver.
        struct Told: Sendable {
            let integration: String
            let destination: String
            let when: String
        }

        let path: String
        let receiver: String
        let group: String
        let wait: String
        let interval: String
        let `repeat`: String
        let next: SpanText?
        let muted: Muted?
        let told: [Told]
    }

    /// A form by which somebody says that they look after it.
    struct LookForm: Sendable {
        let key: String
        let by: String
    }

    /// A time during which it fired, on the strip of a month.
    struct Mark: Sendable {
        let x: String
        let width: String
    }

    let name: String
    let state: String
    let summary: String
    let description: String
    /// Why it fires, in a sentence.
    let because: String?
    let lookedAfter: AcknowledgedRow?
    let look: LookForm?
    /// Of the form that silences it at once; `nil` for one that is over.
    let fingerprint: String?
    /// The chart's time.
    let from: String
    let to: String
    let range: String
    /// Rendered.
    let chart: String?
    let expression: String?
    /// Of a rule any of whose sides will do: the one that fires.
    let side: String?
    /// The address of what is to be done.
    let runbook: CameraLink?
    let todo: String?
    let marks: [Mark]
    let past: [AlertHistory.Row]
    let hasPast: Bool
    let history: String
    let since: Since?
    /// How long it is pending still.
    let fires: SpanText?
    let camera: CameraLink?
    /// The traces of the camera then.
    let traces: LogRow.Link?
    /// What holds it, in sentences.
    let holding: [String]
    let routes: [Route]
    /// Of the form that silences it.
    let token: String?
    /// The form by which works on what it is about are planned.
    let plan: String
    let labels: [Fact]
    let annotations: [Fact]
}

extension WebUI {
    /// One alert: what it says, who is told when, and what holds it.
    func alertPage(fingerprint: String, at: Int64? = nil) async -> Response {
        let now = await view.overview().now
        let found = try? await view.explainAlerts(fingerprint)
        var request = FiringsRequest(start: now - Self.pastTime, end: now + 1, limit: 50)
        request.fingerprint = fingerprint
        let past = (try? await view.firings(request))?.firings ?? []
        let wanted = at.flatMap { at in past.first { $0.startsAt == at } }
        if let explanation = found?.first(where: { $0.fingerprint == fingerprint }) {
            return html(await page(of: explanation, past, wanted.flatMap { $0.endsAt == nil ? nil : $0 }, now: now))
        }
        if let firing = wanted ?? past.first {
            let over = AlertExplanation(
                name: firing.name, fingerprint: fingerprint, state: .absent, labels: firing.labels,
                annotations: ["summary": firing.summary], since: nil, firesAt: nil, silences: [], inhibitedBy: [],
                routes: [])
            return html(await page(of: over, past, firing, now: now))
        }
        guard fingerprint.count == 16, fingerprint.allSatisfy(\.isHexDigit) else {
            return refusal(say("alert.none", ["name": .text(fingerprint)]), path: "/alerts")
        }
        // A notification led here, whose alert is over by now.
        return refusal(say("alert.isOver", ["name": .text(fingerprint)]), path: "/alerts", status: .ok)
    }

    /// How far back past firings are shown, in milliseconds: 400 days.
    private static let pastTime: Int64 = 400 * 86_400_000

    /// - Parameters:
    ///   - past: its firings, the latest first.
    ///   - over: the one that the page is about, where it is over.
    private func page(
        of alert: AlertExplanation, _ past: [FiringView], _ over: FiringView?, now: Int64
    ) async -> String {
        let camera = Links.camera(of: alert.labels)
        let fires = alert.firesAt.flatMap { $0 > now ? SpanText(span: Shown.span($0 - now)) : nil }
        let start = over?.startsAt ?? alert.since
        let condition = await view.condition(of: alert.labels, at: over?.startsAt)
        let chart = AlertChart(condition, start: start ?? now, end: over?.endsAt, now: now, alert: alert)
        let state: AlertSentence.State? =
            if let over { .over(from: over.startsAt, to: over.endsAt ?? now) } else {
                switch alert.state {
                case .firing: alert.since.map { .firing(since: $0) }
                case .pending: alert.since.map { .pending(since: $0, firesAt: alert.firesAt ?? $0) }
                case .absent: nil
                }
            }
        let looks = await view.acknowledgements().of(alert: alert.fingerprint)
        let isThere = over == nil && alert.state != .absent
        let runbook = alert.annotations["runbook_url"].flatMap { Self.isWeb($0) ? $0 : nil }
        let todo = "alert.todo.\(alert.name)"
        let content = AlertContent(
            name: alert.name, state: over == nil ? alert.state.rawValue : say("alert.over"),
            summary: alert.annotations["summary"] ?? alert.name, description: alert.annotations["description"] ?? "",
            because: condition.flatMap { condition in
                state.map { AlertSentence.text(condition, of: alert.name, $0, now: now) }
            },
            lookedAfter: isThere ? looks.map(AcknowledgedRow.init) : nil,
            look: isThere && looks == nil
                ? .init(key: AcknowledgementView.key(ofAlert: alert.fingerprint), by: Reader.current.name) : nil,
            fingerprint: isThere ? alert.fingerprint : nil, from: chart.from, to: chart.to,
            range: pages.part(RangeContent()), chart: chart.panel.map(panelHTML), expression: condition?.expression,
            side: condition?.side,
            runbook: runbook.map { CameraLink(id: $0, link: $0) },
            todo: alert.annotations["runbook"]
                ?? (Reader.current.words.keys.contains(todo) ? say("alert.todo.\(alert.name)") : nil),
            marks: Self.marks(past, now: now), past: past.prefix(20).map { .init($0, now: now) },
            hasPast: !past.isEmpty,
            history: "/alerts?tab=history&alert=\(FormFields.encoded(alert.name))",
            since: start.map {
                .init(time: Shown.dateTime($0), span: Shown.span((over.map { $0.endsAt ?? now } ?? now) - $0))
            }, fires: fires,
            camera: camera.flatMap { camera in start.map { Self.link(camera, around: $0) } },
            traces: camera.flatMap { camera in
                start.map { .init(link: TracesAddress.link(camera: camera.id, around: $0)) }
            },
            holding: Self.holding(alert, now: now), routes: alert.routes.map { Self.route($0, now: now) },
            token: isThere ? await view.silenceToken(for: alert.labels) : nil,
            plan: MaintenanceContent.link(to: alert.labels), labels: Fact.all(alert.labels),
            annotations: Fact.all(alert.annotations))
        return pages.page(
            content, title: alert.name, path: "/alerts", script: chart.panel == nil ? nil : "dashboard.js")
    }

    private static func isWeb(_ link: String) -> Bool {
        ["http://", "https://"].contains { link.lowercased().hasPrefix($0) }
    }

    /// Thirty days in a thousand steps.
    private static func marks(_ past: [FiringView], now: Int64) -> [AlertContent.Mark] {
        let length: Int64 = 30 * 86_400_000
        return past.filter { ($0.endsAt ?? now) > now - length }.map { firing in
            func place(_ time: Int64) -> Double { Double(max(0, time - (now - length))) / Double(length) * 1_000 }
            let start = place(firing.startsAt)
            return .init(
                x: Shown.decimal(min(start, 998)), width: Shown.decimal(max(2, place(firing.endsAt ?? now) - start)))
        }
    }

    private static func link(_ camera: CameraLink, around time: Int64) -> CameraLink {
        let separator = camera.link.contains("?") ? "&" : "?"
        return CameraLink(
            id: camera.id, link: "\(camera.link)\(separator)from=\(time - 600_000)&to=\(time + 600_000)")
    }

    private static func holding(_ alert: AlertExplanation, now: Int64) -> [String] {
        alert.silences.map {
            say(
                "alert.heldBySilence",
                [
                    "id": .text($0.id), "name": .text($0.createdBy), "comment": .text($0.comment),
                    "time": .text(Shown.dateTime($0.endsAt)),
                ])
        }
            + alert.maintenance.map {
                AlertHold(
                    kind: .maintenance, name: $0.id, about: $0.comment, by: $0.createdBy, until: $0.endsAt
                ).words(now: now)
            } + alert.inhibitedBy.map { say("alert.heldByAlert", ["alert": .text($0.alert), "rule": .text($0.rule)]) }
    }

    private static func route(_ route: AlertExplanation.Route, now: Int64) -> AlertContent.Route {
        AlertContent.Route(
            path: route.path.joined(separator: " → "), receiver: route.receiver, group: route.group,
            wait: DurationText.text(milliseconds: route.groupWait),
            interval: DurationText.text(milliseconds: route.groupInterval),
            repeat: DurationText.text(milliseconds: route.repeatInterval),
            next: route.nextFlush.map { SpanText(span: Shown.span($0 - now)) },
            muted: route.mutedBy.isEmpty ? nil : .init(by: route.mutedBy.joined(separator: ", ")),
            told: route.told.map { told in
                .init(integration: told.integration, destination: told.destination, when: when(told, now: now))
            })
    }

    private static func when(_ told: AlertExplanation.Told, now: Int64) -> String {
        var sentences: [String] = []
        if let last = told.lastTold {
            let span = WordValue.text(Shown.span(now - last))
            sentences.append(
                told.lastToldFiring ? say("alert.toldFiring", ["span": span]) : say("alert.toldOver", ["span": span]))
        } else {
            sentences.append(say("alert.notTold"))
        }
        if let waiting = told.waitingSince {
            sentences.append(say("alert.waiting", ["span": .text(Shown.span(now - waiting))]))
        }
        if let next = told.repeatsAt { sentences.append(say("alert.again", ["span": .text(Shown.span(next - now))])) }
        if !told.restsWith.isEmpty {
            sentences.append(say("alert.restsWith", ["name": .text(told.restsWith.joined(separator: ", "))]))
        }
        if !told.sendsResolved { sentences.append(say("alert.endNotTold")) }
        return sentences.joined(separator: "; ")
    }

    /// A page that says why there is no other.
    func refusal(_ text: String, path: String, status: HTTPResponse.Status = .notFound) -> Response {
        let heading = say(status == .ok ? "refusal.over" : "refusal.notPossible")
        var content = RefusalContent(heading: heading, text: text)
        let names = [
            "/alerts": say("refusal.allAlerts"), LogsAddress.path: say("logs.title"),
            "/dashboards": say("dashboards.title"), "/": say("page.overview"),
        ]
        if let name = names[path] { (content.link, content.name) = (path, name) }
        return html(pages.page(content, title: heading, path: path, live: false), status: status)
    }
}

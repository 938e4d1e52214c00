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

    let name: String
    let state: String
    let summary: String
    let description: String
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
    let token: String
    let labels: [Fact]
    let annotations: [Fact]
}

extension WebUI {
    /// One alert: what it says, who is told when, and what holds it.
    func alertPage(fingerprint: String) async -> Response {
        let found = try? await view.explainAlerts(fingerprint)
        if let explanation = found?.first(where: { $0.fingerprint == fingerprint }) {
            return html(await page(of: explanation))
        }
        guard fingerprint.count == 16, fingerprint.allSatisfy(\.isHexDigit) else {
            return refusal("There is no alert \(fingerprint).", path: "/alerts")
        }
        // A notification led here, whose alert is over by now.
        return refusal(
            "The alert \(fingerprint) neither fires nor is pending now: it is over.", path: "/alerts", status: .ok)
    }

    private func page(of alert: AlertExplanation) async -> String {
        let now = await view.overview().now
        let camera = Links.camera(of: alert.labels)
        let fires = alert.firesAt.flatMap { $0 > now ? SpanText(span: Shown.span($0 - now)) : nil }
        let content = AlertContent(
            name: alert.name, state: alert.state.rawValue, summary: alert.annotations["summary"] ?? alert.name,
            description: alert.annotations["description"] ?? "",
            since: alert.since.map { .init(time: Shown.dateTime($0), span: Shown.span(now - $0)) }, fires: fires,
            camera: camera.flatMap { camera in alert.since.map { Self.link(camera, around: $0) } },
            traces: camera.flatMap { camera in
                alert.since.map { .init(link: TracesAddress.link(camera: camera.id, around: $0)) }
            },
            holding: Self.holding(alert), routes: alert.routes.map { Self.route($0, now: now) },
            token: await view.silenceToken(for: alert.labels), labels: Fact.all(alert.labels),
            annotations: Fact.all(alert.annotations))
        return pages.page(content, title: alert.name, path: "/alerts")
    }

    private static func link(_ camera: CameraLink, around time: Int64) -> CameraLink {
        let separator = camera.link.contains("?") ? "&" : "?"
        return CameraLink(
            id: camera.id, link: "\(camera.link)\(separator)from=\(time - 600_000)&to=\(time + 600_000)")
    }

    private static func holding(_ alert: AlertExplanation) -> [String] {
        alert.silences.map {
            "The silence \($0.id) of \($0.createdBy) (\($0.comment)) holds it until \(Shown.dateTime($0.endsAt))."
        } + alert.inhibitedBy.map { "The alert \($0.alert) holds it: \($0.rule)." }
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
            let what = told.lastToldFiring ? "firing" : "over"
            sentences.append("told as \(what) \(Shown.span(now - last)) ago")
        } else {
            sentences.append("not told yet")
        }
        if let waiting = told.waitingSince {
            sentences.append("a notification has been waiting for \(Shown.span(now - waiting)): see the delivery log")
        }
        if let next = told.repeatsAt { sentences.append("told again in \(Shown.span(next - now)) if it goes on") }
        if !told.sendsResolved { sentences.append("its end is not told") }
        return sentences.joined(separator: "; ")
    }

    /// A page that says why there is no other.
    func refusal(_ text: String, path: String, status: HTTPResponse.Status = .notFound) -> Response {
        let heading = status == .ok ? "It is over" : "Not possible"
        var content = RefusalContent(heading: heading, text: text)
        let names = ["/alerts": "All alerts", LogsAddress.path: "Logs"]
        if let name = names[path] { (content.link, content.name) = (path, name) }
        return html(pages.page(content, title: heading, path: path, live: false), status: status)
    }
}

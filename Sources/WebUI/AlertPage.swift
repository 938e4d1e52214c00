internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

extension WebUI {
    /// One alert: what it says, who is told when, and what holds it.
    func alertPage(fingerprint: String) async -> Response {
        do {
            let found = try await view.explainAlerts(fingerprint)
            guard let explanation = found.first(where: { $0.fingerprint == fingerprint }) else {
                return refusal("There is no alert \(fingerprint) now. It may be over.", path: "/alerts")
            }
            return html(await page(of: explanation))
        } catch {
            return refusal("There is no alert \(fingerprint) now. It may be over.", path: "/alerts")
        }
    }

    private func page(of alert: AlertExplanation) async -> String {
        let now = await view.overview().now
        let camera = alert.labels["camera_id"] ?? ""
        var values: [String: Any] = [
            "name": alert.name, "state": alert.state.rawValue,
            "summary": alert.annotations["summary"] ?? alert.name,
            "description": alert.annotations["description"] ?? "",
            "labels": Self.pairs(alert.labels), "annotations": Self.pairs(alert.annotations),
            "token": await view.silenceToken(for: alert.labels),
            "holding": Self.holding(alert), "routes": alert.routes.map { Self.values(of: $0, now: now) },
        ]
        if let since = alert.since {
            values["since"] = ["time": Shown.dateTime(since), "span": Shown.span(now - since)]
            if !camera.isEmpty {
                values["camera"] = [
                    "id": camera, "link": Links.camera(camera) + "?from=\(since - 600_000)&to=\(since + 600_000)",
                ]
            }
        }
        if let fires = alert.firesAt, fires > now { values["fires"] = ["span": Shown.span(fires - now)] }
        return pages.page("alert", title: alert.name, path: "/alerts", values)
    }

    private static func pairs(_ texts: [String: String]) -> [[String: Any]] {
        texts.sorted { $0.key < $1.key }.map { ["name": $0.key, "value": $0.value] }
    }

    private static func holding(_ alert: AlertExplanation) -> [String] {
        alert.silences.map {
            "The silence \($0.id) of \($0.createdBy) (\($0.comment)) holds it until \(Shown.dateTime($0.endsAt))."
        } + alert.inhibitedBy.map { "The alert \($0.alert) holds it: \($0.rule)." }
    }

    private static func values(of route: AlertExplanation.Route, now: Int64) -> [String: Any] {
        var values: [String: Any] = [
            "path": route.path.joined(separator: " → "), "receiver": route.receiver, "group": route.group,
            "wait": DurationText.text(milliseconds: route.groupWait),
            "interval": DurationText.text(milliseconds: route.groupInterval),
            "repeat": DurationText.text(milliseconds: route.repeatInterval),
            "told": route.told.map { told -> [String: Any] in
                ["integration": told.integration, "destination": told.destination, "when": when(told, now: now)]
            },
        ]
        if !route.mutedBy.isEmpty { values["muted"] = ["by": route.mutedBy.joined(separator: ", ")] }
        if let next = route.nextFlush { values["next"] = ["span": Shown.span(next - now)] }
        return values
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
        html(
            pages.page("refusal", title: "Not possible", path: path, live: false, ["text": text]), status: status)
    }
}

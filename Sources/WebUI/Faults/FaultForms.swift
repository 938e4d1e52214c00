internal import HTTPKit
internal import Hummingbird
internal import Model
internal import SiteView

/// What the forms of a fault's row do, for a browser without scripts as for one with them.
extension WebUI {
    /// Tries a camera at once, and says what came of it.
    func probeNow(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        let id = fields["camera"] ?? ""
        let found = await view.cameras().named(id, site: fields["site"], instance: fields["instance"])
        guard found.count == 1, let camera = found.first else {
            return refusal(say("faults.noCamera", ["name": .text(id)]), path: "/")
        }
        let answer = await view.probeNow(camera)
        let heading = say(answer.isProbed ? "faults.probed" : "faults.notProbed", ["name": .text(id)])
        return html(
            pages.page(RefusalContent(heading: heading, text: answer.text), title: heading, path: "/", live: false))
    }

    /// More silences at once would hold up whoever asks for them.
    private static let silencedMax = 1_000

    /// Silences all that fires of a fault for an hour.
    func silenceFault(_ request: Request) async throws -> Response {
        let fields = try await Self.form(of: request)
        let key = fields["key"] ?? ""
        let overview = await view.overview()
        guard let fault = overview.faults.first(where: { $0.key == key }) else {
            return refusal(say("faults.over"), path: "/", status: .ok)
        }
        let name = fields["by"].flatMap { $0.isEmpty ? nil : $0 } ?? Reader.current.name
        do {
            let own = Dictionary(overview.alerts.map { ($0.fingerprint, $0.labels) }) { first, _ in first }
            let isFew = fault.firing.count <= Fault.alertsMax
            for fingerprint in fault.firing.prefix(Self.silencedMax) {
                // By the labels under which people are told, as the alert's own page has them. Where nobody is told of any, or
                // there are too many to ask, by the alert's own, which those contain.
                let told = isFew ? try? await view.explainAlerts(fingerprint).first?.labels : nil
                guard let labels = told ?? own[fingerprint] else { continue }
                _ = try await view.acceptSilence(
                    await view.silenceToken(for: labels), minutes: 60,
                    createdBy: name.isEmpty ? say("faults.somebody") : String(name.prefix(100)), comment: fault.title)
            }
            return Self.seeOther("/")
        } catch {
            return refusal("\(error)", path: "/", status: .badRequest)
        }
    }
}

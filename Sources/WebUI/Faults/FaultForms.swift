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
            for fingerprint in fault.firing {
                // By the labels under which people are told, as the alert's own page has them. Where nobody is told of any,
                // they are the alert's own.
                let own = overview.alerts.first { $0.fingerprint == fingerprint }?.labels
                guard let labels = (try? await view.explainAlerts(fingerprint).first?.labels) ?? own else { continue }
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

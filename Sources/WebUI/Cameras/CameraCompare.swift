internal import CameraRecords
internal import Model
internal import SiteView

/// Two cameras side by side, on one axis of time.
struct CameraCompareContent: PageContent {
    static let template = PageTemplate.cameraCompare

    struct One: Sendable {
        let head: CameraHead
        /// What tells it from the other one on the page.
        let key: String
        /// Rendered.
        let band: String?
    }

    let title: String
    let cameras: [One]
    let range: String
    let standardRange: String
    /// Milliseconds.
    let longest: String
    let spans: [SpanLink]
    /// Rendered: one of the first, one of the second, and so on.
    let panels: [String]
    /// Why the second is not shown, or is the first.
    let problem: String?
    /// Cameras of the second's name, where there are several.
    let choices: [CameraLink]
}

extension WebUI {
    /// - Parameter other: the identifier of the second; the fields `with_site` and `with_instance` name its node.
    func page(
        of camera: CameraStatus, beside other: String, in overview: Overview, _ fields: FormFields
    ) async -> String {
        let now = overview.now
        let (site, instance) = (fields["with_site"], fields["with_instance"])
        let found = overview.cameras.named(other, site: site, instance: instance)
        let second = found.count > 1 ? nil : await self.camera(found, other, site: site, instance: instance)
        let range = Self.shownSpan(fields, now: now)
        let both = [camera] + (second.map { [$0] } ?? [])
        var cameras: [CameraCompareContent.One] = []
        for (place, one) in both.enumerated() {
            let past = fields["quick"] == nil ? await past(of: one, range) : nil
            let name = VisibleText.short(one.key)
            cameras.append(
                .init(
                    head: CameraHead(one, now: now), key: String(place + 1),
                    band: past.map {
                        pages.part(CameraBandContent($0, range, key: String(place + 1), name: name))
                    }))
        }
        let panels = both.enumerated().map { place, one in
            Self.panels(of: one, first: 1 + 100 * place, name: VisibleText.short(one.key))
        }
        let title = say(
            "camera.compare.title",
            ["first": .text(VisibleText.short(camera.id)), "second": .text(VisibleText.short(other))])
        let content = CameraCompareContent(
            title: title, cameras: cameras, range: rangePart(camera, fields, now: now),
            standardRange: Self.standardRange, longest: String(Self.longestRange),
            spans: Self.spanLinks(camera, fields),
            panels: panels[0].indices.flatMap { chart in panels.map { panelHTML($0[chart]) } },
            problem: Self.problem(camera, second, other, isOneOfSeveral: found.count > 1),
            choices: found.count > 1 ? found.map { Self.choice(of: $0, beside: camera, fields) } : [])
        return pages.page(
            content, title: title, path: "/cameras", script: "camera.js")
    }

    private static func problem(
        _ first: CameraStatus, _ second: CameraStatus?, _ other: String, isOneOfSeveral: Bool
    ) -> String? {
        if isOneOfSeveral { return say("camera.choiceAbout") }
        guard let second else { return say("camera.none", ["id": .text(VisibleText.short(other))]) }
        return second.key == first.key ? say("camera.compare.same") : nil
    }

    private static func choice(
        of other: CameraStatus, beside camera: CameraStatus, _ fields: FormFields
    ) -> CameraLink {
        let page = Links.exactly(camera)
        let named = FormFields.text([
            ("with", other.id), ("with_site", other.node?.site), ("with_instance", other.node?.instance),
            ("from", fields["from"]), ("to", fields["to"]),
        ])
        return CameraLink(
            id: other.node?.name ?? say("camera.thisHost"), link: page + (page.contains("?") ? "&" : "?") + named)
    }
}

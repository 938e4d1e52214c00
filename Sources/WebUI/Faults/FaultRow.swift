internal import Foundation
internal import Model
internal import SiteView

/// A fault of the list, with what can be done.
struct FaultRow: Sendable {
    /// A camera that is in it.
    struct Member: Sendable {
        let id: String
        let link: String
        let reason: String
    }

    /// An alert that is in it.
    struct FoldedAlert: Sendable {
        let name: String
        let link: String
        let state: String
        let text: String
    }

    /// What opens below the row.
    struct Opened: Sendable {
        let summary: String
        let members: [Member]
        let more: String?
        let alerts: [FoldedAlert]
        let notes: [String]
        /// The form by which works on it are planned; `nil` for what has no camera and no node.
        let plan: String?
    }

    struct Since: Sendable {
        let moment: ShownMoment
        /// `14:03`
        let clock: String
        let age: String
    }

    /// When the last picture came, and since when nothing is recorded.
    struct Picture: Sendable {
        let text: String
        let moment: ShownMoment
    }

    struct InHand: Sendable {
        let sentence: String
        let comment: String?
        let since: ShownMoment
    }

    /// A form whose fields are the fault's key or a camera's address.
    struct Probe: Sendable {
        /// Of the API, for the script.
        let action: String
        let camera: String
    }

    struct Key: Sendable {
        let value: String
    }

    let key: String
    let style: String
    let shape: String
    let state: String
    let title: String
    let link: String
    let node: String?
    let since: Since?
    let sentence: String
    /// `No footage for 12 min`
    let lost: Picture?
    let picture: Picture?
    let told: [Picture]
    let nobody: String?
    /// What holds its alerts back.
    let held: [String]
    let inHand: InHand?
    let opened: Opened?
    let probe: Probe?
    /// Why it cannot be probed.
    let unprobed: String?
    let logs: String
    let traces: String?
    let chart: String?
    /// Where there is something to silence.
    let silence: Key?
    /// Where nobody has it in hand.
    let acknowledge: Key?
    /// All of it as plain text.
    let report: String
}

extension FaultRow {
    private static let membersMax = 20

    init(_ fault: Fault, _ links: FaultLinks, now: Int64) {
        let camera = links.camera(of: fault)
        key = fault.key
        state = fault.state
        (style, shape) = Self.look(fault)
        title = fault.title
        node = fault.kind == .node || fault.kind == .cameras ? nil : fault.node?.name
        link = Self.link(fault, camera)
        since = fault.since.map { since in
            Since(moment: ShownMoment(since), clock: Shown.since(since, now: now), age: Shown.span(now - since))
        }
        sentence = fault.sentence
        lost = fault.noFootageSince.map { lost in
            Picture(text: say("faults.lost", ["span": .text(Shown.span(now - lost))]), moment: ShownMoment(lost))
        }
        picture = fault.lastPicture.map { last in
            Picture(
                text: say("faults.picture", ["time": .text(Shown.since(last, now: now))]), moment: ShownMoment(last))
        }
        let mostTold = 3
        told = fault.told.prefix(mostTold).map { telling in
            let by = telling.integration.prefix { $0 != "[" }
            let whom = by.isEmpty ? telling.receiver : "\(telling.receiver) (\(by))"
            return Picture(
                text: say("faults.told", ["who": .text(whom), "time": .text(Shown.since(telling.time, now: now))]),
                moment: ShownMoment(telling.time))
        }
        nobody = fault.told.isEmpty && fault.alerts.contains { $0.state == .firing } ? say("faults.untold") : nil
        held = fault.held.map { Self.words(of: $0, now: now) }
        inHand = fault.acknowledgement.map {
            InHand(
                sentence: say("alerts.lookedAfter", ["name": .text($0.by)])
                    + (fault.hasWorsened ? " " + say("faults.worse") : ""),
                comment: $0.comment.isEmpty ? nil : $0.comment, since: ShownMoment($0.at))
        }
        opened = Self.opened(fault, links)
        (probe, unprobed) = Self.probe(fault, camera)
        logs = FaultLinks.logs(of: fault, now: now)
        traces = camera.flatMap { camera in
            fault.since.map { TracesAddress.link(camera: camera.id, around: $0) }
        }
        chart = camera.flatMap { camera in
            fault.since.map { since in
                let link = Links.camera(camera)
                return link + (link.contains("?") ? "&" : "?")
                    + "from=\(since - 600_000)&to=\(max(now, since) + 60_000)"
            }
        }
        let isLoud = fault.alerts.contains { $0.state == .firing && !$0.fingerprint.isEmpty } && !fault.isSilent
        silence = isLoud ? Key(value: fault.key) : nil
        acknowledge = fault.acknowledgement == nil || fault.hasWorsened ? Key(value: fault.key) : nil
        report = Self.report(fault, now: now)
    }

    private static func look(_ fault: Fault) -> (style: String, shape: String) {
        if let state = CameraState(rawValue: fault.state) { return (state.style, state.shape) }
        return switch fault.severity {
        case .critical: ("offline", "✕")
        case .warning: ("degraded", "◆")
        case .note: ("unknown", "○")
        }
    }

    private static func link(_ fault: Fault, _ camera: CameraStatus?) -> String {
        if let camera { return Links.camera(camera) }
        switch fault.kind {
        case .cause, .cameras: return "#cameras"
        case .disk: return "#storage"
        case .node, .host, .watching, .finding: return "/status"
        // One that is watched no more has no page; the alert that tells of it has.
        case .service, .alert, .camera:
            let first = fault.alerts.first { !$0.fingerprint.isEmpty }
            return first.map { "/alerts/\($0.fingerprint)" } ?? "/alerts"
        }
    }

    private static func words(of hold: AlertHold, now: Int64) -> String {
        let until = hold.until.map { Shown.since($0, now: now) } ?? ""
        return switch hold.kind {
        case .silence: say("faults.silent", ["time": .text(until), "name": .text(hold.by)])
        case .maintenance: say("faults.maintained", ["time": .text(until), "what": .text(hold.about)])
        case .alert: say("faults.held", ["what": .text(hold.about)])
        case .interval: say("faults.quiet", ["name": .text(hold.name)])
        }
    }

    private static func opened(_ fault: Fault, _ links: FaultLinks) -> Opened? {
        let members = fault.kind == .camera ? [] : fault.cameras
        guard !members.isEmpty || !fault.alerts.isEmpty || !fault.notes.isEmpty else { return nil }
        var parts: [String] = []
        if !members.isEmpty { parts.append(say("faults.cameras", ["count": .number(fault.cameraCount)])) }
        if fault.alertCount > 0 { parts.append(say("faults.alerts", ["count": .number(fault.alertCount)])) }
        if !fault.notes.isEmpty { parts.append(say("faults.notes", ["count": .number(fault.notes.count)])) }
        let rest = fault.cameraCount - min(members.count, membersMax)
        return Opened(
            summary: parts.joined(separator: ", "),
            members: members.prefix(membersMax).map {
                Member(id: $0.id, link: links.link($0), reason: "\($0.state.rawValue): \($0.reason)")
            },
            more: !members.isEmpty && rest > 0 ? say("faults.others", ["count": .number(rest)]) : nil,
            alerts: fault.alerts.prefix(membersMax).map {
                FoldedAlert(
                    name: $0.name, link: $0.fingerprint.isEmpty ? "/alerts" : "/alerts/\($0.fingerprint)",
                    state: $0.state.rawValue, text: $0.text)
            }, notes: fault.notes, plan: plan(fault))
    }

    /// The form by which works on a camera or a node are planned.
    private static func plan(_ fault: Fault) -> String? {
        let camera = fault.kind == .camera ? fault.cameras.first : nil
        guard let node = camera.map(\.node) ?? fault.node else {
            return camera.map { MaintenanceContent.link(to: ["camera_id": $0.id]) }
        }
        return MaintenanceContent.link(
            to: ["camera_id": camera?.id ?? "", "instance": node.instance, "site": node.site])
    }

    private static func probe(_ fault: Fault, _ camera: CameraStatus?) -> (Probe?, String?) {
        guard let camera else { return (nil, nil) }
        if let node = camera.node { return (nil, say("faults.probedBy", ["node": .text(node.name)])) }
        guard camera.sources.contains("probe") else { return (nil, say("faults.unprobed")) }
        let path = "/api/watchpost/cameras/\(FormFields.encoded(camera.id))/probe"
        return (Probe(action: path, camera: camera.id), nil)
    }

    /// The whole of it for a mail or a ticket.
    private static func report(_ fault: Fault, now: Int64) -> String {
        var lines = ["\(fault.title): \(fault.state)", fault.sentence]
        if let since = fault.since { lines.append(say("faults.reportSince", ["time": .text(Shown.dateTime(since))])) }
        if let lost = fault.noFootageSince {
            lines.append(say("faults.reportLost", ["time": .text(Shown.dateTime(lost))]))
        }
        if let last = fault.lastPicture {
            lines.append(say("faults.picture", ["time": .text(Shown.dateTime(last))]))
        }
        lines += fault.notes
        if fault.kind != .camera {
            lines += fault.cameras.prefix(membersMax).map { "- \($0.id): \($0.state.rawValue), \($0.reason)" }
        }
        lines += fault.alerts.prefix(membersMax).map { "- \($0.name) (\($0.state.rawValue)): \($0.text)" }
        lines += fault.told.map {
            say("faults.told", ["who": .text($0.receiver), "time": .text(Shown.dateTime($0.time))])
        }
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

internal import Model

extension FaultFolding {
    /// Nodes that tell nothing, with their cameras.
    mutating func addNodes() {
        guard site.nodes.contains(where: { $0.problem != nil }) else { return }
        let unknown = Dictionary(grouping: site.cameras.filter { $0.nodeProblem != nil }, by: \.node)
        for status in site.nodes {
            guard let problem = status.problem else { continue }
            let what = status.cameras == 1 ? "1 camera is unknown" : "\(status.cameras) cameras are unknown"
            var fault = Fault(
                key: "node \(status.node.name)", kind: .node, severity: status.isGone ? .critical : .note,
                title: status.node.name, state: status.isGone ? "Gone" : "Waiting",
                sentence: "\(what): \(problem).", since: status.lastSample)
            fault.node = status.node
            let place = place(of: fault)
            fold(unknown[status.node] ?? [], into: place)
            self[place].cameraCount = max(self[place].cameraCount, status.cameras)
            let explained = openAlerts(ofInstance: status.node.instance).filter {
                site.alerts[$0].isExplained(by: status)
            }
            fold(explained, into: place)
        }
    }

    /// Cameras that failed together.
    mutating func addCauses() {
        for view in site.cameras.filter({ !isTaken($0) }).causes {
            let cause = view.cause
            let down = cause.kind == .disk ? "are not recorded" : "are down"
            let within =
                cause.span.map { ", and fell within \(max(1, ($0 + 999) / 1_000)) s" }
                ?? ", ever since they are watched"
            var fault = Fault(
                key: (["cause", cause.kind.rawValue, cause.cause] + view.nodes).joined(separator: " "),
                kind: cause.kind == .disk ? .disk : .cause, severity: .critical, title: cause.cause,
                state: view.state.rawValue, sentence: "\(cause.who) \(down)\(within)", since: view.since)
            fault.node = view.cameras.first?.node
            if cause.kind == .disk { fault.mountPoint = cause.cause }
            if !cause.alsoShared.isEmpty {
                fault.notes.append("They are also \(cause.alsoShared.joined(separator: ", and ")).")
            }
            let reason = EqualReasons.sentence(of: view.cameras.map(\.equalReason))
            if !reason.isEmpty { fault.notes.append("Each: \(reason)") }
            fault.notes.append(SharedCause.rule)
            let place = place(of: fault)
            fold(view.cameras, into: place)
            let own = openAlerts(.firing).filter { site.alerts[$0].isExplained(by: [view]) }
            fold(own + openAlerts(.pending).filter { site.alerts[$0].isExplained(by: [view]) }, into: place)
        }
    }

    /// Cameras that failed alone. Those of one host and state with equal reasons are one line.
    mutating func addCameras() {
        let wrong = site.cameras.filter { $0.state != .online && $0.nodeProblem == nil && !isTaken($0) }
        // A name may be a word of every reason: only what differs by names alone is compared without them.
        let others = addGroups(wrong) { EqualReasons.shape(of: $0.reason) }
        for camera in addGroups(others, shape: { EqualReasons.shape(of: $0.reason, camera: $0.id) }) {
            addCamera(camera)
        }
        addAlerted()
    }

    /// Makes a line of those whose reasons have one shape.
    /// - Returns: those that are too few for one.
    private mutating func addGroups(
        _ cameras: [CameraStatus], shape: (CameraStatus) -> String
    ) -> [CameraStatus] {
        var alone: [CameraStatus] = []
        let groups = Dictionary(grouping: cameras) { [$0.node?.name ?? "", $0.state.rawValue, shape($0)] }
        for (parts, cameras) in groups {
            let isOne = cameras.count >= EqualReasons.least && !parts[2].isEmpty
            if isOne { addGroup(cameras, shape: parts[2]) } else { alone += cameras }
        }
        return alone
    }

    private mutating func addGroup(_ cameras: [CameraStatus], shape: String) {
        let (node, state) = (cameras[0].node, cameras[0].state)
        var fault = Fault(
            key: "cameras \(node?.name ?? "") \(state.rawValue) \(shape)", kind: .cameras,
            severity: state.faultSeverity,
            title: Self.title(of: cameras), state: state.rawValue,
            sentence: EqualReasons.sentence(of: cameras.map(\.equalReason)), since: cameras.map(\.since).min())
        fault.node = node
        fold(cameras, into: place(of: fault))
    }

    private mutating func addCamera(_ camera: CameraStatus) {
        var fault = Fault(
            key: "camera \(camera.key)", kind: .camera, severity: camera.state.faultSeverity, title: camera.id,
            state: camera.state.rawValue, sentence: camera.reason, since: camera.since)
        fault.node = camera.node
        let place = place(of: fault)
        let others = openAlerts(of: camera).map { site.alerts[$0] }.filter {
            $0.state == .firing && camera.state >= .degraded && !Self.tellOfPictures.contains($0.name)
                && !camera.reason.contains($0.text) && !camera.reason.contains($0.summary)
        }
        fold([camera], into: place)
        let told = [camera.reason] + others.map(\.text).sorted()
        self[place].sentence = told.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// Alerts that say no more than why a camera is Degraded.
    private static let tellOfPictures: Set = ["LowCameraFPS", "HighFrameDropRate", "CameraPictureSuspect"]

    /// A camera that seems well, and of which alerts fire.
    private struct Alerted {
        var camera: CameraStatus
        let alerts: [AlertView]
    }

    /// Those of one host with the same alerts are one line.
    private mutating func addAlerted() {
        var groups: [[String]: [Alerted]] = [:]
        for var camera in site.cameras where camera.state == .online {
            let firing = openAlerts(of: camera).filter { site.alerts[$0].state == .firing }
            // What another alert holds back is in that one's fault, whichever comes first.
            let alerts = firing.map { site.alerts[$0] }.filter { alert in !alert.heldBy.contains { $0.kind == .alert } }
            guard let since = alerts.map(\.activeAt).min() else { continue }
            camera.state = .degraded
            camera.reason = Self.sentence(of: alerts)
            camera.since = since
            let names = Set(alerts.map(\.name)).sorted()
            groups[[camera.node?.name ?? ""] + names, default: []].append(Alerted(camera: camera, alerts: alerts))
        }
        for (parts, members) in groups {
            if members.count < EqualReasons.least {
                for member in members { addAlerted([member], key: "camera \(member.camera.key)", .camera) }
            } else {
                let key =
                    "cameras \(parts[0]) \(CameraState.degraded.rawValue) \(parts.dropFirst().joined(separator: " "))"
                addAlerted(members, key: key, .cameras)
            }
        }
    }

    private mutating func addAlerted(_ members: [Alerted], key: String, _ kind: Fault.Kind) {
        let cameras = members.map(\.camera)
        let isTrouble = members.contains { member in
            member.alerts.contains { ["warning", "critical"].contains($0.severity) }
        }
        var fault = Fault(
            key: key, kind: kind, severity: isTrouble ? .warning : .note,
            title: kind == .camera ? cameras[0].id : Self.title(of: cameras), state: CameraState.degraded.rawValue,
            sentence: EqualReasons.sentence(of: cameras.map(\.equalReason)), since: cameras.map(\.since).min())
        fault.node = cameras[0].node
        let place = place(of: fault)
        fold(cameras, into: place)
        // It is recorded: it is Online.
        self[place].noFootageSince = nil
    }

    private static func title(of cameras: [CameraStatus]) -> String {
        "\(cameras.count) cameras" + (cameras.first?.node.map { " of node \($0.name)" } ?? "")
    }

    /// What alerts say, each text once, the worst first.
    static func sentence(of alerts: [AlertView]) -> String {
        var texts: [String] = []
        let worst = alerts.sorted { left, right in
            let (first, second) = (left.severityRank, right.severityRank)
            return first == second ? (left.name, left.text) < (right.name, right.text) : first < second
        }
        for alert in worst where !texts.contains(alert.text) { texts.append(alert.text) }
        let more = texts.count - textsMax
        return texts.prefix(textsMax).joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }

    private static let textsMax = 3
}

extension AlertView {
    /// The worst first.
    var severityRank: Int { Self.rank(of: severity) }

    static func rank(of severity: String) -> Int { ["critical": 0, "warning": 1][severity] ?? 2 }

    var faultSeverity: Fault.Severity { Fault.Severity(rawValue: severity) ?? .note }
}

extension CameraStatus {
    fileprivate var equalReason: EqualReasons.Reason { .init(camera: id, text: reason) }
}

extension CameraState {
    /// What is unknown is a note: somebody may want it so, or it only begins.
    fileprivate var faultSeverity: Fault.Severity {
        switch self {
        case .offline, .stalled, .notRecording: .critical
        case .degraded: .warning
        case .unknown, .online: .note
        }
    }
}

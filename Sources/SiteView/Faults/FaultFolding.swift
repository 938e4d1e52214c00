internal import Base
internal import Model

/// The work of ``Faults``: takes what there is in the order in which one thing explains another.
struct FaultFolding {
    let site: FaultSources
    private var drafts: [Fault] = []
    private var places: [String: Int] = [:]
    /// By fingerprint, the fault that an alert is in.
    private var placeOfAlert: [String: Int] = [:]
    private var isFolded: [Bool]
    /// By label, indices of alerts.
    private var alertsOfCamera: [String: [Int]] = [:]
    private var alertsOfInstance: [String: [Int]] = [:]
    private var takenCameras: Set<String> = []
    private let nodesOfCameras: Set<CameraNode>
    /// By component of Watchpost itself, the fault that alerts tell of.
    var placeOfComponent: [String: Int] = [:]

    init(_ site: FaultSources) {
        self.site = site
        isFolded = Array(repeating: false, count: site.alerts.count)
        nodesOfCameras = site.cameras.nodes
        for (index, alert) in site.alerts.enumerated() {
            if let camera = alert.labels["camera_id"], !camera.isEmpty {
                alertsOfCamera[camera, default: []].append(index)
            } else if let instance = alert.labels["instance"], !instance.isEmpty {
                alertsOfInstance[instance, default: []].append(index)
            }
        }
    }

    mutating func faults() -> [Fault] {
        addNodes()
        addCauses()
        addDisks()
        addCameras()
        addAlerts()
        addFindings()
        for index in drafts.indices {
            drafts[index].acknowledgement = acknowledgement(of: drafts[index])
            drafts[index].told = Self.newest(drafts[index].told)
        }
        return Self.sorted(drafts)
    }

    /// Who has it in hand: by its own key, or as all that fires of it is looked after.
    private func acknowledgement(of fault: Fault) -> Fault.Acknowledgement? {
        if site.acknowledgements.isEmpty { return nil }
        let own = site.acknowledgements.first { $0.key == fault.key }
        if let own { return Fault.Acknowledgement(own) }
        guard let first = fault.firing.first.flatMap({ site.acknowledgements.of(alert: $0) }) else { return nil }
        let isCovered = fault.firing.allSatisfy {
            first.alerts.contains($0) || site.acknowledgements.of(alert: $0) != nil
        }
        return isCovered ? Fault.Acknowledgement(first) : nil
    }

    // MARK: For the steps

    /// Adds a fault, or finds the one of that key.
    mutating func place(of fault: Fault) -> Int {
        if let known = places[fault.key] { return known }
        places[fault.key] = drafts.count
        drafts.append(fault)
        return drafts.count - 1
    }

    func place(ofKey key: String) -> Int? { places[key] }

    subscript(place: Int) -> Fault {
        get { drafts[place] }
        set { drafts[place] = newValue }
    }

    /// Alerts that are in no fault yet, of one state.
    func openAlerts(_ state: AlertView.State) -> [Int] {
        site.alerts.indices.filter { !isFolded[$0] && site.alerts[$0].state == state }
    }

    func openAlerts(of camera: CameraStatus) -> [Int] {
        (alertsOfCamera[camera.id] ?? []).filter {
            !isFolded[$0] && site.alerts[$0].concerns(camera, nodes: nodesOfCameras)
        }
    }

    func openAlerts(ofInstance instance: String) -> [Int] {
        (alertsOfInstance[instance] ?? []).filter { !isFolded[$0] }
    }

    /// Whether a fault says that footage goes too early.
    var tellsOfTooLittle: Bool {
        drafts.contains { fault in
            fault.state == MountView.Trouble.keepsTooLittle.rawValue
                || fault.alerts.contains { $0.name == "FootageDeletedEarly" && $0.state == .firing }
        }
    }

    /// The fault with the alert that holds this one back.
    func placeOfHolder(of alert: AlertView) -> Int? {
        alert.heldBy.lazy.filter { $0.kind == .alert }.compactMap { placeOfAlert[$0.name] }.first
    }

    mutating func fold(_ alerts: [Int], into place: Int) {
        for index in alerts where !isFolded[index] {
            isFolded[index] = true
            let alert = site.alerts[index]
            if !alert.fingerprint.isEmpty { placeOfAlert[alert.fingerprint] = place }
            drafts[place].alertCount += 1
            drafts[place].told += site.told[alert.fingerprint] ?? []
            let isFiring = alert.state == .firing
            if isFiring, !alert.fingerprint.isEmpty { drafts[place].firing.append(alert.fingerprint) }
            guard drafts[place].alerts.count < Fault.alertsMax else {
                if isFiring, !alert.heldBy.isSilent { drafts[place].otherLoudCount += 1 }
                continue
            }
            drafts[place].alerts.append(
                Fault.FoldedAlert(
                    name: alert.name, fingerprint: alert.fingerprint, state: alert.state, severity: alert.severity,
                    text: alert.text, activeAt: alert.activeAt, held: alert.heldBy))
        }
    }

    func isTaken(_ camera: CameraStatus) -> Bool { takenCameras.contains(camera.key) }

    /// Puts cameras into a fault, with all alerts about them.
    mutating func fold(_ cameras: [CameraStatus], into place: Int) {
        for camera in cameras {
            takenCameras.insert(camera.key)
            fold(openAlerts(of: camera), into: place)
            if let lost = camera.noFootageSince(now: site.now) {
                drafts[place].noFootageSince = min(drafts[place].noFootageSince ?? lost, lost)
            }
            if let picture = camera.lastFrame {
                drafts[place].lastPicture = max(drafts[place].lastPicture ?? picture, picture)
            }
        }
        drafts[place].cameraCount += cameras.count
        let members = cameras.map {
            Fault.Member(id: $0.id, node: $0.node, state: $0.state, reason: $0.reason, since: $0.since)
        }
        let all = (drafts[place].cameras + members).map { member in
            (NaturalOrder(member.node?.name ?? ""), NaturalOrder(member.id), member)
        }
        drafts[place].cameras = all.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(Fault.camerasMax).map(\.2)
    }

    // MARK: Order

    /// Of each receiver's way the last time.
    private static func newest(_ told: [AlertTelling]) -> [AlertTelling] {
        var newest: [String: AlertTelling] = [:]
        for telling in told {
            let way = "\(telling.receiver)\n\(telling.integration)"
            if telling.time > newest[way]?.time ?? .min { newest[way] = telling }
        }
        return newest.values.sorted { ($1.time, $0.receiver, $0.integration) < ($0.time, $1.receiver, $1.integration) }
    }

    private static func sorted(_ faults: [Fault]) -> [Fault] {
        let ranked = faults.map { (rank: rank(of: $0), title: NaturalOrder($0.title), fault: $0) }
        return ranked.sorted { left, right in
            if left.rank != right.rank { return left.rank < right.rank }
            if left.fault.title != right.fault.title { return left.title < right.title }
            return left.fault.key < right.fault.key
        }.map(\.fault)
    }

    /// What stands before what. A time is no part of it, so that rows keep their places.
    private static func rank(of fault: Fault) -> (Int, Int) {
        switch fault.kind {
        case .watching: return (0, 0)
        case .finding: return (4, fault.severity == .warning ? 0 : 1)
        default: break
        }
        let severity = [Fault.Severity.critical: 1, .warning: 2, .note: 3][fault.severity] ?? 3
        let kinds: [Fault.Kind] = [.node, .cause, .disk]
        if let kind = kinds.firstIndex(of: fault.kind) { return (severity, kind) }
        if let state = CameraState(rawValue: fault.state), let worst = CameraState.allCases.firstIndex(of: state) {
            return (severity, kinds.count + worst)
        }
        return (severity, 100)
    }
}

extension CameraStatus {
    /// A pause in footage is none as long as a segment is being written.
    private static let shortestLoss: Int64 = 30_000

    /// Since when nothing is recorded of a camera that is recorded else.
    package func noFootageSince(now: Int64) -> Int64? {
        // Of what is unknown nobody can say that it is missing, and what was not to be recorded is not.
        guard state < .unknown, isFootageDue != false, let lastRecorded, now - lastRecorded > Self.shortestLoss else {
            return nil
        }
        return lastRecorded
    }
}

extension AlertView {
    /// What it says, in one sentence: its description, where it has one, says more.
    package var text: String { description.isEmpty ? summary : description }
}

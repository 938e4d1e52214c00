internal import Model

extension FaultFolding {
    /// What alerts are about that are in no fault yet.
    private struct Subject: Hashable {
        let key: String
        let kind: Fault.Kind
        let title: String
        let node: CameraNode?
        var mountPoint: String?
        /// Whether the alert says nothing of whom it is about but its own labels.
        var isLoose = false
    }

    /// Labels that tell of no part of a host.
    private static let general: Set = ["alertname", "severity", "component", "site", "instance", "job"]

    mutating func addAlerts() {
        var (subjects, order) = ([Subject: [Int]](), [Subject]())
        // What others hold back comes behind them, and is in their faults.
        let open = openAlerts(.firing)
        let held = Set(open.filter { index in site.alerts[index].heldBy.contains { $0.kind == .alert } })
        for index in open where !held.contains(index) {
            let subject = subject(of: site.alerts[index])
            if subjects[subject] == nil { order.append(subject) }
            subjects[subject, default: []].append(index)
        }
        for subject in order { add(subject, subjects[subject] ?? []) }
        for index in held.sorted() {
            if let place = placeOfHolder(of: site.alerts[index]) {
                fold([index], into: place)
            } else {
                add(subject(of: site.alerts[index]), [index])
            }
        }
        // One that does not fire yet says more of what is told anyway, and makes no fault.
        for index in openAlerts(.pending) {
            if let place = knownPlace(of: subject(of: site.alerts[index])) { fold([index], into: place) }
        }
    }

    private func knownPlace(of subject: Subject) -> Int? {
        subject.mountPoint.map { knownPlace(ofDisk: $0, node: subject.node) } ?? place(ofKey: subject.key)
    }

    private mutating func add(_ subject: Subject, _ alerts: [Int]) {
        if subject.isLoose, alerts.count < EqualReasons.least {
            for index in alerts { addLoose(site.alerts[index], [index]) }
            return
        }
        let told = alerts.map { site.alerts[$0] }
        let place: Int
        if let mountPoint = subject.mountPoint {
            place = self.place(ofDisk: mountPoint, node: subject.node)
        } else {
            var fault = Fault(
                key: subject.key, kind: subject.kind, severity: .note, title: subject.title, state: "", sentence: "")
            fault.node = subject.node
            place = self.place(of: fault)
        }
        let isNew = self[place].sentence.isEmpty
        if isNew || self[place].kind == .disk {
            // What people were told by mail is what they find here.
            let sentence = Self.sentence(of: told)
            let isTold = self[place].state == CameraState.notRecording.rawValue || self[place].cameraCount > 0
            if !isTold { self[place].sentence = sentence }
        }
        judge(place, by: told)
        fold(alerts, into: place)
        if let component = told.first?.labels["component"], isOwn(told[0]) {
            placeOfComponent[component] = placeOfComponent[component] ?? place
        }
    }

    private mutating func addLoose(_ alert: AlertView, _ indices: [Int]) {
        let identity =
            alert.fingerprint.isEmpty
            ? alert.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            : alert.fingerprint
        let place = place(
            of: Fault(
                key: "alert \(identity)", kind: .alert, severity: .note, title: alert.name, state: "",
                sentence: alert.text == alert.summary ? alert.summary : "\(alert.summary): \(alert.description)"))
        judge(place, by: [alert])
        fold(indices, into: place)
        if let component = alert.labels["component"], isOwn(alert) {
            placeOfComponent[component] = placeOfComponent[component] ?? place
        }
    }

    /// Gives a fault the worst severity of its alerts, and since when the first of them holds.
    private mutating func judge(_ place: Int, by alerts: [AlertView]) {
        let severities = Fault.Severity.allCases
        let worst = (alerts.map(\.faultSeverity) + [self[place].severity]).min { left, right in
            (severities.firstIndex(of: left) ?? 9) < (severities.firstIndex(of: right) ?? 9)
        }
        self[place].severity = worst ?? .note
        if self[place].state.isEmpty {
            self[place].state =
                switch worst {
                case .critical: "Critical"
                case .warning: "Warning"
                default: "Note"
                }
        }
        let since = alerts.map(\.activeAt).min()
        self[place].since = [self[place].since, since].compactMap(\.self).min()
    }

    /// Whether the alert is about this server itself.
    private func isOwn(_ alert: AlertView) -> Bool {
        let instance = alert.labels["instance"] ?? ""
        return instance.isEmpty || instance == site.instance
    }

    private func subject(of alert: AlertView) -> Subject {
        let labels = alert.labels
        let instance = labels["instance"] ?? ""
        let node = instance.isEmpty ? nil : CameraNode(site: labels["site"] ?? "", instance: instance)
        let elsewhere = instance == site.instance ? nil : node
        if let camera = labels["camera_id"], !camera.isEmpty {
            // One that is well, or is watched no more.
            let known = site.cameras.named(camera, site: labels["site"], instance: instance).first
            let key = known?.key ?? elsewhere.map { "\(camera) \($0.name)" } ?? camera
            return Subject(key: "camera \(key)", kind: .camera, title: camera, node: known?.node ?? elsewhere)
        }
        if let mountPoint = labels["mount_point"], !mountPoint.isEmpty {
            return Subject(
                key: Self.key(ofDisk: mountPoint, elsewhere), kind: .disk, title: mountPoint, node: elsewhere,
                mountPoint: mountPoint)
        }
        let component = labels["component"] ?? ""
        let isGeneral = labels.keys.allSatisfy { Self.general.contains($0) }
        if isGeneral, let node, component.isEmpty || component == "infrastructure" {
            return Subject(key: "host \(node.name)", kind: .host, title: node.name, node: elsewhere)
        }
        if isGeneral, !component.isEmpty {
            let host = elsewhere?.name ?? ""
            return Subject(
                key: "service \(component) \(host)", kind: .service,
                title: host.isEmpty ? component : "\(component) of \(host)", node: elsewhere)
        }
        return Subject(
            key: "alerts \(alert.name) \(node?.name ?? "")", kind: .alert, title: alert.name, node: elsewhere,
            isLoose: true)
    }
}

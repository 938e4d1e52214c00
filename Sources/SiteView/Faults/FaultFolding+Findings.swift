internal import Model

extension FaultFolding {
    /// Without these nothing is watched, recorded or told: an error of theirs stands first.
    private static let vital: Set = [
        "alerting", "collectors", "recorders", "rules", "scraping", "sms", "storage",
    ]

    /// What Watchpost found about its surroundings: one line a part.
    mutating func addFindings() {
        let gone = Set(site.nodes.filter(\.isGone).map(\.node))
        var (parts, order) = ([String: [Finding]](), [String]())
        for finding in site.findings where finding.severity != .note && !isTold(finding) {
            if let node = finding.node {
                if !gone.contains(node) { add(finding, of: node) }
                continue
            }
            if parts[finding.part] == nil { order.append(finding.part) }
            parts[finding.part, default: []].append(finding)
        }
        for part in order { add(parts[part] ?? [], of: part) }
    }

    /// Whether a fault says it anyway: of a disk that is read-only, or of a camera's recorder that fails.
    private func isTold(_ finding: Finding) -> Bool {
        guard finding.node == nil, finding.severity == .warning else { return false }
        if finding.text.hasPrefix("Footage is deleted before it is as old as wanted") { return tellsOfTooLittle }
        if let end = finding.text.firstRange(of: " cannot be written:") {
            return isOfDisk(String(finding.text[..<end.lowerBound]))
        }
        if let end = finding.text.firstRange(of: " is read-only:") {
            let mountPoint = String(finding.text[..<end.lowerBound])
            return knownPlace(ofDisk: mountPoint, node: nil) != nil
        }
        let recorder = "Recorder of "
        if finding.text.hasPrefix(recorder), let end = finding.text.firstIndex(of: ":") {
            return placeOfCamera(String(finding.text[..<end].dropFirst(recorder.count)))
        }
        return false
    }

    /// Whether a folder lies on a filesystem that has a fault.
    private func isOfDisk(_ folder: String) -> Bool {
        let holders = site.mounts.map(\.mountPoint).filter {
            $0 == "/" || folder == $0 || folder.hasPrefix($0 + "/")
        }
        return holders.max { $0.utf8.count < $1.utf8.count }.map { knownPlace(ofDisk: $0, node: nil) != nil } ?? false
    }

    private func placeOfCamera(_ id: String) -> Bool {
        site.cameras.contains { $0.id == id && $0.node == nil && $0.state < .degraded }
    }

    /// A host that does not answer is one thing, whether a scrape or an alert says so.
    private mutating func add(_ finding: Finding, of node: CameraNode) {
        let key = "host \(node.name)"
        if let known = place(ofKey: key) {
            if !self[known].notes.contains(finding.text) { self[known].notes.append(finding.text) }
            return
        }
        var fault = Fault(
            key: key, kind: .host, severity: .warning, title: node.name, state: "Warning", sentence: finding.text)
        fault.node = node
        _ = place(of: fault)
    }

    private mutating func add(_ findings: [Finding], of part: String) {
        let sorted = findings.filter { $0.severity == .error } + findings.filter { $0.severity != .error }
        guard let first = sorted.first else { return }
        let rest = sorted.dropFirst().map(\.text)
        let isVital = first.severity == .error && Self.vital.contains(part)
        if let known = placeOfComponent[part] {
            // The alert says that something is wrong, the part says what.
            self[known].sentence = first.text
            self[known].notes += rest
            if isVital { self[known].kind = .watching }
            return
        }
        var fault = Fault(
            key: "finding \(part)", kind: isVital ? .watching : .finding, severity: isVital ? .critical : .warning,
            title: part, state: isVital ? "Error" : "Warning", sentence: first.text)
        fault.notes = Array(rest.prefix(Fault.alertsMax))
        _ = place(of: fault)
    }
}

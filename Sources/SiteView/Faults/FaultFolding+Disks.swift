internal import Model

extension FaultFolding {
    /// Filesystems that are full or will be, with the cameras that they keep from being recorded.
    mutating func addDisks() {
        for mount in site.mounts {
            guard let trouble = mount.trouble else { continue }
            let place = place(ofDisk: mount.mountPoint, node: nil)
            let isTold = !self[place].sentence.isEmpty
            let worst: Fault.Severity = [.fillsSoon, .keepsTooLittle].contains(trouble) ? .warning : .critical
            self[place].sentence = [self[place].sentence, mount.sentence(of: trouble)].filter { !$0.isEmpty }
                .joined(separator: "; ")
            if !isTold {
                self[place].state = trouble.rawValue
                self[place].severity = worst
            }
            if trouble == .keepsTooLittle {
                fold(openAlerts(.firing).filter { isOfTooLittle(site.alerts[$0], mount) }, into: place)
            } else if mount.takesNothing {
                fold(
                    site.cameras.filter {
                        $0.state == .notRecording && $0.node == nil && site.disks[$0.id] == mount.mountPoint
                            && !isTaken($0)
                    }, into: place)
                self[place].since = self[place].cameras.map(\.since).min() ?? self[place].since
            }
        }
    }

    /// Whether an alert says of one of its cameras what is so of the whole filesystem.
    private func isOfTooLittle(_ alert: AlertView, _ mount: MountView) -> Bool {
        let instance = alert.labels["instance"] ?? ""
        return ["FootageDeletedEarly", "RetentionMissed"].contains(alert.name)
            && (instance.isEmpty || instance == site.instance)
            && alert.labels["camera_id"].map { site.disks[$0] == mount.mountPoint } == true
    }

    /// The fault of a filesystem, made where there is none; of one that cameras share as their cause, that.
    mutating func place(ofDisk mountPoint: String, node: CameraNode?) -> Int {
        if let known = knownPlace(ofDisk: mountPoint, node: node) { return known }
        var fault = Fault(
            key: Self.key(ofDisk: mountPoint, node), kind: .disk, severity: .warning, title: mountPoint, state: "",
            sentence: "")
        fault.mountPoint = mountPoint
        fault.node = node
        return place(of: fault)
    }

    func knownPlace(ofDisk mountPoint: String, node: CameraNode?) -> Int? {
        let cause = (["cause", "disk", mountPoint] + (node.map { [$0.name] } ?? [])).joined(separator: " ")
        return place(ofKey: cause) ?? place(ofKey: Self.key(ofDisk: mountPoint, node))
    }

    static func key(ofDisk mountPoint: String, _ node: CameraNode?) -> String {
        node.map { "disk \($0.name) \(mountPoint)" } ?? "disk \(mountPoint)"
    }
}

extension MountView {
    func sentence(of trouble: Trouble) -> String {
        switch trouble {
        case .readOnly: return "It is read-only: nothing can be recorded there"
        case .full:
            let used = "\(Self.percent(usedPercent)) % is used, and no old footage was seen to make room"
            return takesNothing ? "Nothing can be written any more: \(used)" : used
        case .keepsTooLittle:
            let held = heldSeconds.map { "after \(Self.span($0))" } ?? "too early"
            return "Footage is deleted \(held)" + (wantedSeconds.map { ", and is wanted for \(Self.span($0))" } ?? "")
        case .fillsSoon: return "It will be full in \(Self.span(fullInSeconds ?? 0)) at the present pace"
        }
    }

    private static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(max(0, seconds))) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3_600)) h"
        default: "\(Int(seconds / 86_400)) d"
        }
    }

    /// With one digit behind the point, as alerts have it.
    private static func percent(_ percent: Double) -> String {
        let tenths = Int((min(percent, 100) * 10).rounded(.toNearestOrEven))
        return "\(tenths / 10).\(tenths % 10)"
    }
}

internal import Model

extension FaultFolding {
    /// Filesystems that are full or will be, with the cameras that they keep from being recorded.
    mutating func addDisks() {
        for mount in site.mounts {
            guard let trouble = mount.trouble else { continue }
            let place = place(ofDisk: mount.mountPoint, node: nil)
            let isTold = !self[place].sentence.isEmpty
            let worst: Fault.Severity = trouble == .fillsSoon ? .warning : .critical
            self[place].sentence = [self[place].sentence, mount.sentence(of: trouble)].filter { !$0.isEmpty }
                .joined(separator: "; ")
            if !isTold {
                self[place].state = trouble.rawValue
                self[place].severity = worst
            }
            if mount.takesNothing {
                fold(
                    site.cameras.filter {
                        $0.state == .notRecording && $0.node == nil && site.disks[$0.id] == mount.mountPoint
                            && !isTaken($0)
                    }, into: place)
                self[place].since = self[place].cameras.map(\.since).min() ?? self[place].since
            }
        }
    }

    /// The fault of a filesystem, made where there is none; of one that cameras share as their cause, that.
    mutating func place(ofDisk mountPoint: String, node: CameraNode?) -> Int {
        let host = node?.name ?? ""
        let cause = (["cause", "disk", mountPoint] + (node.map { [$0.name] } ?? [])).joined(separator: " ")
        if let known = place(ofKey: cause) { return known }
        var fault = Fault(
            key: host.isEmpty ? "disk \(mountPoint)" : "disk \(host) \(mountPoint)", kind: .disk, severity: .warning,
            title: mountPoint, state: "", sentence: "")
        fault.mountPoint = mountPoint
        fault.node = node
        return place(of: fault)
    }
}

extension MountView {
    func sentence(of trouble: Trouble) -> String {
        switch trouble {
        case .readOnly: return "It is read-only: nothing can be recorded there"
        case .full:
            let used = "\(Int(usedPercent.rounded(.down))) % is used, and no old footage was seen to make room"
            return takesNothing ? "Nothing can be written any more: \(used)" : used
        case .fillsSoon: return "It will be full in \(Self.span(fullInSeconds ?? 0)) at the present pace"
        }
    }

    private static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(max(0, seconds))) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        default: "\(Int(seconds / 3_600)) h"
        }
    }
}

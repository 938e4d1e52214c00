internal import Model
internal import SiteView

/// Where the rows of faults lead to.
struct FaultLinks {
    private let cameras: [String: CameraStatus]

    init(_ overview: Overview) {
        cameras = Dictionary(overview.cameras.map { ($0.key, $0) }) { first, _ in first }
    }

    func link(_ member: Fault.Member) -> String {
        camera(member).map(Links.camera) ?? Links.ownCamera(member.id)
    }

    /// The camera that a fault is about alone.
    func camera(of fault: Fault) -> CameraStatus? {
        guard fault.kind == .camera, let member = fault.cameras.first else { return nil }
        return camera(member)
    }

    private func camera(_ member: Fault.Member) -> CameraStatus? {
        var key = CameraStatus(id: member.id, state: member.state, since: member.since)
        key.node = member.node
        return cameras[key.key]
    }

    /// The logs of a fault from when it began.
    static func logs(of fault: Fault, now: Int64) -> String {
        let ids = fault.cameras.prefix(camerasMax).map(\.id)
        let query: String? =
            switch fault.kind {
            case .camera, .cameras, .cause:
                ids.isEmpty ? nil : ids.map { Links.query(ofCamera: $0) }.joined(separator: " OR ")
            case .disk: fault.mountPoint.map { "message:\"\(Links.quoted($0))\"" }
            default: fault.node.map { "host.name:\"\(Links.quoted(hostName($0.instance)))\"" }
            }
        let since = fault.since ?? now - 3_600_000
        return "/logs?" + (query.map { "query=\(FormFields.encoded($0))&" } ?? "") + "start=\(since - before)"
            + "&end=\(min(now + before, since + after))"
    }

    private static func hostName(_ instance: String) -> String { String(instance.prefix { $0 != ":" }) }

    private static let camerasMax = 20
    /// What led to it, and what followed.
    private static let before: Int64 = 120_000
    private static let after: Int64 = 900_000
}

internal import Glibc
internal import Model
internal import RTSP
internal import SharedCauses

/// What each camera has that others may have, too: read once, as it changes with the configuration alone.
struct CameraShares {
    /// Labels of a camera that name a thing which it shares: what fails with it.
    static let groupLabels = ["group", "nvr", "power", "switch"]

    private struct Entry {
        let url: String?
        let path: String?
        let labels: [String: String]
        let shares: [WatchedCamera.Share]
    }

    /// Who looks: the host.
    private let node: String
    private var entries: [String: Entry] = [:]
    /// By login, the camera whose name stands for it.
    private var owners: [Int: String] = [:]
    private var mounts: [Mount] = []

    init(node: String) { self.node = node }

    /// What a camera may share.
    subscript(camera: String) -> [WatchedCamera.Share] { entries[camera]?.shares ?? [] }

    /// Takes the cameras.
    mutating func read(_ cameras: [CameraSettings]) {
        var isChanged = entries.count != cameras.count
        for camera in cameras where !isChanged {
            let entry = entries[camera.id]
            isChanged =
                entry.map { $0.url != camera.url || $0.path != camera.recordingPath || $0.labels != camera.labels }
                ?? true
        }
        guard isChanged else { return }
        mounts = MountTable.current()
        owners = [:]
        for camera in cameras {
            if let login = camera.url.flatMap(StreamAddress.init).flatMap(Self.credentials) {
                owners[login] = min(owners[login] ?? camera.id, camera.id)
            }
        }
        entries = [:]
        for camera in cameras {
            entries[camera.id] = Entry(
                url: camera.url, path: camera.recordingPath, labels: camera.labels, shares: shares(camera))
        }
    }

    private func shares(_ camera: CameraSettings) -> [WatchedCamera.Share] {
        var shares = [WatchedCamera.Share(.node, node)]
        if let path = camera.recordingPath { shares.append(.init(.disk, Self.disk(of: path, mounts))) }
        for name in Self.groupLabels {
            if let value = camera.labels[name], !value.isEmpty { shares.append(.init(.group, "\(name) \(value)")) }
        }
        guard let address = camera.url.flatMap(StreamAddress.init) else { return shares }
        if let login = Self.credentials(of: address) {
            shares.append(.init(.login, address.place, secret: login))
            if let owner = owners[login] { shares.append(.init(.credentials, owner, secret: login)) }
        }
        let host = address.host.lowercased()
        // What listens on this host are programs, as restreamers: each is a cause of its own.
        shares.append(.init(.address, Self.isThisHost(host) ? address.place : host))
        if let subnet = Self.subnet(of: host) { shares.append(.init(.subnet, subnet)) }
        return shares
    }

    /// What stands for user and password, in this process alone.
    private static func credentials(of address: StreamAddress) -> Int? {
        guard let user = address.user else { return nil }
        var hasher = Hasher()
        hasher.combine(user)
        hasher.combine(address.password)
        return hasher.finalize()
    }

    /// The mount that holds a path, without a look at the disk, which may hang.
    private static func disk(of path: String, _ mounts: [Mount]) -> String {
        let holders = mounts.map(\.mountPoint).filter { $0 == "/" || path == $0 || path.hasPrefix($0 + "/") }
        return holders.max { $0.utf8.count < $1.utf8.count } ?? "/"
    }

    private static func isThisHost(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || bytes(host, AF_INET).map { $0[0] == 127 } ?? false
    }

    /// The /24 of an IPv4 address, or the /64 of an IPv6 one; `nil` for names, and for this host.
    static func subnet(of host: String) -> String? {
        if isThisHost(host) { return nil }
        if let four = bytes(host, AF_INET) { return "\(four[0]).\(four[1]).\(four[2]).0/24" }
        let zone = host.firstIndex(of: "%")
        guard let six = bytes(String(host[..<(zone ?? host.endIndex)]), AF_INET6) else { return nil }
        // An IPv4 address in the clothes of IPv6 (RFC 4291, section 2.5.5.2).
        if six[..<10].allSatisfy({ $0 == 0 }), six[10] == 0xff, six[11] == 0xff {
            return "\(six[12]).\(six[13]).\(six[14]).0/24"
        }
        let network = Array(six[..<8]) + Array(repeating: 0, count: 8)
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard network.withUnsafeBytes({ inet_ntop(AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) }) != nil
        else { return nil }
        let shown = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return shown + (zone.map { host[$0...] } ?? "") + "/64"
    }

    private static func bytes(_ host: String, _ family: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: family == AF_INET ? 4 : 16)
        return inet_pton(family, host, &bytes) == 1 ? bytes : nil
    }
}

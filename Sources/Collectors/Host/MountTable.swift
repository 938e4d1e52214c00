internal import Foundation
internal import Glibc
internal import Synchronization

/// A mounted filesystem.
struct Mount: Hashable, Sendable {
    let mountPoint: String
    let filesystem: String
    /// `/dev/sda1`, or what the filesystem calls itself.
    let source: String
    /// `8:1`.
    let deviceNumber: String
    let isReadOnly: Bool
    /// Whether it is the whole filesystem, and not a folder of it bound elsewhere.
    let isWhole: Bool
}

/// The filesystems of this host, from `/proc/self/mountinfo`: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
enum MountTable {
    /// Filesystems that hold files on a device or on another host.
    private static let real: Set<String> = [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "vfat", "exfat", "ntfs",
        "ntfs3",
        "nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "9p", "virtiofs", "fuseblk", "ocfs2", "gfs2",
    ]

    /// Real filesystems, and whatever holds one of `paths`. A device that is mounted several times is there once.
    static func watched(holding paths: [String], text: String? = nil) -> [Mount] {
        let all = text.map(parse) ?? current()
        // Of several at one place the last one lies over the others.
        let last = Dictionary(all.indices.map { (all[$0].mountPoint, $0) }) { $1 }
        let mounts = all.indices.filter { last[all[$0].mountPoint] == $0 }.map { all[$0] }
        let holders = Set(paths.compactMap { path in mount(holding: path, among: mounts)?.mountPoint })
        var byDevice: [String: Mount] = [:]
        for mount in mounts
        where holders.contains(mount.mountPoint) || real.contains(mount.filesystem)
            || mount.filesystem.hasPrefix("fuse.")
        {
            let known = byDevice[mount.deviceNumber]
            let isBetter = known.map { Self.rank(mount) < Self.rank($0) } ?? true
            if isBetter || holders.contains(mount.mountPoint) && !holders.contains(known?.mountPoint ?? "") {
                byDevice[mount.deviceNumber] = mount
            }
        }
        return byDevice.values.sorted { $0.mountPoint < $1.mountPoint }
    }

    /// What is mounted now. The table is read each time, and taken apart when it has changed.
    static func current() -> [Mount] {
        let bytes = KernelFile.bytes("/proc/self/mountinfo")
        return known.withLock { known in
            if known.bytes != bytes { known = (bytes, parse(String(decoding: bytes, as: UTF8.self))) }
            return known.mounts
        }
    }

    private static let known = Mutex((bytes: [UInt8](), mounts: [Mount]()))

    /// The lower, the better a mount stands for its filesystem.
    private static func rank(_ mount: Mount) -> (Int, Int) { (mount.isWhole ? 0 : 1, mount.mountPoint.utf8.count) }

    /// The mount on which a path lies.
    static func mount(holding path: String, among mounts: [Mount]) -> Mount? {
        let whole = resolved(path)
        return mounts.last { mount in
            mounts.allSatisfy { other in
                !holds(other, whole) || other.mountPoint.utf8.count <= mount.mountPoint.utf8.count
            } && holds(mount, whole)
        }
    }

    /// The path without links; of what is not there yet, the folders that are.
    private static func resolved(_ path: String) -> String {
        let path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        var known = path[...]
        while !known.isEmpty {
            if let real = realpath(String(known), nil) {
                defer { free(real) }
                let folder = String(cString: real)
                return known.count == path.count ? folder : (folder == "/" ? "" : folder) + path[known.endIndex...]
            }
            known = known[..<(known.lastIndex(of: "/") ?? known.startIndex)]
        }
        return path
    }

    private static func holds(_ mount: Mount, _ path: String) -> Bool {
        mount.mountPoint == "/" || path == mount.mountPoint || path.hasPrefix(mount.mountPoint + "/")
    }

    static func parse(_ text: String) -> [Mount] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 2 else { return nil }
            return Mount(
                mountPoint: unescaped(fields[4]), filesystem: fields[dash + 1], source: unescaped(fields[dash + 2]),
                deviceNumber: fields[2], isReadOnly: fields[5].split(separator: ",").contains("ro"),
                isWhole: fields[3] == "/")
        }
    }

    /// Blanks and their like stand as octal numbers: `\040`.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The whole device under a mount: `sda` for `8:1`; the source where there is none.
    static func device(of mount: Mount) -> String {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/sys/dev/block/\(mount.deviceNumber)")
        guard let parts = link?.split(separator: "/"), let last = parts.last else {
            return mount.source.split(separator: "/").last.map(String.init) ?? mount.source
        }
        // …/block/sda/sda1
        if parts.count > 1, parts[parts.count - 2] != "block" { return String(parts[parts.count - 2]) }
        return String(last)
    }
}

/// Room on a filesystem, in bytes.
struct MountSpace: Sendable, Hashable {
    let total: Double
    /// What an ordinary user may still write.
    let free: Double
    let freeForRoot: Double
    /// `nil` for filesystems that make them as they are needed.
    let inodesUsedPercent: Double?

    var used: Double { total - freeForRoot }

    /// Of the whole, so that it is what is not free.
    var usedPercent: Double { total > 0 ? 100 - free / total * 100 : 0 }

    /// `nil` where the filesystem does not answer or has no size.
    init?(at mountPoint: String) {
        var facts = statvfs()
        guard statvfs(mountPoint, &facts) == 0, facts.f_blocks > 0 else { return nil }
        let block = Double(facts.f_frsize)
        total = Double(facts.f_blocks) * block
        free = Double(facts.f_bavail) * block
        freeForRoot = Double(facts.f_bfree) * block
        let inodes = Double(facts.f_files)
        inodesUsedPercent = inodes > 0 ? 100 - Double(facts.f_favail) / inodes * 100 : nil
    }
}

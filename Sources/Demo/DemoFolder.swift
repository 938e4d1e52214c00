internal import Foundation
internal import Glibc

/// The temporary folders of demos: one each, which nobody else can have made or read before.
enum DemoFolder {
    private static let prefix = "watchpost-demo-"

    /// Makes a folder of this process' own, for this user alone.
    /// - Parameter parent: a folder, with the slash at its end.
    static func make(below parent: String) throws(Demo.Refusal) -> String {
        var path = Array((parent + "watchpost-new-demo-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&path) != nil else {
            let reason = String(cString: strerror(errno))
            throw Demo.Refusal(
                description: "cannot make a folder in \(parent): \(reason); set TMPDIR to one that you may write")
        }
        let new = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Open, and so locked, for as long as this process lives. Locked before it has a name that others sweep away.
        _ = lock(new, flags: O_CREAT)
        let folder = parent + prefix + "\(getpid())-" + new.suffix(6)
        guard rename(new, folder) == 0 else { return new }
        return folder
    }

    private static let lockName = "/lock"

    /// The lock of a folder, taken.
    /// - Returns: `nil` where another process has it; -1 where the folder has none, as an older version made it.
    private static func lock(_ folder: String, flags: Int32 = 0) -> Int32? {
        let file = open(folder + lockName, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0o600)
        guard file >= 0 else { return errno == ENOENT ? -1 : nil }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
        close(file)
        return nil
    }

    /// Takes away this user's folders of demos that were killed: those that nobody has locked, and whose process is no
    /// more. Containers that share a folder number their processes each by themselves, so that a number alone says little.
    static func sweep(below parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = parent + name
            guard let pid = Int32(name.dropFirst(prefix.count).prefix { $0 != "-" }), pid > 0,
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            // Of a link, what is told is the link's own.
            let facts = try? FileManager.default.attributesOfItem(atPath: path)
            guard facts?[.type] as? FileAttributeType == .typeDirectory,
                (facts?[.ownerAccountID] as? NSNumber)?.uint32Value == getuid()
            else { continue }
            guard let lock = lock(path) else { continue }
            defer { if lock >= 0 { close(lock) } }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}

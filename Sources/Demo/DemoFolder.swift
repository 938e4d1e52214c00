internal import Foundation
internal import Glibc

/// The temporary folders of demos: one each, which nobody else can have made or read before.
enum DemoFolder {
    private static let prefix = "watchpost-demo-"

    /// Makes a folder of this process' own, for this user alone.
    /// - Parameter parent: a folder, with the slash at its end.
    static func make(below parent: String) throws(Demo.Refusal) -> String {
        var path = Array((parent + prefix + "\(getpid())-" + String(repeating: "X", count: 6)).utf8CString)
        guard mkdtemp(&path) != nil else {
            let reason = String(cString: strerror(errno))
            throw Demo.Refusal(
                description: "cannot make a folder in \(parent): \(reason); set TMPDIR to one that you may write")
        }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Takes away this user's folders of demos that were killed: those whose process is no more.
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
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}

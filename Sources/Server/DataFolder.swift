internal import Collectors
internal import Glibc
internal import LogShipping
internal import Partitions
internal import Site

/// The data directory with what is ours in it. It holds the key of the site, silences, logs and samples: nobody but the
/// user of this process may read or write there.
struct DataFolder {
    /// What a person should know of who may look into it.
    private(set) var notes: [String] = []
    private let path: String

    /// What a server or an agent keeps there; of the last ones the beginning of the name.
    private static let ownNames: Set = [
        "metrics", "logs", "traces", "recorders", "remote-write", "ship", "snapshots", "lock", "lost+found",
    ]
    private static let ownBeginnings = ["state.sqlite", ".watchpost-"]
    /// Files directly in it that only we write.
    private static let ownEnding = ".json"
    private static let deepest = 4

    /// Makes the directory, where it is absent, and takes from other users what they may do with what is ours there.
    ///
    /// A directory that also holds what is not ours, or that belongs to another user, stays as it is: others may need to
    /// get through it. Then its files and folders that are ours are closed all the same.
    /// - Parameter guests: paths that the configuration has for others' files: textfiles, recordings, logs.
    init(_ path: String, guests: [String]) throws(StorageError) {
        self.path = path
        let inside = guests.filter { Self.absolute($0).hasPrefix(Self.absolute(path) + "/") }
        let isNew = !FileSystem.exists(path)
        try FileSystem.makeDirectory(path)
        if isNew {
            if !inside.isEmpty { chmod(path, 0o755) }
        }
        let names = try FileSystem.names(in: path)
        var changed = tightenFolder(names, inside)
        // What matters most is named first.
        let own = names.filter(Self.isOurs)
        let isState = { (name: String) in name.hasPrefix("state.sqlite") }
        for name in own.filter(isState) + own.filter({ !isState($0) }) { tighten(name, depth: 0, &changed) }
        if !changed.isEmpty {
            let shown = changed.prefix(5).joined(separator: ", ")
            let more = changed.count > 5 ? " and \(changed.count - 5) more" : ""
            notes.append(
                "Other users could look into the data directory \(path): \(shown)\(more). Only this user can now; whoever "
                    + "read state.sqlite has the key of this site's links.")
        }
    }

    static func isOurs(_ name: String) -> Bool {
        ownNames.contains(name) || ownBeginnings.contains { name.hasPrefix($0) } || name.hasSuffix(ownEnding)
            || name.hasSuffix(ownEnding + ".new")
    }

    /// - Returns: the directory with its former rights, where they were changed.
    private mutating func tightenFolder(_ names: [String], _ guests: [String]) -> [String] {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & 0o077 != 0 else { return [] }
        let rights = String(facts.st_mode & 0o777, radix: 8)
        let others = names.filter { !Self.isOurs($0) } + guests
        if facts.st_uid != geteuid() {
            notes.append(
                "The data directory \(path) belongs to another user, and others may look into it (\(rights)): it stays as "
                    + "it is. Give Watchpost a directory of its own.")
            return []
        }
        if !others.isEmpty {
            let shown = others.prefix(3).joined(separator: ", ")
            notes.append(
                "Other users may look into the data directory \(path) (\(rights)), and it stays as it is, as it holds what "
                    + "is not Watchpost's: \(shown)\(others.count > 3 ? " …" : ""). Give Watchpost a directory of its own."
            )
            return []
        }
        return chmod(path, 0o700) == 0 ? ["\(path) \(rights)"] : []
    }

    /// Takes all rights of others from a file or a folder of ours with what is in it. Links are not followed.
    private mutating func tighten(_ name: String, depth: Int, _ changed: inout [String]) {
        let full = path + "/" + name
        var facts = stat()
        guard lstat(full, &facts) == 0 else { return }
        let kind = facts.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR || kind == S_IFSOCK else { return }
        if facts.st_mode & 0o077 != 0 {
            if facts.st_uid == geteuid(), Self.close(full, kind) {
                changed.append("\(name) \(String(facts.st_mode & 0o777, radix: 8))")
            } else if name != "lost+found" {
                notes.append(
                    "Other users may look into \(full), which this user may not change: it belongs to another one. Change "
                        + "its owner, and its rights to \(kind == S_IFDIR ? "700" : "600").")
            }
        }
        guard kind == S_IFDIR, depth < Self.deepest, let names = try? FileSystem.names(in: full) else { return }
        for inner in names { tighten(name + "/" + inner, depth: depth + 1, &changed) }
    }

    private static func close(_ path: String, _ kind: mode_t) -> Bool {
        // A socket cannot be opened; the others not by way of a link that took their place meanwhile.
        if kind == S_IFSOCK { return chmod(path, 0o600) == 0 }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        return fchmod(descriptor, kind == S_IFDIR ? 0o700 : 0o600) == 0
    }

    private static func absolute(_ path: String) -> String {
        var text = path
        if !text.hasPrefix("/") {
            text =
                (getcwd(nil, 0).map { buffer in
                    defer { free(buffer) }
                    return String(cString: buffer)
                } ?? "") + "/" + text
        }
        let parts = text.split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }
}

extension Site {
    /// Where others' files are: textfiles, recordings, logs.
    var guestPaths: [String] {
        [watchpost.textfile].compactMap(\.self) + watchpost.recordings.map(\.path)
            + (filebeat?.inputs ?? []).filter { $0.listening == nil }.flatMap(\.paths)
    }
}

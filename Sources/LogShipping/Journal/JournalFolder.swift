import Base

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the files of an input `journald` are.
struct JournalFolder {
    /// What stands there.
    struct Findings {
        var files: [String] = []
        var folders: Set<String> = []
        /// Folders of which the system does not say what is in them, with the mend.
        var unreadable: [String] = []
    }

    /// Files, folders and patterns of them; a folder stands for its journals and for those of the folders in it.
    let paths: [String]

    /// Where journald keeps what is gone with the next start of the host.
    static let runtime = "/run/log/journal"
    private static let persistent = "/var/log/journal"

    /// - Parameter paths: none is the journal of this host.
    init(_ paths: [String]) {
        if !paths.isEmpty, paths != ["LOCAL_SYSTEM_JOURNAL"] {
            self.paths = paths
            return
        }
        let machine = (try? RegularFile.contents("/etc/machine-id", atMost: 1_024)).map {
            String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self)
        }
        self.paths = [Self.runtime, Self.persistent].map { folder in
            // Beside it are those of other hosts and of namespaces.
            machine.map { $0.isEmpty ? folder : "\(folder)/\($0)" } ?? folder
        }
    }

    func find() -> Findings {
        var findings = Findings()
        for path in paths {
            guard path.contains(where: { "*?[".contains($0) }) else {
                Self.look(at: path, depth: 1, isNamed: true, &findings)
                continue
            }
            let matches = Glob.matches(path, followsLinks: true)
            findings.folders.formUnion(matches.folders)
            findings.unreadable += matches.unreadable.map { "cannot look into \($0.key): \($0.value)" }
            for found in matches.paths.sorted() { Self.look(at: found, depth: 1, isNamed: false, &findings) }
        }
        return findings
    }

    private static func look(at path: String, depth: Int, isNamed: Bool, _ findings: inout Findings) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            if ![ENOENT, ENOTDIR].contains(errno) { findings.unreadable.append(text(path, errno)) }
            return
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            if isNamed || isJournal(path) { findings.files.append(path) }
            return
        }
        findings.folders.insert(path)
        guard let names = Glob.names(in: path) else {
            findings.unreadable.append(text(path, errno))
            return
        }
        for name in names.sorted() {
            if isJournal(name) {
                look(at: "\(path)/\(name)", depth: 0, isNamed: false, &findings)
            } else if depth > 0 {
                lookInto("\(path)/\(name)", &findings)
            }
        }
    }

    private static func lookInto(_ path: String, _ findings: inout Findings) {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { return }
        look(at: path, depth: 0, isNamed: false, &findings)
    }

    /// Those that journald found damaged have a `~` at the end.
    private static func isJournal(_ name: String) -> Bool { name.hasSuffix(".journal") || name.hasSuffix(".journal~") }

    private static func text(_ path: String, _ number: Int32) -> String {
        "cannot look into \(path): \(String(cString: strerror(number)))"
            + ([EACCES, EPERM].contains(number) ? "; put the user into the group systemd-journal" : "")
    }
}

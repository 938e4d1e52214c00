#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Patterns of paths as Filebeat has them: `*`, `?`, `[a-z]` within a folder's or file's name, and `**` for up to eight
/// folders, or none.
enum Glob {
    private static let deepest = 8

    /// What a pattern means.
    struct Matches {
        var paths: Set<String> = []
        /// Symbolic links that fit and were passed by.
        var links: Set<String> = []
        /// Folders that were looked into.
        var folders: Set<String> = []
        /// Folders of which the system does not say what is in them, with its word: what is missing in `paths` may be there.
        var unreadable: [String: String] = [:]
    }

    /// Paths that are there and fit.
    /// - Parameter followsLinks: otherwise links are passed by: the last part of a path, and folders that a pattern
    ///   found. Folders that the pattern names in front of its first `*` are the user's own word.
    static func matches(_ pattern: String, followsLinks: Bool) -> Matches {
        let isAbsolute = pattern.hasPrefix("/")
        let parts = pattern.split(separator: "/").map(String.init)
        var search = Search(followsLinks: followsLinks)
        search.expand(isAbsolute ? "/" : "", parts[...], isFound: false)
        return search.matches
    }

    /// Whether a text fits a pattern, in which `/` is a character as any other.
    static func fits(_ text: String, _ pattern: String) -> Bool { fnmatch(pattern, text, 0) == 0 }

    private struct Search {
        let followsLinks: Bool
        var matches = Matches()

        mutating func expand(_ base: String, _ parts: ArraySlice<String>, isFound: Bool) {
            guard let part = parts.first else {
                matches.paths.insert(base)
                return
            }
            let rest = parts.dropFirst()
            if part == "**" { return expandFolders(base, rest, depth: 0) }
            if !part.contains(where: { "*?[\\".contains($0) }) {
                let path = join(base, part)
                if rest.isEmpty { matches.folders.insert(base) }
                if isFound || rest.isEmpty, passesBy(path) { return }
                if access(path, F_OK) == 0 {
                    expand(path, rest, isFound: isFound)
                } else if ![ENOENT, ENOTDIR, ELOOP].contains(errno) {
                    matches.unreadable[path] = String(cString: strerror(errno))
                }
                return
            }
            for name in list(base) where fnmatch(part, name, 0) == 0 {
                let path = join(base, name)
                if !passesBy(path) { expand(path, rest, isFound: true) }
            }
        }

        private mutating func expandFolders(_ base: String, _ rest: ArraySlice<String>, depth: Int) {
            // `**` at the end is for files of any name.
            expand(base, rest.isEmpty ? ["*"] : rest, isFound: true)
            if depth == deepest { return }
            for name in list(base, onlyFolders: true) {
                let path = join(base, name)
                if !passesBy(path) { expandFolders(path, rest, depth: depth + 1) }
            }
        }

        private mutating func list(_ folder: String, onlyFolders: Bool = false) -> [String] {
            matches.folders.insert(folder)
            if let names = names(in: folder, onlyFolders: onlyFolders) { return names }
            matches.unreadable[folder] = String(cString: strerror(errno))
            return []
        }

        private mutating func passesBy(_ path: String) -> Bool {
            if followsLinks { return false }
            var facts = stat()
            guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK else { return false }
            matches.links.insert(path)
            return true
        }
    }

    private static func join(_ base: String, _ name: String) -> String {
        base.isEmpty || base == "/" ? base + name : base + "/" + name
    }

    /// Names in a folder; `nil` where the system does not say, and why stands in `errno`.
    static func names(in folder: String, onlyFolders: Bool = false) -> [String]? {
        guard let stream = opendir(folder.isEmpty ? "." : folder) else {
            return [ENOENT, ENOTDIR, ELOOP].contains(errno) ? [] : nil
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { return errno == 0 ? names : nil }
            let kind = Int(entry.pointee.d_type)
            if onlyFolders, kind != Int(DT_DIR), kind != Int(DT_UNKNOWN) { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Patterns of paths as Filebeat has them: `*`, `?`, `[a-z]` within a folder's or file's name, and `**` for up to eight
/// folders, or none.
enum Glob {
    private static let deepest = 8

    /// Paths that are there and fit, sorted.
    static func paths(_ pattern: String) -> [String] {
        let isAbsolute = pattern.hasPrefix("/")
        let parts = pattern.split(separator: "/").map(String.init)
        var found: Set<String> = []
        expand(isAbsolute ? "/" : "", parts[...], &found)
        return found.sorted()
    }

    private static func expand(_ base: String, _ parts: ArraySlice<String>, _ found: inout Set<String>) {
        guard let part = parts.first else {
            found.insert(base)
            return
        }
        let rest = parts.dropFirst()
        if part == "**" { return expandFolders(base, rest, depth: 0, &found) }
        if !part.contains(where: { "*?[\\".contains($0) }) {
            let path = join(base, part)
            if access(path, F_OK) == 0 { expand(path, rest, &found) }
            return
        }
        for name in names(in: base) where fnmatch(part, name, 0) == 0 { expand(join(base, name), rest, &found) }
    }

    private static func expandFolders(
        _ base: String, _ rest: ArraySlice<String>, depth: Int, _ found: inout Set<String>
    ) {
        // `**` at the end is for files of any name.
        expand(base, rest.isEmpty ? ["*"] : rest, &found)
        if depth == deepest { return }
        for name in names(in: base, onlyFolders: true) {
            expandFolders(join(base, name), rest, depth: depth + 1, &found)
        }
    }

    private static func join(_ base: String, _ name: String) -> String {
        base.isEmpty || base == "/" ? base + name : base + "/" + name
    }

    /// Names in a folder; none if it cannot be read.
    static func names(in folder: String, onlyFolders: Bool = false) -> [String] {
        guard let stream = opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let kind = Int(entry.pointee.d_type)
            if onlyFolders, kind != Int(DT_DIR), kind != Int(DT_UNKNOWN) { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

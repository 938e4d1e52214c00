internal import Foundation

/// Paths as configuration files write them.
enum FilePaths {
    static func directory(ofFile path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `name` beside the file at `file`, unless it is absolute.
    static func resolve(_ name: String, besideFile file: String) -> String {
        join(directory(ofFile: file), name)
    }

    static func join(_ directory: String, _ name: String) -> String {
        if name.hasPrefix("/") || directory == "." { return name }
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    /// The files that a shell's pattern (`*`, `?`, `[…]`) means, sorted.
    static func matching(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
    }

    static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }
}

/// Files that configuration names by patterns.
public enum ConfigFiles {
    /// The files that a shell's pattern (`*`, `?`, `[…]`) means, sorted.
    public static func matching(_ pattern: String) -> [String] { FilePaths.matching(pattern) }
}

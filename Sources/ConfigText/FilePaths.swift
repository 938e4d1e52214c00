/// Paths as configuration files write them.
package enum FilePaths {
    /// The folder in which the file at `path` lies.
    package static func directory(ofFile path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `name` beside the file at `file`, unless it is absolute.
    package static func resolve(_ name: String, besideFile file: String) -> String {
        join(directory(ofFile: file), name)
    }

    /// `name` in `directory`, unless it is absolute.
    package static func join(_ directory: String, _ name: String) -> String {
        if name.hasPrefix("/") || directory == "." { return name }
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    /// Whether `text` has a letter that a shell's pattern has.
    package static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }
}

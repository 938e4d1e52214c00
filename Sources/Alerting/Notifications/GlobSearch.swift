internal import Foundation

/// Finds the files that a shell pattern names.
enum GlobSearch {
    /// In the order of their names; none if nothing matches.
    static func paths(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0, let list = result.gl_pathv else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in list[index].map { String(cString: $0) } }
    }
}

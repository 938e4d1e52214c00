internal import Base
internal import Foundation

/// Finds and reads configuration files on disk.
package enum ConfigFiles {
    /// Larger than any configuration; a mistaken path (`/dev/zero`, a database) ends here.
    private static let bytesMax = 16 << 20

    /// The files that a shell's pattern (`*`, `?`, `[…]`) means, sorted.
    package static func matching(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
    }

    /// The text of the file at `path`, or `nil` where it cannot be read, which is told.
    package static func read(_ path: String, problems: ProblemList) -> String? {
        let position = SourcePosition(file: path, line: 1, column: 1)
        do throws(RegularFileError) {
            let bytes = try RegularFile.contents(path, atMost: bytesMax)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.error(
                    at: firstForeign(in: bytes, of: path), "the file is not UTF-8", mend: "save it as UTF-8")
                return nil
            }
            return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
        } catch {
            switch error.reason {
            case .notRegular: problems.error(at: position, "this is not a file", mend: "put a file there")
            case .tooLarge:
                problems.error(at: position, "the file has more than \(bytesMax) bytes", mend: "split it")
            default:
                problems.error(
                    at: position, "cannot read the file: \(error.cause)",
                    mend: "check that it exists and that this user may read it")
            }
            return nil
        }
    }

    /// Where the first byte stands that is no UTF-8.
    private static func firstForeign(in bytes: [UInt8], of path: String) -> SourcePosition {
        var (line, column) = (1, 1)
        var parser = UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        while case .valid(let letter) = parser.parseScalar(from: &rest) {
            if letter.first == 0x0A { (line, column) = (line + 1, 1) } else { column += 1 }
        }
        return SourcePosition(file: path, line: line, column: column)
    }

    /// Whether anything is at `path`.
    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether a folder is at `path`.
    package static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

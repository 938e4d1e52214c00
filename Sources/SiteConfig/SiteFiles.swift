internal import Base
internal import Foundation

/// Reads configuration files from disk.
enum SiteFiles {
    /// Larger than any configuration; a mistaken path (`/dev/zero`, a database) ends here.
    private static let bytesMax = 16 << 20

    /// The text of the file at `path`, or `nil` where it cannot be read, which is told.
    static func read(_ path: String, problems: ProblemList) -> String? {
        let position = SourcePosition(file: path, line: 1, column: 1)
        do throws(RegularFileError) {
            let bytes = try RegularFile.contents(path, atMost: bytesMax)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.error(at: position, "the file is not UTF-8", mend: "save it as UTF-8")
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

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

internal import Foundation

/// Reads configuration files from disk.
enum SiteFiles {
    /// Larger than any configuration; a mistaken path (`/dev/zero`, a database) ends here.
    private static let bytesMax = 16 << 20

    /// The text of the file at `path`, or `nil` where it cannot be read, which is told.
    static func read(_ path: String, problems: ProblemList) -> String? {
        let position = SourcePosition(file: path, line: 1, column: 1)
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: resolvingLinks(path))
            if attributes[.type] as? FileAttributeType != .typeRegular {
                problems.error(at: position, "this is not a file", mend: "put a file there")
                return nil
            }
            if let size = attributes[.size] as? Int, size > bytesMax {
                problems.error(
                    at: position, "the file has \(size) bytes, and no more than \(bytesMax) are read", mend: "split it")
                return nil
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard let text = String(data: data, encoding: .utf8) else {
                problems.error(at: position, "the file is not UTF-8", mend: "save it as UTF-8")
                return nil
            }
            return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
        } catch {
            problems.error(
                at: position, "cannot read the file: \((error as NSError).localizedDescription)",
                mend: "check that it exists and that this user may read it")
            return nil
        }
    }

    private static func resolvingLinks(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

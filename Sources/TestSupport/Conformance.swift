public import Foundation

/// Cases of conformance: our own, in `Tests/Conformance`, and those of the projects whose formats these are, where the
/// variable `CONFORMANCE_DIR` says they lie.
public enum Conformance {
    /// The folders that have such cases, our own first.
    public static let folders: [String] = {
        let own = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Tests/Conformance").path()
        return [own] + [ProcessInfo.processInfo.environment["CONFORMANCE_DIR"]].compactMap(\.self)
    }()

    /// The paths of what is in a folder of that name, in order; of files those with one of the endings, if there are any.
    public static func paths(in folder: String, endings: [String] = []) -> [String] {
        folders.flatMap { root in
            ((try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder)) ?? []).sorted()
                .filter { name in endings.isEmpty || endings.contains { name.hasSuffix($0) } }
                .map { "\(root)/\(folder)/\($0)" }
        }
    }

    /// What stands in the files of that name.
    public static func contents(of file: String) -> [Data] {
        folders.compactMap { FileManager.default.contents(atPath: $0 + "/" + file) }
    }
}

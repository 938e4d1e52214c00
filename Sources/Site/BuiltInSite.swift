internal import CSite
package import ConfigText
internal import Foundation

/// The site that runs without a configuration, and the seed's whole corrected set: files that are part of the binary.
package enum BuiltInSite {
    /// A configuration file's path within its set, and its text.
    package struct File: Sendable {
        package let name: String
        package let text: String
    }

    /// The built-in site's files.
    package static var files: [File] { files(wp_built_in_site_file_at) }

    /// The seed's files, corrected; each change has its reason beside it.
    package static var seedFiles: [File] { files(wp_seed_site_file_at) }

    /// Writes the built-in site to `directory`, which is made where it is absent; integrations are examples in comments.
    /// - Throws: ``ConfigWriteFailed``; a file that is there already is never overwritten.
    package static func write(to directory: String) throws(ConfigWriteFailed) { try write(files, to: directory) }

    /// Writes the seed's corrected set to `directory`.
    /// - Throws: ``ConfigWriteFailed``; a file that is there already is never overwritten.
    package static func writeSeed(to directory: String) throws(ConfigWriteFailed) {
        try write(seedFiles, to: directory)
    }

    private static func files(_ at: (Int) -> UnsafePointer<wp_site_file>?) -> [File] {
        var files: [File] = []
        while let file = at(files.count)?.pointee {
            let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
            files.append(File(name: String(cString: file.name), text: String(decoding: bytes, as: UTF8.self)))
        }
        return files
    }

    private static func write(_ files: [File], to directory: String) throws(ConfigWriteFailed) {
        let paths = files.map { FilePaths.join(directory, $0.name) }
        // All are looked at before any is written, so that a refusal leaves the directory as it was.
        for path in paths where FileManager.default.fileExists(atPath: path) {
            throw ConfigWriteFailed(
                path: path, reason: "it exists already", mend: "choose another directory, or move it away")
        }
        for (file, path) in zip(files, paths) {
            do {
                try FileManager.default.createDirectory(
                    atPath: FilePaths.directory(ofFile: path), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            } catch {
                throw ConfigWriteFailed(
                    path: path, reason: (error as NSError).localizedDescription,
                    mend: "check that this user may write there")
            }
        }
    }
}

/// A configuration file that could not be written.
package struct ConfigWriteFailed: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String
    package let mend: String

    package var description: String { "cannot write \(path): \(reason); \(mend)" }
}

extension Site {
    /// The site that runs without a configuration: our own collectors' series, the default rules and dashboards,
    /// and one receiver without integrations.
    package static func builtIn() throws(ConfigRefused) -> Site {
        let problems = ProblemList()
        var site = Site()
        SiteAssembler(source: BuiltInSource(), environment: [:], problems: problems).assemble(&site)
        if !problems.errors.isEmpty { throw ConfigRefused(problems: problems.all) }
        site.warnings = problems.warnings.inFileOrder
        return site
    }
}

/// The built-in site's files, as if they stood in a directory `built-in`.
private struct BuiltInSource: SiteSource {
    private let files = Dictionary(uniqueKeysWithValues: BuiltInSite.files.map { ("built-in/\($0.name)", $0.text) })

    func path(_ name: String) -> String { "built-in/\(name)" }

    func text(at path: String, _: ProblemList) -> String? { files[path] }

    /// Patterns of the built-in site have their star in the last part alone.
    func matching(_ pattern: String) -> [String] {
        let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return files[pattern] == nil ? [] : [pattern] }
        return files.keys.filter { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) }.sorted()
    }
}

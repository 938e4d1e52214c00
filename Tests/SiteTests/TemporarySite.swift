import ConfigText
import Foundation
import Site

/// A configuration directory that lasts as long as the value.
final class TemporarySite {
    let directory: String

    init(_ files: [String: String] = [:]) throws {
        directory = NSTemporaryDirectory() + "site-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, text) in files {
            let path = "\(directory)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(directory)/\(name)", withDestinationPath: target)
    }

    func load(environment: [String: String] = [:]) throws(ConfigRefused) -> Site {
        try SiteLoader.load(directory: directory, environment: environment)
    }

    /// What is wrong, each problem as `file:line:column: severity: what; mend` with the file's name in the directory.
    func problems() -> [String] {
        do throws(ConfigRefused) {
            return shown(try load().warnings)
        } catch {
            return shown(error.problems)
        }
    }

    func errors() -> [String] { problems().filter { $0.contains(": error: ") } }

    func warnings() -> [String] { problems().filter { $0.contains(": warning: ") } }

    private func shown(_ problems: [ConfigProblem]) -> [String] {
        problems.map { $0.description.replacingOccurrences(of: directory + "/", with: "") }
    }
}

/// Runs a program of the machine to its end.
/// - Returns: its status and all that it printed; `nil` where it is not installed.
func output(of program: String, _ arguments: [String]) throws -> (status: Int32, text: String)? {
    guard
        let path = ["/usr/bin/", "/usr/local/bin/"].map({ $0 + program }).first(
            where: FileManager.default.isExecutableFile)
    else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

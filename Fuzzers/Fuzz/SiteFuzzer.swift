internal import ConfigText
internal import Foundation
internal import RuleTesting
internal import Site

/// Reads any bytes as one of the files of a configuration directory: the first byte says as which.
enum SiteFuzzer: Fuzzer {
    private static let files = [
        "watchpost.yml", "prometheus.yml", "rules.yml", "alertmanager.yml", "filebeat.yml", "rule_tests.yml",
    ]

    /// In memory, and gone with the process.
    private static let folder: String = {
        let path = "/dev/shm/watchpost-fuzz-\(getpid())"
        mkdir(path, 0o700)
        atexit { try? FileManager.default.removeItem(atPath: "/dev/shm/watchpost-fuzz-\(getpid())") }
        return path
    }()

    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let file = files[Int(data[0]) % files.count]
        let content = Data(bytes: data + 1, count: size - 1)
        let path = folder + "/" + file
        guard FileManager.default.createFile(atPath: path, contents: content) else { return }
        defer { unlink(path) }
        if file == "rule_tests.yml" {
            _ = try? RuleTestFile.load(path: path)
            return
        }
        let prometheus = folder + "/prometheus.yml"
        if file == "rules.yml" {
            _ = FileManager.default.createFile(atPath: prometheus, contents: Data("rule_files: [rules.yml]\n".utf8))
        }
        defer { unlink(prometheus) }
        do {
            _ = try SiteLoader.load(directory: folder, environment: [:])
        } catch {
            precondition(!error.description.isEmpty, "BUG: refused without a word")
        }
    }
}

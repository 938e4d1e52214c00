internal import Base
internal import ConfigText
internal import Foundation
internal import Model

/// Target groups in files (`file_sd_configs`). Looked at every two seconds, read when one has changed.
struct FileDiscovery {
    static let pollInterval = Duration.seconds(2)
    /// As a whole configuration file may have.
    private static let bytesMax = 16 << 20

    /// By what a file is known to be the same as before.
    private struct Mark: Hashable {
        let path: String
        let size: Int
        let changed: Date?
    }

    private let patterns: [String]
    private let refreshInterval: Duration
    private var marks: [Mark]?
    private var lastRead = ContinuousClock.now
    /// What each file said when it was last sound.
    private var groups: [String: [TargetGroup]] = [:]

    init(patterns: [String], refreshInterval: Duration) {
        self.patterns = patterns
        self.refreshInterval = refreshInterval
    }

    /// All groups, and what is wrong with files; `nil` where nothing has changed and no refresh is due. A file that is
    /// broken counts with what it said before, one that is gone does not count.
    mutating func read() -> (groups: [TargetGroup], problem: String?)? {
        let paths = patterns.flatMap(ConfigFiles.matching)
        let found = paths.map(Self.mark)
        let isDue = ContinuousClock.now - lastRead >= refreshInterval
        if found == marks, !isDue { return nil }
        marks = found
        lastRead = .now
        groups = groups.filter { paths.contains($0.key) }
        var problems: [String] = []
        for path in paths {
            do {
                groups[path] = try Self.groups(in: path)
            } catch {
                problems.append("\(error)")
            }
        }
        return (paths.flatMap { groups[$0] ?? [] }, problems.isEmpty ? nil : problems.joined(separator: "; "))
    }

    private static func mark(_ path: String) -> Mark {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return Mark(
            path: path, size: attributes?[.size] as? Int ?? -1, changed: attributes?[.modificationDate] as? Date)
    }

    private static func groups(in path: String) throws -> [TargetGroup] {
        let bytes = try RegularFile.contents(path, atMost: bytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw DiscoveryError("\(path) is not UTF-8") }
        return try TargetGroupReader.read(text, path: path).map { group in
            TargetGroup(addresses: group.addresses, labels: group.labels.setting("__meta_filepath", path))
        }
    }
}

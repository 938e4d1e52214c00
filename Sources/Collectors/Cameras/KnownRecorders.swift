internal import Base
internal import Foundation
internal import Recorders

/// The recorders that were found and whose cameras are remembered: one that stops is worth knowing of, also when the
/// server was down at that moment.
struct KnownRecorders {
    struct Entry: Codable {
        var pid: Int32
        var restarts: UInt64 = 0
        var url: String
        var folder: String?
        var segmentSeconds: Double?
        /// When it was last seen, in milliseconds since the Unix epoch.
        var lastSeen: Int64
        var isRunning = true
        var usesUDP = false
        /// Whether its bytes can be counted.
        var seesSocket: Bool?
        /// Whether one of its runs was long enough to be missed; older files do not tell, and had only those.
        var hasRunLong: Bool?
    }

    /// Milliseconds after which a run is one that is missed when it ends.
    private static let longRun: Int64 = 60_000

    /// Milliseconds after which a recorder that is gone is forgotten.
    private static let memory: Int64 = 86_400_000

    private let file: String
    private(set) var entries: [String: Entry] = [:]
    private var written: Data?

    init(file: String) {
        self.file = file
        guard let data = FileManager.default.contents(atPath: file) else { return }
        entries = (try? JSONDecoder().decode([String: Entry].self, from: data)) ?? [:]
        for camera in entries.keys { entries[camera]?.isRunning = false }
    }

    /// Takes what was found, by camera.
    mutating func update(_ found: [String: FoundRecorder], now: Int64) {
        for (camera, recorder) in found {
            let before = entries[camera]
            var entry = Entry(
                pid: recorder.pid, restarts: before?.restarts ?? 0, url: recorder.shownURL,
                folder: recorder.readableFolder ?? recorder.folder, segmentSeconds: recorder.segmentSeconds,
                lastSeen: now)
            entry.usesUDP = recorder.usesUDP
            entry.seesSocket = recorder.seesSocket
            let isLong = recorder.startedAt.map { now - $0 > Self.longRun } ?? true
            entry.hasRunLong = isLong || before.map { $0.hasRunLong ?? true } ?? false
            if let before, before.pid != recorder.pid { entry.restarts += 1 }
            entries[camera] = entry
        }
        for (camera, entry) in entries where found[camera] == nil {
            entries[camera]?.isRunning = false
            if now - entry.lastSeen > Self.memory || entry.hasRunLong == false { entries[camera] = nil }
        }
        save(now)
    }

    /// Written when what counts has changed, not for each look.
    private mutating func save(_ now: Int64) {
        let stable = entries.mapValues { entry in
            var entry = entry
            entry.lastSeen -= entry.lastSeen % 600_000
            return entry
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(stable), data != written else { return }
        if PrivateFile.replace(file, with: data) { written = data }
    }
}

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
        /// By what the camera is known again: ``CameraName/identity(ofURL:)``.
        var identity: String?
        var segmentPrefix: String?
        /// Where its segments lie in folders named after the time, their path with strftime's escapes.
        var pattern: String?
        /// The program; older files do not tell, and had ffmpeg alone.
        var program: RecorderProgram?
        /// Whether its process records other cameras, too.
        var sharesProcess: Bool?
        /// How it ended, where it ended as it was told to: a sentence.
        var orderlyEnd: String?
        /// When it was started, in milliseconds since the Unix epoch, and after how many seconds it is to end.
        var startedAt: Int64?
        var limitSeconds: Double?

        var programName: String { (program ?? .ffmpeg).rawValue }
    }

    /// Milliseconds after which a run is one that is missed when it ends.
    private static let longRun: Int64 = 60_000

    /// Milliseconds after which a recorder that is gone is forgotten.
    private static let memory: Int64 = 86_400_000

    private let file: String
    private(set) var entries: [String: Entry] = [:]
    /// Those that ran at the last look, by camera.
    private(set) var sightings: [String: Entry] = [:]
    private var written: Data?
    /// By pid, of those that run.
    private var ends: [Int32: ProcessEnd] = [:]

    /// How much sooner than it was told to a recorder may seem to end: it is looked for every few seconds, and takes
    /// some to connect.
    private static let earliness: Int64 = 15_000

    init(file: String) {
        self.file = file
        guard let data = FileManager.default.contents(atPath: file) else { return }
        let remembered = (try? JSONDecoder().decode([String: Entry].self, from: data)) ?? [:]
        for (camera, entry) in remembered.sorted(by: { $0.value.lastSeen < $1.value.lastSeen }) {
            var entry = entry
            entry.isRunning = false
            // Names with a time in them made a camera of each file.
            let bare = CameraName.withoutTime(camera)
            let name = bare.isEmpty ? camera : bare
            if let before = entries[name], before.url == entry.url { entry.restarts += before.restarts + 1 }
            entries[name] = entry
        }
    }

    /// The recorders without those that write nothing while another one, which writes files, is known of the same stream:
    /// they look at it or listen to it, as Frigate's detection does, and do not record in the other's place.
    func withoutViewers(_ recorders: [FoundRecorder]) -> [FoundRecorder] {
        let written = Set(recorders.filter { $0.folder != nil }.map(\.identity))
            .union(entries.values.filter { $0.folder != nil }.map { $0.identity ?? CameraName.identity(ofURL: $0.url) })
        return recorders.filter { $0.folder != nil || !written.contains($0.identity) }
    }

    /// The camera that these recorders are of, as far as they were seen before: by the stream and the folder, else by
    /// the stream alone where no other recorder of it runs.
    /// - Returns: an identifier for each that is known.
    func cameras(of recorders: [FoundRecorder], except taken: Set<String>) -> [FoundRecorder: String] {
        let running = Set(recorders.map(\.pid))
        var taken = taken
        var result: [FoundRecorder: String] = [:]
        func assign(_ isRight: (FoundRecorder, Entry) -> Bool) {
            for recorder in recorders where result[recorder] == nil {
                let known = entries.filter { id, entry in
                    !taken.contains(id)
                        && (entry.identity ?? CameraName.identity(ofURL: entry.url)) == recorder.identity
                        && isRight(recorder, entry)
                }
                guard let id = known.max(by: { ($0.value.lastSeen, $1.key) < ($1.value.lastSeen, $0.key) })?.key else {
                    continue
                }
                result[recorder] = id
                taken.insert(id)
            }
        }
        assign { $0.pid == $1.pid }
        assign { ($0.readableFolder ?? $0.folder) == $1.folder && !running.contains($1.pid) }
        assign { !running.contains($1.pid) }
        return result
    }

    /// Gives what is remembered under another name to the camera that the configuration says it is, and forgets who only
    /// looked at that camera's stream. What is remembered of a stream that the configuration names no more is forgotten,
    /// too: a recorder that runs is found anew.
    mutating func adopt(by cameras: [CameraSettings]) {
        let owners = StreamOwners(cameras)
        let configured = Set(cameras.map(\.id))
        // Of several the one that writes files is the camera's, else the one that was seen last.
        let others = entries.filter { !configured.contains($0.key) }.sorted {
            ($0.value.folder == nil ? 1 : 0, -$0.value.lastSeen, $0.key)
                < ($1.value.folder == nil ? 1 : 0, -$1.value.lastSeen, $1.key)
        }
        for (id, entry) in others {
            let owner = owners[identity: entry.identity ?? CameraName.identity(ofURL: entry.url)]
            if let owner, entries[owner.id] == nil {
                entries[owner.id] = entry
                entries[id] = nil
            } else if owner != nil && entry.folder == nil || id.contains("/") {
                entries[id] = nil
            }
        }
    }

    /// The streams and folders of recorders that are remembered under names that the configuration does not have.
    func extras(beside configured: Set<String>) -> Set<[String]> {
        Set(
            entries.filter { !configured.contains($0.key) }.values.compactMap { entry in
                entry.folder.map { [entry.identity ?? CameraName.identity(ofURL: entry.url), $0] }
            })
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
            entry.identity = recorder.identity
            entry.segmentPrefix = recorder.segmentPrefix
            entry.pattern = recorder.pattern
            entry.program = recorder.program
            entry.sharesProcess = recorder.sharesProcess
            entry.startedAt = recorder.startedAt
            entry.limitSeconds = recorder.limitSeconds
            if ends[recorder.pid] == nil { ends[recorder.pid] = ProcessEnd(pid: recorder.pid) }
            let isLong = recorder.startedAt.map { now - $0 > Self.longRun } ?? true
            entry.hasRunLong = isLong || before.map { $0.hasRunLong ?? true } ?? false
            if let before, before.pid != recorder.pid { entry.restarts += 1 }
            entries[camera] = entry
        }
        sightings = entries.filter { found[$0.key] != nil }
        for (camera, entry) in entries where found[camera] == nil {
            var ended = entry
            if entry.isRunning { ended.orderlyEnd = orderlyEnd(of: entry) }
            ended.isRunning = false
            entries[camera] = ended
            if now - entry.lastSeen > Self.memory || entry.hasRunLong == false { entries[camera] = nil }
        }
        let pids = Set(found.values.map(\.pid))
        ends = ends.filter { pids.contains($0.key) }
        save(now)
    }

    /// A sentence of a recorder that ended as it was told to: by its `-t`, or by a signal that asks it to end.
    private func orderlyEnd(of entry: Entry) -> String? {
        let status = ends[entry.pid]?.status
        // ffmpeg ends with 255 when it is interrupted or asked to terminate.
        if status == 255 << 8 {
            return "Its recorder (\(entry.programName), pid \(entry.pid)) was asked to end, and did."
        }
        guard status ?? 0 == 0, let limit = entry.limitSeconds, let started = entry.startedAt,
            entry.lastSeen - started >= Int64(limit * 1_000) - Self.earliness
        else { return nil }
        return "Its recorder (\(entry.programName), pid \(entry.pid)) was to record \(Int(limit)) s, and has."
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

internal import Base
internal import CameraRecords
internal import Foundation
internal import Recorders
internal import Synchronization

/// The recordings of all cameras. Each filesystem is looked at by itself: one that hangs, as a share on the network does,
/// holds up neither the others nor the end of the process.
final class RecordingShelf: Sendable {
    struct Contents: Sendable {
        var reading: RecordingReading
        /// Processing times of segments since the last ``take()``.
        var delays: [Double] = []
    }

    private struct Place: Hashable {
        let path: String
        let seconds: Double
        let isLengthTold: Bool
        let selection: RecordingTree.Selection

        /// Under which its memory is kept.
        var key: String {
            if let pattern = selection.pattern { return path + "/" + pattern.text }
            if selection.isShared { return path + "/" + selection.camera + "*" }
            return selection.prefix.isEmpty ? path : path + "/" + selection.prefix
        }
    }

    /// A round through the folders of one filesystem.
    private struct Round {
        /// Those that are not looked at yet, the present one included.
        var cameras: Set<String>
        /// When the look at the present one began.
        var since: ContinuousClock.Instant
    }

    private struct State {
        var cameras: [CameraSettings] = []
        var places: [String: Place] = [:]
        var schedules: [String: FootageSchedule] = [:]
        var contents: [String: Contents] = [:]
        var folders: [String: (place: Place, folder: RecordingFolder)] = [:]
        /// By filesystem.
        var rounds: [String: Round] = [:]
        /// By ``Place/key``.
        var memories: [String: RecordingMemory] = [:]
        /// What is to be written down of cameras' footage.
        var footage: [String: FootageSpans] = [:]
    }

    private let state: Mutex<State>
    private let timeSource: any TimeSource
    private let patience: Duration
    private let look: @Sendable (inout RecordingFolder, any TimeSource, _ until: ContinuousClock.Instant) -> Void
    private let queue = DispatchQueue(label: "recordings", attributes: .concurrent)

    private let file: String?
    private let ledger: (any FootageLedger)?
    /// The last look for footage that is to be forgotten, or the first moment; milliseconds since the Unix epoch.
    private let lastForgetting = Mutex<(instant: ContinuousClock.Instant, time: Int64)?>(nil)
    private let saved = Mutex<[String: RecordingMemory]>([:])
    private let pause = Pause()

    /// For how long segments of the past are looked through in one round of a filesystem.
    private static let roundBudget: Duration = .milliseconds(300)
    private static let forgettingInterval: Duration = .seconds(6 * 3_600)
    /// What is assumed where nobody says how long a segment is.
    private static let assumedSegment = 60.0

    /// - Parameters:
    ///   - file: where it is remembered what was looked at; `nil` forgets it.
    ///   - ledger: where footage is written down; `nil` forgets it.
    ///   - patience: after this time without an answer a folder is said to hang.
    ///   - look: looks at a folder; it may take any time.
    init(
        timeSource: any TimeSource, file: String? = nil, ledger: (any FootageLedger)? = nil,
        patience: Duration = .seconds(15),
        look: @escaping @Sendable (inout RecordingFolder, any TimeSource, _ until: ContinuousClock.Instant) -> Void = {
            folder, timeSource, until in
            folder.scan(now: timeSource.now(), until: until) { timeSource.now() }
        }
    ) {
        self.file = file
        self.ledger = ledger
        let memories = file.flatMap { FileManager.default.contents(atPath: $0) }.flatMap {
            try? JSONDecoder().decode([String: RecordingMemory].self, from: $0)
        }
        state = Mutex(State(memories: memories ?? [:]))
        self.timeSource = timeSource
        self.patience = patience
        self.look = look
    }

    func update(_ cameras: [CameraSettings]) {
        let isKnown = state.withLock { state in
            defer { state.cameras = cameras }
            return state.cameras == cameras
        }
        if isKnown { return }
        let places = Self.places(of: cameras)
        let schedules = Dictionary(cameras.map { ($0.id, FootageSchedule($0)) }) { $1 }
        let begins = state.withLock { state in
            defer { state.places = places }
            state.schedules = schedules
            state.contents = state.contents.filter { places[$0.key] != nil }
            state.folders = state.folders.filter { places[$0.key] == $0.value.place }
            return state.places.isEmpty && !places.isEmpty
        }
        if begins { pause.wake() }
    }

    private static func places(of cameras: [CameraSettings]) -> [String: Place] {
        let paths = cameras.compactMap(\.recordingPath).sorted()
        let byPath = Dictionary(grouping: cameras.filter { $0.recordingPath != nil }) { $0.recordingPath ?? "" }
        var places: [String: Place] = [:]
        for camera in cameras {
            guard let path = camera.recordingPath else { continue }
            var selection = RecordingTree.Selection()
            selection.pattern = camera.recordingPattern
            selection.prefix = camera.segmentPrefix ?? ""
            if camera.looksBelow, camera.recordingPattern == nil {
                selection.camera = camera.id
                selection.looksBelow = true
                let sharing = (byPath[path] ?? []).map(\.id).filter { $0 != camera.id }
                selection.isShared = !sharing.isEmpty
                selection.namesakes = Set(sharing.filter { $0.hasPrefix(camera.id) })
                selection.others = Set(below(path, in: paths))
            }
            places[camera.id] = Place(
                path: path, seconds: camera.segmentSeconds ?? assumedSegment,
                isLengthTold: camera.segmentSeconds != nil, selection: selection)
        }
        return places
    }

    /// The paths below one, of sorted ones.
    private static func below(_ path: String, in paths: [String]) -> ArraySlice<String> {
        let beginning = path == "/" ? path : path + "/"
        var range = paths.startIndex..<paths.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = paths[middle] < beginning ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return paths[range.lowerBound...].prefix { $0.hasPrefix(beginning) && $0 != path }
    }

    /// What is known, by camera. Processing times are handed out once.
    func take() -> [String: Contents] {
        let now = ContinuousClock.now
        return state.withLock { state in
            var contents = state.contents
            for camera in state.contents.keys { state.contents[camera]?.delays = [] }
            for round in state.rounds.values where now - round.since > patience {
                for camera in round.cameras {
                    guard let place = state.places[camera] else { continue }
                    let problem = "The recordings folder \(place.path) does not answer: its disk or share hangs."
                    contents[camera, default: Contents(reading: RecordingReading(path: place.path))].reading.problem =
                        problem
                }
            }
            return contents
        }
    }

    /// The newest segments of a camera, the newest first; none where its folder was not looked at.
    func newestSegments(of camera: String, _ count: Int) -> [RecordedSegment] {
        state.withLock { $0.folders[camera]?.folder.newestSegments(count) ?? [] }
    }

    /// Looks at the folders every second, while there are some, until the task is cancelled.
    func run() async {
        var lastSave = ContinuousClock.now
        while !Task.isCancelled {
            let isIdle = state.withLock { $0.places.isEmpty }
            if !isIdle { startRounds() }
            if isIdle || lastSave.duration(to: .now) > .seconds(10) {
                save()
                lastSave = .now
            }
            await pause.sleep(for: isIdle ? .seconds(3_600) : .seconds(1))
        }
        save()
    }

    /// Remembers what was looked at.
    private func save() {
        let (memories, footage) = state.withLock { state in
            for entry in state.folders.values { state.memories[entry.place.key] = entry.folder.memory }
            defer { state.footage = [:] }
            // Folders of cameras that are no more stay remembered: they may come back.
            return (state.memories, state.footage)
        }
        // What counts as looked at after a restart is never ahead of what was written down.
        guard writeDown(footage), let file else { return }
        saved.withLock { saved in
            guard memories != saved, let data = try? JSONEncoder().encode(memories) else { return }
            if PrivateFile.replace(file, with: data) { saved = memories }
        }
    }

    /// - Returns: whether it was done; else it is tried again the next time.
    private func writeDown(_ footage: [String: FootageSpans]) -> Bool {
        guard let ledger else { return true }
        do {
            try ledger.addFootage(footage)
        } catch {
            state.withLock { state in
                for (camera, spans) in footage { state.footage[camera, default: FootageSpans()].formUnion(spans) }
            }
            return false
        }
        forgetOld(ledger)
        return true
    }

    /// Forgets what is too old, by a clock that has gone steadily for six hours: one that is wrong takes nothing away.
    private func forgetOld(_ ledger: any FootageLedger) {
        let now = timeSource.now()
        let isDue = lastForgetting.withLock { last in
            let before = last ?? (ContinuousClock.now, now)
            let elapsed = before.instant.duration(to: .now)
            if last != nil, elapsed < Self.forgettingInterval { return false }
            last = (.now, now)
            return elapsed >= Self.forgettingInterval
                && abs(now - before.time - elapsed.milliseconds) < 3_600_000
        }
        if isDue { try? ledger.forgetOldFootage(now: now) }
    }

    /// Begins a round on every filesystem that has ended its last one.
    func startRounds() {
        let mounts = MountTable.current()
        let now = timeSource.now()
        let begun = state.withLock { state -> [String: [String]] in
            for (camera, place) in state.places where state.folders[camera] == nil {
                // Before it had a pattern, or a name of its own, its memory was the folder's.
                let isAlone = !state.places.contains { $0.value.path == place.path && $0.key != camera }
                let folder = RecordingFolder(
                    path: place.path, plannedSeconds: place.seconds, isLengthTold: place.isLengthTold,
                    place.selection, now: now,
                    memory: state.memories[place.key] ?? (isAlone ? state.memories[place.path] : nil)
                        ?? RecordingMemory())
                state.folders[camera] = (place, folder)
            }
            let busy = state.rounds.values.reduce(into: Set<String>()) { $0.formUnion($1.cameras) }
            var groups: [String: [String]] = [:]
            for (camera, entry) in state.folders where !busy.contains(camera) {
                groups[Self.filesystem(of: entry.folder, mounts), default: []].append(camera)
            }
            groups = groups.filter { state.rounds[$0.key] == nil }
            for (name, cameras) in groups { state.rounds[name] = Round(cameras: Set(cameras), since: .now) }
            return groups
        }
        for (name, cameras) in begun { queue.async { [self] in makeRound(name, cameras) } }
    }

    /// As the last look found it; before the first one, as the path says, since following its links may hang too.
    private static func filesystem(of folder: RecordingFolder, _ mounts: [Mount]) -> String {
        if let device = folder.device { return "device \(device)" }
        let path = folder.reading.path
        let holders = mounts.map(\.mountPoint).filter { $0 == "/" || path == $0 || path.hasPrefix($0 + "/") }
        return holders.max { $0.utf8.count < $1.utf8.count } ?? "/"
    }

    private func makeRound(_ name: String, _ cameras: [String]) {
        // Each has its share: one with many folders holds the others up no longer than that.
        let share = max(Self.roundBudget / max(1, cameras.count), .milliseconds(5))
        for camera in cameras {
            let until = ContinuousClock.now + share
            let (entry, schedule) = state.withLock { state in
                state.rounds[name]?.since = .now
                return (state.folders[camera], state.schedules[camera])
            }
            guard let place = entry?.place, var folder = entry?.folder else { continue }
            folder.footage.schedule = schedule ?? FootageSchedule()
            look(&folder, timeSource, until)
            let footage = folder.footage.take()
            state.withLock { state in
                state.rounds[name]?.cameras.remove(camera)
                // Only what is recorded of the main stream is the camera's footage.
                let isStream = state.cameras.contains { $0.id == camera && $0.streamOf != nil }
                if ledger != nil, !footage.isEmpty, !isStream {
                    state.footage[camera, default: FootageSpans()].formUnion(footage)
                }
                guard state.places[camera] == place, state.folders[camera]?.place == place else { return }
                state.folders[camera] = (place, folder)
                let before = state.contents[camera]
                state.contents[camera] = Contents(
                    reading: folder.reading, delays: (before?.delays ?? []) + folder.delays)
                state.contents[camera]?.reading.retentionForecast = before?.reading.retentionForecast
            }
        }
        let path = state.withLock { state in cameras.compactMap { state.places[$0]?.path }.first }
        let free = path.flatMap { MountSpace(at: $0) }?.free
        state.withLock { state in
            state.rounds[name] = nil
            forecast(cameras, free: free, &state)
        }
    }

    /// How much footage the filesystem will hold of each camera, if all are deleted by age once it is full; less where a
    /// quota is seen at work.
    private func forecast(_ cameras: [String], free: Double?, _ state: inout State) {
        var bytes = free ?? 0
        var perSecond = 0.0
        for camera in cameras {
            guard let reading = state.contents[camera]?.reading else { continue }
            bytes += Double(reading.bytes)
            perSecond += (reading.bytesPerHour ?? 0) / 3_600
        }
        let seconds = free != nil && perSecond > 0 ? bytes / perSecond : nil
        for camera in cameras {
            // What goes again and again, though the disk has room, goes by a quota.
            let deletion = state.contents[camera]?.reading.deletion
            let quota = deletion.flatMap { $0.times > 1 ? $0.age : nil }
            state.contents[camera]?.reading.retentionForecast = [seconds, quota].compactMap(\.self).min()
        }
    }
}

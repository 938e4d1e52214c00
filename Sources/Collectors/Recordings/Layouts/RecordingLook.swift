internal import Foundation
internal import Glibc
internal import Recorders
internal import Synchronization

/// What was found in a folder of recordings.
package struct RecordingLook: Sendable {
    /// The folder, as an absolute path.
    package let folder: String
    /// In the order of their cameras' names.
    package var cameras: [LaidRecordings] = []
    /// A segment of no layout that is known.
    package var stranger: String?
    /// A file that is no segment.
    package var other: String?
    /// Why the folder cannot be read.
    package var problem: String?
    /// Whether it is not there.
    package var isAbsent = false
    /// Folders below that cannot be read, with their causes.
    package var unread: [String] = []
    /// Whether there is more than was looked at.
    package var isPartial = false
    /// The segments' paths below the folder.
    var paths: [String] = []

    private static let camerasMax = 512
    /// Of so many segments of a camera the times are looked at.
    private static let statMax = 500
    private static let lastMax = 9
    private static let readMax: Int64 = 1 << 29

    /// Looks at a folder, and recognises what lies there. Waits, so that it is none of the cooperative pool's work.
    /// - Parameters:
    ///   - path: the folder; relative to the working directory, or absolute.
    ///   - seconds: for how long to look. A folder that does not answer for two seconds more is said to hang, and the thread
    ///     that looks at it waits on.
    package static func at(_ path: String, seconds: Double = 5) -> RecordingLook {
        let folder = absolute(path)
        let answer = Answer()
        let deadline = ContinuousClock.now + .seconds(seconds)
        Thread.detachNewThread { answer.give(RecordingLook(folder: folder, until: deadline)) }
        if let look = answer.wait(seconds: seconds + 2) { return look }
        var look = RecordingLook(folder: folder)
        look.problem = "it does not answer: its disk or share hangs"
        return look
    }

    /// What the thread that looks hands over.
    private final class Answer: Sendable {
        private let look = Mutex<RecordingLook?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        func give(_ look: RecordingLook) {
            self.look.withLock { $0 = look }
            isThere.signal()
        }

        func wait(seconds: Double) -> RecordingLook? {
            isThere.wait(timeout: .now() + seconds) == .success ? look.withLock { $0 } : nil
        }
    }

    static func absolute(_ path: String) -> String {
        let whole = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        return whole.count > 1 && whole.hasSuffix("/") ? String(whole.dropLast()) : whole
    }

    private init(folder: String) { self.folder = folder }

    private init(folder: String, until deadline: ContinuousClock.Instant) {
        self.folder = folder
        let survey = FolderSurvey.of(folder, until: deadline)
        (problem, isAbsent, isPartial, other) = (survey.problem, survey.isAbsent, survey.isPartial, survey.other)
        unread = survey.unread.map { "\($0.path): \($0.cause)" }
        paths = survey.segments
        let base = folder == "/" ? "" : folder
        let depth = base.split(separator: "/", omittingEmptySubsequences: false).count
        var groups: [Group: Gathered] = [:]
        var shapes = Shapes()
        for (index, segment) in survey.segments.enumerated() {
            if index % 64 == 63, ContinuousClock.now >= deadline {
                isPartial = true
                break
            }
            let path = base + "/" + segment
            guard let found = Self.recognised(path, depth, &shapes) else {
                stranger = stranger ?? segment
                continue
            }
            if groups[found.group] == nil, groups.count >= Self.camerasMax {
                isPartial = true
                continue
            }
            groups[found.group, default: Gathered()].paths.append(path)
            groups[found.group]?.endings.insert(found.ending)
        }
        cameras = Self.named(Self.mainStreams(groups)).compactMap { group, camera, gathered in
            Self.laid(group, camera, gathered, deadline)
        }
        cameras.sort { ($0.recorder, $0.camera, $0.path) < ($1.recorder, $1.camera, $1.path) }
    }

    // MARK: Recognising

    /// Segments that are one camera's.
    private struct Group: Hashable {
        let layout: Int
        /// The folder with escapes, and its own name.
        let folder: String
        let folderName: String
        let camera: String?
        let number: String?
    }

    private struct Gathered {
        var paths: [String] = []
        var endings: Set<String> = []
        var otherStreams: [String] = []
    }

    /// Which layout paths have that differ in their digits alone: so not each is held against all.
    private struct Shapes {
        private var layouts: [[UInt8]: Int] = [:]
        private var misses: [[UInt8]: Int] = [:]
        /// Digits that are no time may have a time's shape.
        private static let missesMax = 16
        private static let shapesMax = 4_096

        mutating func place(of path: String) -> (layout: Int, place: RecordingLayout.Place)? {
            let shape = path.utf8.map { $0 >= 0x30 && $0 <= 0x39 ? 0x30 : $0 }
            if let known = layouts[shape], let place = RecordingLayout.all[known].place(of: path) {
                return (known, place)
            }
            if misses[shape, default: 0] >= Self.missesMax { return nil }
            for (index, layout) in RecordingLayout.all.enumerated() {
                guard let place = layout.place(of: path) else { continue }
                if layouts.count < Self.shapesMax { layouts[shape] = index }
                return (index, place)
            }
            if misses.count < Self.shapesMax || misses[shape] != nil { misses[shape, default: 0] += 1 }
            return nil
        }
    }

    private static func recognised(
        _ path: String, _ depth: Int, _ shapes: inout Shapes
    ) -> (group: Group, ending: String)? {
        guard let (index, place) = shapes.place(of: path) else { return nil }
        let (folder, name) = RecordingLayout.generalised(place.folder, below: depth)
        return (
            Group(layout: index, folder: folder, folderName: name, camera: place.camera, number: place.number),
            place.ending
        )
    }

    /// Leaves of the streams of one camera the one with the lowest number.
    private static func mainStreams(_ groups: [Group: Gathered]) -> [Group: Gathered] {
        var main: [Group: Gathered] = [:]
        let cameras = Dictionary(grouping: groups) { entry in
            let group = entry.key
            let isStream = RecordingLayout.all[group.layout].isNumberStream
            return Group(
                layout: group.layout, folder: group.folder, folderName: group.folderName, camera: group.camera,
                number: isStream ? nil : group.number)
        }
        for entries in cameras.values {
            let sorted = entries.sorted { ($0.key.number ?? "") < ($1.key.number ?? "") }
            guard let first = sorted.first else { continue }
            main[first.key] = first.value
            main[first.key]?.otherStreams = sorted.dropFirst().compactMap(\.key.number)
        }
        return main
    }

    /// Gives each camera a name of its own.
    private static func named(_ groups: [Group: Gathered]) -> [(Group, String, Gathered)] {
        let sorted = groups.sorted {
            ($0.key.folder, $0.key.camera ?? "", $0.key.number ?? "") < (
                $1.key.folder, $1.key.camera ?? "", $1.key.number ?? ""
            )
        }
        func names(_ group: Group) -> [String] {
            RecordingLayout.all[group.layout].names.map { name in
                name.replacing("{camera}", with: group.camera ?? "").replacing("{number}", with: group.number ?? "")
                    .replacing("{folder}", with: group.folderName.isEmpty ? "camera" : group.folderName)
            }
        }
        let shortest = Dictionary(sorted.map { (names($0.key).first ?? "", 1) }, uniquingKeysWith: +)
        var taken: Set<String> = []
        return sorted.map { group, gathered in
            let names = names(group)
            let short = names.first ?? "camera"
            let name = shortest[short, default: 0] > 1 ? names.last ?? short : short
            var unique = name
            var number = 2
            while !taken.insert(unique).inserted {
                unique = "\(name)-\(number)"
                number += 1
            }
            return (group, unique, gathered)
        }
    }

    // MARK: Times

    private static func laid(
        _ group: Group, _ camera: String, _ gathered: Gathered, _ deadline: ContinuousClock.Instant
    ) -> LaidRecordings? {
        let layout = RecordingLayout.all[group.layout]
        let ending = gathered.endings.count == 1 ? gathered.endings.first ?? "*" : "*"
        let place = RecordingLayout.Place(
            folder: group.folder, camera: group.camera, number: group.number, ending: ending)
        let path = group.folder + "/" + layout.path(of: place)
        // What is printed must be read again as it is meant.
        guard let (folder, pattern) = try? RecordingPattern.split(path), let pattern else { return nil }
        var files: [(path: String, modified: Int64, size: Int64)] = []
        for path in gathered.paths.sorted().suffix(statMax) {
            if !files.isEmpty, ContinuousClock.now >= deadline { break }
            let below = path.dropFirst(folder.count).split(separator: "/").map(String.init)
            guard below.count == pattern.depth + 1,
                below.enumerated().allSatisfy({ pattern.matches($1, at: $0) }), let facts = facts(of: path)
            else { continue }
            files.append((path, facts.modified, facts.size))
        }
        files.sort { ($0.modified, $0.path) < ($1.modified, $1.path) }
        guard let newest = files.last else { return nil }
        let last = Array(files.suffix(lastMax))
        let (seconds, hasPauses) = lengths(last, deadline)
        return LaidRecordings(
            recorder: layout.recorder, camera: camera, path: path, segmentSeconds: seconds, lastWrite: newest.modified,
            count: gathered.paths.count, hasPauses: hasPauses, otherStreams: gathered.otherStreams, newest: newest.path)
    }

    private static func facts(of path: String) -> (modified: Int64, size: Int64)? {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return (RecordingFolder.milliseconds(facts.st_mtim), Int64(facts.st_size))
    }

    /// How long segments are: as the last ones that are closed tell, else as they follow each other.
    private static func lengths(
        _ files: [(path: String, modified: Int64, size: Int64)], _ deadline: ContinuousClock.Instant
    ) -> (seconds: Int, hasPauses: Bool) {
        let steps = zip(files.dropFirst(), files).map { Double($0.modified - $1.modified) / 1_000 }.sorted()
        let step = steps.isEmpty ? nil : steps[steps.count / 2]
        var longest: Double?
        // The newest one may still grow.
        let closed = files.count > 1 ? files.dropLast() : files[...]
        for file in closed.suffix(3).reversed() where file.size <= readMax && ContinuousClock.now < deadline {
            guard let format = SegmentFormat(fileName: file.path), format.tellsFrames else { continue }
            var reader = SegmentReader(path: file.path, format: format)
            reader.advance()
            let duration = reader.index.duration
            if duration > 0, duration < 86_400 { longest = max(longest ?? 0, duration) }
        }
        guard let length = longest ?? step, length > 0 else { return (60, false) }
        let hasPauses = step.map { $0 > 2 * length + 30 } ?? false
        return (rounded(length), longest != nil && hasPauses)
    }

    /// The length that was meant: cameras cut at key frames, so that segments are a little longer or shorter.
    static func rounded(_ seconds: Double) -> Int {
        let usual = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200]
        if let near = usual.first(where: { abs(seconds / Double($0) - 1) <= 0.1 }) { return near }
        return max(1, Int(seconds.rounded(.up)))
    }
}

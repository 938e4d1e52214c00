package import ConfigText

/// What the recordings of a configuration say together with what lies on the disk: cameras that are not told apart, and
/// the lines that tell them apart.
package enum RecordingAdvice {
    /// For how long all folders are looked at.
    private static let seconds = 20.0
    private static let secondsOfFolder = 5.0
    private static let shownMax = 32

    /// Looks at the folders of the recordings. Waits for their disks.
    /// - Parameters:
    ///   - recordings: without those of our own recorders.
    ///   - cameras: the ids of all cameras.
    /// - Returns: warnings, each at the path that it is about.
    package static func warnings(of recordings: [RecordingConfig], cameras: Set<String>) -> [ConfigProblem] {
        var warnings = unused(recordings) + sameFiles(recordings)
        let deadline = ContinuousClock.now + .seconds(seconds)
        var seen: Set<String> = []
        for recording in recordings where recording.pattern == nil && seen.insert(recording.path).inserted {
            let rest = ContinuousClock.now.duration(to: deadline) / .seconds(1)
            guard rest > 0 else { break }
            let look = RecordingLook.at(recording.path, seconds: min(rest, secondsOfFolder))
            warnings += advice(look, of: recordings, in: recording.path, cameras)
        }
        return warnings
    }

    /// Second entries of a camera: its first one counts.
    private static func unused(_ recordings: [RecordingConfig]) -> [ConfigProblem] {
        var seen: Set<String> = []
        return recordings.filter { !seen.insert($0.camera).inserted }.map { recording in
            ConfigProblem(
                .warning, at: recording.position,
                "\"\(recording.camera)\" has recordings already, and this entry is not used",
                mend: "keep one, with a pattern that both are of")
        }
    }

    /// Cameras that one pattern is of.
    private static func sameFiles(_ recordings: [RecordingConfig]) -> [ConfigProblem] {
        var first: [String: RecordingConfig] = [:]
        var warnings: [ConfigProblem] = []
        for recording in recordings {
            guard let pattern = recording.pattern else { continue }
            let key = recording.path + "/" + pattern.text
            if let other = first[key], other.camera != recording.camera {
                warnings.append(
                    ConfigProblem(
                        .warning, at: recording.position,
                        "\"\(other.camera)\" and \"\(recording.camera)\" have one pattern, so each counts the other's files",
                        mend: "write a pattern for each that has its name or number"))
            }
            first[key] = first[key] ?? recording
        }
        return warnings
    }

    private static func advice(
        _ look: RecordingLook, of recordings: [RecordingConfig], in path: String, _ cameras: Set<String>
    ) -> [ConfigProblem] {
        let here = recordings.filter { $0.path == path && $0.pattern == nil }
        guard let first = here.first else { return [] }
        func warning(at place: RecordingConfig, _ what: String, _ mend: String) -> [ConfigProblem] {
            [ConfigProblem(.warning, at: place.position, what, mend: mend)]
        }
        if let problem = look.problem {
            // A recorder may make its folder when it is started.
            return look.isAbsent
                ? []
                : warning(
                    at: first, "the folder \(path) cannot be looked into: \(problem)", "correct its rights or the path")
        }
        let laid = look.cameras.map { named($0, cameras) }
        let blurred = here.filter { recording in !isToldApart(recording.camera, look, laid, isAlone: here.count == 1) }
        let unwatched = laid.filter { laid in
            !recordings.contains { covers($0, laid, isBlurred: blurred.contains($0)) }
        }
        if laid.count > 1, let place = blurred.first ?? (unwatched.isEmpty ? nil : first) {
            let recorders = Set(laid.map(\.recorder)).sorted().joined(separator: " and ")
            var what =
                "\(recorders) keeps recordings of \(laid.count) cameras in \(path), and "
            what +=
                blurred.isEmpty
                ? "no recordings are written here for \(list(unwatched.map(\.camera)))"
                : "they are not told apart for \(list(blurred.map(\.camera)))"
            let lines = laid.prefix(shownMax).map(RecordingLines.recording).joined(separator: "\n")
            let more =
                laid.count > shownMax ? "\n  # and \(laid.count - shownMax) more: watchpost discover --recordings" : ""
            return warning(at: place, what, "write a path for each that is to be watched:\n\(lines)\(more)")
        }
        if here.count > 1, !look.paths.isEmpty, let place = blurred.first {
            return warning(
                at: place,
                "\(here.count) cameras have the folder \(path), and nothing in it has \"\(place.camera)\" in its name",
                "write a pattern for each, as \(path)/NAME*, or a folder for each")
        }
        return []
    }

    /// With the id of the configuration, where that is the same but for its letters' case.
    private static func named(_ laid: LaidRecordings, _ cameras: Set<String>) -> LaidRecordings {
        guard !cameras.contains(laid.camera) else { return laid }
        let same = cameras.filter { $0.lowercased() == laid.camera.lowercased() }
        guard same.count == 1, let id = same.first else { return laid }
        var laid = laid
        laid.camera = id
        return laid
    }

    /// Whether files or folders show by their names that they are the camera's.
    private static func isToldApart(
        _ camera: String, _ look: RecordingLook, _ laid: [LaidRecordings], isAlone: Bool
    ) -> Bool {
        if isAlone, laid.count < 2 { return true }
        return look.paths.contains { path in
            let parts = path.split(separator: "/")
            return parts.dropLast().contains { $0 == camera && !camera.allSatisfy(\.isNumber) }
                || parts.last.map { bears(camera, $0) } == true && !isAlone
        }
    }

    /// Whether a file's name begins with the camera's.
    private static func bears(_ camera: String, _ file: Substring) -> Bool {
        file.hasPrefix(camera)
            && file.dropFirst(camera.count).first.map { !$0.isLetter && !$0.isNumber } == true
    }

    /// Whether an entry is of a camera that was found.
    private static func covers(_ recording: RecordingConfig, _ laid: LaidRecordings, isBlurred: Bool) -> Bool {
        let folder = RecordingLook.absolute(recording.path)
        let below = folder == "/" ? "/" : folder + "/"
        guard laid.newest.hasPrefix(below) else { return false }
        let parts = laid.newest.dropFirst(below.count).split(separator: "/").map(String.init)
        guard let pattern = recording.pattern else {
            return isBlurred || recording.camera == laid.camera || parts.dropLast().contains(recording.camera)
                || parts.last.map { bears(recording.camera, $0[...]) } == true
        }
        return parts.count == pattern.depth + 1 && parts.enumerated().allSatisfy { pattern.matches($1, at: $0) }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}

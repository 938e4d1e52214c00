/// What lies on disk of a camera's footage, and what was seen to go from its old end.
package struct FootageOnDisk: Sendable, Hashable {
    /// What was seen to be deleted.
    package struct Deletions: Sendable, Hashable {
        /// The first time and the last, none a day after the one before; milliseconds since the Unix epoch.
        package var first: Int64
        package var last: Int64
        package var times: Int
        /// How old it was the last time, in seconds.
        package var age: Double

        package init(first: Int64, last: Int64, times: Int, age: Double) {
            self.first = first
            self.last = last
            self.times = times
            self.age = age
        }
    }

    package let camera: String
    package let path: String
    /// Seconds of footage that are held, and that should be.
    package var heldSeconds: Double?
    package var wantedSeconds: Double?
    package var deletions: Deletions?

    package init(camera: String, path: String) {
        self.camera = camera
        self.path = path
    }

    /// `nil` of a camera that is not recorded.
    init?(_ settings: CameraSettings, _ reading: RecordingReading?, now: Int64) {
        guard let path = settings.recordingPath else { return nil }
        self.init(camera: settings.streamOf?.camera ?? settings.id, path: path)
        heldSeconds = reading?.oldest.map { max(0, Double(now - $0) / 1_000) }
        wantedSeconds = settings.retention
        deletions = reading?.deletion.map {
            Deletions(first: $0.first ?? $0.time, last: $0.time, times: $0.times, age: $0.age)
        }
    }

    /// Whether footage was deleted before it was as old as wanted.
    var isShort: Bool {
        guard let wantedSeconds, let age = deletions?.age else { return false }
        return age < RetentionNote.share * wantedSeconds
    }
}

extension [FootageOnDisk] {
    /// Whether old footage goes again and again, and since when; `nil` where none was seen to go twice.
    var recycledSince: Int64? {
        let deletions = compactMap(\.deletions)
        return deletions.reduce(0) { $0 + $1.times } > 1 ? deletions.map(\.first).min() : nil
    }

    /// What is held and wanted of the camera with the least of it.
    var least: (held: Double?, wanted: Double?) {
        let shares = compactMap { one -> (held: Double, wanted: Double)? in
            guard let wanted = one.wantedSeconds, let held = one.isShort ? one.deletions?.age : one.heldSeconds
            else { return nil }
            return (held, wanted)
        }
        if let least = shares.min(by: { $0.held / $0.wanted < $1.held / $1.wanted }) { return least }
        return (compactMap(\.heldSeconds).min(), nil)
    }
}

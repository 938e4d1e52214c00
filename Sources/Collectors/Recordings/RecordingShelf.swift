internal import Base
internal import Foundation
internal import Synchronization

/// The recordings of all cameras, looked at on a thread of their own: a disk that hangs holds up nothing else.
final class RecordingShelf: Sendable {
    struct Contents: Sendable {
        var reading: RecordingReading
        /// Processing times of segments since the last ``take()``.
        var delays: [Double] = []
    }

    private struct Place: Hashable {
        let path: String
        let seconds: Double
    }

    private struct State {
        var places: [String: Place] = [:]
        var contents: [String: Contents] = [:]
    }

    private let state = Mutex(State())
    private let timeSource: any TimeSource
    private let queue = DispatchQueue(label: "recordings")

    /// What is assumed where nobody says how long a segment is.
    private static let assumedSegment = 60.0

    init(timeSource: any TimeSource) { self.timeSource = timeSource }

    func update(_ cameras: [CameraSettings]) {
        var places: [String: Place] = [:]
        for camera in cameras {
            guard let path = camera.recordingPath else { continue }
            places[camera.id] = Place(path: path, seconds: camera.segmentSeconds ?? Self.assumedSegment)
        }
        state.withLock { state in
            state.places = places
            state.contents = state.contents.filter { places[$0.key] != nil }
        }
    }

    /// What is known, by camera. Processing times are handed out once.
    func take() -> [String: Contents] {
        state.withLock { state in
            let contents = state.contents
            for camera in state.contents.keys { state.contents[camera]?.delays = [] }
            return contents
        }
    }

    /// Looks at the folders every second until the task is cancelled.
    func run() async {
        var folders: [String: (place: Place, folder: RecordingFolder)] = [:]
        while !Task.isCancelled {
            let places = state.withLock { $0.places }
            let now = timeSource.now()
            folders = folders.filter { places[$0.key] == $0.value.place }
            for (camera, place) in places where folders[camera] == nil {
                folders[camera] = (place, RecordingFolder(path: place.path, plannedSeconds: place.seconds, now: now))
            }
            folders = await scan(folders, now)
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func scan(
        _ folders: [String: (place: Place, folder: RecordingFolder)], _ now: Int64
    ) async -> [String: (place: Place, folder: RecordingFolder)] {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                var folders = folders
                for camera in folders.keys {
                    folders[camera]?.folder.scan(now: now) { timeSource.now() }
                    guard let folder = folders[camera]?.folder else { continue }
                    state.withLock { state in
                        guard state.places[camera] != nil else { return }
                        let waiting = state.contents[camera]?.delays ?? []
                        state.contents[camera] = Contents(reading: folder.reading, delays: waiting + folder.delays)
                    }
                }
                continuation.resume(returning: folders)
            }
        }
    }
}

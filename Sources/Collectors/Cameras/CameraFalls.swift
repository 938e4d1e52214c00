internal import Base
internal import Foundation
internal import Model
internal import SharedCauses

/// When each camera fell, by a clock that is never set; over restarts of the server, so that what was down before is not
/// taken for something new.
struct CameraFalls {
    /// As it is written down: by the wall clock.
    private struct Remembered: Codable, Equatable {
        var at: Int64
        var trouble: WatchedCamera.Trouble
        var wasWell: Bool
    }

    private let file: String?
    private var remembered: [String: Remembered]
    private var falls: [String: WatchedCamera.Fall] = [:]
    private var well: Set<String> = []
    private var saved: [String: WatchedCamera.Fall] = [:]
    private var lastSave: Int64 = .min / 2

    /// Milliseconds between two saves.
    private static let saveInterval: Int64 = 5_000

    /// - Parameter file: where it is remembered; `nil` forgets it with the process.
    init(file: String?) {
        self.file = file
        let data = file.flatMap { FileManager.default.contents(atPath: $0) }
        remembered = data.flatMap { try? JSONDecoder().decode([String: Remembered].self, from: $0) } ?? [:]
    }

    /// Takes what is seen of a camera.
    /// - Parameters:
    ///   - trouble: what is wrong with it, if anything.
    ///   - isStarting: whether nothing is known of it yet.
    ///   - now: milliseconds by the wall clock, `steady` by the one that is never set.
    /// - Returns: since when it has been so; `nil` for one that is well.
    mutating func take(
        _ camera: String, _ trouble: WatchedCamera.Trouble?, isStarting: Bool, now: Int64, steady: Int64
    ) -> WatchedCamera.Fall? {
        guard let trouble else {
            // Who is only asked anew is not well for that.
            guard !isStarting else { return nil }
            falls[camera] = nil
            remembered[camera] = nil
            well.insert(camera)
            return nil
        }
        if let known = falls[camera], known.trouble.isConnectionLost == trouble.isConnectionLost {
            falls[camera]?.trouble = trouble
        } else if let old = remembered.removeValue(forKey: camera), !well.contains(camera),
            old.trouble.isConnectionLost == trouble.isConnectionLost
        {
            let age = max(0, now - old.at)
            falls[camera] = .init(at: steady - age, trouble: trouble, wasWell: old.wasWell)
        } else {
            falls[camera] = .init(at: steady, trouble: trouble, wasWell: well.contains(camera))
        }
        return falls[camera]
    }

    /// Of a camera in maintenance nothing is told, and nothing after it is of before.
    mutating func forget(_ camera: String) {
        falls[camera] = nil
        remembered[camera] = nil
    }

    /// Forgets the cameras that are no longer watched.
    mutating func keep(only cameras: Set<String>) {
        falls = falls.filter { cameras.contains($0.key) }
        well.formIntersection(cameras)
    }

    /// What is to be written down, if that is due; the writing itself may wait for a disk.
    mutating func due(now: Int64, steady: Int64) -> Data? {
        guard file != nil, falls != saved, steady - lastSave >= Self.saveInterval else { return nil }
        (saved, lastSave) = (falls, steady)
        let texts = falls.mapValues { Remembered(at: now - (steady - $0.at), trouble: $0.trouble, wasWell: $0.wasWell) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try? encoder.encode(texts)
    }
}

extension WatchedCamera.Trouble {
    /// Whether nothing comes from the camera; else it gives pictures that are not recorded.
    fileprivate var isConnectionLost: Bool { self != .notRecorded }

    /// What is wrong with a camera of this state; `nil` for one that is well, degraded, or of which nothing is known.
    init?(_ verdict: CameraJudge.Verdict, recording: RecordingReading?) {
        guard verdict.isKnown else { return nil }
        switch verdict.state {
        case .offline, .stalled: self = verdict.failure == .unauthorized ? .refused : .down
        case .notRecording:
            // Where a recorder has ended because its disk is full, that is why.
            let isOfDisk = Self.diskErrors.contains { verdict.reason.contains($0) }
            self = verdict.isConnected || isOfDisk || recording?.problem != nil ? .notRecorded : .recorderEnded
        case .degraded, .unknown, .online: return nil
        }
    }

    /// What programs print when a disk refuses.
    private static let diskErrors = [
        "No space left on device", "Read-only file system", "Stale file handle", "Disk quota exceeded",
    ]
}

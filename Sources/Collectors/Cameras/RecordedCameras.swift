internal import Base
internal import Foundation
internal import Model
internal import RTSP

/// The cameras that others record. Many cameras have one session only: the one that their recorder needs at its next
/// start. So none is opened on them, however long their recorder is gone, also after a restart of the server.
struct RecordedCameras {
    /// How many are remembered; beyond, the one that was seen longest ago is forgotten.
    private static let most = 20_000
    /// Milliseconds for which footage that came into a camera's folder says that somebody records it.
    private static let footageLimit: Int64 = 86_400_000
    /// The file is written anew for a time that has gone on by so many milliseconds.
    private static let fineness: Int64 = 600_000

    private struct Memory: Codable {
        /// When a recorder was last seen, by camera and by stream, in milliseconds since the Unix epoch.
        var recorders: [String: Int64] = [:]
        /// When footage last came, by camera.
        var footage: [String: Int64] = [:]
    }

    private let file: String?
    private var memory = Memory()
    private var isSaved = true

    /// - Parameter file: where it is remembered; `nil` forgets it with the process.
    init(file: String?) {
        self.file = file
        guard let data = file.flatMap({ FileManager.default.contents(atPath: $0) }) else { return }
        memory = (try? JSONDecoder().decode(Memory.self, from: data)) ?? Memory()
    }

    /// A recorder of the camera was found. One that writes no files, as ffmpeg tried by hand, is a recorder once it has
    /// run for as long as one.
    mutating func note(_ entry: KnownRecorders.Entry, of camera: String, now: Int64) {
        guard entry.folder != nil || entry.hasRunLong == true else { return }
        for key in [camera, Self.stream(entry.url)].compactMap({ $0 }) {
            Self.note(key, now, &memory.recorders, &isSaved)
        }
    }

    /// Footage lies in the folder of a camera that we do not record.
    mutating func note(footageOf camera: String, writtenAt time: Int64, now: Int64) {
        guard now - time <= Self.footageLimit else { return }
        Self.note(camera, min(time, now), &memory.footage, &isSaved)
    }

    private static func note(_ key: String, _ time: Int64, _ times: inout [String: Int64], _ isSaved: inout Bool) {
        if let last = times[key], abs(time - last) < fineness { return }
        times[key] = time
        isSaved = false
        if times.count > most, let oldest = times.min(by: { $0.value < $1.value }) { times[oldest.key] = nil }
    }

    /// Whether somebody else records the camera, as far as is known.
    func holds(_ camera: CameraSettings, now: Int64) -> Bool {
        if memory.recorders[camera.id] != nil { return true }
        let streams = ([camera.url].compactMap(\.self) + camera.restreams).compactMap(Self.stream)
        if streams.contains(where: { memory.recorders[$0] != nil }) { return true }
        return memory.footage[camera.id].map { now - $0 <= Self.footageLimit } ?? false
    }

    /// Host, port and path of a stream: who logs in does not matter.
    private static func stream(_ url: String) -> String? {
        StreamAddress(Redaction.shown(url)).map { address in
            let path = address.requestURL.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
                .dropFirst(2)
            return "\(address.place.lowercased())/\(path.first?.drop { $0 != "/" }.dropFirst() ?? "")"
        }
    }

    /// Writes down what has changed.
    mutating func save() {
        guard !isSaved, let file else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        if let data = try? encoder.encode(memory) { isSaved = PrivateFile.replace(file, with: data) }
    }
}

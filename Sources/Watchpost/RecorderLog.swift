internal import LogStore
internal import Model
internal import Recorders

/// Stores what recorders print as log events: component `recording`, with the camera's id.
struct RecorderLog: Sendable {
    let store: LogStore
    let host: String

    private static let source = "recorder/"

    /// The number of the last line that is stored, by run of a record process.
    func resume() -> [String: Int64] {
        let offsets = ((try? store.tailOffsets()) ?? []).filter { $0.source.hasPrefix(Self.source) }
        return Dictionary(offsets.map { ($0.path, $0.offset) }) { max($0, $1) }
    }

    /// Stores lines and how far they go in one transaction.
    func append(camera: String, run: String, _ lines: [RecorderLine]) throws {
        guard let last = lines.last else { return }
        let events = lines.map { line in
            LogEvent(
                timestamp: line.time,
                fields: [
                    "message": .string(line.text), "level": .string(line.level), "component": .string("recording"),
                    "camera_id": .string(camera), "input.type": .string("recorder"), "host.name": .string(host),
                ])
        }
        try store.append(events, offset: TailOffset(source: Self.source + camera, path: run, offset: last.number))
    }

    /// Whether an offset is one of a file and not of a recorder.
    static func isFile(_ offset: TailOffset) -> Bool { !offset.source.hasPrefix(source) }
}

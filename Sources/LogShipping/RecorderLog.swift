package import Model
package import Recorders

/// Stores what recorders print as log events: component `recording`, with the camera's id.
package struct RecorderLog: Sendable {
    private let store: any LogAppender
    private let host: String

    private static let source = "recorder/"

    /// - Parameter host: what events tell as `host.name` and `agent.name`.
    package init(store: any LogAppender, host: String) {
        self.store = store
        self.host = host
    }

    /// The number of the last line that is stored, by run of a record process.
    /// - Parameter offsets: how far each source is stored.
    package static func resume(from offsets: [TailOffset]) -> [String: Int64] {
        let own = offsets.filter { $0.source.hasPrefix(source) }
        return Dictionary(own.map { ($0.path, $0.offset) }) { max($0, $1) }
    }

    /// Stores lines and how far they go in one transaction.
    package func append(camera: String, run: String, _ lines: [RecorderLine]) throws {
        guard let last = lines.last else { return }
        let events = lines.map { line in
            LogEvent(
                timestamp: line.time,
                fields: [
                    "message": .string(line.text), "level": .string(line.level), "component": .string("recording"),
                    "camera_id": .string(camera), "input.type": .string("recorder"), "host.name": .string(host),
                    "agent.name": .string(host),
                ])
        }
        try store.append(events, offset: TailOffset(source: Self.source + camera, path: run, offset: last.number))
    }

    /// Whether an offset is one of a file and not of a recorder.
    package static func isFile(_ offset: TailOffset) -> Bool { !offset.source.hasPrefix(source) }
}

internal import Base
internal import Foundation
internal import Logging
internal import Recorders
internal import Synchronization

/// What recorders print, in an agent's own log: it stores nothing but how far it has come, so that no line is printed
/// twice after a restart.
final class PrintedRecorderLines: Sendable {
    private let file: String
    private let logger: Logger
    /// The number of the last line that was printed, by run of a record process.
    private let printed: Mutex<[String: Int64]>

    /// Runs that are remembered; older ones have ended.
    private static let runsMax = 1_000

    init(file: String, logger: Logger) {
        self.file = file
        self.logger = logger
        let data = FileManager.default.contents(atPath: file)
        printed = Mutex(data.flatMap { try? JSONDecoder().decode([String: Int64].self, from: $0) } ?? [:])
    }

    var resume: [String: Int64] { printed.withLock { $0 } }

    func append(camera: String, run: String, _ lines: [RecorderLine]) throws {
        guard let last = lines.last else { return }
        for line in lines { logger.info("recorder of \(camera): \(line.text)") }
        let data = try printed.withLock { printed in
            if printed.count >= Self.runsMax { printed.removeAll() }
            printed[run] = last.number
            return try JSONEncoder().encode(printed)
        }
        guard PrivateFile.replace(file, with: data) else {
            throw StartRefused("cannot write \(file); check the directory's rights and free space")
        }
    }
}

import Foundation
import TestSupport

/// Footage, made by ffmpeg.
enum Footage {
    /// A picture that moves.
    static func make(seconds: Int, _ ending: String) throws -> Data {
        try make(
            ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=25:duration=\(seconds)", "-c:v", "mpeg4"], ending)
    }

    static func make(_ arguments: [String], _ ending: String) throws -> Data {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/made." + ending
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ffmpeg")
        process.arguments = ["-v", "error"] + arguments + [path]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try Data(contentsOf: URL(filePath: path))
    }
}

internal import Foundation

/// Makes the clip that the simulated cameras play, with ffmpeg.
package enum ClipMaker {
    private static let fps = 25
    private static let seconds = 20

    /// The clip in the file `path`; it is made first where there is none.
    /// - Throws: ``CameraSimulatorError/clip(_:)`` without ffmpeg, or when it cannot make the clip.
    package static func clip(cachedAt path: String) throws -> Clip {
        if FileManager.default.fileExists(atPath: path), let clip = try? Clip(file: path, fps: fps) { return clip }
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let draft = "\(path).\(UUID().uuidString.prefix(8)).draft"
        defer { try? FileManager.default.removeItem(atPath: draft) }
        var problem = ""
        for picture in pictures {
            for encoder in encoders {
                problem = try run(arguments(picture: picture, encoder: encoder, output: draft))
                if problem.isEmpty, let clip = try? Clip(file: draft, fps: fps), clip.accessUnits.count >= fps {
                    // Another process may have been faster: both made the same.
                    guard rename(draft, path) == 0 else {
                        throw CameraSimulatorError.clip("The clip cannot be written to \(path).")
                    }
                    return clip
                }
            }
        }
        throw CameraSimulatorError.clip("ffmpeg could not make the cameras' clip: \(problem)")
    }

    /// A moving picture with a clock; without one where ffmpeg has no fonts.
    private static var pictures: [String] {
        let source = "testsrc2=size=640x360:rate=\(fps)"
        let clock = "drawtext=text='%{pts\\:hms}':x=20:y=300:fontsize=40:fontcolor=white:box=1:boxcolor=black"
        return ["\(source),noise=alls=6:allf=t,\(clock)", "\(source),noise=alls=6:allf=t", source]
    }

    private static let encoders = [
        [
            "libx264", "-preset", "veryfast", "-profile:v", "baseline", "-bf", "0", "-sc_threshold", "0", "-b:v",
            "500k",
            "-maxrate", "600k", "-bufsize", "500k", "-x264-params", "repeat-headers=1:slices=1",
        ],
        ["libopenh264", "-b:v", "500k"],
        ["h264_v4l2m2m", "-b:v", "500k", "-bf", "0"],
    ]

    private static func arguments(picture: String, encoder: [String], output: String) -> [String] {
        let input = ["-hide_banner", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture, "-t", "\(seconds)"]
        return ["ffmpeg"] + input + ["-an", "-pix_fmt", "yuv420p", "-g", "\(fps * 2)", "-c:v"] + encoder
            + ["-f", "h264", output]
    }

    /// What ffmpeg complained of; empty when it succeeded.
    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let text = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus == 127 {
            throw CameraSimulatorError.clip(
                "The cameras' clip is made with ffmpeg, which is not installed. Install it: apt-get install ffmpeg.")
        }
        if process.terminationStatus == 0 { return "" }
        let last = text.split(separator: "\n").last.map(String.init) ?? ""
        return last.isEmpty ? "it ended with status \(process.terminationStatus)" : last
    }
}

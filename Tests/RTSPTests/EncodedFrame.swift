import Foundation

/// A frame as x264 encodes it: what the probe sees of a picture.
struct EncodedFrame {
    let size: Int
    let isKeyframe: Bool

    /// All frames of a picture that ffmpeg makes.
    static func all(of source: String, _ encoder: [String]) throws -> [EncodedFrame] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ffmpeg")
        process.arguments =
            ["-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264"] + encoder + ["-f", "framecrc", "-"]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // A line is: stream, dts, pts, duration, size, checksum, and F=0x0 for what is no key frame.
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count > 5, let size = Int(fields[4]) else { return nil }
            return EncodedFrame(size: size, isKeyframe: !fields.contains("F=0x0"))
        }
    }
}

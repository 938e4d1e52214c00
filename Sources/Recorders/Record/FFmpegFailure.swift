package import Model

/// Reads from what ffmpeg prints why it ended: its exit code does not tell (a camera that closes gives 0).
package enum FFmpegFailure {
    private static let signs: [(text: String, failure: CameraFailure)] = [
        ("401 Unauthorized", .unauthorized), ("403 Forbidden", .unauthorized), ("404 Not Found", .notFound),
        ("Stream Not Found", .notFound), ("Connection refused", .refused), ("Failed to resolve hostname", .dns),
        ("Name or service not known", .dns), ("Connection timed out", .timeout), ("Operation timed out", .timeout),
        ("No route to host", .timeout), ("Connection reset", .closed), ("Broken pipe", .closed),
        ("End of file", .closed), ("Invalid data found", .protocol), ("Server returned", .protocol),
    ]

    /// The reason that a line gives, if it gives one.
    package static func reason(in line: String) -> CameraFailure? {
        signs.first { line.contains($0.text) }?.failure
    }
}

/// A line that ffmpeg printed to standard error.
package struct RecorderLine: Sendable, Hashable, Codable {
    /// Counts from 1 in each run of a record process.
    package let number: Int64
    /// Milliseconds since the Unix epoch.
    package let time: Int64
    /// Without credentials.
    package let text: String

    package init(number: Int64, time: Int64, text: String) {
        self.number = number
        self.time = time
        self.text = text
    }

    /// The level that ffmpeg printed with it (`-loglevel level+…`), in the words of logs.
    package var level: String {
        for (mark, level) in [
            ("[panic]", "FATAL"), ("[fatal]", "FATAL"), ("[error]", "ERROR"), ("[warning]", "WARN"), ("[info]", "INFO"),
            ("[verbose]", "DEBUG"), ("[debug]", "DEBUG"),
        ] where text.contains(mark) {
            return level
        }
        return "INFO"
    }
}

/// An ffmpeg command that gets its camera's URL over standard input, as an ffconcat script, so that the password stands
/// neither in arguments nor in the environment: https://ffmpeg.org/ffmpeg-formats.html#concat
package struct FFmpegCommand: Sendable, Hashable {
    /// What is started.
    package let arguments: [String]
    /// What is written to its standard input; `nil` where the command has no `{url}`.
    package let script: String?

    /// Options of ffmpeg's RTSP demuxer: within a script they stand beside the URL.
    private static let streamOptions: Set<String> = [
        "rtsp_transport", "rtsp_flags", "timeout", "stimeout", "allowed_media_types", "min_port", "max_port",
        "reorder_queue_size", "buffer_size", "pkt_size", "user_agent", "localaddr",
    ]

    /// - Parameters:
    ///   - template: the command with `{url}` after `-i` and `{path}` anywhere.
    ///   - path: the camera's recordings folder, for `{path}`.
    package init(template: [String], url: String, path: String) {
        var arguments = template.map { $0.replacing("{path}", with: path) }
        guard let program = arguments.first, program.split(separator: "/").last?.hasPrefix("ffmpeg") == true else {
            self.arguments = arguments
            script = nil
            return
        }
        var script: String?
        if let input = arguments.indices.dropLast().first(where: {
            arguments[$0] == "-i" && arguments[$0 + 1] == "{url}"
        }) {
            var lines = ["ffconcat version 1.0", "file \(Self.quoted(url))"]
            var before: [String] = []
            var index = 1
            while index < input {
                let name = String(arguments[index].drop { $0 == "-" })
                if arguments[index].hasPrefix("-"), Self.streamOptions.contains(name), index + 1 < input {
                    lines.append("option \(name) \(Self.quoted(arguments[index + 1]))")
                    index += 2
                } else {
                    before.append(arguments[index])
                    index += 1
                }
            }
            script = lines.joined(separator: "\n") + "\n"
            let source = [
                "-protocol_whitelist", "file,pipe,fd,rtsp,rtp,http,https,rtmp,rtmps,tcp,udp,tls,crypto,data", "-f",
                "concat", "-safe", "0",
                "-i",
                "pipe:0",
            ]
            arguments = [program] + before + source + arguments[(input + 2)...]
        }
        var added = ["-hide_banner", "-nostats", "-progress", "pipe:1", "-stats_period", "1"]
        if !arguments.contains("-loglevel") && !arguments.contains("-v") { added += ["-loglevel", "level+info"] }
        arguments.insert(contentsOf: added, at: 1)
        self.arguments = arguments
        self.script = script
    }

    /// In a script a text in single quotes stands for itself; a quote within it is written outside.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: #"'\''"#) + "'"
    }
}

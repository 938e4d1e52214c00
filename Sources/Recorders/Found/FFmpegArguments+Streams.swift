extension FFmpegArguments {
    /// The cameras that this command line records: one for each input of RTSP, RTMP or HTTP whose video
    /// goes to an output.
    /// - Parameter standardOutput: the file into which what the program prints goes; `nil` where that is none.
    func streams(standardOutput: String?) -> RecordedStreams {
        let streams = inputs.indices.filter { isCamera(inputs[$0].name) }
        guard let usual = streams.first else { return RecordedStreams() }
        var byInput: [Int: File] = [:]
        var takers: [String: Set<Int>] = [:]
        for output in outputs where !Self.isCapture(output) {
            let output = Self.redirected(output, to: standardOutput)
            for input in inputs(of: output, usual: usual) where streams.contains(input) {
                takers[output.name, default: []].insert(input)
                if let before = byInput[input], Self.rank(before) >= Self.rank(output) { continue }
                byInput[input] = output
            }
        }
        var result = RecordedStreams()
        for (input, output) in byInput.sorted(by: { $0.key < $1.key }) {
            var stream = Self.stream(inputs[input], output)
            stream.sharesProcess = streams.count > 1
            stream.sharesFile = (takers[output.name]?.count ?? 0) > 1
            result.recorded.append(stream)
        }
        let audio = audioInputs
        // Where nothing is recorded at all, none is missed.
        if !byInput.isEmpty {
            result.unused = streams.filter { byInput[$0] == nil && !audio.contains($0) }.map { inputs[$0].name }
        }
        return result
    }

    /// Whether an input is a camera's stream. Of HTTP only one that is written in segments: else it may be any download.
    private func isCamera(_ input: String) -> Bool {
        RecordedStreams.isStream(input)
            || RecordedStreams.isHTTP(input)
                && outputs.contains { ["segment", "ssegment"].contains($0.value("-f") ?? "") }
    }

    /// Inputs that a map takes sound of, or that are read without their pictures.
    private var audioInputs: Set<Int> {
        let mapped = outputs.flatMap { $0.values("-map") }.compactMap { map in
            map.split(separator: ":").first.flatMap { Int($0.prefix { $0 != "?" }) }
        }
        return Set(mapped).union(inputs.indices.filter { inputs[$0].has("-vn") })
    }

    private static func stream(_ input: File, _ output: File) -> RecordedStream {
        var stream = RecordedStream(url: input.name)
        stream.usesUDP = input.value("-rtsp_transport").map { $0.hasPrefix("udp") } ?? true
        stream.segmentSeconds = (output.value("-segment_time") ?? output.value("-hls_time")).flatMap(seconds)
        stream.limitSeconds = ["-t", "-to"].flatMap { [output.value($0), input.value($0)] }.compactMap {
            $0.flatMap(seconds)
        }.min()
        guard isFile(output) else { return stream }
        stream.file = path(output.name)
        let isPlaylist = output.value("-f") == "hls" || output.name.hasSuffix(".m3u8")
        let option = ["-strftime", "-use_localtime"].compactMap(output.value).last
        stream.isNamedByTime = option.map { $0 != "0" } ?? false
        if isPlaylist {
            // ffmpeg's own default: the playlist's name, and a number.
            let stem = output.name.hasSuffix(".m3u8") ? String(output.name.dropLast(5)) : output.name
            stream.segments = path(output.value("-hls_segment_filename") ?? stem + "%d.ts")
        }
        return stream
    }

    private static func path(_ name: String) -> String { name.hasPrefix("file:") ? String(name.dropFirst(5)) : name }

    /// An output that goes to where the shell leads what is printed.
    private static func redirected(_ output: File, to file: String?) -> File {
        guard let file, ["-", "pipe:", "pipe:1", "/dev/stdout"].contains(output.name) else { return output }
        var output = output
        output.name = file
        return output
    }

    /// How much an output is a recording: one that is kept before one that is shown live, files before all else.
    private static func rank(_ output: File) -> Int {
        guard isFile(output) else { return 0 }
        return output.value("-hls_flags")?.contains("delete_segments") == true ? 1 : 2
    }

    /// Formats of which a file is a recording, whatever its name.
    private static let containers: Set<String> = [
        "segment", "stream_segment", "ssegment", "hls", "dash", "matroska", "mp4", "mov", "mpegts", "avi", "flv",
    ]

    private static func isFile(_ output: File) -> Bool {
        let name = output.name
        if name == "-" || name.contains("://") || ["pipe:", "fd:", "udp:", "tcp:"].contains(where: name.hasPrefix) {
            return false
        }
        if name.hasPrefix("/dev/"), !name.hasPrefix("/dev/shm/") { return false }
        let format = output.value("-f")
        if format == "null" || format == "rawvideo" { return false }
        return name.contains(".") || format.map(containers.contains) ?? false
    }

    /// Whether an output is of pictures.
    private static func isCapture(_ output: File) -> Bool {
        if ["-vframes", "-frames", "-frames:v"].contains(where: { output.value($0) != nil }) { return true }
        if output.value("-f")?.hasPrefix("image2") == true { return true }
        let ending = output.name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return ["jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff"].contains(ending)
    }

    /// A time as ffmpeg takes it: `90`, `1.5s`, `500ms`, `1:30`, `00:01:30.5`.
    /// https://ffmpeg.org/ffmpeg-utils.html#Time-duration
    static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        if parts.count == 1 {
            for (unit, factor) in [("ms", 0.001), ("us", 0.000_001), ("s", 1)] where text.hasSuffix(unit) {
                return positive(Double(text.dropLast(unit.count)).map { $0 * factor })
            }
        }
        var total = 0.0
        for part in parts {
            guard let number = Double(part), number >= 0 else { return nil }
            total = total * 60 + number
        }
        return positive(total)
    }

    private static func positive(_ seconds: Double?) -> Double? {
        seconds.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
}

internal import Model

/// A running program that records a camera's stream and that we did not start.
package struct FoundRecorder: Sendable, Hashable {
    package let pid: Int32
    /// The program, as it is told to people.
    package let program: RecorderProgram
    /// As it stands in its arguments; with credentials, so never shown.
    let url: Secret
    /// The input without credentials.
    package let shownURL: String
    /// Where its segments go, if that is known.
    package let folder: String?
    /// The segments' planned length in seconds.
    package let segmentSeconds: Double?
    /// The camera's id as the output's path or the URL suggests it.
    package let suggestedID: String
    /// Whether a password stands in its arguments, for all users of the host to read.
    package let showsPassword: Bool
    package let usesUDP: Bool
    /// Whether its connection is one that we may look at: of our network namespace, and of a user we may read.
    package internal(set) var seesSocket = true
    /// Where we can read ``folder``, when that is not under its own name: in a container, it has another root.
    package internal(set) var readableFolder: String?
    /// Milliseconds since the Unix epoch.
    package internal(set) var startedAt: Int64?

    /// By what its camera is known again.
    package let identity: String
    /// What the names of its segments begin with, where another camera's may lie beside them.
    package let segmentPrefix: String?
    /// Where its segments lie in folders named after the time, their path with strftime's escapes.
    package internal(set) var pattern: String?
    /// After how many seconds it ends by itself, as `-t` says.
    package let limitSeconds: Double?
    /// Whether its process records other cameras too, so that its connections do not tell of one alone.
    package internal(set) var sharesProcess = false

    /// The streams that a program records, of its command line.
    /// - Parameters:
    ///   - arguments: the program first.
    ///   - name: the program's name, where the first argument may be another.
    ///   - standardOutput: the file into which what it prints goes.
    ///   - script: the text of a file that it names as a list of inputs.
    static func streams(
        of arguments: [String], name: String? = nil, standardOutput: () -> String? = { nil },
        script: (String) -> String? = { _ in nil }
    ) -> RecordedStreams {
        let first = arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        switch RecorderProgram(name ?? first) {
        case .gstreamer: return RecordedStreams(recorded: GStreamerPipeline(arguments).streams)
        case .vlc: return RecordedStreams(recorded: VLCArguments.streams(arguments))
        case .openRTSP:
            return RecordedStreams(recorded: OpenRTSPArguments.streams(arguments, standardOutput: standardOutput()))
        case .ffmpeg, nil:
            return FFmpegArguments(arguments).readingScripts(script).streams(standardOutput: standardOutput())
        }
    }

    /// The cameras that an ffmpeg records: one for each stream of a camera whose video goes to an output.
    /// - Parameters:
    ///   - arguments: the command line, the program first.
    ///   - workingDirectory: what relative output paths are relative to.
    /// - Returns: none where it has no RTSP input, or takes a picture or a moment of it and ends.
    package static func all(pid: Int32, arguments: [String], workingDirectory: String?) -> [FoundRecorder] {
        let first = arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        return all(
            pid: pid, streams(of: arguments), program: RecorderProgram(first) ?? .ffmpeg,
            workingDirectory: workingDirectory)
    }

    static func all(
        pid: Int32, _ streams: RecordedStreams, program: RecorderProgram, workingDirectory: String?
    ) -> [FoundRecorder] {
        streams.recorded.filter { ($0.limitSeconds ?? .infinity) > shortest }
            .map { FoundRecorder(pid: pid, $0, program: program, workingDirectory: workingDirectory) }
    }

    /// Seconds up to which a program takes a moment, instead of recording.
    private static let shortest = 60.0

    /// The first of the cameras that a program records; `nil` where it records none.
    package init?(pid: Int32, arguments: [String], workingDirectory: String?) {
        let all = Self.all(pid: pid, arguments: arguments, workingDirectory: workingDirectory)
        guard let first = all.first else { return nil }
        self = first
    }

    private init(pid: Int32, _ stream: RecordedStream, program: RecorderProgram, workingDirectory: String?) {
        self.pid = pid
        self.program = program
        url = .inline(stream.url)
        shownURL = Redaction.shown(stream.url)
        identity = CameraName.identity(ofURL: stream.url)
        showsPassword = Redaction.urls(in: stream.url) != stream.url
        usesUDP = stream.usesUDP && RecordedStreams.isRTSP(stream.url)
        segmentSeconds = stream.segmentSeconds
        limitSeconds = stream.limitSeconds
        sharesProcess = stream.sharesProcess
        guard let file = stream.file else {
            (folder, segmentPrefix) = (nil, nil)
            suggestedID = CameraName.id(ofURL: shownURL)
            return
        }
        func parts(_ name: String) -> [String] {
            let path = name.hasPrefix("/") ? name : (workingDirectory ?? "") + "/" + name
            return path.split(separator: "/").map(String.init).filter { $0 != "." }
        }
        let named = parts(file)
        let fixed = named.dropLast().prefix { !$0.contains("%") }
        let name = stream.sharesFile ? nil : CameraName.id(ofFile: named.last ?? "", in: fixed.last, url: shownURL)
        suggestedID = name ?? CameraName.id(ofURL: shownURL)
        let segments = stream.segments.map(parts) ?? named
        let segmentFolder = segments.dropLast().prefix { !$0.contains("%") }
        folder = "/" + segmentFolder.joined(separator: "/")
        segmentPrefix = Self.prefix(of: segments.last ?? "")
        if segmentFolder.count < segments.count - 1, stream.isNamedByTime { pattern = Self.pattern(of: segments) }
    }

    /// A path with a time's escapes, as it is read: numbers, and escapes that say nothing of the time alone, are anything.
    private static func pattern(of parts: [String]) -> String {
        let known = "YymdHMSsjIUWVfuwpPbBhaAZzFT"
        var result = ""
        var rest = Substring("/" + parts.joined(separator: "/"))
        while let character = rest.popFirst() {
            guard character == "%" else {
                result.append(character)
                continue
            }
            guard let escape = rest.popFirst() else { break }
            if escape == "%" {
                // What is left of `%%03d` once the time was put in is a number.
                let number = rest.prefix { $0.isNumber }
                if rest.dropFirst(number.count).first == "d" {
                    rest = rest.dropFirst(number.count + 1)
                    result += "*"
                } else {
                    result += "%%"
                }
            } else {
                result += known.contains(escape) ? "%\(escape)" : "*"
            }
        }
        return result
    }

    /// What stands before the number or the time in a segment's name.
    private static func prefix(of name: String) -> String? {
        let fixed = name.firstIndex(of: "%").map { String(name[..<$0]) } ?? CameraName.aroundTime(in: name)?.before
        return fixed.flatMap { $0.isEmpty ? nil : $0 }
    }
}

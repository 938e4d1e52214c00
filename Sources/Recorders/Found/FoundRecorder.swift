internal import Model

/// A running ffmpeg that records an RTSP stream and that we did not start.
package struct FoundRecorder: Sendable, Hashable {
    package let pid: Int32
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
    /// Whether its segments lie in folders named after the time, below ``folder``.
    package let hasDatedFolders: Bool
    /// After how many seconds it ends by itself, as `-t` says.
    package let limitSeconds: Double?
    /// Whether its process records other cameras too, so that its connections do not tell of one alone.
    package internal(set) var sharesProcess = false

    /// The cameras that an ffmpeg records: one for each input of RTSP, RTMP or HTTP whose video goes to an output.
    /// - Parameters:
    ///   - arguments: the command line, ffmpeg first.
    ///   - workingDirectory: what relative output paths are relative to.
    /// - Returns: none where it has no such input, or takes a picture or a moment of it and ends.
    package static func all(pid: Int32, arguments: [String], workingDirectory: String?) -> [FoundRecorder] {
        let command = FFmpegArguments(arguments)
        let streams = command.inputs.indices.filter { isCamera(command.inputs[$0], of: command) }
        guard let usual = streams.first, !isShort(arguments) else { return [] }
        var byInput: [Int: FFmpegArguments.File] = [:]
        for output in command.outputs where !isCapture(output) {
            for input in command.inputs(of: output, usual: usual) where streams.contains(input) {
                if let before = byInput[input], isFile(before.name) || !isFile(output.name) { continue }
                byInput[input] = output
            }
        }
        return byInput.sorted { $0.key < $1.key }.map { input, output in
            var recorder = FoundRecorder(
                pid: pid, input: command.inputs[input], output: output, workingDirectory: workingDirectory)
            recorder.sharesProcess = byInput.count > 1
            return recorder
        }
    }

    /// The first of the cameras that an ffmpeg records; `nil` where it records none.
    package init?(pid: Int32, arguments: [String], workingDirectory: String?) {
        let all = Self.all(pid: pid, arguments: arguments, workingDirectory: workingDirectory)
        guard let first = all.first else { return nil }
        self = first
    }

    private init(
        pid: Int32, input: FFmpegArguments.File, output: FFmpegArguments.File, workingDirectory: String?
    ) {
        self.pid = pid
        url = .inline(input.name)
        shownURL = Redaction.shown(input.name)
        identity = CameraName.identity(ofURL: input.name)
        showsPassword = Redaction.urls(in: input.name) != input.name
        usesUDP = Self.isRTSP(input.name) && input.value("-rtsp_transport").map { $0.hasPrefix("udp") } ?? true
        segmentSeconds = (output.value("-segment_time") ?? output.value("-hls_time")).flatMap(Self.seconds)
        limitSeconds = [output.value("-t"), input.value("-t")].compactMap { $0.flatMap(Self.seconds) }.min()
        guard Self.isFile(output.name) else {
            (folder, segmentPrefix, hasDatedFolders) = (nil, nil, false)
            suggestedID = CameraName.id(ofURL: shownURL)
            return
        }
        func parts(_ name: String) -> [String] {
            let path = name.hasPrefix("/") ? name : (workingDirectory ?? "") + "/" + name
            return path.split(separator: "/").map(String.init).filter { $0 != "." }
        }
        let named = parts(output.name)
        let fixed = named.dropLast().prefix { !$0.contains("%") }
        suggestedID =
            CameraName.id(ofFile: named.last ?? "", in: fixed.last, url: shownURL) ?? CameraName.id(ofURL: shownURL)
        let segments = output.value("-hls_segment_filename").map(parts) ?? named
        let segmentFolder = segments.dropLast().prefix { !$0.contains("%") }
        folder = "/" + segmentFolder.joined(separator: "/")
        hasDatedFolders = segmentFolder.count < segments.count - 1
        segmentPrefix = Self.prefix(of: segments.last ?? "")
    }

    private static func isFile(_ output: String) -> Bool {
        output != "/dev/null" && !output.hasPrefix("pipe:") && !output.contains("://") && output.contains(".")
    }

    /// What stands before the number or the time in a segment's name.
    private static func prefix(of name: String) -> String? {
        let fixed = name.firstIndex(of: "%").map { String(name[..<$0]) } ?? CameraName.aroundTime(in: name)?.before
        return fixed.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A time as ffmpeg takes it: `90`, `1.5s`, `500ms`, `1:30`, `00:01:30.5`.
    /// https://ffmpeg.org/ffmpeg-utils.html#Time-duration
    private static func seconds(_ text: String) -> Double? {
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

    /// Whether it takes at most a minute, instead of recording.
    private static func isShort(_ arguments: [String]) -> Bool {
        arguments.indices.dropLast().contains { index in
            ["-t", "-to"].contains(arguments[index]) && (seconds(arguments[index + 1]).map { $0 <= 60 } ?? false)
        }
    }

    /// Whether an output is of pictures.
    private static func isCapture(_ output: FFmpegArguments.File) -> Bool {
        if ["-vframes", "-frames", "-frames:v"].contains(where: { output.value($0) != nil }) { return true }
        if output.value("-f")?.hasPrefix("image2") == true { return true }
        let ending = output.name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return ["jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff"].contains(ending)
    }

    /// Whether an input is a camera's stream. Of HTTP only one that is written in segments: else it may be any download.
    private static func isCamera(_ input: FFmpegArguments.File, of command: FFmpegArguments) -> Bool {
        if isRTSP(input.name) || input.name.hasPrefix("rtmp://") || input.name.hasPrefix("rtmps://") { return true }
        guard input.name.hasPrefix("http://") || input.name.hasPrefix("https://") else { return false }
        return command.outputs.contains { ["segment", "ssegment"].contains($0.value("-f") ?? "") }
    }

    private static func isRTSP(_ text: String) -> Bool { text.hasPrefix("rtsp://") || text.hasPrefix("rtsps://") }

    /// Whether it reads the stream that a configured URL names: the same host, port and path, whoever logs in.
    package func reads(_ configured: String) -> Bool {
        CameraName.identity(ofURL: configured) == identity
    }
}

/// Looks for recorders among the processes of the host.
package enum RecorderFinder {
    package struct Findings: Sendable {
        package var recorders: [FoundRecorder] = []
        /// ffmpeg processes of other users whose descriptors or arguments we may not read.
        package var unreadable = 0
    }

    /// Whether a process of that name may be a recorder.
    static func isRecorder(_ name: String) -> Bool { name.hasPrefix("ffmpeg") }

    /// - Parameter supervised: pids of recorders that are supervised, which are not found once more.
    package static func find(except supervised: Set<Int32>) -> Findings {
        var findings = Findings()
        for pid in ProcessTable.pids().sorted() where !supervised.contains(pid) {
            guard isRecorder(ProcessTable.name(of: pid)) else { continue }
            let arguments = ProcessTable.arguments(of: pid)
            let all = FoundRecorder.all(
                pid: pid, arguments: arguments, workingDirectory: ProcessTable.workingDirectory(of: pid))
            guard !all.isEmpty else { continue }
            let isReadable = ProcessTable.socketInodes(of: pid) != nil
            if !isReadable { findings.unreadable += 1 }
            let seesSocket = isReadable && ProcessTable.sharesNamespace("net", with: pid)
            let startedAt = ProcessTable.facts(of: pid)?.startedAt
            let sharesRoot = ProcessTable.sharesRoot(with: pid)
            for var found in all {
                found.seesSocket = seesSocket
                found.startedAt = startedAt
                if let folder = found.folder, !sharesRoot { found.readableFolder = "/proc/\(pid)/root\(folder)" }
                findings.recorders.append(found)
            }
        }
        return findings
    }

    /// A process' sockets, looked up again only when they may have changed.
    package struct Sockets: Sendable {
        private var inodes: Set<UInt32>?
        private var lastLook: Int64 = .min / 2
        private static let interval: Int64 = 30_000

        package init() {}

        /// Bytes that its TCP connections received; `nil` where its descriptors may not be read or it has none.
        package mutating func received(by pid: Int32, of all: [UInt32: UInt64], now: Int64) -> UInt64? {
            let isKnown = inodes?.contains { all[$0] != nil } ?? false
            if !isKnown && now - lastLook >= 1_000 || now - lastLook >= Self.interval {
                inodes = ProcessTable.socketInodes(of: pid)
                lastLook = now
            }
            let counts = inodes?.compactMap { all[$0] } ?? []
            return counts.isEmpty ? nil : counts.reduce(0, +)
        }
    }
}

internal import Model

/// A running ffmpeg that records an RTSP stream and that we did not start.
public struct FoundRecorder: Sendable, Hashable {
    public let pid: Int32
    /// As it stands in its arguments; with credentials, so never shown.
    let url: Secret
    /// The input without credentials.
    public let shownURL: String
    /// Where its segments go, if that is known.
    public let folder: String?
    /// The segments' planned length in seconds.
    public let segmentSeconds: Double?
    /// The camera's id as the output's path or the URL suggests it.
    public let suggestedID: String
    /// Whether a password stands in its arguments, for all users of the host to read.
    public let showsPassword: Bool
    public let usesUDP: Bool
    /// Whether its connection is one that we may look at: of our network namespace, and of a user we may read.
    public internal(set) var seesSocket = true
    /// Where we can read ``folder``, when that is not under its own name: in a container, it has another root.
    public internal(set) var readableFolder: String?
    /// Milliseconds since the Unix epoch.
    public internal(set) var startedAt: Int64?

    /// - Parameters:
    ///   - arguments: the command line, ffmpeg first.
    ///   - workingDirectory: what relative output paths are relative to.
    /// - Returns: `nil` where this ffmpeg has no RTSP input, or takes a picture or a moment of it and ends.
    public init?(pid: Int32, arguments: [String], workingDirectory: String?) {
        guard
            let at = arguments.indices.dropLast().first(where: {
                arguments[$0] == "-i" && Self.isRTSP(arguments[$0 + 1])
            })
        else { return nil }
        let input = arguments[at + 1]
        guard !Self.isCapture(arguments) else { return nil }
        self.pid = pid
        url = .inline(input)
        shownURL = Redaction.shown(input)
        showsPassword = Redaction.urls(in: input) != input
        func value(_ name: String) -> String? {
            arguments.indices.dropLast().first { arguments[$0] == name }.map { arguments[$0 + 1] }
        }
        usesUDP = value("-rtsp_transport").map { $0.hasPrefix("udp") } ?? true
        segmentSeconds = (value("-segment_time") ?? value("-hls_time")).flatMap(Self.seconds)
        let output = arguments.indices.last { index in
            index > at + 1 && !arguments[index].hasPrefix("-") && !arguments[index].contains("://")
                && (index == arguments.endIndex - 1 || !Self.takesValue(arguments[index - 1]))
        }.map { arguments[$0] }
        let isFile = output.map { $0 != "/dev/null" && $0 != "pipe:1" && $0.contains(".") } ?? false
        guard let output, isFile else {
            folder = nil
            suggestedID = Self.id(ofURL: shownURL)
            return
        }
        let path = output.hasPrefix("/") ? output : (workingDirectory ?? "") + "/" + output
        let parts = path.split(separator: "/").map(String.init).filter { $0 != "." }
        let fixed = parts.dropLast().prefix { !$0.contains("%") }
        folder = "/" + fixed.joined(separator: "/")
        suggestedID = Self.id(ofFile: parts.last ?? "", in: fixed.last) ?? Self.id(ofURL: shownURL)
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

    /// Whether it takes pictures, or at most a minute, instead of recording.
    private static func isCapture(_ arguments: [String]) -> Bool {
        for (index, argument) in arguments.enumerated().dropLast() {
            let value = arguments[index + 1]
            switch argument {
            case "-t", "-to": if seconds(value).map({ $0 <= 60 }) ?? false { return true }
            case "-vframes", "-frames", "-frames:v": return true
            case "-f": if value.hasPrefix("image2") { return true }
            default: break
            }
        }
        let ending = arguments.last?.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return ["jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff"].contains(ending)
    }

    private static func isRTSP(_ text: String) -> Bool { text.hasPrefix("rtsp://") || text.hasPrefix("rtsps://") }

    private static func takesValue(_ option: String) -> Bool {
        option.hasPrefix("-") && option != "-y" && option != "-n"
    }

    /// `cam-1-%03d.mkv` gives `cam-1`; a name of nothing but time gives its folder.
    private static func id(ofFile name: String, in folder: String?) -> String? {
        var stem = String(name.prefix { $0 != "." })
        if let percent = stem.firstIndex(of: "%") { stem = String(stem[..<percent]) }
        while let last = stem.last, "-_ ".contains(last) { stem.removeLast() }
        let isName =
            stem.contains { $0.isLetter }
            && !["out", "output", "segment", "seg", "rec", "video", "index"].contains(stem)
        if isName { return stem }
        guard let folder, folder.contains(where: { $0.isLetter }) else { return nil }
        return folder
    }

    /// `rtsp://10.0.0.5:554/stream1` gives `10.0.0.5-stream1`; a login in the path, hidden by now, is left out.
    private static func id(ofURL url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return "camera" }
        let rest = url[start...].prefix { $0 != "?" }
        let host = rest.prefix { $0 != "/" && $0 != ":" }
        var words = rest.drop { $0 != "/" }.split(separator: "/")
        if rest.contains("=") { words = words.flatMap { $0.split { $0 == "&" || $0 == "_" } } }
        let path = words.filter { !$0.hasSuffix("=xxxxx") }.joined(separator: "-")
        return path.isEmpty ? String(host) : "\(host)-\(path)"
    }

    /// Whether it reads the stream that a configured URL names: the same host, port and path, whoever logs in.
    public func reads(_ configured: String) -> Bool {
        Redaction.shown(configured) == shownURL
    }
}

/// Looks for recorders among the processes of the host.
public enum RecorderFinder {
    public struct Findings: Sendable {
        public var recorders: [FoundRecorder] = []
        /// ffmpeg processes of other users whose descriptors or arguments we may not read.
        public var unreadable = 0
    }

    /// - Parameter supervised: pids of recorders that are supervised, which are not found once more.
    public static func find(except supervised: Set<Int32>) -> Findings {
        var findings = Findings()
        for pid in ProcessTable.pids().sorted() where !supervised.contains(pid) {
            guard ProcessTable.name(of: pid).hasPrefix("ffmpeg") else { continue }
            let arguments = ProcessTable.arguments(of: pid)
            guard
                var found = FoundRecorder(
                    pid: pid, arguments: arguments, workingDirectory: ProcessTable.workingDirectory(of: pid))
            else { continue }
            let isReadable = ProcessTable.socketInodes(of: pid) != nil
            if !isReadable { findings.unreadable += 1 }
            found.seesSocket = isReadable && ProcessTable.sharesNamespace("net", with: pid)
            found.startedAt = ProcessTable.facts(of: pid)?.startedAt
            if let folder = found.folder, !ProcessTable.sharesRoot(with: pid) {
                found.readableFolder = "/proc/\(pid)/root\(folder)"
            }
            findings.recorders.append(found)
        }
        return findings
    }

    /// A process' sockets, looked up again only when they may have changed.
    public struct Sockets: Sendable {
        private var inodes: Set<UInt32>?
        private var lastLook: Int64 = .min / 2
        private static let interval: Int64 = 30_000

        public init() {}

        /// Bytes that its TCP connections received; `nil` where its descriptors may not be read or it has none.
        public mutating func received(by pid: Int32, of all: [UInt32: UInt64], now: Int64) -> UInt64? {
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

internal import Base
internal import Model
internal import Patterns

/// What a camera that no configuration names is called, and by what it is known again.
package enum CameraName {
    private static let date =
        #"(?:(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])"#
        + #"|(?:0[1-9]|[12]\d|3[01])[-_.](?:0[1-9]|1[0-2])[-_.](?:19|20)\d\d)"#
    private static let clock = #"(?:[01]\d|2[0-3])[-_.:h]?[0-5]\d(?:[-_.:m]?[0-6]\d)?s?"#
    private static let months = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    /// As date(1) prints it.
    private static let words =
        #"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ _]+(?:"# + months + #"[ _]+\d{1,2}|\d{1,2}[ _]+"# + months
        + #")(?:[ _]+\d{4})?[ _]+\d\d[:_-]\d\d[:_-]\d\d(?:[ _]+[AP]M)?(?:[ _]+[A-Z]{2,5})?(?:[ _]+\d{4})?"#
    private static let whole =
        "(?:\(date)" + #"(?:[-_.: T@]{0,3}"# + clock + #")?(?:[.,]\d{1,9})?(?:Z|UTC|[+-]\d{2}:?\d{2})?"#
        + "|" + words
        // Seconds or milliseconds since the Unix epoch, of the years 2017 to 2033.
        + #"|1[5-9]\d{8}(?:\d{3})?"#
        + #"|(?:[01]\d|2[0-3])[-_.:][0-5]\d[-_.:][0-6]\d)"#
    private static let pattern = try? Pattern(#"^(|.*?[^0-9])"# + whole + #"(|[^0-9].*)$"#)

    /// What stands before and after the first time in a name; `nil` where it has none.
    static func aroundTime(in name: String) -> (before: String, after: String)? {
        guard let groups = pattern?.captures(in: name), groups.count > 2 else { return nil }
        return (groups[1] ?? "", groups[2] ?? "")
    }

    /// A name without the times in it: `gate_2026-11-26_09-00-01` is `gate`. May be empty.
    package static func withoutTime(_ name: String) -> String {
        var name = name
        for _ in 0..<4 {
            guard let (before, after) = aroundTime(in: name) else { return name }
            let parts = [trimmed(before), trimmed(after)].filter { $0.contains(where: \.isLetter) }
            name = parts.joined(separator: "-")
        }
        return name
    }

    private static func trimmed(_ text: String) -> String {
        let edge = "-_ @+#.,([)]"
        var rest = Substring(text)
        while let last = rest.last, edge.contains(last) { rest.removeLast() }
        while let first = rest.first, edge.contains(first) { rest.removeFirst() }
        return String(rest)
    }

    /// Names of files that say nothing of the camera.
    private static let plainNames: Set<String> = [
        "out", "output", "segment", "seg", "rec", "video", "index", "capture", "live", "playlist", "stream", "master",
    ]
    /// Names of folders that say what is in them, and not of which camera.
    private static let plainFolders: Set<String> = ["flv", "mp4", "mkv", "ts", "avi", "mov"]

    /// `cam-1-%03d.mkv` gives `cam-1`; a name of nothing but time gives its folder.
    static func id(ofFile name: String, in folder: String?, url: String) -> String? {
        var stem = String(name.prefix { $0 != "." })
        if let percent = stem.firstIndex(of: "%") { stem = String(stem[..<percent]) }
        stem = withoutTime(stem)
        while let last = stem.last, "-_ @".contains(last) { stem.removeLast() }
        if stem.contains(where: \.isLetter), !plainNames.contains(stem) { return stem }
        guard let folder, folder.contains(where: \.isLetter) else { return nil }
        let bare = withoutTime(folder)
        if plainFolders.contains(bare.lowercased()) { return lastWord(ofURL: url) }
        return bare.contains(where: \.isLetter) ? bare : nil
    }

    /// `rtsp://10.0.0.5:554/lawn` gives `lawn`; paths of several words, and of words that all cameras of a maker have,
    /// name no camera.
    private static func lastWord(ofURL url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound, !url.contains("?") else { return nil }
        let words = url[start...].split(separator: "/").dropFirst()
        guard words.count == 1, let word = words.first, word.contains(where: \.isLetter), !word.contains("=") else {
            return nil
        }
        let isCommon = ["stream", "live", "h264", "h265", "video", "media", "main", "sub", "ch", "cam", "onvif"]
            .contains { word.lowercased().hasPrefix($0) }
        return isCommon ? nil : String(word)
    }

    /// `rtsp://10.0.0.5:554/stream1` gives `10.0.0.5-stream1`; a login in the path, hidden by now, is left out.
    static func id(ofURL url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return "camera" }
        let rest = url[start...].prefix { $0 != "?" }
        let host = rest.prefix { $0 != "/" && $0 != ":" }
        var words = rest.drop { $0 != "/" }.split(separator: "/")
        if rest.contains("=") { words = words.flatMap { $0.split { $0 == "&" || $0 == "_" } } }
        let path = words.filter { !$0.hasSuffix("=xxxxx") }.joined(separator: "-")
        return path.isEmpty ? String(host) : "\(host)-\(path)"
    }

    /// By what a camera is known again: host, port, path and query of its URL, whoever logs in.
    package static func identity(ofURL url: String) -> String {
        let shown = Redaction.shown(url)
        guard let separator = shown.firstRange(of: "://") else { return shown }
        let written = shown[..<separator.lowerBound].lowercased()
        // So some players write RTSP over TCP.
        let scheme = written == "rtspt" ? "rtsp" : written
        var host = String(shown[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }).lowercased()
        let rest = shown[separator.upperBound...].dropFirst(host.count)
        let standard = standardPorts[scheme] ?? ":554"
        if host.hasSuffix(standard) { host.removeLast(standard.count) }
        return "\(scheme)://\(host)\(rest == "/" ? "" : rest)"
    }

    private static let standardPorts = [
        "rtsp": ":554", "rtsps": ":322", "http": ":80", "https": ":443", "rtmp": ":1935", "rtmps": ":443",
    ]
}

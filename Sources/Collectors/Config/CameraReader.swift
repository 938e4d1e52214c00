package import ConfigText
internal import Intervals
internal import Model
internal import RTSP

/// Reads `cameras` of `watchpost.yml`.
package enum CameraReader {
    package static func read(_ reader: MappingReader) -> [CameraConfig] {
        var positions: [String: SourcePosition] = [:]
        let cameras = reader.mappings("cameras") { entry in
            let id = entry.required("id", mend: "write id, the value of the label camera_id")
            var camera = CameraConfig(id: id?.value ?? "", position: entry.position)
            camera.isCheck = entry.has("check") || entry.has("check_file")
            if camera.isCheck, entry.has("url") || entry.has("url_file") { entry.bothStand("check", "url") }
            camera.url = camera.isCheck ? address(entry, "check", checks) : streamAddress(entry)
            camera.restreams = restreams(entry)
            camera.streams = CameraStreamReader.read(entry)
            if camera.isCheck, !camera.restreams.isEmpty || !camera.streams.isEmpty {
                entry.error(
                    "a camera with check has no stream", mend: "remove restream and streams, or write url instead")
            }
            camera.fps = frameRate(entry)
            assign(entry.boolean("enabled"), to: &camera.isEnabled)
            assign(entry.choice("record", CameraSettings.Recording.self), to: &camera.record)
            camera.recordTimes = entry.mappings("record_times", TimeIntervalReader.interval)
            camera.maintenance = entry.mappings("maintenance", TimeIntervalReader.interval)
            camera.watch = watch(entry)
            assign(entry.choice("transport", CameraConfig.Transport.self), to: &camera.transport)
            if !camera.watch.isDisjoint(with: [.probe, .sample, .describe]), camera.url == nil, camera.restreams.isEmpty
            {
                entry.error("the camera is to be watched by a session and has no url", mend: "write url or url_file")
            }
            if camera.isCheck, let kind = camera.watch.first(where: { [.probe, .sample, .describe].contains($0) }) {
                entry.value("watch")?.error(
                    "a camera with check has no stream to \(kind.rawValue)", mend: "remove watch, or write url instead")
            }
            camera.retention = entry.duration("retention", above: .zero)
            for (key, value) in LabelEntries.checked(entry.textMap("labels"), problems: entry.problems) {
                camera.labels[key.value] = value.value
                if key.value == "camera_id" {
                    entry.problems.error(at: key.position, "the label camera_id is the camera's id", mend: "remove it")
                }
            }
            if let id, let first = positions[id.value] {
                entry.problems.error(
                    at: id.position, "the camera \"\(id.value)\" stands twice",
                    mend: "rename one; the first is on line \(first.line)")
            }
            if let id, [".", ".."].contains(id.value) {
                // Browsers and file systems take it for a way, not for a name.
                entry.problems.error(
                    at: id.position, "no camera can be called \"\(id.value)\"", mend: "give it another id")
            }
            if let id { positions[id.value] = id.position }
            return id == nil ? nil : camera
        }
        CameraStreamReader.tellCollisions(cameras, reader.problems)
        return cameras
    }

    /// Addresses at which a gateway gives a stream on; one, or a list.
    static func restreams(_ reader: MappingReader) -> [Secret] {
        reader.texts("restream", orOne: true).compactMap { text in
            guard ["rtsp://", "rtsps://"].contains(where: text.value.lowercased().hasPrefix) else {
                reader.problems.error(
                    at: text.position, "\(reader.path).restream is not a gateway's RTSP address",
                    mend: "write rtsp://HOST:PORT/PATH, as rtsp://127.0.0.1:8554/front")
                return nil
            }
            if CameraAddress(text.value) == nil {
                reader.problems.error(
                    at: text.position, "\(reader.path).restream can be read in two ways", mend: CameraAddress.mend)
                return nil
            }
            if Redaction.urls(in: text.value) != text.value {
                reader.problems.warn(
                    at: text.position, "\(reader.path).restream holds a password and leaks with the file",
                    mend: "let the gateway ask for none on this host, or let nobody else read the file")
            }
            return .inline(text.value)
        }
    }

    /// `fps: 25`, or of a camera whose rate varies `fps: { min: 6, max: 25 }`.
    static func frameRate(_ reader: MappingReader) -> ClosedRange<Double>? {
        guard let value = reader.value("fps") else { return nil }
        guard value.isMapping else { return rate(value).map { $0...$0 } }
        return value.mapping { range in
            let highest = range.value("max")
            guard let lowest = range.value("min") else {
                range.error("\(range.path) has no min", mend: "write the lowest rate that is usual")
                return nil
            }
            guard let low = rate(lowest) else { return nil }
            guard let highest else { return low...low }
            guard let high = rate(highest) else { return nil }
            if high < low {
                highest.error("\(highest.path) is below min", mend: "write the highest rate that is usual")
                return nil
            }
            return low...high
        }
    }

    private static func rate(_ value: YAMLValue) -> Double? {
        guard let fps = value.number() else { return nil }
        if fps > 0, fps <= 1_000 { return fps }
        value.error("\(value.path) is not above 0 and at most 1000", mend: "write the frames a second")
        return nil
    }

    private static let streams = ["rtsp", "rtsps", "rtspt", "http", "https", "rtmp", "rtmps"]
    private static let checks = ["tcp", "http", "https"]

    /// A stream's address, or the file with it.
    static func streamAddress(_ reader: MappingReader) -> Secret? { address(reader, "url", streams) }

    /// A camera's address, or the file with it; its password alone makes it a credential.
    private static func address(_ reader: MappingReader, _ key: String, _ schemes: [String]) -> Secret? {
        if reader.has(key), reader.has("\(key)_file") { reader.bothStand(key, "\(key)_file") }
        if let file = reader.path("\(key)_file") { return .file(file) }
        guard let value = reader.value(key), let text = value.text() else { return nil }
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() } ?? ""
        guard schemes.contains(scheme) else {
            if let problem = unwatched[scheme], key == "url" {
                value.error("\(value.path) is \(problem), which is not watched", mend: otherwise)
            } else if key == "url" {
                value.error("\(value.path) is not a camera's address", mend: "write rtsp://HOST:PORT/PATH")
            } else {
                value.error(
                    "\(value.path) is nothing that can be reached", mend: "write tcp://HOST:PORT or http://HOST/PATH")
            }
            return nil
        }
        if scheme == "tcp", StreamAddress(text) == nil {
            value.error("\(value.path) has no host and port", mend: "write tcp://HOST:PORT")
            return nil
        }
        if CameraAddress(text) == nil {
            value.error("\(value.path) can be read in two ways", mend: CameraAddress.mend)
            return nil
        }
        if Redaction.urls(in: text) != text {
            value.warn(
                "\(value.path) holds a password and leaks with the file",
                mend: "write \(key)_file, the path of a file")
        }
        return .inline(text)
    }

    /// Kinds of streams that cannot be watched by a session, for people.
    private static let unwatched = [
        "srt": "a stream of SRT", "udp": "a stream of UDP", "rtp": "a stream of RTP", "webrtc": "a stream of WebRTC",
        "whep": "a stream of WebRTC", "tcp": "no stream",
    ]
    private static let otherwise =
        "leave url out and watch it by its recorder and recordings, or by the gateway that takes it; or write check: "
        + "tcp://HOST:PORT, which tells only whether it can be reached"

    static func watch(_ reader: MappingReader) -> Set<CameraSettings.Watch> {
        var watch: Set<CameraSettings.Watch> = []
        for text in reader.texts("watch", orOne: true) {
            if let kind = CameraSettings.Watch(rawValue: text.value) {
                watch.insert(kind)
            } else {
                let words = CameraSettings.Watch.allCases.map(\.rawValue)
                reader.problems.error(
                    at: text.position, "watch has \"\(text.value)\"",
                    mend: NearestName.of(text.value, among: words).map { "did you mean \($0)?" }
                        ?? "write of \(words.joined(separator: ", "))")
            }
        }
        return watch
    }
}

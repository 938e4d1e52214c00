package import ConfigText
internal import Model

/// Reads `watchpost.yml`.
package enum WatchpostReader {
    package static func read(_ root: YAMLValue) -> WatchpostConfig? { root.mapping(top) }

    private static func top(_ reader: MappingReader) -> WatchpostConfig? {
        var config = WatchpostConfig()
        config.listen = reader.listenAddress("listen")
        config.instance = reader.text("instance")
        config.externalURL = HTTPClientReader.url("external_url", in: reader)
        reader.read("storage") { storage($0, into: &config) }
        config.cameras = cameras(reader)
        let paths = recordings(reader, into: &config)
        config.recorders = reader.mappings("recorders") { recorder($0, config: config, paths: paths) }
        config.gateways = reader.mappings("gateways", gateway)
        tellUnaskedGateway(reader, config)
        config.textfile = reader.path("textfile")
        reader.read("forward") { forward in
            assign(forward.boolean("alerts"), to: &config.forwardAlerts)
            assign(forward.boolean("logs"), to: &config.forwardLogs)
        }
        config.sms = reader.mapping("sms", SMSReader.read)
        notYet(reader)
        return config
    }

    /// Parts whose files are checked already and whose work comes later.
    private static func notYet(_ reader: MappingReader) {
        if let access = reader.value("access"), !access.isEmptyCollection {
            later("access", in: reader, "there are no users and tokens yet")
        }
    }

    private static func gateway(_ reader: MappingReader) -> GatewayConfig? {
        let kind = reader.choice("kind", GatewayConfig.Kind.self)
        if !reader.has("kind") {
            let kinds = GatewayConfig.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            reader.error("the gateway has no kind", mend: "write kind, one of \(kinds)")
        }
        let playlist = HTTPClientReader.url("playlist", in: reader)
        if let playlist, !playlist.contains("{camera}") {
            reader.value("playlist")?.error(
                "playlist names no stream", mend: "write {camera} where the stream's name stands")
        }
        if let file = reader.path("url_file") {
            if reader.has("url") { reader.bothStand("url", "url_file") }
            return kind.map { GatewayConfig(kind: $0, url: .file(file), playlist: playlist) }
        }
        guard let url = HTTPClientReader.url("url", in: reader) else {
            if !reader.has("url") { reader.error("the gateway has no url", mend: "write url: http://127.0.0.1:9998") }
            return nil
        }
        if Redaction.urls(in: url) != url {
            reader.value("url")?.warn(
                "url holds a password and leaks with the file", mend: "write url_file, the path of a file")
        }
        return kind.map { GatewayConfig(kind: $0, url: .inline(url), playlist: playlist) }
    }

    /// A camera that gateways are to watch where there is none would be unknown for ever.
    private static func tellUnaskedGateway(_ reader: MappingReader, _ config: WatchpostConfig) {
        guard config.gateways.isEmpty, !reader.has("gateways") else { return }
        for camera in config.cameras where camera.watch.contains(.gateway) {
            reader.problems.error(
                at: camera.position, "the camera \"\(camera.id)\" is to be watched by a gateway, and there is none",
                mend: "add the gateway to gateways")
        }
    }

    private static func later(_ key: String, in reader: MappingReader, _ what: String) {
        reader.problems.warn(
            at: reader.keyPosition(key), "\(key) comes in a later version: \(what)", mend: "leave it, or remove it")
    }

    private static func storage(_ reader: MappingReader, into config: inout WatchpostConfig) {
        assign(reader.choice("sync", WatchpostConfig.Sync.self), to: &config.sync)
        reader.read("metrics") { metrics in
            retention(metrics, into: &config.metrics)
            assign(metrics.duration("out_of_order"), to: &config.outOfOrder)
        }
        reader.read("logs") { logs in retention(logs, into: &config.logs) }
        if reader.read("traces", { retention($0, into: &config.traces) }) {
            later("traces", in: reader, "no traces are stored yet")
        }
    }

    private static func retention(_ reader: MappingReader, into retention: inout WatchpostConfig.Retention) {
        assign(reader.duration("retention", above: .zero), to: &retention.retention)
        guard let value = reader.value("max_size"), let text = value.text() else { return }
        if let bytes = SizeNotation.decimal(text), bytes > 0 {
            retention.maxSize = bytes
        } else {
            value.error("\(value.path) is not a size: \"\(text)\"", mend: "write a number and a unit, as in 10GB")
        }
    }

    private static func cameras(_ reader: MappingReader) -> [CameraConfig] {
        var positions: [String: SourcePosition] = [:]
        return reader.mappings("cameras") { entry in
            let id = entry.required("id", mend: "write id, the value of the label camera_id")
            var camera = CameraConfig(id: id?.value ?? "", position: entry.position)
            camera.url = cameraURL(entry)
            if let fps = entry.number("fps") {
                camera.fps = fps
                if !(fps > 0 && fps <= 1_000) {
                    entry.value("fps")?.error("fps is not above 0 and at most 1000", mend: "write the frames a second")
                }
            }
            camera.watch = watch(entry)
            assign(entry.choice("transport", CameraConfig.Transport.self), to: &camera.transport)
            if !camera.watch.isDisjoint(with: [.probe, .sample, .describe]), camera.url == nil {
                entry.error("the camera is to be watched by a session and has no url", mend: "write url or url_file")
            }
            camera.retention = entry.duration("retention", above: .zero)
            for (key, value) in LabelNames.checked(entry.textMap("labels"), problems: entry.problems) {
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
            if let id { positions[id.value] = id.position }
            return id == nil ? nil : camera
        }
    }

    /// A camera's address; its password alone makes it a credential.
    private static func cameraURL(_ reader: MappingReader) -> Secret? {
        if reader.has("url"), reader.has("url_file") { reader.bothStand("url", "url_file") }
        if let file = reader.path("url_file") { return .file(file) }
        guard let value = reader.value("url"), let text = value.text() else { return nil }
        guard ["rtsp://", "rtsps://", "http://", "https://"].contains(where: text.lowercased().hasPrefix) else {
            value.error("\(value.path) is not a camera's address", mend: "write rtsp://HOST:PORT/PATH")
            return nil
        }
        if CameraAddress(text) == nil {
            value.error("\(value.path) can be read in two ways", mend: CameraAddress.mend)
            return nil
        }
        if Redaction.urls(in: text) != text {
            value.warn(
                "\(value.path) holds a password and leaks with the file", mend: "write url_file, the path of a file")
        }
        return .inline(text)
    }

    private static func watch(_ reader: MappingReader) -> Set<CameraConfig.Watch> {
        var watch: Set<CameraConfig.Watch> = []
        for text in reader.texts("watch", orOne: true) {
            if let kind = CameraConfig.Watch(rawValue: text.value) {
                watch.insert(kind)
            } else {
                let words = CameraConfig.Watch.allCases.map(\.rawValue)
                reader.problems.error(
                    at: text.position, "watch has \"\(text.value)\"",
                    mend: NearestName.of(text.value, among: words).map { "did you mean \($0)?" }
                        ?? "write of \(words.joined(separator: ", "))")
            }
        }
        return watch
    }

    /// Reads `recordings`; returns the cameras that have a path.
    private static func recordings(_ reader: MappingReader, into config: inout WatchpostConfig) -> Set<String> {
        let cameras = Set(config.cameras.map(\.id))
        config.recordings = reader.mappings("recordings") { entry in
            let camera = entry.required("camera", mend: "write camera, the id of one")
            let path = entry.required("path", mend: "write path, the folder of its segments")
            let segment = entry.duration("segment", above: .zero) ?? .seconds(60)
            tellUnknownCamera(camera, among: cameras, in: entry)
            guard let camera, let path else { return nil }
            return RecordingConfig(camera: camera.value, path: entry.resolved(path.value), segment: segment)
        }
        return Set(config.recordings.map(\.camera))
    }

    private static func recorder(
        _ reader: MappingReader, config: WatchpostConfig, paths: Set<String>
    ) -> RecorderConfig? {
        let camera = reader.required("camera", mend: "write camera, the id of one")
        let command = reader.texts("command").map(\.value)
        if command.isEmpty { reader.error("the recorder has no command", mend: "write command, a list: [ffmpeg, …]") }
        tellUnknownCamera(camera, among: Set(config.cameras.map(\.id)), in: reader)
        guard let camera else { return nil }
        if command.contains(where: { $0.contains("{path}") }), !paths.contains(camera.value) {
            reader.error(
                "the command has {path}, and recordings has none for \"\(camera.value)\"", mend: "add it to recordings")
        }
        if command.contains(where: { $0.contains("{url}") }),
            config.cameras.contains(where: { $0.id == camera.value && $0.url == nil })
        {
            reader.error("the command has {url}, and the camera has none", mend: "write the camera's url or url_file")
        }
        return RecorderConfig(camera: camera.value, command: command)
    }

    private static func tellUnknownCamera(
        _ camera: Located<String>?, among cameras: Set<String>, in reader: MappingReader
    ) {
        guard let camera, !cameras.contains(camera.value) else { return }
        reader.problems.error(
            at: camera.position, "there is no camera \"\(camera.value)\"",
            mend: NearestName.of(camera.value, among: cameras).map { "did you mean \"\($0)\"?" } ?? "add it to cameras")
    }
}

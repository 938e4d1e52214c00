internal import Alerting
internal import Collectors
internal import ConfigText
internal import LogPipeline
internal import LogRelay
internal import LogShipping
internal import Partitions
internal import Recorders

/// Reads `watchpost.yml`.
enum WatchpostReader {
    static func read(_ root: YAMLValue) -> WatchpostConfig? { root.mapping(top) }

    private static func top(_ reader: MappingReader) -> WatchpostConfig? {
        var config = WatchpostConfig()
        config.listen = reader.listenAddress("listen")
        config.instance = reader.text("instance")
        config.externalURL = HTTPClientReader.url("external_url", in: reader)
        config.timeZone = timeZone(reader)
        reader.read("storage") { storage($0, into: &config) }
        config.cameras = CameraReader.read(reader)
        let cameras = Set(config.cameras.map(\.id))
        config.recordings = reader.mappings("recordings") { RecordingReader.read($0, cameras: cameras) }
        let recorders = RecorderReader(
            cameras: cameras, withoutURL: Set(config.cameras.filter { $0.url == nil || $0.isCheck }.map(\.id)),
            withPath: Set(config.recordings.map(\.camera)),
            withPattern: Set(config.recordings.filter { $0.pattern != nil }.map(\.camera)))
        config.recorders = reader.mappings("recorders", recorders.read)
        config.gateways = reader.mappings("gateways", GatewayReader.read)
        tellUnaskedGateway(reader, config)
        config.textfile = reader.path("textfile")
        assign(reader.boolean("stills"), to: &config.allowsStills)
        reader.read("forward") { forward in
            assign(forward.boolean("alerts"), to: &config.forwardAlerts)
            assign(forward.boolean("logs"), to: &config.forwardLogs)
        }
        reader.read("pipeline") { pipeline in
            assign(pipeline.choice("unsupported", UnsupportedFilters.self), to: &config.unsupportedFilters)
        }
        config.sms = reader.mapping("sms", SMSReader.read)
        config.otlp = OTLPReader.read(reader)
        config.ship = reader.mapping("ship", ShipReader.read)
        config.ingestToken = reader.mapping("ingest", ShipReader.token)
        notYet(reader)
        return config
    }

    private static func timeZone(_ reader: MappingReader) -> String? {
        guard let value = reader.value("time_zone"), let name = value.text(), name != "local" else { return nil }
        if SiteTimeZone.isKnown(name) { return name }
        value.error("time_zone \"\(name)\" is no time zone", mend: "write a name as Asia/Ho_Chi_Minh, or +07:00")
        return nil
    }

    /// Parts whose files are checked already and whose work comes later.
    private static func notYet(_ reader: MappingReader) {
        if let access = reader.value("access"), !access.isEmptyCollection {
            later("access", in: reader, "there are no users and tokens yet")
        }
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
        assign(reader.choice("sync", SQLiteOptions.Sync.self), to: &config.sync)
        reader.read("metrics") { metrics in
            retention(metrics, into: &config.metrics)
            assign(metrics.duration("out_of_order"), to: &config.outOfOrder)
        }
        reader.read("logs") { logs in retention(logs, into: &config.logs) }
        reader.read("traces") { traces in retention(traces, into: &config.traces) }
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
}

import Alerting
import Collectors
import LogRelay
import Model
import Partitions
import Recorders
import Site
import Testing

@Suite("watchpost.yml")
struct WatchpostConfigTests {
    @Test("every key of the documentation is read")
    func everything() throws {
        let site = try TemporarySite([
            "watchpost.yml": """
            listen: 127.0.0.1:9900
            instance: recording-node-1
            external_url: https://watch.example.org/
            storage:
              sync: full
              metrics: { retention: 30d, max_size: 10GB, out_of_order: 2h }
              logs:    { retention: 14d, max_size: 1GiB }
              traces:  { retention: 7d,  max_size: 5GB }
            cameras:
              - id: cam-1
                url: rtsp://user:secret@192.0.2.10/stream1
                fps: 25
                watch: [recorder, probe]
                retention: 30d
                labels: { node: recording-node-1, site: hcm }
              - { id: cam-2, url: "rtmp://192.0.2.11/live/gate" }
              - { id: door, check_file: door.url }
            recordings:
              - { camera: cam-1, path: /var/lib/vms/cam-1, segment: 60s }
            recorders:
              - camera: cam-1
                command: [ffmpeg, -i, "{url}", "{path}/%Y.mkv"]
            gateways:
              - { kind: mediamtx, url: "http://127.0.0.1:9998" }
            textfile: textfile
            sms: { listen: 127.0.0.1:5000, account_sid: AC, auth_token_file: /t, from: "+1", to: ["+84"], max_per_hour: 30 }
            otlp: { http: 127.0.0.1:4318, grpc: off }
            ship: { to: "https://watch.example.org:9900/", token_file: ship-token, max_size: 2GB }
            ingest: { token_file: /etc/watchpost/ingest-token }
            forward: { alerts: true, logs: false }
            access: {}
            """
        ])
        let config = try site.load().watchpost
        #expect(config.sync == .full)
        #expect(config.metrics == .init(retention: .seconds(30 * 86_400), maxSize: 10_000_000_000))
        #expect(config.logs.maxSize == 1 << 30)
        #expect(config.outOfOrder == .seconds(7_200))
        #expect(config.cameras.first?.watch == [.recorder, .probe])
        #expect(config.cameras.first?.labels == ["node": "recording-node-1", "site": "hcm"])
        #expect(config.cameras.first?.url == .inline("rtsp://user:secret@192.0.2.10/stream1"))
        #expect(config.cameras[1].url == .inline("rtmp://192.0.2.11/live/gate") && !config.cameras[1].isCheck)
        #expect(config.cameras[2].url == .file(site.directory + "/door.url") && config.cameras[2].isCheck)
        #expect(config.recorders.first?.command.count == 4)
        #expect(config.gateways == [GatewayConfig(kind: .mediamtx, url: .inline("http://127.0.0.1:9998"))])
        #expect(config.textfile == site.directory + "/textfile")
        #expect(config.forwardAlerts && !config.forwardLogs)
        #expect(config.sms?.listen == "127.0.0.1:5000" && config.sms?.to == ["+84"] && config.sms?.maxPerHour == 30)
        #expect(config.otlp == OTLPConfig(http: "127.0.0.1:4318"))
        #expect(config.ship?.url == "https://watch.example.org:9900" && config.ship?.maxSize == 2_000_000_000)
        #expect(config.ship?.client.authorization == .file(site.directory + "/ship-token"))
        #expect(config.ingestToken == .file("/etc/watchpost/ingest-token"))
        let warnings = site.warnings()
        #expect(warnings.count == 1, "\(warnings)")
        #expect(!warnings.joined().contains("secret@"))
    }

    @Test(
        "ports of OTLP are opened where they stand, and what is no port is told",
        arguments: [
            ("instance: a", OTLPConfig(), nil), ("otlp: off", OTLPConfig(), nil), ("otlp: false", OTLPConfig(), nil),
            ("otlp: { http: off, grpc: off }", OTLPConfig(), nil), ("otlp: {}", OTLPConfig(), nil),
            ("otlp: { grpc: '127.0.0.1:4317' }", OTLPConfig(grpc: "127.0.0.1:4317"), nil),
            ("otlp: on", nil, "otlp is \"on\""), ("otlp: { grcp: '127.0.0.1:4317' }", nil, "grcp"),
            ("otlp: { grpc: 4317 }", nil, "otlp.grpc is \"4317\""), ("otlp: [a]", nil, "otlp"),
            ("otlp: { http: '127.0.0.1:1', grpc: '127.0.0.1:1' }", nil, "are both"),
        ] as [(String, OTLPConfig?, String?)])
    func otlp(text: String, config: OTLPConfig?, error: String?) throws {
        let site = try TemporarySite(["watchpost.yml": text + "\n"])
        if let config { #expect(try site.load().watchpost.otlp == config) }
        #expect(site.errors().contains { $0.contains(error ?? "\n") } == (error != nil), "\(site.errors())")
    }
}

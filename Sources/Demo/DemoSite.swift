internal import Foundation

/// The demo's configuration: the files of the built-in site with short intervals, simulated cameras, and an inbox.
struct DemoSite {
    let cameras: [String]
    let cameraPort: Int
    let mailPort: Int
    let webhookPort: Int
    let exporters: [DemoExporter]
    /// Below this everything of the demo lies.
    let folder: String

    static let user = "demo"
    static let password = "demo-password"

    var configuration: String { folder + "/config" }
    var footage: String { folder + "/footage" }

    /// Writes the files that differ over those of the built-in site.
    func write() throws {
        try write("watchpost.yml", watchpost)
        try edit("prometheus.yml") {
            $0.replacing("evaluation_interval: 15s", with: "evaluation_interval: 5s") + scraped
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: configuration + "/rules") {
            try edit("rules/\(name)", Self.quickened)
        }
        try write("rules/demo.yml", Self.rules)
        try write("alertmanager.yml", alertmanager)
        try write("filebeat.yml", filebeat)
        for camera in cameras {
            try FileManager.default.createDirectory(atPath: "\(footage)/\(camera)", withIntermediateDirectories: true)
            // As a careful site has it: the password in a file that only this user may read.
            let secret = configuration + "/" + camera + ".url"
            let url = "rtsp://\(Self.user):\(Self.password)@127.0.0.1:\(cameraPort)/\(camera)\n"
            let isWritten = FileManager.default.createFile(
                atPath: secret, contents: Data(url.utf8), attributes: [.posixPermissions: 0o600])
            if !isWritten { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: secret]) }
        }
    }

    /// What waits for up to two minutes waits for 15 seconds, and what waits longer for 45, so that a camera that is offline
    /// mutes what follows from it; rules of ten minutes and more, of the host's load, stay as they are. What is held for
    /// minutes after it is over is held for 45 seconds, and a hole in the footage is told of for one.
    private static func quickened(_ rules: String) -> String {
        rules.replacing(/\bfor: ([12]m|90s)\b/, with: "for: 15s").replacing(/\bfor: [345]m\b/, with: "for: 45s")
            .replacing(/\bkeep_firing_for: [12]m\b/, with: "keep_firing_for: 45s")
            .replacing(/\binterval: \d+[smhd]\b/, with: "interval: 5s")
            .replacing("recording_gaps_total[10m]", with: "recording_gaps_total[1m]")
            .replacing("within the last ten minutes", with: "within the last minute")
    }

    /// The services, under the names that jobs of such sites have.
    private var scraped: String {
        var text = "\nscrape_configs:\n"
        for exporter in exporters {
            text += "  - job_name: \(exporter.name.job)\n    static_configs:\n"
            text += "      - targets: ['127.0.0.1:\(exporter.port)']\n"
            text += "        labels: { instance: \(exporter.name.instance), service: \(exporter.name.service) }\n"
        }
        return text
    }

    private static let rules = """
        # What only the demo's site has: an alert of one's own, about a service of one's own.
        groups:
          - name: plate_reader_alerts
            interval: 5s
            rules:
              - alert: PlateReaderBehind
                expr: sum by (instance, service) (ai_jobs_queued_total) > 20
                for: 10s
                labels:
                  severity: warning
                  component: ai
                annotations:
                  summary: "{{ $value }} pictures wait for the {{ $labels.service }}"
                  description: >-
                    A picture takes {{ with query "sum(rate(ai_processing_duration_seconds_sum[1m])) /
                    sum(rate(ai_processing_duration_seconds_count[1m]))" }}{{ . | first | value | humanizeDuration }}{{ end }}:
                    more come than can be looked at

        """

    private var watchpost: String {
        var text = "# The demo's site.\ninstance: demo\nstills: on\n"
        text += "otlp: { http: 127.0.0.1:4318, grpc: 127.0.0.1:4317 }\ncameras:\n"
        for (index, camera) in cameras.enumerated() {
            let network = DemoStory.networkSwitch(of: index, of: cameras.count)
            text += "  - { id: \(camera), url_file: \(configuration)/\(camera).url, fps: 25, watch: [recorder, probe],"
            text += " labels: { site: demo, switch: \(network) } }\n"
        }
        text += "recordings:\n"
        for camera in cameras { text += "  - { camera: \(camera), path: \(footage)/\(camera), segment: 10s }\n" }
        text += "recorders:\n"
        for camera in cameras {
            // A ring of thirty segments: the demo bounds its own footage.
            text += """
                  - camera: \(camera)
                    command: [ffmpeg, -rtsp_transport, tcp, -timeout, "5000000", -i, "{url}", -c, copy, -f, segment,
                              -segment_time, "10", -segment_wrap, "30", -segment_format, matroska, -reset_timestamps, "1",
                              "{path}/%03d.mkv"]

                """
        }
        return text
    }

    private var alertmanager: String {
        """
        # Everything goes to the demo's own inbox on this host.
        global:
          smtp_smarthost: '127.0.0.1:\(mailPort)'
          smtp_from: 'watchpost@demo.invalid'
          smtp_require_tls: false

        route:
          receiver: operators
          group_by: [alertname, instance]
          group_wait: 2s
          group_interval: 5s
          repeat_interval: 1h
          routes:
            # Fires while all is well; outside of a demo it is for somebody who calls out when it falls silent.
            - matchers: [alertname="Watchdog"]
              receiver: dead-mans-switch

        receivers:
          - name: dead-mans-switch
          - name: operators
            email_configs:
              - to: 'operators@demo.invalid'
                send_resolved: true
            webhook_configs:
              - url: 'http://127.0.0.1:\(webhookPort)/alerts'
                send_resolved: true

        inhibit_rules:
          # Cameras come back one after the other; the pauses between two tries are not shortened as those of rules.
          - source_matchers: [alertname="CamerasDownTogether"]
            target_matchers: ['alertname=~"LowCameraFPS|HighFrameDropRate|Camera(Offline|Stalled|KeyframeMissing)|RecordingOverdue"']
            equal: [instance]
          - source_matchers: [alertname="CameraOffline"]
            target_matchers: ['alertname=~"LowCameraFPS|HighFrameDropRate|CameraStalled|CameraKeyframeMissing|Recording.*"']
            equal: [instance, camera_id]

        """
    }

    private var filebeat: String {
        """
        filebeat.inputs:
          - type: filestream
            id: demo-app
            paths: [\(folder)/logs/*.log]
            fields: { component: demo }

        """
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: configuration + "/" + name, atomically: true, encoding: .utf8)
    }

    private func edit(_ name: String, _ change: (String) -> String) throws {
        let path = configuration + "/" + name
        try write(name, change(try String(contentsOfFile: path, encoding: .utf8)))
    }
}

internal import Dashboards
internal import Model

extension WebUI {
    /// The charts of a camera.
    /// - Parameters:
    ///   - first: the number of the first one.
    ///   - name: what stands before their titles.
    static func panels(of status: CameraStatus, first: Int = 1, name: String? = nil) -> [Panel] {
        let camera = Links.selector(of: status)
        let lost = "rate(camera_frames_dropped_total\(camera)[1m])"
        let all: [(key: String, unit: String, targets: [(String, String)])] = [
            (
                "fps", "none",
                [
                    ("camera_fps\(camera)", say("camera.chart.delivered")),
                    ("camera_fps_expected\(camera)", say("camera.chart.expected")),
                ]
            ),
            ("bitrate", "bps", [("camera_bitrate\(camera)", say("camera.chart.bitrate"))]),
            (
                "lost", "percentunit",
                [("\(lost) / (\(lost) + rate(camera_frames_total\(camera)[1m]))", say("camera.chart.share"))]
            ),
            ("keyframe", "s", [("camera_keyframe_age_seconds\(camera)", say("camera.chart.age"))]),
            ("processor", "percent", [("ffmpeg_process_cpu_percent\(camera)", say("camera.chart.ofOneCore"))]),
            ("memory", "decmbytes", [("ffmpeg_process_memory_mb\(camera)", say("camera.chart.resident"))]),
        ]
        return all.enumerated().map { place, chart in
            Panel(
                id: first + place, type: .timeseries,
                title: (name.map { $0 + ": " } ?? "") + say("camera.chart.title.\(chart.key)"), description: "",
                targets: chart.targets.map { .init(expr: $0.0, legendFormat: $0.1) }, unit: chart.unit, min: 0,
                width: 12, height: 6)
        }
    }
}

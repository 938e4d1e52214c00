/// What functions answer that have to be asked for by `--enable-feature=promql-experimental-functions`.
enum ExperimentalScripts {
    typealias Case = ScriptTests.Case

    static let all = [names]

    private static let names = Case(
        "Each function leaves the metric's name, or takes it, as its row says", features: [.experimentalFunctions],
        """
        load 1m
          camera_fps{camera_id="gate"} 12 11 10

        eval instant at 2m first_over_time(camera_fps[2m])
          camera_fps{camera_id="gate"} 11

        eval instant at 2m last_over_time(camera_fps[2m])
          camera_fps{camera_id="gate"} 10

        eval instant at 2m max_over_time(camera_fps[2m])
          {camera_id="gate"} 11

        eval instant at 2m ts_of_max_over_time(camera_fps[2m])
          {camera_id="gate"} 60

        eval instant at 2m sort_by_label(camera_fps, "camera_id")
          camera_fps{camera_id="gate"} 10

        eval instant at 2m timestamp(camera_fps)
          {camera_id="gate"} 120

        eval instant at 2m clamp_max(camera_fps, 5)
          {camera_id="gate"} 5

        eval instant at 2m label_replace(timestamp(camera_fps), "__name__", "seen", "", "")
          seen{camera_id="gate"} 120
        """)
}

import PromQL

/// What functions answer that have to be asked for by `--enable-feature=promql-experimental-functions`.
enum ExperimentalScripts {
    typealias Case = ScriptTests.Case

    static let all = [names, ofTwo]

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

    private static let ofTwo = Case(
        "The larger and the smaller of two scalars, step by step; NaN wins over all but the infinity that is asked for",
        features: [.experimentalFunctions],
        """
        load 1m
          camera_fps{camera_id="gate"} 12 11 10 NaN 9

        eval instant at 0s max_of(3, 5)
          5

        eval instant at 0s min_of(-2, -5)
          -5

        eval range from 0 to 4m step 1m max_of(scalar(camera_fps), 11)
          {} 12 11 11 NaN 11

        eval range from 0 to 4m step 1m min_of(scalar(camera_fps), time() / 10)
          {} 0 6 10 NaN 9

        # No series is NaN as a scalar.
        eval instant at 0s max_of(scalar(absent_metric), 1)
          NaN

        eval instant at 0s max_of(NaN, Inf)
          +Inf

        eval instant at 0s max_of(NaN, -Inf)
          NaN

        eval instant at 0s min_of(-Inf, NaN)
          -Inf

        eval instant at 0s min_of(Inf, NaN)
          NaN

        eval instant at 0s camera_fps > min_of(max_of(1, 20), 10)
          camera_fps{camera_id="gate"} 12

        eval instant at 2m count_over_time(camera_fps[max_of(1m, 2m)])
          {camera_id="gate"} 2

        eval instant at 0s max_of(camera_fps, 1)
          expect fail

        eval instant at 0s max_of(1)
          expect fail
        """)
}

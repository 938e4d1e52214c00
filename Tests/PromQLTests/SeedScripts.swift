/// The expressions of the built-in rules and dashboards over cameras, disks and requests made by hand.
enum SeedScripts {
    typealias Case = ScriptTests.Case

    static let all = [cameraOffline, dropRatio, latency, health, matching]

    private static let cameraOffline = Case(
        "A camera stays offline after its series goes stale, and one that was online is missing",
        """
        load 1m
          camera_connection_status{camera_id="gate"} 1 1 0 0 0 stale
          camera_connection_status{camera_id="yard"} 1x20
          camera_connection_status{camera_id="dock"} 1 1 1 stale

        # While it reports, the first part of the rule finds it.
        eval instant at 4m camera_connection_status == 0 or (last_over_time(camera_connection_status[1d]) == 0 \
          unless camera_connection_status)
          camera_connection_status{camera_id="gate"} 0

        # When it no longer does, the second part.
        eval instant at 20m camera_connection_status == 0 or (last_over_time(camera_connection_status[1d]) == 0 \
          unless camera_connection_status)
          camera_connection_status{camera_id="gate"} 0

        eval range from 1m to 7m step 1m camera_connection_status == 0 or \
          (last_over_time(camera_connection_status[1d]) == 0 unless camera_connection_status)
          camera_connection_status{camera_id="gate"} _ 0 0 0 0 0 0

        eval instant at 20m last_over_time(camera_connection_status[1d]) == 1 unless camera_connection_status
          camera_connection_status{camera_id="dock"} 1

        eval instant at 4m sum(camera_connection_status) / count(camera_connection_status) * 100
          {} 50

        eval instant at 5m camera_connection_status
          camera_connection_status{camera_id="yard"} 1
        """)

    private static let dropRatio = Case(
        "The drop ratio counts over restarts of the recorder",
        """
        load 30s
          camera_frames_dropped_total{camera_id="gate"} 0+30x6 0+30x13
          camera_frames_total{camera_id="gate"} 0+270x6 0+270x13
          camera_frames_dropped_total{camera_id="yard"} 0x20
          camera_frames_total{camera_id="yard"} 0+300x20

        eval instant at 10m rate(camera_frames_dropped_total[5m]) / (rate(camera_frames_dropped_total[5m]) + \
          rate(camera_frames_total[5m])) > 0.05
          {camera_id="gate"} 0.1

        # The window (3m, 8m] holds 3m30s to 8m: it begins with the restart.
        eval instant at 8m increase(camera_frames_total{camera_id="gate"}[5m])
          {camera_id="gate"} 2430

        # At 5m the counter had 1620 at 3m, then started anew: (270, 1620] + [0, 810].
        eval instant at 5m resets(camera_frames_total[5m])
          {camera_id="gate"} 1
          {camera_id="yard"} 0

        eval instant at 5m irate(camera_frames_total[5m])
          {camera_id="gate"} 9
          {camera_id="yard"} 10

        # Two samples are needed.
        eval instant at 30s rate(camera_frames_total[30s])
        """)

    private static let latency = Case(
        "Quantiles of latency come from the rates of buckets",
        """
        load 1m
          disk_io_latency_ms_bucket{instance="nvr1", device="sda", le="10"} 0+60x10
          disk_io_latency_ms_bucket{instance="nvr1", device="sda", le="100"} 0+90x10
          disk_io_latency_ms_bucket{instance="nvr1", device="sda", le="500"} 0+100x10
          disk_io_latency_ms_bucket{instance="nvr1", device="sda", le="+Inf"} 0+100x10
          disk_io_latency_ms_bucket{instance="nvr1", device="sdb", le="10"} 0+100x10
          disk_io_latency_ms_bucket{instance="nvr1", device="sdb", le="+Inf"} 0+100x10

        # Rank 99 of 100 lies 9/10 of the way from 100 to 500.
        eval instant at 10m histogram_quantile(0.99, sum by (instance, device, le) \
          (rate(disk_io_latency_ms_bucket[5m]))) > 100
          {instance="nvr1", device="sda"} 460

        eval instant at 10m histogram_quantile(0.5, rate(disk_io_latency_ms_bucket[5m]))
          {instance="nvr1", device="sda"} 8.333333333
          {instance="nvr1", device="sdb"} 5

        eval instant at 10m histogram_quantile(1.5, rate(disk_io_latency_ms_bucket{device="sdb"}[5m]))
          expect warn msg: PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:20)
          {instance="nvr1", device="sdb"} Inf

        eval instant at 10m histogram_fraction(0, 10, rate(disk_io_latency_ms_bucket[5m]))
          {instance="nvr1", device="sda"} 0.6
          {instance="nvr1", device="sdb"} 1
        """)

    private static let health = Case(
        "The health score stays between its bounds, also where series are absent",
        """
        eval instant at 0 40 * (avg(camera_connection_status) or vector(0)) + 30 * clamp(1 - (vector(7)), 0, 1)
          {} 0

        load 1m
          camera_connection_status{camera_id="gate"} 1x10
          camera_connection_status{camera_id="yard"} 0x10
          http_requests_total{status="200"} 0+90x10
          http_requests_total{status="503"} 0+10x10

        eval instant at 10m 40 * (avg(camera_connection_status) or vector(0)) + 30 * clamp(1 - \
          sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])), 0, 1)
          {} 47

        eval instant at 10m sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) \
          > 0.05
          {} 0.1

        # Nothing was asked: the ratio has no value instead of NaN.
        eval instant at 10m sum(rate(http_requests_total{status="404"}[5m])) / (sum(rate(http_requests_total[5m])) > 0)

        eval instant at 10m absent(camera_connection_status{camera_id="roof", site="north"})
          {camera_id="roof", site="north"} 1

        eval instant at 10m absent(camera_connection_status{camera_id="gate"})

        eval instant at 10m absent_over_time(ai_jobs_queued_total{queue=~"lpr|face", site="north"}[1h])
          {site="north"} 1

        eval instant at 10m clamp(camera_connection_status - 3, -2.5, 5)
          {camera_id="gate"} -2
          {camera_id="yard"} -2.5

        eval instant at 10m clamp(camera_connection_status, 2, 1)

        eval instant at 10m clamp_min(camera_connection_status, 0.5)
          {camera_id="gate"} 1
          {camera_id="yard"} 0.5
        """)

    private static let matching = Case(
        "Series are matched by the labels that the query names",
        """
        load 1m
          camera_fps{camera_id="gate", recorder="a"} 10
          camera_fps{camera_id="yard", recorder="a"} 25
          camera_fps_expected{camera_id="gate", recorder="a"} 25
          camera_fps_expected{camera_id="yard", recorder="a"} 25
          recorder_info{recorder="a", site="north"} 1
          disk_space_free_bytes{mount_point="/data", instance="nvr1", fstype="xfs"} 5
          disk_space_total_bytes{mount_point="/data", instance="nvr1"} 100
          disk_space_free_bytes{mount_point="/proc/x", instance="nvr1"} 0
          disk_space_total_bytes{mount_point="/proc/x", instance="nvr1"} 100

        eval instant at 0 camera_fps < 0.8 * camera_fps_expected
          camera_fps{camera_id="gate", recorder="a"} 10

        eval instant at 0 camera_fps * on (recorder) group_left (site) recorder_info
          {camera_id="gate", recorder="a", site="north"} 10
          {camera_id="yard", recorder="a", site="north"} 25

        eval instant at 0 recorder_info * on (recorder) group_right (site) camera_fps
          {camera_id="gate", recorder="a", site="north"} 10
          {camera_id="yard", recorder="a", site="north"} 25

        eval instant at 0 camera_fps * on (recorder) recorder_info
          expect fail regex: found duplicate series for the match group .* many-to-many|multiple matches

        eval instant at 0 disk_space_free_bytes{mount_point!~"/(proc|sys)(/.*)?"} / ignoring (fstype) \
          disk_space_total_bytes < 0.1
          {mount_point="/data", instance="nvr1"} 0.05

        eval instant at 0 disk_space_free_bytes / disk_space_total_bytes
          {mount_point="/proc/x", instance="nvr1"} 0

        eval instant at 0 camera_fps >= bool camera_fps_expected
          {camera_id="gate", recorder="a"} 0
          {camera_id="yard", recorder="a"} 1

        eval instant at 0 sum(camera_fps) by (recorder)
          {recorder="a"} 35

        eval instant at 0 topk(1, camera_fps)
          expect ordered
          camera_fps{camera_id="yard", recorder="a"} 25

        eval instant at 0 sort(camera_fps)
          expect ordered
          camera_fps{camera_id="gate", recorder="a"} 10
          camera_fps{camera_id="yard", recorder="a"} 25

        eval instant at 0 count_values("fps", camera_fps)
          {fps="10"} 1
          {fps="25"} 1

        eval instant at 0 label_replace(camera_fps{camera_id="gate"}, "zone", "$2-$1", "camera_id", "(.)(.+)")
          camera_fps{camera_id="gate", recorder="a", zone="ate-g"} 10
        """)
}

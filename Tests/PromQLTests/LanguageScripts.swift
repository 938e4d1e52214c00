/// What the language itself promises.
enum LanguageScripts {
    typealias Case = ScriptTests.Case

    static let all = [lookback, windows, subqueries, numbers, names, gaps, edges]

    private static let lookback = Case(
        "A sample is good for five minutes, unless a stale marker ends the series",
        """
        load 1m
          camera_fps{camera_id="gate"} 10 11
          camera_fps{camera_id="yard"} 20 stale

        eval instant at 59s camera_fps
          camera_fps{camera_id="gate"} 10
          camera_fps{camera_id="yard"} 20

        eval instant at 1m camera_fps
          camera_fps{camera_id="gate"} 11

        eval instant at 5m59s camera_fps
          camera_fps{camera_id="gate"} 11

        # The begin of the lookback is not part of it.
        eval instant at 6m camera_fps

        eval instant at 6m camera_fps offset 1m
          camera_fps{camera_id="gate"} 11

        eval instant at 6m camera_fps @ 30
          camera_fps{camera_id="gate"} 10
          camera_fps{camera_id="yard"} 20

        eval range from 0 to 3m step 1m camera_fps @ end() offset 3m
          camera_fps{camera_id="gate"} 10 10 10 10
          camera_fps{camera_id="yard"} 20 20 20 20

        eval instant at 30s timestamp(camera_fps{camera_id="gate"})
          {camera_id="gate"} 0
        """)

    private static let windows = Case(
        "A window is open at its left end",
        """
        load 1m
          frames 1 2 4 8 16
          frames_total 0 60 120 10 70

        eval instant at 4m sum_over_time(frames[2m])
          {} 24

        eval instant at 4m count_over_time(frames[2m])
          {} 2

        eval instant at 4m count_over_time(frames[2m1ms])
          {} 3

        eval instant at 4m frames[1m]
          expect range vector from 4m to 4m step 1m
          frames 16

        eval instant at 4m increase(frames_total[4m])
          {} 173.333333333

        # The series begins at 0, and no counter begins below it.
        eval instant at 4m increase(frames_total[4m] offset 2m)
          {} 120

        eval instant at 4m increase(frames_total[4m1ms])
          {} 190.000000

        eval instant at 4m delta(frames[3m])
          {} 18

        eval instant at 4m max_over_time(frames[1h]) - min_over_time(frames[1h])
          {} 15

        eval instant at 4m quantile_over_time(0.5, frames[1h])
          {} 4
        """)

    private static let subqueries = Case(
        "A subquery stands on multiples of its own step",
        """
        load 1m
          queued 0+1x20

        eval instant at 10m30s max_over_time(queued[5m:2m])
          {} 10

        eval instant at 10m30s count_over_time(queued[5m:2m])
          {} 3

        eval instant at 10m30s sum_over_time(queued[4m:])
          {} 34

        eval instant at 10m avg_over_time(rate(queued[2m])[5m:1m])
          expect info regex: PromQL info: metric might not be a counter.* "queued" \\(1:20\\)
          {} 0.016666667

        eval instant at 15m max_over_time((queued > 3)[5m:1m] offset 5m)
          {} 10

        eval range from 10m to 12m step 1m max_over_time(queued[3m:1m] @ 5m)
          {} 5 5 5

        eval instant at 10m sum_over_time(vector(1)[5m:1m])
          {} 5

        eval instant at 10m min_over_time(queued[-(1m-5m):1m])
          {} 7
        """)

    private static let numbers = Case(
        "Numbers are those of IEEE 754",
        """
        load 1m
          zero 0
          one 1
          unknown NaN
          endless Inf
          drops{camera_id="gate"} NaN
          drops{camera_id="yard"} 3

        eval instant at 0 one / zero
          {} Inf

        eval instant at 0 zero / zero
          {} NaN

        eval instant at 0 -one / zero
          {} -Inf

        eval instant at 0 unknown == unknown

        eval instant at 0 unknown != unknown
          unknown NaN

        eval instant at 0 endless > 1e308
          endless Inf

        eval instant at 0 max(drops)
          {} 3

        eval instant at 0 sum(drops)
          {} NaN

        eval instant at 0 sort_desc(drops)
          expect ordered
          drops{camera_id="yard"} 3
          drops{camera_id="gate"} NaN

        eval instant at 0 -2 ^ 2
          -4

        eval instant at 0 2 ^ 3 ^ 2
          512

        eval instant at 0 0x1F + 1e1 + .5 + 5m
          341.5

        # A leading zero makes a number octal, as in Go.
        eval instant at 0 0755 + 08 + 1_000
          1501

        eval instant at 0 -7 % 5
          -2

        eval instant at 0 round(vector(2.5))
          {} 3

        eval instant at 0 round(vector(7.26), 0.1)
          {} 7.3

        eval instant at 0 scalar(drops)
          NaN

        eval instant at 0 1 + 2 * 3 > bool 6
          1
        """)

    private static let names = Case(
        "Functions take the metric's name away, filters keep it",
        """
        load 1m
          fps{camera_id="gate"} 10 20
          width{camera_id="gate"} 640 640

        eval instant at 1m abs(fps)
          {camera_id="gate"} 20

        eval instant at 1m fps > 5
          fps{camera_id="gate"} 20

        eval instant at 1m last_over_time(fps[5m])
          fps{camera_id="gate"} 20

        eval instant at 1m fps or width
          fps{camera_id="gate"} 20

        eval instant at 1m {__name__=~"fps|width"}
          fps{camera_id="gate"} 20
          width{camera_id="gate"} 640

        # Without their names the two are one.
        eval instant at 1m abs({__name__=~"fps|width"})
          expect fail msg: vector cannot contain metrics with the same labelset

        eval instant at 1m count(sum_over_time({__name__=~"fps|width"}[5m]))
          expect fail msg: vector cannot contain metrics with the same labelset

        eval instant at 1m "text"
          expect string "text"
        """)

    private static let gaps = Case(
        "A series that appears and goes is there only while it is",
        """
        load 1m
          viewers{stream="hls"} _x3 5 5 stale _x3 7
          viewers{stream="rtc"} 1x9

        eval range from 0 to 9m step 1m sum(viewers)
          {} 1 1 1 6 6 1 1 1 1 8

        eval range from 0 to 9m step 1m viewers{stream="hls"} or vector(0)
          viewers{stream="hls"} _ _ _ 5 5 _ _ _ _ 7
          {} 0 0 0 0 0 0 0 0 0 0

        eval range from 0 to 9m step 1m absent(viewers{stream="hls"})
          {stream="hls"} 1 1 1 _ _ 1 1 1 1 _

        eval range from 0 to 8m step 2m changes(viewers{stream="hls"}[4m])
          {stream="hls"} _ _ 0 0 _

        eval range from 0 to 9m step 3m present_over_time(viewers[3m])
          {stream="hls"} _ 1 1 1
          {stream="rtc"} 1 1 1 1
        """)

    private static let edges = Case(
        "Edges that a real Prometheus showed",
        """
        load 1m
          left{node="a"} 1
          left{node="b"} 2
          right{node="a"} 1
          right{node="b"} 2
          only{node="z"} 2
          bad{kind="nan"} NaN
          bad{kind="low"} -Inf
          wide{kind="large"} 1e25
          wide{kind="small"} 1e-8

        # Two of one signature do no harm where the other side has nothing.
        eval instant at 0s absent_metric + on () right

        eval instant at 0s left + on () right
          expect fail

        # What a comparison leaves out may stand twice.
        eval instant at 0s left == on () only
          {} 2

        eval instant at 0s clamp(bad, 0, 10)
          {kind="nan"} NaN
          {kind="low"} 0

        eval instant at 0s clamp_min(bad, 5)
          {kind="nan"} NaN
          {kind="low"} 5

        eval instant at 0s clamp(bad, Inf, Inf)
          {kind="nan"} Inf
          {kind="low"} Inf

        eval instant at 0s count_over_time(:4[1m:30s]) or vector(3)
          {} 3

        eval instant at 0s count_values("v", wide)
          {v="10000000000000000000000000"} 1
          {v="0.00000001"} 1
        """)
}

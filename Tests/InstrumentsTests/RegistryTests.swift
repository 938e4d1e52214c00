import Instruments
import Model
import Testing

@Suite("Registry")
struct RegistryTests {
    private static let fps = MetricDefinition("camera_fps", .gauge, labels: ["camera_id"], "Frames a second.")
    private static let frames = MetricDefinition("frames_total", .counter, labels: ["camera_id"], "Frames.")
    private static let latency = MetricDefinition(
        "latency_ms", .histogram, labels: ["device", "operation"], buckets: [1, 2.5, 10], "Milliseconds.")

    private static func lines(_ registry: Registry) -> [String] {
        registry.gather().flatMap(\.points).map { "\($0.labels) \($0.value)" }
    }

    @Test("one instrument is kept for each set of label values")
    func identity() {
        let registry = Registry()
        #expect(registry.gauge(Self.fps, "1") === registry.gauge(Self.fps, labelValues: ["1"]))
        #expect(registry.gauge(Self.fps, "1") !== registry.gauge(Self.fps, "2"))
        #expect(registry.counter(Self.frames, "1") === registry.counter(Self.frames, "1"))
        #expect(registry.histogram(Self.latency, "a", "r") === registry.histogram(Self.latency, "a", "r"))
        #expect(registry.histogram(Self.latency, "a", "r") !== registry.histogram(Self.latency, "r", "a"))
    }

    @Test("a gauge goes up and down, and keeps what cannot be counted")
    func gauges() {
        let gauge = Registry().gauge(Self.fps, "1")
        #expect(gauge.value == 0)
        gauge.add(2.5)
        gauge.add(-4)
        #expect(gauge.value == -1.5)
        for value in [-Double.infinity, .greatestFiniteMagnitude, -0.0] {
            gauge.set(value)
            #expect(gauge.value.bitPattern == value.bitPattern)
        }
        gauge.set(.nan)
        #expect(gauge.value.isNaN)
    }

    @Test("a counter adds fractions and nothing, and takes over a total that is kept elsewhere")
    func counters() {
        let counter = Registry().counter(Self.frames, "1")
        counter.increment()
        counter.increment(by: 0.5)
        counter.increment(by: 0)
        #expect(counter.value == 1.5)
        counter.set(total: 100)
        #expect(counter.value == 100)
        // What the kernel counts begins anew when the machine does.
        counter.set(total: 3)
        #expect(counter.value == 3)
    }

    @Test("a counter that should go down ends the process")
    func countersNeverGoDown() async {
        await #expect(processExitsWith: .failure) {
            Registry().counter(MetricDefinition("a_total", .counter, "A.")).increment(by: -1)
        }
        await #expect(processExitsWith: .failure) {
            Registry().counter(MetricDefinition("a_total", .counter, "A.")).increment(by: .nan)
        }
    }

    @Test("an instrument of another kind, or with labels missing, ends the process")
    func misuse() async {
        await #expect(processExitsWith: .failure) {
            _ = Registry().gauge(MetricDefinition("a_total", .counter, "A."))
        }
        await #expect(processExitsWith: .failure) {
            _ = Registry().counter(MetricDefinition("a", .gauge, "A."))
        }
        await #expect(processExitsWith: .failure) {
            _ = Registry().histogram(MetricDefinition("a", .gauge, "A."))
        }
        await #expect(processExitsWith: .failure) {
            _ = Registry().gauge(MetricDefinition("a", .gauge, labels: ["x"], "A."))
        }
    }

    @Test("a histogram counts a value in the first bucket that is not below it, and sums its buckets up to +Inf")
    func histograms() {
        let registry = Registry()
        let histogram = registry.histogram(Self.latency, "sda", "write")
        for value in [-1, 1, 1.0001, 2.5, 10, 10.5, .infinity] { histogram.observe(value) }
        #expect(
            Self.lines(registry) == [
                #"latency_ms_bucket{device="sda", le="1", operation="write"} 2.0"#,
                #"latency_ms_bucket{device="sda", le="2.5", operation="write"} 4.0"#,
                #"latency_ms_bucket{device="sda", le="10", operation="write"} 5.0"#,
                #"latency_ms_bucket{device="sda", le="+Inf", operation="write"} 7.0"#,
                #"latency_ms_sum{device="sda", operation="write"} inf"#,
                #"latency_ms_count{device="sda", operation="write"} 7.0"#,
            ])
    }

    @Test("what cannot be compared counts above all bounds")
    func notANumber() {
        let registry = Registry()
        registry.histogram(Self.latency, "a", "b").observe(.nan)
        let values = registry.gather().flatMap(\.points).map(\.value)
        #expect(Array(values.prefix(4)) == [0, 0, 0, 1])
        #expect(values[4].isNaN && values[5] == 1)
    }

    @Test("a histogram without bounds has the bucket +Inf alone")
    func noBounds() {
        let registry = Registry()
        registry.histogram(MetricDefinition("h", .histogram, "H.")).observe(5)
        #expect(Self.lines(registry) == [#"h_bucket{le="+Inf"} 1.0"#, "h_sum 5.0", "h_count 1.0"])
    }

    @Test("everything is shown sorted by name and label values, with kind and HELP")
    func gathering() {
        let registry = Registry()
        for camera in ["10", "2", "1"] { registry.counter(Self.frames, camera).increment() }
        registry.gauge(Self.fps, "9").set(25)
        let families = registry.gather()
        #expect(families.map(\.name) == ["camera_fps", "frames_total"])
        #expect(families.map(\.kind) == [.gauge, .counter])
        #expect(families.map(\.help) == ["Frames a second.", "Frames."])
        #expect(families[1].points.map { $0.labels["camera_id"] } == ["1", "10", "2"])
        #expect(families[0].points == [MetricPoint(labels: ["__name__": "camera_fps", "camera_id": "9"], value: 25)])
    }

    @Test("a series that is removed is shown no more, and begins at nothing when it comes back")
    func removal() {
        let registry = Registry()
        registry.gauge(Self.fps, "1").set(5)
        registry.gauge(Self.fps, "2").set(6)
        registry.remove(Self.fps, labelValues: ["1"])
        registry.remove(Self.fps, labelValues: ["3"])
        registry.remove(Self.frames, labelValues: ["1"])
        #expect(Self.lines(registry) == [#"camera_fps{camera_id="2"} 6.0"#])
        registry.remove(Self.fps, labelValues: ["2"])
        #expect(registry.gather().isEmpty)
        #expect(registry.gauge(Self.fps, "1").value == 0)
    }

    @Test("of a camera that goes, every series goes, and nobody else's")
    func removalOfAll() {
        let registry = Registry()
        for camera in ["1", "11"] {
            registry.gauge(Self.fps, camera).set(5)
            registry.counter(Self.frames, camera).increment()
        }
        registry.histogram(Self.latency, "1", "read").observe(1)
        registry.removeAll(whereFirstLabelIs: "1", named: "camera_id")
        let left = registry.gather().flatMap(\.points)
        #expect(left.filter { !$0.labels["camera_id"].isEmpty }.map { $0.labels["camera_id"] } == ["11", "11"])
        #expect(left.filter { $0.labels["device"] == "1" }.count == 6)
    }

    @Test("nothing is lost when many count at once")
    func concurrency() async {
        let registry = Registry()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<50 {
                group.addTask {
                    for step in 0..<200 {
                        registry.counter(Self.frames, "\(step % 3)").increment()
                        registry.gauge(Self.fps, "1").add(task.isMultiple(of: 2) ? 1 : -1)
                        registry.histogram(Self.latency, "a", "b").observe(Double(step % 4))
                        if step % 50 == 0 { _ = registry.gather() }
                    }
                }
            }
        }
        let frames = (0..<3).map { registry.counter(Self.frames, "\($0)").value }
        #expect(frames.reduce(0, +) == 10_000)
        #expect(registry.gauge(Self.fps, "1").value == 0)
        let latency = registry.gather().first { $0.name == "latency_ms" }?.points.map(\.value)
        #expect(latency == [5_000, 7_500, 10_000, 10_000, 15_000, 10_000])
    }
}

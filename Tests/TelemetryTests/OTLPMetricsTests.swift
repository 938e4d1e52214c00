import Base
import Foundation
import Model
import Testing

@testable import Telemetry

@Suite("OTLP metrics")
struct OTLPMetricsTests {
    /// A request in JSON with one metric of a service.
    private static func request(
        _ metric: String, resource: String = #"{"key":"service.name","value":{"stringValue":"api"}}"#
    ) -> Data {
        Data(
            #"{"resourceMetrics":[{"resource":{"attributes":[\#(resource)]},"scopeMetrics":[{"metrics":[\#(metric)]}]}]}"#
                .utf8)
    }

    private static func sum(_ name: String, unit: String = "", monotonic: Bool = true, temporality: Int = 2) -> String {
        """
        {"name":"\(name)","unit":"\(unit)","sum":{"isMonotonic":\(monotonic),"aggregationTemporality":\(temporality),
        "dataPoints":[{"timeUnixNano":"1700000000123456789","asInt":"42","attributes":[]}]}}
        """
    }

    private static func gauge(_ name: String, unit: String) -> String {
        #"{"name":"\#(name)","unit":"\#(unit)","gauge":{"dataPoints":[{"timeUnixNano":"1000000","asDouble":1.5}]}}"#
    }

    @Test(
        "a metric gets the name that a Prometheus gives it",
        arguments: [
            (sum("http.requests", unit: "1"), "http_requests_total"),
            (sum("http_requests_total"), "http_requests_total"),
            (sum("disk.io", unit: "By"), "disk_io_bytes_total"), (sum("a.total.b"), "a_b_total"),
            (sum("queue", unit: "{job}", monotonic: false), "queue"),
            (sum("ai_jobs_queued_total", monotonic: false), "ai_jobs_queued_total"),
            (gauge("latency", unit: "ms"), "latency_milliseconds"), (gauge("use", unit: "1"), "use_ratio"),
            (gauge("speed", unit: "m/s"), "speed_meters_per_second"), (gauge("9.lives", unit: ""), "_9_lives"),
            (gauge("temperature.cpu", unit: "Cel"), "temperature_cpu_celsius"),
            (gauge("a--b..c", unit: "foo"), "a_b_c_foo"), (gauge("x.seconds", unit: "s"), "x_seconds"),
        ])
    func names(metric: String, name: String) throws {
        let samples = try OTLPMetrics(json: Self.request(metric)).samples().samples
        #expect(samples.map(\.labels.metricName) == [name])
    }

    @Test("labels are the point's attributes, the job is the service, and the rest is told by target_info")
    func labels() throws {
        let metric = """
            {"name":"fps","gauge":{"dataPoints":[{"timeUnixNano":"5000000000","asDouble":25,"attributes":[
            {"key":"camera.id","value":{"stringValue":"gate"}},{"key":"port","value":{"intValue":"8"}},
            {"key":"ok","value":{"boolValue":true}},{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"}]}}},
            {"key":"0x","value":{"doubleValue":1.5}},{"key":"_p","value":{"stringValue":"q"}}]}]}}
            """
        let resource = """
            {"key":"service.name","value":{"stringValue":"lpr"}},{"key":"service.namespace","value":{"stringValue":"vms"}},
            {"key":"service.instance.id","value":{"stringValue":"w1"}},{"key":"host.name","value":{"stringValue":"h"}}
            """
        let translation = try OTLPMetrics(json: Self.request(metric, resource: resource)).samples()
        #expect(
            translation.samples.map(\.labels) == [
                [
                    "__name__": "fps", "camera_id": "gate", "port": "8", "ok": "true", "list": #"["a"]"#,
                    "key_0x": "1.5",
                    "key_p": "q", "job": "vms/lpr", "instance": "w1",
                ],
                ["__name__": "target_info", "job": "vms/lpr", "instance": "w1", "host_name": "h"],
            ])
        #expect(translation.samples.map(\.sample.timestamp) == [5_000, 5_000])
    }

    @Test("a histogram becomes buckets that are summed up, and a point without a value a stale marker")
    func histogram() throws {
        let metric = """
            {"name":"d","unit":"s","histogram":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE",
            "dataPoints":[{"timeUnixNano":"1000000","count":"6","sum":7.5,"bucketCounts":["1","2","3"],
            "explicitBounds":[0.1,1]}]}}
            """
        let translation = try OTLPMetrics(json: Self.request(metric)).samples()
        #expect(
            translation.samples.map { "\($0.labels.metricName) \($0.labels["le"]) \($0.sample.value)" } == [
                "d_seconds_bucket 0.1 1.0", "d_seconds_bucket 1 3.0", "d_seconds_bucket +Inf 6.0", "d_seconds_sum  7.5",
                "d_seconds_count  6.0",
            ])
        #expect(translation.samples.allSatisfy { $0.sample.timestamp == 1 && $0.labels["job"] == "api" })
        let ended = #"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"1000000","flags":1}]}}"#
        let samples = try OTLPMetrics(json: Self.request(ended)).samples().samples
        #expect(samples.first.map { StaleMarker.isStale($0.sample.value) } == true)
    }

    @Test(
        "what has no form in Prometheus is left out, counted and told",
        arguments: [
            (sum("delta", temporality: 1), "cumulative temporality"),
            (
                #"{"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{}]}}"#,
                "explicit buckets"
            ),
            (#"{"name":"n","gauge":{"dataPoints":[{"timeUnixNano":"1"}]}}"#, "has no value"),
            (#"{"name":"","gauge":{"dataPoints":[{"asInt":"1"}]}}"#, "no name"),
            (
                #"{"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[{"bucketCounts":["1"],"explicitBounds":[1]}]}}"#,
                "one bucket more"
            ),
        ])
    func rejected(metric: String, reason: String) throws {
        let translation = try OTLPMetrics(json: Self.request(metric)).samples()
        #expect(translation.samples.isEmpty && translation.rejected == 1)
        #expect(translation.reasons.first?.contains(reason) == true, "\(translation.reasons)")
    }

    @Test("what is no message is refused, wherever it breaks off")
    func damage() throws {
        #expect(throws: OTLPError.self) { try OTLPMetrics(json: Data("[1]".utf8)) }
        #expect(throws: OTLPError.self) { try OTLPMetrics(json: Data("{".utf8)) }
        // resource_metrics of 100 bytes, of which two are there.
        #expect(throws: OTLPError.self) {
            try [UInt8]([0x0a, 0x64, 1, 2]).withUnsafeBytes { try OTLPMetrics(protobuf: $0) }
        }
        // An attribute's value that is a list in a list, without end.
        var value: [UInt8] = []
        for _ in 0..<40 {
            var list: [UInt8] = [0x0a]
            list.appendCounted(value)
            value = [0x2a]
            value.appendCounted(list)
        }
        var pair: [UInt8] = [0x0a, 1, UInt8(ascii: "k"), 0x12]
        pair.appendCounted(value)
        var resource: [UInt8] = [0x0a]
        resource.appendCounted(pair)
        var entry: [UInt8] = [0x0a]
        entry.appendCounted(resource)
        var message: [UInt8] = [0x0a]
        message.appendCounted(entry)
        #expect(throws: OTLPError.self) { try message.withUnsafeBytes { try OTLPMetrics(protobuf: $0) } }
    }

    @Test("a request that unfolds into more than the limits is refused with the limit's name, while it is decoded")
    func bombs() throws {
        func json(_ metrics: String) -> Data {
            Data(#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[\#(metrics)]}]}]}"#.utf8)
        }
        func list(_ one: String, _ count: Int) -> String { Array(repeating: one, count: count).joined(separator: ",") }
        let metric = #"{"name":"a","gauge":{"dataPoints":[{"asDouble":1,"timeUnixNano":"1"}]}}"#
        let buckets = #"{"name":"a","histogram":{"dataPoints":[{"bucketCounts":[\#(list("1", 300_000))]}]}}"#
        let bombs: [(body: Data, limit: String)] = [
            (json(list(metric, 250_001)), "limit of 250000 points"),
            (json(buckets), "limit of 250000 points"),
            (json(String(repeating: "[", count: 1_000)), "nested more than 64 deep"),
            (json(#"{"name":"\#(String(repeating: "x", count: 2 << 20))"}"#), "limit of 1048576 bytes"),
        ]
        for (body, limit) in bombs {
            let error = #expect(throws: OTLPError.self) { try OTLPMetrics(json: body) }
            #expect(error?.description.contains(limit) == true, "\(error?.description ?? "")")
        }
        // Metrics without points cost nothing, however many.
        #expect(try OTLPMetrics(json: json(list("{}", 300_000))).samples().samples.isEmpty)
        #expect(try OTLPMetrics(json: json(list(metric, 100_000))).samples().samples.count == 100_000)
        // The same in protobuf: a gauge (5) of points (1) without a field.
        func protobuf(_ points: Int) -> [UInt8] {
            let fields: [(UInt8, [UInt8])] = [(5, Array(repeating: [0x0a, 0], count: points).flatMap { $0 })]
            var content: [UInt8] = []
            for (field, bytes) in fields {
                content.append(field << 3 | 2)
                content.appendCounted(bytes)
            }
            for field: UInt8 in [2, 2, 1] {
                var outer: [UInt8] = [field << 3 | 2]
                outer.appendCounted(content)
                content = outer
            }
            return content
        }
        #expect(throws: OTLPError.self) {
            try protobuf(250_001).withUnsafeBytes { try OTLPMetrics(protobuf: $0) }
        }
        #expect(try protobuf(100_000).withUnsafeBytes { try OTLPMetrics(protobuf: $0) }.resources.count == 1)
    }
}

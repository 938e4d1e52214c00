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
        "a temporality that is no such number counts as none",
        arguments: [
            String(repeating: "5", count: 60), "1e300", "-1e300", "1.5", #""NaN""#, #""Infinity""#, "null", "[]",
        ])
    func temporality(_ text: String) throws {
        let metric = #"""
            {"name":"n","sum":{"aggregationTemporality":\#(text),"dataPoints":[{"timeUnixNano":"1","asInt":"1"}]}}
            """#
        let translation = try OTLPMetrics(json: Self.request(metric)).samples()
        #expect(translation.samples.isEmpty && translation.rejected == 1)
    }

    @Test("exemplars are kept: of a counter with it, of a histogram with the bucket in which their value falls")
    func exemplars() throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        func exemplar(_ value: Double, _ attributes: String = "") -> String {
            #"{"timeUnixNano":"2000000","asDouble":\#(value),"traceId":"\#(trace)","spanId":"b7ad6b7169203331","#
                + #""filteredAttributes":[\#(attributes)]}"#
        }
        let plate = #"{"key":"plate.id","value":{"stringValue":"51F"}}"#
        let long = #"{"key":"note","value":{"stringValue":"\#(String(repeating: "x", count: 100))"}}"#
        let counter = #"""
            {"name":"n","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"timeUnixNano":"3000000",
            "asInt":"4","exemplars":[\#(exemplar(1, plate)),\#(exemplar(2, long))]}]}}
            """#
        let counted = try OTLPMetrics(json: Self.request(counter)).samples().exemplars
        #expect(counted.map(\.labels.metricName) == ["n_total", "n_total"])
        let ids: Labels = ["trace_id": trace, "span_id": "b7ad6b7169203331"]
        #expect(counted.map(\.exemplar.labels) == [ids.setting("plate_id", "51F"), ids])
        #expect(counted.map(\.exemplar.timestamp) == [2, 2] && counted.map(\.exemplar.value) == [1, 2])
        let histogram = #"""
            {"name":"d","histogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"3000000","count":"3",
            "bucketCounts":["1","1","1"],"explicitBounds":[0.1,1],"exemplars":[\#(exemplar(0.1)),\#(exemplar(0.5)),\#(exemplar(9))]}]}}
            """#
        let found = try OTLPMetrics(json: Self.request(histogram)).samples()
        #expect(found.exemplars.map { $0.labels["le"] } == ["0.1", "1", "+Inf"])
        let series = Set(found.samples.map(\.labels))
        #expect(found.exemplars.allSatisfy { series.contains($0.labels) })
    }

    @Test("exemplars in protobuf are those in JSON")
    func exemplarsInProtobuf() throws {
        func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
            var bytes = [number << 3 | 2]
            bytes.appendCounted(content)
            return bytes
        }
        func fixed(_ number: UInt8, _ bits: UInt64) -> [UInt8] {
            [number << 3 | 1] + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
        }
        let pair = field(1, Array("k".utf8)) + field(2, field(1, Array("v".utf8)))
        let exemplar =
            fixed(2, 2_000_000) + fixed(3, (0.5).bitPattern) + field(4, Array(1...8)) + field(5, Array(1...16))
            + field(7, pair)
        let number = fixed(3, 3_000_000) + fixed(4, (7.0).bitPattern) + field(5, exemplar)
        let counter = field(1, Array("n".utf8)) + field(7, field(1, number) + [2 << 3, 2, 3 << 3, 1])
        let bucket =
            fixed(3, 3_000_000) + fixed(4, 1) + field(6, Array(fixed(0, 1).dropFirst() + fixed(0, 0).dropFirst()))
            + field(7, Array(fixed(0, (1.0).bitPattern).dropFirst())) + field(8, exemplar)
        let histogram = field(1, Array("d".utf8)) + field(9, field(1, bucket) + [2 << 3, 2])
        let request = field(1, field(2, field(2, counter) + field(2, histogram)))
        let found = try request.withUnsafeBytes { try OTLPMetrics(protobuf: $0) }.samples().exemplars
        #expect(found.map(\.labels.metricName) == ["n_total", "d_bucket"] && found.last?.labels["le"] == "1")
        let labels: Labels = [
            "trace_id": "0102030405060708090a0b0c0d0e0f10", "span_id": "0102030405060708", "k": "v",
        ]
        #expect(found.map(\.exemplar) == Array(repeating: Exemplar(labels: labels, value: 0.5, timestamp: 2), count: 2))
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

import Exposition
import Model
import Testing

/// What our own endpoint writes, and in which format.
struct WriterTests {
    private static let families = [
        MetricFamily(
            name: "camera_frames_total", kind: .counter, help: "Frames with \"quotes\",\nlines and \\.",
            points: [
                MetricPoint(labels: ["__name__": "camera_frames_total", "camera_id": "gate"], value: 12),
                MetricPoint(
                    labels: ["__name__": "camera_frames_total", "camera_id": "a\"b\\c\nd", "ü.x": "é"], value: 0.1),
            ]),
        MetricFamily(
            name: "latency_ms", kind: .histogram, help: "Latency.",
            points: [
                MetricPoint(labels: ["__name__": "latency_ms_bucket", "le": "10"], value: 1),
                MetricPoint(labels: ["__name__": "latency_ms_bucket", "le": "+Inf"], value: 2),
                MetricPoint(labels: ["__name__": "latency_ms_sum"], value: 1e300),
                MetricPoint(labels: ["__name__": "latency_ms_count"], value: 2),
            ]),
        MetricFamily(
            name: "camera_fps", kind: .gauge, help: "",
            points: [
                MetricPoint(labels: ["__name__": "camera_fps", "camera_id": "a"], value: .infinity),
                MetricPoint(labels: ["__name__": "camera_fps", "camera_id": "b"], value: -.infinity),
                MetricPoint(labels: ["__name__": "camera_fps", "camera_id": "c"], value: -0.0),
            ]),
        MetricFamily(
            name: "build_info", kind: .info, help: "The build.",
            points: [MetricPoint(labels: ["__name__": "build_info", "version": "1"], value: 1)]),
        MetricFamily(
            name: "old", kind: .unknown, help: "Of no kind.",
            points: [MetricPoint(labels: ["__name__": "old"], value: .leastNonzeroMagnitude)]),
    ]

    @Test("What is written reads the same", arguments: [ExpositionFormat.text, .openMetrics])
    func roundTrip(_ format: ExpositionFormat) throws {
        let bytes = page(of: Self.families, format: format)
        var sink = CollectingSink()
        try ExpositionParser.parse(bytes, format: format, into: &sink)
        let points = Self.families.flatMap(\.points)
        #expect(sink.points.map(\.labels) == points.map(\.labels))
        #expect(sink.points.map(\.value.bitPattern) == points.map(\.value.bitPattern))
        let isText = format == .text
        #expect(sink.helps[isText ? "camera_frames_total" : "camera_frames"] == Self.families[0].help)
        #expect(sink.kinds[isText ? "camera_frames_total" : "camera_frames"] == .counter)
        #expect(sink.kinds[isText ? "build_info" : "build"] == (isText ? .gauge : .info))
        #expect(sink.kinds["old"] == .unknown)
    }

    @Test("Exemplars stand on pages of OpenMetrics only, and read the same")
    func exemplars() throws {
        let family = MetricFamily(
            name: "seconds", kind: .histogram, help: "Seconds.",
            points: [
                MetricPoint(
                    labels: ["__name__": "seconds_bucket", "le": "1"], value: 1,
                    exemplar: Exemplar(
                        labels: ["trace_id": "0af7", "span_id": "b7ad"], value: 0.25, timestamp: 1_790_000_000_123)),
                MetricPoint(
                    labels: ["__name__": "seconds_bucket", "le": "+Inf"], value: 2,
                    exemplar: Exemplar(labels: .empty, value: 3, timestamp: 1_790_000_000_000)),
                MetricPoint(labels: ["__name__": "seconds_sum"], value: 3.25),
                MetricPoint(labels: ["__name__": "seconds_count"], value: 2),
            ])
        let shown = page(of: [family], format: .openMetrics)
        #expect(
            String(decoding: shown, as: UTF8.self) == """
                # HELP seconds Seconds.
                # TYPE seconds histogram
                seconds_bucket{le="1"} 1 # {span_id="b7ad",trace_id="0af7"} 0.25 1790000000.123
                seconds_bucket{le="+Inf"} 2 # {} 3 1790000000
                seconds_sum 3.25
                seconds_count 2
                # EOF

                """)
        var sink = CollectingSink()
        try ExpositionParser.parse(shown, format: .openMetrics, into: &sink)
        #expect(sink.exemplars.map(\.labels) == [["trace_id": "0af7", "span_id": "b7ad"], .empty])
        #expect(sink.exemplars.map(\.value) == [0.25, 3])
        #expect(sink.exemplars.map(\.timestamp) == [1_790_000_000_123, 1_790_000_000_000])
        let text = String(decoding: page(of: [family], format: .text), as: UTF8.self)
        #expect(!text.contains("trace_id"))
    }

    @Test("The pages are exactly these")
    func exact() {
        let families = [Self.families[0], Self.families[3]]
        #expect(
            String(decoding: page(of: families, format: .text), as: UTF8.self) == """
                # HELP camera_frames_total Frames with "quotes",\\nlines and \\\\.
                # TYPE camera_frames_total counter
                camera_frames_total{camera_id="gate"} 12
                camera_frames_total{camera_id="a\\"b\\\\c\\nd","ü.x"="é"} 0.1
                # HELP build_info The build.
                # TYPE build_info gauge
                build_info{version="1"} 1

                """)
        #expect(
            String(decoding: page(of: families, format: .openMetrics), as: UTF8.self) == """
                # HELP camera_frames Frames with \\"quotes\\",\\nlines and \\\\.
                # TYPE camera_frames counter
                camera_frames_total{camera_id="gate"} 12
                camera_frames_total{camera_id="a\\"b\\\\c\\nd","ü.x"="é"} 0.1
                # HELP build The build.
                # TYPE build info
                build_info{version="1"} 1
                # EOF

                """)
    }

    @Test("A NaN is written and read as one")
    func nan() throws {
        let family = MetricFamily(
            name: "a", kind: .gauge, help: "", points: [MetricPoint(labels: ["__name__": "a"], value: .nan)])
        let bytes = page(of: [family], format: .openMetrics)
        #expect(String(decoding: bytes, as: UTF8.self).contains("a NaN\n"))
        var sink = CollectingSink()
        try ExpositionParser.parse(bytes, format: .openMetrics, into: &sink)
        #expect(sink.points[0].value.isNaN)
    }

    @Test(
        "The format is the one that the scraper wants most",
        arguments: [
            (nil, .text), ("", .text), ("*/*", .text), ("text/html", .text),
            ("application/openmetrics-text", .openMetrics),
            ("application/openmetrics-text;version=1.0.0", .openMetrics),
            ("application/openmetrics-text; version=1.0.0; q=0.5, text/plain; q=0.9", .text),
            ("text/plain;q=0.2,application/openmetrics-text;q=0.3", .openMetrics),
            ("application/openmetrics-text;q=0,*/*", .text), ("Application/OpenMetrics-Text ; Q=1", .openMetrics),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                    + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;"
                    + "q=0.2,*/*;q=0.1",
                .openMetrics
            ), (ExpositionFormat.accept, .openMetrics), (",;,", .text),
        ] as [(String?, ExpositionFormat)])
    func negotiation(_ accept: String?, _ wanted: ExpositionFormat) {
        #expect(ExpositionFormat.negotiate(accept: accept) == wanted)
    }

    @Test("An answer's format is the one that its header names")
    func contentType() {
        #expect(ExpositionFormat(contentType: ExpositionFormat.text.contentType) == .text)
        #expect(ExpositionFormat(contentType: ExpositionFormat.openMetrics.contentType) == .openMetrics)
        #expect(ExpositionFormat(contentType: "Application/OpenMetrics-Text") == .openMetrics)
        #expect(ExpositionFormat(contentType: nil) == .text)
        #expect(ExpositionFormat(contentType: "application/json") == .text)
    }
}

/// A whole page of families.
private func page(of families: [MetricFamily], format: ExpositionFormat) -> [UInt8] {
    var bytes: [UInt8] = []
    for family in families { ExpositionWriter.append(family, format, to: &bytes) }
    return bytes + (format == .openMetrics ? Array("# EOF\n".utf8) : [])
}

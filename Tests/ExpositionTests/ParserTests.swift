import Exposition
import Model
import Testing

/// What is read of Prometheus' text format and of OpenMetrics.
struct ParserTests {
    @Test("The text format gives series, values, times and explanations")
    func text() throws {
        let page = try CollectingSink.read(
            """
            # HELP camera_fps Delivered frames a second.\\nBack\\\\slash "quoted"
            # TYPE camera_fps gauge
            # Just a comment
            #
            camera_fps{camera_id="gate",site="a\\\\b\\"c\\nd"} 24.5 1700000000123
              camera_fps { camera_id = "yard" , }   +Inf

            camera_up\t1
            temperature{} -3.5e-2 -5
            # TYPE old untyped
            old NaN
            {"http.requests","status.code"="200"} 7
            # EOF
            after{a="}"} 1

            """)
        #expect(page.kinds == ["camera_fps": .gauge, "old": .unknown])
        #expect(page.helps == ["camera_fps": "Delivered frames a second.\nBack\\slash \"quoted\""])
        let shown = page.points.map { "\($0.labels) \($0.value) \($0.timestamp.map(String.init) ?? "-")" }
        #expect(
            shown == [
                "camera_fps{camera_id=\"gate\", site=\"a\\\\b\\\"c\\nd\"} 24.5 1700000000123",
                "camera_fps{camera_id=\"yard\"} inf -", "camera_up 1.0 -", "temperature -0.035 -5", "old nan -",
                "http.requests{status.code=\"200\"} 7.0 -", "after{a=\"}\"} 1.0 -",
            ])
    }

    @Test(
        "Numbers are read as Go reads them",
        arguments: [
            ("0", 0), ("-0", -0.0), ("1.", 1), (".5", 0.5), ("+1e3", 1_000), ("1E-3", 0.001), ("Inf", .infinity),
            ("-inf", -.infinity), ("+Infinity", .infinity), ("12345678901234567000", 12_345_678_901_234_567e3),
            ("999999999999999", 999_999_999_999_999), ("1e-400", 0), ("007", 7),
        ] as [(String, Double)])
    func numbers(_ text: String, _ value: Double) throws {
        for format in [ExpositionFormat.text, .openMetrics] {
            let page = try CollectingSink.read("a \(text)\n" + (format == .text ? "" : "# EOF\n"), format)
            #expect(page.points.map(\.value) == [value])
        }
    }

    @Test("A NaN that a page tells is never taken for the mark of an ended series")
    func nan() throws {
        let value = try CollectingSink.read("a NaN\n").points[0].value
        #expect(value.isNaN && !StaleMarker.isStale(value))
    }

    @Test(
        "A line that is not of the text format is refused with its number",
        arguments: [
            "a", "a ", "a one", "a 1 2 3", "a 1 1.5", "a 1 now", "a{b=\"c\" 1", "a{b=\"c} 1", "a{b=c} 1", "a{=\"c\"} 1",
            "a{b=\"c\",b=\"d\"} 1", "a{b=\"c\"d=\"e\"} 1", "a{,} 1", "a{b=\"c\",,} 1", "1a 1", "a-b 1",
            "a{b-c=\"d\"} 1",
            "{} 1", "{b=\"c\"} 1", "a{\"x\"} 1", "a 0x1F", "a 1_000", "a 1e999", "a nan(1)", "# TYPE a rate", "# TYPE",
            "# HELP", "a{__name__=\"b\"} 1", "a{b=\"\u{1}", "=1", "\"a.b\" 1", "a{b=\"c\"}x 1",
        ])
    func refused(_ line: String) {
        let refusal = CollectingSink.refusal(of: Array("ok 1\n\(line)\n".utf8), .text)
        #expect(refusal?.hasPrefix("cannot read the metrics: line 2: ") ?? false, "\(line): \(refusal ?? "accepted")")
    }

    @Test("Names and values that are not UTF-8 are refused")
    func encoding() {
        let pages: [[UInt8]] = [
            Array("a{b=\"".utf8) + [0xff] + Array("\"} 1\n".utf8), [0xff] + Array(" 1\n".utf8),
            Array("# HELP a ".utf8) + [0xc3, 0x28] + Array("\n".utf8),
        ]
        for page in pages { #expect(CollectingSink.refusal(of: page, .text) != nil) }
    }

    @Test("Line ends of DOS are forgiven in the text format, not in OpenMetrics")
    func carriageReturns() throws {
        let page = try CollectingSink.read("# HELP a Help\r\n# TYPE a counter\r\n\r\na{b=\"c\"} 1\r\na 2 3\r\n")
        #expect(page.points.map(\.value) == [1, 2])
        #expect(page.points[1].timestamp == 3)
        #expect(page.helps == ["a": "Help"] && page.kinds == ["a": .counter])
        #expect(CollectingSink.refusal(of: Array("a 1\r\n# EOF\n".utf8), .openMetrics) != nil)
        #expect(CollectingSink.refusal(of: Array("a 1\n# EOF\r\n".utf8), .openMetrics) != nil)
    }

    @Test("The last line needs no line feed")
    func unfinished() throws {
        #expect(try CollectingSink.read("a 1\nb 2").points.count == 2)
        #expect(try CollectingSink.read("a 1\n# EOF", .openMetrics).points.count == 1)
        #expect(try CollectingSink.read("").points.isEmpty)
    }

    @Test("OpenMetrics gives times in seconds, and its exemplars are read over")
    func openMetrics() throws {
        let page = try CollectingSink.read(
            """
            # TYPE stream_bytes counter
            # UNIT stream_bytes bytes
            # HELP stream_bytes Sent \\"bytes\\".
            stream_bytes_total{stream="hls"} 17 1520879607.789 # {trace_id="a} # \\"b"} 0.67 1520879606.1
            stream_bytes_created{stream="hls"} 1.5e9
            # TYPE latency histogram
            latency_bucket{le="+Inf"} 3 # {} -1
            # TYPE build info
            build_info{version="1"} 1
            # TYPE mode stateset
            mode{mode="day"} 1 -0.0005
            # EOF

            """, .openMetrics)
        #expect(page.points.map(\.value) == [17, 1.5e9, 3, 1, 1])
        #expect(page.points.map(\.timestamp) == [1_520_879_607_789, nil, nil, nil, -1])
        #expect(page.kinds["build"] == .info && page.kinds["mode"] == .stateset)
        #expect(page.helps == ["stream_bytes": "Sent \"bytes\"."])
    }

    @Test(
        "OpenMetrics is strict",
        arguments: [
            "a 1\n", "a 1\n# EOF\n\n", "a 1\n# EOF\nb 1\n", "# EOF x\n", "#  EOF\n", "\n# EOF\n", "a  1\n# EOF\n",
            "a 1 \n# EOF\n", " a 1\n# EOF\n", "a\t1\n# EOF\n", "# comment\n# EOF\n", "# TYPE a untyped\n# EOF\n",
            "# TYPE a\n# EOF\n", "# UNIT a_bytes seconds\n# EOF\n", "a_total 1 NaN\n# EOF\n",
            "a 1 # {b=\"c\"} 1\n# EOF\n",
            "a_total 1 # {b=\"c\"}\n# EOF\n", "a_total 1 # {b=\"c\"} x\n# EOF\n", "a_total 1 # {b=\"c\"} 1 x\n# EOF\n",
            "a_total 1 # {b=\"c\"} 1 1 1\n# EOF\n", "a_total 1 #{b=\"c\"} 1\n# EOF\n",
            "a{b=\"c\"}1\n# EOF\n",
        ])
    func strict(_ page: String) {
        #expect(CollectingSink.refusal(of: Array(page.utf8), .openMetrics) != nil)
    }

    @Test("Garbage never stops the parser")
    func garbage() {
        let seeds = [
            "# HELP a b\n# TYPE a counter\na_total{b=\"c\\\"d\",e=\"f\"} 1.5e3 17 # {g=\"h\"} 1 2\n# "
                + "UNIT a_s s\n# EOF\n",
            "{\"a.b\",\"c\"=\"d\"} NaN\n a { b = \"c\" , } +Inf 5\r\n\n#\n", "", "a{", "a{b=\"\\", "# ", "#",
            "# HELP \"",
        ].map { Array($0.utf8) }
        let spice = Array("{}\"\\,= \t\r\n#\0".utf8) + [0xff, 0xc3]
        var random: UInt64 = 7
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % max(bound, 1)
        }
        for _ in 0..<20_000 {
            var page = seeds[next(seeds.count)]
            for _ in 0...next(4) {
                let place = next(page.count + 1)
                switch next(4) {
                case 0 where place < page.count: page.remove(at: place)
                case 1 where place < page.count: page[place] = UInt8(next(256))
                case 2: page = Array(page.prefix(place))
                default: page.insert(spice[next(spice.count)], at: place)
                }
            }
            _ = CollectingSink.refusal(of: page, .text)
            _ = CollectingSink.refusal(of: page, .openMetrics)
        }
    }
}

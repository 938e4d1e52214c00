import Model
import TestSupport
import Testing
import Tracing

@testable import OTLPTracing

/// Headers as a dictionary, whose names have a case.
struct HeaderCarrier: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}

@Suite("Headers of a trace")
struct PropagationTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"
    private static let maker = SpanMaker(
        resource: SpanResource(), scope: SpanScope(), sampler: .parentBased(.always),
        propagators: TracePropagator.allCases, sink: SpanBox())

    /// What headers say, in short: `trace span decision flags state`.
    private static func words(_ headers: [String: String]) -> String? {
        var context = InstrumentationContext.topLevel
        maker.extract(headers.mapValues(put), into: &context, using: HeaderCarrier())
        guard let place = context.traceContext else { return nil }
        let ids = place.namesSpan ? "\(place.traceID) \(place.spanID) " : ""
        let decision = place.decision.map { $0 ? "kept" : "left" } ?? "open"
        return ids.replacing(trace, with: "#").replacing(span, with: "~") + decision
            + (place.isRandom ? " random" : "") + (place.state.isEmpty ? "" : " " + place.state)
    }

    private static func put(_ text: String) -> String { text.replacing("#", with: trace).replacing("~", with: span) }

    @Test(
        "of the W3C are read",
        arguments: [
            (["traceparent": "00-#-~-01"], "# ~ kept"), (["traceparent": "00-#-~-00"], "# ~ left"),
            (["traceparent": "00-#-~-03"], "# ~ kept random"), (["traceparent": "00-#-~-02"], "# ~ left random"),
            (["traceparent": " 00-#-~-01\t"], "# ~ kept"), (["traceparent": "00-#-~-ff"], "# ~ kept random"),
            (["traceparent": "01-#-~-01"], "# ~ kept"), (["traceparent": "fe-#-~-03-more-of-it"], "# ~ kept"),
            (["traceparent": "00-#-~-01", "tracestate": "a=1, b@c=2 ,"], "# ~ kept a=1,b@c=2"),
            (["traceparent": "00-#-~-01", "tracestate": "A=1"], "# ~ kept"),
            (["traceparent": "00-#-~-01", "tracestate": "a=1,a=2"], "# ~ kept"),
            (["traceparent": "00-#-~-01", "tracestate": "a"], "# ~ kept"),
            (["traceparent": "00-#-~-01", "tracestate": ""], "# ~ kept"),
        ])
    func w3c(_ headers: [String: String], _ wanted: String) { #expect(Self.words(headers) == wanted, "\(headers)") }

    @Test(
        "of Zipkin are read, one or several, where there are none of the W3C that are right",
        arguments: [
            (["b3": "#-~-1"], "# ~ kept"), (["b3": "#-~-0"], "# ~ left"), (["b3": "#-~-d"], "# ~ kept"),
            (["b3": "#-~"], "# ~ open"), (["b3": "#-~-1-~"], "# ~ kept"), (["b3": "~-~-1"], "0000000000000000~ ~ kept"),
            (["b3": "0"], "left"), (["b3": "1"], "kept"), (["b3": "d"], "kept"),
            (["traceparent": "x", "b3": "#-~-0"], "# ~ left"),
            (["traceparent": "00-#-~-01", "b3": "#-~-0"], "# ~ kept"),
            (["X-B3-TraceId": "#", "X-B3-SpanId": "~", "X-B3-Sampled": "1"], "# ~ kept"),
            (["x-b3-traceid": "#", "x-b3-spanid": "~", "x-b3-sampled": "false"], "# ~ left"),
            (["X-B3-TraceId": "#", "X-B3-SpanId": "~", "X-B3-Flags": "1"], "# ~ kept"),
            (["X-B3-TraceId": "#", "X-B3-SpanId": "~"], "# ~ open"), (["X-B3-Sampled": "0"], "left"),
        ])
    func b3(_ headers: [String: String], _ wanted: String) { #expect(Self.words(headers) == wanted, "\(headers)") }

    @Test(
        "that are wrong give nothing",
        arguments: [
            [:], ["traceparent": ""], ["traceparent": "-"], ["traceparent": "---"], ["traceparent": "ff-#-~-01"],
            ["traceparent": "00-#-~"], ["traceparent": "00-#-~-01-x"], ["traceparent": "00-#-~-1"],
            ["traceparent": "00-#-~-0g"], ["traceparent": "00-#-0000000000000000-01"], ["traceparent": "0-#-~-01"],
            ["traceparent": "00-00000000000000000000000000000000-~-01"], ["traceparent": "00-#0-~-01"],
            ["traceparent": "00-4BF92F3577B34DA6A3CE929D0E0E4736-~-01"], ["traceparent": "00-#-~-01, 00-#-~-01"],
            ["traceparent": "00-é-~-01"], ["traceparent": "+0-#-~-01"], ["tracestate": "a=1"],
            ["b3": ""], ["b3": "x"], ["b3": "#"], ["b3": "#-"], ["b3": "#-~-2"], ["b3": "#-~-1-x"],
            ["b3": "#-~-1-~-1"], ["b3": "00000000000000000000000000000000-~-1"], ["b3": "#-0000000000000000-1"],
            ["X-B3-TraceId": "#"], ["X-B3-SpanId": "~"], ["X-B3-TraceId": "#", "X-B3-SpanId": "x"],
            ["X-B3-TraceId": "#", "X-B3-SpanId": "~", "X-B3-Sampled": "perhaps"],
        ])
    func wrong(_ headers: [String: String]) { #expect(Self.words(headers) == nil, "\(headers)") }

    @Test("are written so that each kind is read again as it was")
    func roundTrip() {
        let place = TraceContext(
            trace: TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736), span: SpanID(0xf0_67aa_0ba9_02b7),
            decision: true, isRandom: true, state: "a=1")
        var context = InstrumentationContext.topLevel
        context.traceContext = place
        var headers: [String: String] = [:]
        Self.maker.inject(context, into: &headers, using: HeaderCarrier())
        #expect(
            headers == [
                "traceparent": Self.put("00-#-~-03"), "tracestate": "a=1", "b3": Self.put("#-~-1"),
                "X-B3-TraceId": Self.trace, "X-B3-SpanId": Self.span, "X-B3-Sampled": "1",
            ])
        #expect(Self.words(headers.filter { $0.key.hasPrefix("trace") }) == "# ~ kept random a=1")
        #expect(Self.words(headers.filter { $0.key == "b3" }) == "# ~ kept")
        #expect(Self.words(headers.filter { $0.key.hasPrefix("X") }) == "# ~ kept")
        var none: [String: String] = [:]
        Self.maker.inject(.topLevel, into: &none, using: HeaderCarrier())
        #expect(none.isEmpty)
    }

    @Test("of any bytes end no process, and a long list of states is cut at whole members")
    func hostile() throws {
        var generator = SeededGenerator(for: "headers of traces")
        let seeds = ["00-#-~-01", "#-~-1-~", "a=1,b=2"].map { Array(Self.put($0).utf8) }
        for _ in 0..<2_000 {
            guard var bytes = seeds.randomElement(using: &generator) else { continue }
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = Self.words(["traceparent": text])
            _ = Self.words(["b3": text])
            _ = Self.words(["traceparent": "00-#-~-01", "tracestate": text])
        }
        let long = (0..<40).map { "key\($0)=" + String(repeating: "v", count: 30) }.joined(separator: ",")
        let words = try #require(Self.words(["traceparent": "00-#-~-01", "tracestate": long]))
        let state = words.dropFirst("# ~ kept ".count)
        #expect(state.utf8.count <= 512 && long.hasPrefix(state) && state.hasSuffix("v"))
    }
}

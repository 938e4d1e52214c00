import Model
import TestSupport
import Testing

@testable import LogShipping

@Suite("The trace of a line")
struct TraceTextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    private static func words(_ line: String) -> String? {
        TraceText.find(in: line).map { $0.traceID + ($0.spanID.map { " " + $0 } ?? "") }
    }

    /// The line with the numbers in their places: `#` the trace's, `~` the span's.
    private static func put(_ line: String) -> String { line.replacing("#", with: trace).replacing("~", with: span) }

    @Test(
        "and the span are known, as programs write them",
        arguments: [
            "x trace_id=# span_id=~, slow", "x trace_id: \"#\" span_id: \"~\"", "span_id=~ trace_id=#",
            "[trace_id=# span_id=~ resource.service.name=api trace_sampled=True] - x",
            "2026-11-26 05:00:00.123 ERROR x [traceId=#, spanId=~]",
            "{\"msg\":\"x\",\"trace_id\":\"#\",\"span_id\":\"~\"", "TraceId:#, SpanId:~", "trace.id=# span.id=~",
            "trace-id='#' span-id='~'", "x traceparent=00-#-~-01 y", "traceparent: 00-#-~-03",
            "{\"traceparent\": \"00-#-~-00\"}", "x otelTraceID=# otelSpanID=~", "traceID=#;spanID=~",
            "\"{\\\"trace_id\\\":\\\"#\\\",\\\"span_id\\\":\\\"~\\\"}\"", "trace_id=#\tspan_id=~",
            "stack trace: trace_id=0 trace_id=# span_id=~", "traceparent=01-#-~-01",
        ])
    func found(_ line: String) {
        let text = Self.put(line)
        #expect(Self.words(text) == Self.put("# ~"), "\(text)")
        // In capitals the numbers are the same.
        let capitals = line.replacing("#", with: Self.trace.uppercased()).replacing("~", with: Self.span.uppercased())
        #expect(Self.words(capitals) == Self.put("# ~"), "\(capitals)")
    }

    @Test(
        "is known alone, and one of 64 bits has zeros in front",
        arguments: [
            ("trace_id=#", "#"), ("trace_id=# span_id=0000000000000000", "#"), ("trace_id=# span_id=12", "#"),
            ("trace_id=# parent_span_id=~", "#"), ("trace_id=~", "0000000000000000~"),
            ("trace_id=~ span_id=~", "0000000000000000~ ~"), ("trace_id=#.", "#"), ("(trace_id=#)", "#"),
        ])
    func alone(_ line: String, _ wanted: String) {
        #expect(Self.words(Self.put(line)) == Self.put(wanted), "\(line)")
    }

    @Test(
        "is none where there is no number of one",
        arguments: [
            "", "trace", "Trace", "trace_id", "trace_id=", "trace_id=0", "trace_id= ", "trace_id=\"", "no trace of it",
            "trace_id=00000000000000000000000000000000 span_id=~", "trace_id=#x", "trace_id=#0", "xtrace_id=#",
            "parent_trace_id=#", "trace_id=4bf92f3577b34da6a3ce929d0e0e473", "trace_id=#-1", "dd.trace_id=#",
            "trace_id=4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "trace_id #", "traceback=#", "span_id=~",
            "trace_id=4bf92f3577b34da6a3ce929d0e0e473g", "traceparent=ff-#-~-01", "traceparent=00-#-~",
            "traceparent=00-#-~-0g", "traceparent=00-00000000000000000000000000000000-~-01", "racetrace_id=#",
            "traceparent=00-#-~-011", "traceparent=", "traceparent", "dd.trace_id=1234567890123456",
        ])
    func none(_ line: String) {
        #expect(Self.words(Self.put(line)) == nil, "\(line)")
    }

    @Test("is found wherever it stands, and at the end of what is cut off nothing is read")
    func places() {
        for count in 0..<70 {
            let front = String(repeating: "t", count: count) + " "
            let line = front + "trace_id=\(Self.trace) span_id=\(Self.span)"
            #expect(Self.words(line) == "\(Self.trace) \(Self.span)", "behind \(count)")
            #expect(Self.words(String(line.dropLast(26))) == nil, "cut behind \(count)")
        }
        let parent = "traceparent=00-\(Self.trace)-\(Self.span)-01"
        for count in 0..<parent.count { #expect(Self.words(String(parent.prefix(count))) == nil, "\(count)") }
    }

    @Test("is a field of the line's event, as events of OpenTelemetry have it")
    func fields() {
        let line = "2026-11-26 05:00:00 ERROR x camera_id=7 [trace_id=\(Self.trace) span_id=\(Self.span)]"
        let facts = LineFacts(line, LineContext(zone: .utc, now: 0, path: ""))
        #expect(facts.fields["trace.id"] == .string(Self.trace))
        #expect(facts.fields["span.id"] == .string(Self.span))
        #expect(facts.fields["camera_id"] == .string("7"))
        var event = LogEvent(timestamp: 0, fields: ["message": .string(line), "level": .string("ERROR")])
        UntouchedEvents(timeZone: "UTC").complete(&event, isTimed: true, now: 0)
        #expect(event["trace.id"] == .string(Self.trace) && event["span.id"] == .string(Self.span))
        event.fields["trace.id"] = .string("own")
        UntouchedEvents(timeZone: "UTC").complete(&event, isTimed: true, now: 0)
        #expect(event["trace.id"] == .string("own"))
    }
}

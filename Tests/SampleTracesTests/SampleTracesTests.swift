import Model
import SampleTraces
import Testing

@Suite("Traces of a made-up site")
struct SampleTracesTests {
    private static let start: Int64 = 1_790_000_000_000_000_000

    private func spans(seed: UInt64 = 1, _ count: Int = 20_000) -> [Span] {
        var traces = SampleTraces(seed: seed, start: Self.start)
        return traces.spans(atLeast: count)
    }

    @Test("The same seed gives the same traces, another one others")
    func isRepeatable() {
        #expect(spans(seed: 7, 500) == spans(seed: 7, 500))
        #expect(spans(seed: 7, 500) != spans(seed: 8, 500))
    }

    @Test(
        "A trace has one root, each other span's parent stands before it, and a span of one process ends in its parent")
    func isWhole() {
        var generator = SampleTraces(start: Self.start)
        for _ in 0..<2_000 {
            let trace = generator.next()
            var known: [SpanID: Span] = [:]
            #expect(trace.filter(\.isRoot).count == 1)
            for span in trace {
                #expect(!span.spanID.isZero && !span.traceID.isZero && span.end >= span.start)
                #expect(known.updateValue(span, forKey: span.spanID) == nil)
                guard let parent = known[span.parentID] else {
                    #expect(span.isRoot)
                    continue
                }
                #expect(span.start >= parent.start && span.end <= parent.end)
            }
            #expect(Set(trace.map(\.traceID)).count == 1)
        }
    }

    @Test("Its services, sizes and errors are those of a site at work")
    func isOfASite() {
        let spans = spans()
        let traces = Set(spans.map(\.traceID)).count
        let attributes = spans.reduce(0) { $0 + $1.attributes.count }
        let errors = spans.count { $0.status == .error }
        #expect(
            Set(spans.map(\.service)) == [
                "recorder", "indexer", "uploader", "plate-reader", "gateway", "api", "playback",
            ])
        #expect((5.0...8.0).contains(Double(spans.count) / Double(traces)), "\(Double(spans.count) / Double(traces))")
        #expect(
            (5.5...7.0).contains(Double(attributes) / Double(spans.count)),
            "\(Double(attributes) / Double(spans.count))")
        #expect(
            (0.003...0.05).contains(Double(errors) / Double(spans.count)), "\(Double(errors) / Double(spans.count))")
        #expect(spans.contains { $0.camera == nil } && spans.contains { $0.camera == "cam-1" })
    }

    @Test("A troubled camera's uploads fail and are slow")
    func isTroubled() {
        var generator = SampleTraces(start: Self.start)
        generator.troubledCamera = "cam-3"
        let spans = (0..<50).flatMap { _ in generator.next(.segment, camera: "cam-3") }
        let uploads = spans.filter { $0.name == "PUT" }
        #expect(uploads.count == 50)
        #expect(uploads.count { $0.status == .error } > 25)
    }
}

internal import Model
internal import Telemetry

/// Reads any bytes as spans of OpenTelemetry, the first byte says in which of their two forms; what is read holds together, and
/// comes back the same from both forms.
enum SpanFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let body = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
        let traces = data[0] & 1 == 0 ? try? OTLPTraces(protobuf: body) : try? OTLPTraces(json: body)
        guard let batch = traces?.batch else { return }
        let spans = checked(batch)
        let again = try? OTLPTraces(protobuf: OTLPTraceProtobuf.request(of: spans))
        precondition(again?.batch.spans.count == spans.count, "BUG: what is written is not read")
        let json = Array(#"{"resourceSpans":"#.utf8) + OTLPTraceJSON.resourceSpans(of: spans) + Array("}".utf8)
        precondition(
            (try? OTLPTraces(json: json))?.batch.spans.count == spans.count, "BUG: what is written is not read")
    }

    /// All spans of a batch, each slice of which is looked at.
    static func checked(_ batch: SpanBatch) -> [Span] {
        for resource in batch.resources { _ = batch.text(resource.service) }
        return batch.spans.indices.map { index in
            let span = batch.span(index)
            precondition(!span.traceID.isZero && !span.spanID.isZero && span.end >= span.start, "BUG: a wrong span")
            return span
        }
    }
}

/// Reads any bytes as spans of Zipkin.
enum ZipkinFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard let spans = try? ZipkinSpans(json: Array(UnsafeBufferPointer(start: data, count: size))) else { return }
        _ = SpanFuzzer.checked(spans.batch)
    }
}

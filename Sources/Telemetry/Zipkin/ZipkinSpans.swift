package import Model

/// Spans as Zipkin has them in JSON, of its first or its second version: https://zipkin.io/zipkin-api/
///
/// A local endpoint's service is the resource's `service.name`; addresses are `network.local.address` and `.port`, of the
/// other side `network.peer.address` and `.port`, its service `peer.service`. Annotations are events, those of the first
/// version that say what began and ended (`cs`, `cr`, `sr`, `ss` and their like) the span's kind and times. Tags are texts,
/// as they come; `error` is the status, and what exporters of OpenTelemetry write as tags becomes again what it was. Spans of
/// a server that share their client's id keep it.
///
/// What holds for spans of OTLP holds for them too (see ``OTLPTraces``).
package struct ZipkinSpans: Sendable {
    package let batch: SpanBatch
    /// Spans that were left out.
    package let rejected: Int
    /// Why, and what was left out of others.
    package let reasons: [String]

    /// Reads a list of spans.
    /// - Throws: ``ZipkinError`` where the bytes are none, or hold more than ``SpanBounds`` allows.
    package init(json message: consuming [UInt8]) throws(ZipkinError) {
        do throws(OTLPError) {
            let empty = try SpanRows(messageBytes: message.count)
            let rows = try message.withUnsafeBytes { bytes in
                Result { () throws(OTLPError) in
                    var reader = try ZipkinReader(rows: empty, cursor: JSONCursor(bytes))
                    try reader.read()
                    return reader.rows
                }
            }.get()
            rejected = rows.rejected
            reasons = rows.reasons
            var batch = rows.finished(message)
            batch.redact()
            self.batch = batch
        } catch { throw ZipkinError(description: "cannot read the spans of Zipkin: \(error.cause)") }
    }
}

/// A body that is no list of Zipkin's spans.
package struct ZipkinError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

package import Model

/// Spans as OTLP has them, whichever of its two forms they came in, as rows over the message itself:
/// https://github.com/open-telemetry/opentelemetry-proto (`trace.proto`).
///
/// A span is rejected, and the others are kept, whose numbers are zero or of a wrong length, which has no time or one
/// outside of the years 2000 to 2199, or which has more than 4 MiB. A span without a start begins at its end; one that ends
/// before it starts, or not at all, ends at its start. Spans that come twice are there twice. Long texts are cut; attributes,
/// events and links above a limit are left out and counted as dropped (see ``SpanBounds``), as are attributes nested too deep
/// and links without numbers. Lists and maps are JSON. Credentials are hidden.
package struct OTLPTraces: Sendable {
    package private(set) var batch: SpanBatch
    /// Spans that were left out.
    package let rejected: Int
    /// Why, and what was left out of others.
    package let reasons: [String]

    init(_ rows: consuming SpanRows, over message: consuming [UInt8]) {
        rejected = rows.rejected
        reasons = rows.reasons
        batch = rows.finished(message)
        batch.redact()
    }
}

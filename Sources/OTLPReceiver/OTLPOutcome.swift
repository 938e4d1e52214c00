internal import Base

/// What became of a message that was taken.
package struct OTLPOutcome: Sendable, Equatable {
    /// Spans, points or records that were left out.
    package let rejected: Int
    /// Why.
    package let reasons: [String]

    package init(rejected: Int = 0, reasons: [String] = []) {
        self.rejected = rejected
        self.reasons = reasons
    }

    /// Whether the sender is told of something: of parts of what was taken, too, that were left out or cut, as an attribute
    /// without a name. https://opentelemetry.io/docs/specs/otlp/#partial-success
    package var isPartial: Bool { rejected > 0 || !reasons.isEmpty }

    /// `ExportTraceServiceResponse`, and its like for the other signals: the field 1 is what was left out, of a count (1) and
    /// a message (2).
    package var protobuf: [UInt8] {
        guard isPartial else { return [] }
        var partial: [UInt8] = []
        if rejected > 0 {
            partial.append(1 << 3)
            partial.appendVarint(UInt64(rejected))
        }
        partial.append(2 << 3 | 2)
        partial.appendCounted(Array(reasons.joined(separator: "; ").utf8))
        var bytes: [UInt8] = [1 << 3 | 2]
        bytes.appendCounted(partial)
        return bytes
    }
}

package import Base
package import Listening
internal import LogShipping
package import Model
internal import Telemetry

/// What becomes of a message of OTLP, whichever door it came in by.
package struct OTLPReceiver: Sendable {
    private let samples: any SampleAppender
    private let events: any LogAppender
    private let spans: any SpanAppender
    private let logDoors: LogDoors
    private let traceDoors: TraceDoors
    private let timeSource: any TimeSource

    /// - Parameters:
    ///   - samples: stores metrics.
    ///   - events: stores log records.
    ///   - spans: stores traces.
    ///   - logDoors: counts log records that come.
    ///   - traceDoors: counts spans that come.
    ///   - timeSource: when a log record comes that has no time.
    package init(
        samples: any SampleAppender, events: any LogAppender, spans: any SpanAppender, logDoors: LogDoors,
        traceDoors: TraceDoors,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.samples = samples
        self.events = events
        self.spans = spans
        self.logDoors = logDoors
        self.traceDoors = traceDoors
        self.timeSource = timeSource
    }

    /// Decodes and stores a message: what it held is stored when this returns. It computes and waits for a disk.
    /// - Parameters:
    ///   - bodyBytes: bytes of the message as it came, compressed or not.
    ///   - isJSON: whether it is in OTLP's form of JSON; otherwise it is protobuf.
    /// - Throws: `OTLPError` for what is no message, and what a store throws: nothing of it is stored then that would be
    ///   stored twice when it comes again.
    package func receive(
        _ signal: OTLPSignal, _ message: [UInt8], bodyBytes: Int, isJSON: Bool
    ) throws -> OTLPOutcome {
        switch signal {
        case .traces: try traces(message, bodyBytes, isJSON)
        case .metrics: try metrics(message, isJSON)
        case .logs: try logs(message, bodyBytes, isJSON)
        }
    }

    /// Counts a message of which nothing was stored.
    package func refused(_ signal: OTLPSignal) {
        switch signal {
        case .traces: traceDoors.refusedRequest(.otlp)
        case .metrics: break
        case .logs: logDoors.refused(.otlp)
        }
    }

    private func traces(_ message: [UInt8], _ bodyBytes: Int, _ isJSON: Bool) throws -> OTLPOutcome {
        let traces = isJSON ? try OTLPTraces(json: message) : try OTLPTraces(protobuf: message)
        if !traces.batch.spans.isEmpty { try spans.append(traces.batch) }
        traceDoors.took(.otlp, spans: traces.batch.spans.count, bytes: bodyBytes, rejected: traces.rejected)
        return OTLPOutcome(rejected: traces.rejected, reasons: traces.reasons)
    }

    private func metrics(_ message: [UInt8], _ isJSON: Bool) throws -> OTLPOutcome {
        let translation = try message.withUnsafeBytes {
            isJSON ? try OTLPMetrics(json: $0) : try OTLPMetrics(protobuf: $0)
        }.samples()
        let outcome = try samples.append(translation.samples)
        try samples.append(
            exemplars: translation.exemplars.map {
                RefExemplar(ref: try samples.resolve($0.labels), exemplar: $0.exemplar)
            })
        let late = outcome.tooOld + outcome.tooNew + outcome.duplicates
        if late == 0 { return OTLPOutcome(rejected: translation.rejected, reasons: translation.reasons) }
        return OTLPOutcome(
            rejected: translation.rejected + late,
            reasons: translation.reasons + [
                "samples are too old, too far ahead, or contradict what is stored"
            ])
    }

    private func logs(_ message: [UInt8], _ bodyBytes: Int, _ isJSON: Bool) throws -> OTLPOutcome {
        let now = timeSource.now()
        var logs = try message.withUnsafeBytes {
            isJSON ? try OTLPLogs(json: $0, now: now) : try OTLPLogs(protobuf: $0, now: now)
        }
        logs.nameLevels()
        try events.append(logs.events, offset: nil)
        logDoors.took(.otlp, events: logs.events.count, bytes: bodyBytes)
        if logs.rejected > 0 { logDoors.refused(.otlp, logs.rejected) }
        return OTLPOutcome(rejected: logs.rejected, reasons: logs.reasons)
    }
}

extension OTLPLogs {
    /// Gives records without a severity's number the level that their text, or their attributes, name.
    fileprivate mutating func nameLevels() { changeEvents { if $0.fields["level"] == nil { $0.nameLevel() } } }
}

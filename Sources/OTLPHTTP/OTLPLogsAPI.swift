package import Base
package import HTTPKit
package import Hummingbird
package import Listening
internal import LogShipping
package import Model
internal import Telemetry

/// `/v1/logs`: log records that other programs send by OTLP over HTTP, as protobuf or JSON.
///
/// The answer tells how many records were left out and why; a request that the store could not take gets 503, after which
/// exporters try again.
package struct OTLPLogsAPI: Sendable {
    private let appender: any LogAppender
    private let doors: LogDoors
    private let lanes: MessageLanes
    private let timeSource: any TimeSource

    /// - Parameters:
    ///   - appender: stores the events.
    ///   - doors: counts what comes.
    ///   - lanes: where messages are read; the same as those of other doors.
    ///   - timeSource: when a record comes that has no time.
    package init(
        appender: any LogAppender, doors: LogDoors, lanes: MessageLanes,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.appender = appender
        self.doors = doors
        self.lanes = lanes
        self.timeSource = timeSource
    }

    /// Adds OTLP's path for logs, and the one of Loki for them.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in ["/v1/logs", "/otlp/v1/logs"] as [RouterPath] {
            router.post(path) { request, _ in await write(request) }
        }
    }

    private func write(_ request: Request) async -> Response {
        await OTLPRequest.answer(
            request, lanes, counting: "rejectedLogRecords", refused: { doors.refused(.otlp) }
        ) { message, bodyBytes, isJSON in
            try store(message, bodyBytes, isJSON)
        }
    }

    private func store(
        _ message: [UInt8], _ bodyBytes: Int, _ isJSON: Bool
    ) throws -> (rejected: Int, reasons: [String]) {
        let now = timeSource.now()
        var logs = try message.withUnsafeBytes {
            isJSON ? try OTLPLogs(json: $0, now: now) : try OTLPLogs(protobuf: $0, now: now)
        }
        logs.nameLevels()
        try appender.append(logs.events, offset: nil)
        doors.took(.otlp, events: logs.events.count, bytes: bodyBytes)
        if logs.rejected > 0 { doors.refused(.otlp, logs.rejected) }
        return (logs.rejected, logs.reasons)
    }
}

extension OTLPLogs {
    /// Gives records without a severity's number the level that their text, or their attributes, name.
    fileprivate mutating func nameLevels() { changeEvents { if $0.fields["level"] == nil { $0.nameLevel() } } }
}

internal import CameraRecords
internal import Model
internal import SiteView
internal import TraceSearch

/// When the fault began that a camera's page is about.
struct FaultTime: Sendable, Equatable {
    let start: Int64
    /// `nil` while it goes on.
    let end: Int64?

    /// What it is at the end of the range, where that is a fault; else the last one within it.
    init?(_ camera: CameraStatus, _ past: CameraPast?, _ range: TimeSpan) {
        if camera.state < .unknown, camera.since < range.end {
            (start, end) = (camera.since, nil)
            return
        }
        guard let last = past?.troubles.first else { return nil }
        (start, end) = (last.start, last.end)
    }

    init(start: Int64, end: Int64?) {
        self.start = start
        self.end = end
    }

    /// Milliseconds before a state is told in which what led to it is said: a judgement waits for a time-out.
    static let before: Int64 = 30_000
    /// Milliseconds in which its recorder sees that something is wrong.
    static let soon: Int64 = 60_000
    /// What is said so many milliseconds later explains no beginning.
    private static let longest: Int64 = 600_000

    /// Where its first error is looked for.
    var searched: TimeRange {
        TimeRange(start: start - Self.before, end: min(end ?? .max, start + Self.longest))
    }
}

/// The first line of a log that tells of a fault, on the page of its camera.
struct ExplainingLine: Sendable {
    let key: String
    let style: String
    let level: String
    let moment: ShownMoment
    let message: String
    let link: String
    /// The lines around it, where those are known.
    let context: LogRow.Link?
    let since: String
}

extension ExplainingLine {
    init(_ event: LogEventView, _ fault: FaultTime) {
        let row = EventRow(event, isExplaining: true)
        key = LogEventPlace.key(of: event)
        style = row.style
        level = row.level
        moment = row.moment
        message = row.message
        link = row.link
        context = row.context
        let behind = event.timestamp - fault.start
        since =
            behind.magnitude < 1_000
            ? say("camera.explain.at")
            : behind < 0
                ? say("camera.explain.before", ["span": .text(Shown.span(-behind))])
                : say("camera.explain.after", ["span": .text(Shown.span(behind))])
    }
}

/// A log event on the page of a camera.
struct EventRow: Sendable {
    let style: String
    let level: String
    let moment: ShownMoment
    let message: String
    let link: String
    let context: LogRow.Link?
    /// Whether the fault's first error is in it.
    let isExplaining: Bool
}

extension EventRow {
    init(_ event: LogEventView, isExplaining: Bool) {
        let place = LogEventPlace(event)
        let address = LogsAddress(camera: event.camera, around: event.timestamp)
        style = LogLevel(event.level).style
        level = VisibleText.short(event.level)
        moment = ShownMoment(event.timestamp)
        let shown = VisibleText(event.message, length: 2_000, lines: 20)
        message = shown.isCut ? shown.text + "…" : shown.text
        link = address.link(LogsAddress.path + "/event", place.parameters)
        context =
            place.hasNeighbours ? .init(link: address.link(LogsAddress.path + "/context", place.parameters)) : nil
        self.isExplaining = isExplaining
    }
}

extension LogsAddress {
    /// The lines of a camera around a moment.
    init(camera: String, around time: Int64) {
        self.init()
        if !camera.isEmpty { query = Links.query(ofCamera: camera) }
        let range = TimeRange(around: time)
        (since, start, end) = (nil, range.start, range.end)
    }
}

extension WebUI {
    /// The first line of the camera from shortly before a fault that is an error, else the first that is a warning. Its
    /// recorder speaks with the camera itself, and goes before others that only miss its pictures.
    func firstError(of camera: CameraStatus, _ fault: FaultTime) async -> LogEventView? {
        let errors = "level:(ERROR OR FATAL)"
        let soon = TimeRange(start: fault.searched.start, end: min(fault.searched.end, fault.start + FaultTime.soon))
        for (query, range) in [
            ("input.type:recorder AND \(errors)", soon), (errors, fault.searched), ("level:WARN", fault.searched),
        ] {
            var search = LogSearchRequest(
                query: "\(Links.query(ofCamera: camera.id)) AND \(query)", language: .lucene, range: range, limit: 1)
            search.order = .oldestFirst
            if let found = try? await view.searchLogs(search).events.first { return found }
        }
        return nil
    }

    /// Its traces in the shown time, and the first that failed when a fault began.
    func traces(of camera: CameraStatus, _ range: TimeSpan, _ fault: FaultTime?) async -> CameraContent.Traces {
        let list = await traces(ofCamera: camera.id, TimeRange(start: range.start, end: range.end))
        guard let fault else { return .init(first: nil, list: list) }
        let whole = fault.searched
        // The newest come first, so the first one is looked for in a short time before it is in a long one.
        for end in [min(whole.end, fault.start + FaultTime.before), whole.end] {
            let query = SpanQuery(
                TimeRange(start: whole.start, end: end),
                [
                    .init(.attribute(SpanAttributeNames.camera[0]), .equals(camera.id)),
                    .init(.status, .equals("error")),
                ])
            let request = TraceSearchRequest(query: query, limit: Self.failedLookedAt, spans: 0)
            if let found = try? await view.findTraces(request).traces.last {
                return .init(first: TraceRow(found), list: list)
            }
        }
        return .init(first: nil, list: list)
    }

    private static let failedLookedAt = 100
}

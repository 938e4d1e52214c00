internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// A line and those around it in its own file, or in what its recorder printed.
struct LogContextContent: PageContent {
    static let template = PageTemplate.logContext

    struct Line: Sendable {
        let isHit: Bool
        let style: String
        let moment: ShownMoment
        let link: String
        let message: String
        let rest: LogRow.Rest?
    }

    /// The file or the recorder.
    let title: String
    let list: String
    let lines: [Line]
    let more: LogRow.Link?
    let note: String?
}

extension WebUI {
    private static let neighbours = 10
    private static let neighboursMax = 200
    /// Others of the same moment among which a recorder's line is looked for.
    private static let recorderSlack = 200

    func logContextPage(_ fields: FormFields) async -> Response {
        let address = LogsAddress(fields)
        let count = min(max(1, fields["lines"].flatMap { Int($0) } ?? Self.neighbours), Self.neighboursMax)
        do {
            let place = try LogEventPlace(fields)
            guard let event = try await event(at: place) else {
                return refusal(say("logs.lineGone"), path: LogsAddress.path)
            }
            guard let found = try await lines(around: event, count) else {
                return refusal(
                    say("logs.noNeighbours"), path: LogsAddress.path)
            }
            let content = Self.content(found, event, place, address, count)
            return html(
                pages.page(content, title: say("logs.around"), path: LogsAddress.path, live: false, script: "logs.js"))
        } catch {
            return refusal("\(error)", path: LogsAddress.path, status: .badRequest)
        }
    }

    private func lines(around event: LogEventView, _ count: Int) async throws -> LogContextView? {
        guard case .string(let path)? = event.fields[LogEventPlace.pathName],
            case .integer(let offset)? = event.fields[LogEventPlace.offsetName]
        else { return try await recorderLines(around: event, count) }
        var wanted = LogContextRequest(path: path, offset: offset, before: count, after: count)
        wanted.time = event.timestamp
        if case .string(let host)? = event.fields[LogEventPlace.hostName] { wanted.host = host }
        return try await view.logContext(wanted)
    }

    /// What a recorder printed is in no file: its lines lie in the order of their times.
    private func recorderLines(around event: LogEventView, _ count: Int) async throws -> LogContextView? {
        guard event.isOfRecorder else { return nil }
        var request = LogSearchRequest(
            query: "input.type:recorder AND " + Links.query(ofCamera: event.camera), language: .lucene,
            range: TimeRange(start: 0, end: event.timestamp), limit: count + Self.recorderSlack)
        if case .string(let host)? = event.fields[LogEventPlace.hostName] {
            request.filters = [LogFieldFilter(name: LogEventPlace.hostName, value: host).text]
        }
        let older = try await view.searchLogs(request)
        request.range = TimeRange(start: event.timestamp, end: .max)
        request.order = .oldestFirst
        let younger = try await view.searchLogs(request)
        guard let place = older.events.firstIndex(of: event), let next = younger.events.lastIndex(of: event) else {
            return nil
        }
        return LogContextView(
            before: older.events.dropFirst(place + 1).prefix(count).reversed(), event: event,
            after: Array(younger.events.dropFirst(next + 1).prefix(count)),
            timedOut: older.timedOut || younger.timedOut)
    }

    private static func content(
        _ found: LogContextView, _ event: LogEventView, _ place: LogEventPlace, _ address: LogsAddress, _ count: Int
    ) -> LogContextContent {
        func line(_ event: LogEventView, isHit: Bool) -> LogContextContent.Line {
            let shown = VisibleText(event.message, length: 1_000, lines: 12)
            let link = address.link(LogsAddress.path + "/event", LogEventPlace(event).parameters)
            return .init(
                isHit: isHit, style: LogLevel(event.level).style, moment: ShownMoment(event.timestamp), link: link,
                message: shown.text,
                rest: shown.isCut ? .init(link: link, size: Shown.bytes(Double(event.message.utf8.count))) : nil)
        }
        let isMore = found.before.count == count || found.after.count == count
        let more = place.parameters + [("lines", String(min(neighboursMax, count * 4)))]
        return LogContextContent(
            title: VisibleText.short(place.path ?? say("logs.recorderOf", ["camera": .text(event.camera)])),
            list: address.link(),
            lines: found.before.map { line($0, isHit: false) } + [line(event, isHit: true)]
                + found.after.map { line($0, isHit: false) },
            more: isMore && count < neighboursMax
                ? LogRow.Link(link: address.link(LogsAddress.path + "/context", more)) : nil,
            note: found.timedOut ? say("logs.linesMissing") : nil)
    }
}

internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView

/// One log event with all that is known of it.
struct LogEventContent: PageContent {
    static let template = PageTemplate.logEvent

    struct Field: Sendable {
        let name: String
        let value: String
        let filter: LogsContent.Named?
        let exclude: LogsContent.Named?
        /// The page of the trace that the value names.
        let trace: LogRow.Link?
        /// The logs of the trace.
        let traceLogs: LogRow.Link?
        let rest: LogRow.Rest?
    }

    let moment: ShownMoment
    let style: String
    let list: String
    let line: String
    let lineRest: LogRow.Rest?
    let links: [LogsContent.Named]
    let context: LogRow.Link?
    let fields: [Field]
    /// How many fields are not shown.
    let leftOut: String?
}

extension WebUI {
    /// What is shown of a line, and of another value, unless the whole is asked for.
    private static let lineLength = 20_000
    private static let valueLength = 2_000
    /// Events of one moment that are looked at together for one of them, and how many times as many.
    private static let sameMoment = 1_000
    private static let sameMomentPages = 50
    /// Fields that are shown; more than a person reads.
    private static let fieldsMax = 1_000

    /// One event: all fields, each to filter by, and where to go from it.
    func logEventPage(_ fields: FormFields) async -> Response {
        let address = LogsAddress(fields)
        do {
            let place = try LogEventPlace(fields)
            guard let event = try await event(at: place) else {
                return refusal(
                    say("logs.eventGone"), path: LogsAddress.path)
            }
            let content = Self.content(event, place, address, isWhole: fields["whole"] != nil)
            return html(
                pages.page(content, title: say("logs.event"), path: LogsAddress.path, live: false, script: "logs.js"))
        } catch {
            return refusal("\(error)", path: LogsAddress.path, status: .badRequest)
        }
    }

    func event(at place: LogEventPlace) async throws -> LogEventView? {
        var query = ""
        if let path = place.path, let offset = place.offset {
            query = "\(LogEventPlace.pathName):\"\(Links.quoted(path))\" AND \(LogEventPlace.offsetName):\(offset)"
        }
        var search = LogSearchRequest(
            query: query, language: .lucene, range: TimeRange(start: place.time, end: place.time),
            limit: Self.sameMoment)
        for _ in 0..<Self.sameMomentPages {
            let page = try await view.searchLogs(search)
            if let event = page.events.first(where: { LogEventPlace.key(of: $0) == place.key }) { return event }
            guard let next = page.next else { break }
            search.cursor = next
        }
        return nil
    }

    private static func content(
        _ event: LogEventView, _ place: LogEventPlace, _ address: LogsAddress, isWhole: Bool
    ) -> LogEventContent {
        let whole = address.link(LogsAddress.path + "/event", place.parameters + [("whole", "1")])
        func cut(_ text: String, _ length: Int) -> (text: String, rest: LogRow.Rest?) {
            let shown = VisibleText(text, length: isWhole ? .max : length)
            let rest = LogRow.Rest(link: whole, size: Shown.bytes(Double(text.utf8.count)))
            return (shown.text, shown.isCut ? rest : nil)
        }
        let original = ["event.original", "log.original"].lazy.compactMap { event.fields[$0]?.text }.first
        let line = cut(original ?? event.message, lineLength)
        let fields = event.fields.sorted { $0.key < $1.key }.prefix(fieldsMax).map { name, value in
            let text = value.text
            // The line stands above its fields already.
            let isLine = name == "message" && original == nil
            let shown = isLine ? (VisibleText(text, length: valueLength).text, nil) : cut(text, valueLength)
            let filter = filter(name, value)
            let excluded = filter.map { LogFieldFilter(name: $0.name, value: $0.value, isExcluded: true) }
            return LogEventContent.Field(
                name: VisibleText.short(name), value: shown.0,
                filter: filter.map {
                    .init(name: VisibleText.short($0.text), link: address.filtered($0).link())
                },
                exclude: excluded.map {
                    .init(name: VisibleText.short($0.text), link: address.filtered($0).link())
                },
                trace: LogFieldFilter.namesTrace(name) ? TracesAddress.link(named: text).map(LogRow.Link.init) : nil,
                traceLogs: LogFieldFilter.namesTrace(name) && !text.isEmpty
                    ? LogRow.Link(link: trace(name, text, at: event.timestamp)) : nil,
                rest: shown.1)
        }
        return LogEventContent(
            moment: ShownMoment(event.timestamp), style: LogLevel(event.level).style, list: address.link(),
            line: line.text, lineRest: line.rest, links: links(event, address),
            context: place.hasNeighbours && (place.path != nil || event.isOfRecorder)
                ? LogRow.Link(link: address.link(LogsAddress.path + "/context", place.parameters)) : nil,
            fields: fields, leftOut: event.fields.count > fieldsMax ? Shown.count(event.fields.count - fieldsMax) : nil)
    }

    /// Nothing to filter by are long texts, lists and what is empty.
    private static func filter(_ name: String, _ value: LogValue) -> LogFieldFilter? {
        if case .array = value { return nil }
        let text = value.text
        guard !text.isEmpty, text.utf8.count <= LogFieldFilter.longest else { return nil }
        return LogFieldFilter(name: name.hasPrefix("fields.") ? String(name.dropFirst(7)) : name, value: text)
    }

    /// The logs of a trace, around an event of it.
    private static func trace(_ name: String, _ id: String, at time: Int64) -> String {
        var address = LogsAddress()
        address.query = LogFieldFilter(name: name, value: id).text
        let around = TimeRange(around: time)
        return address.from(around.start, to: around.end).link()
    }

    private static func links(_ event: LogEventView, _ address: LogsAddress) -> [LogsContent.Named] {
        var links: [LogsContent.Named] = []
        let around = TimeRange(around: event.timestamp)
        var selector = "ALERTS"
        if !event.camera.isEmpty {
            let name = VisibleText.short(event.camera)
            links.append(
                .init(
                    name: say("trace.cameraThen", ["id": .text(name)]),
                    link: Links.camera(event.camera, at: event.timestamp)))
            selector += "{camera_id=\"\(Links.quoted(event.camera))\"}"
        }
        links.append(
            .init(
                name: say("logs.alertsThen"),
                link: "/graph?g0.expr=\(FormFields.encoded(selector))&from=\(around.start)&to=\(around.end)"))
        links.append(
            .init(name: say("logs.logsThen"), link: LogsAddress().from(around.start, to: around.end).link()))
        return links
    }
}

internal import Foundation
internal import Hummingbird
internal import Model
internal import SiteView
internal import TraceSearch

/// All that is known of a span.
struct TraceSpanContent: PageContent {
    static let template = PageTemplate.traceSpan

    struct Attribute: Sendable {
        let name: String
        let value: String
        /// The search for spans that have it.
        let filter: LogsContent.Named?
        let target: LogRow.Link?
    }

    struct Event: Sendable {
        let offset: String
        let name: String
        let attributes: [Attribute]
    }

    struct Link: Sendable {
        let link: String
        let name: String
        let attributes: [Attribute]
    }

    struct Dropped: Sendable {
        let text: String
    }

    struct SpanFacts: Sendable {
        let name: String
        let service: String
        let colour: String
        let isError: Bool
        let message: Dropped?
        let facts: [Fact]
        let attributes: [Attribute]
        let events: [Event]
        let links: [Link]
        let resource: [Attribute]
        let scope: [Attribute]
        /// What is not as it was sent.
        let dropped: [Dropped]
    }

    let trace: String
    /// More than one where spans share their number.
    let spans: [SpanFacts]
}

/// Lines that were logged in a trace and of its camera.
struct TraceLogsContent: PageContent {
    static let template = PageTemplate.traceLogs

    struct List: Sendable {
        let heading: String
        let link: String
        /// Rendered.
        let rows: String
        let names: [TraceSpanContent.Dropped]
        let nothing: TraceSpanContent.Dropped?
    }

    let trace: String
    var zone = Shown.zoneHead
    let lists: [List]
}

extension WebUI {
    private static let spansMax = 50_000
    private static let valueLength = 4_000
    private static let attributesMax = 500
    private static let eventsMax = 200
    private static let logsMax = 100

    /// One span, or the spans that bear its number.
    func traceSpanPage(_ text: String, span number: String) async -> Response {
        guard let id = TraceID(text), !id.isZero, let spanID = SpanID(number) else {
            return refusal(say("trace.noSpanNamed"), path: TracesAddress.path)
        }
        do {
            guard let trace = try await view.trace(id, spansMax: Self.spansMax) else { return unknownTrace(id) }
            let tree = TraceTree(adjusting: trace.spans)
            let rows = tree.rows.indices.filter { tree.span(tree.rows[$0]).spanID == spanID }
            guard !rows.isEmpty else {
                return refusal(
                    say("trace.spanGone", ["id": .text(id.description), "span": .text(spanID.description)]),
                    path: TracesAddress.path)
            }
            let selfTimes = tree.selfTimes
            let content = TraceSpanContent(
                trace: TracesAddress.link(id),
                spans: rows.prefix(10).map { Self.facts(tree.span(tree.rows[$0]), tree, tree.rows[$0], selfTimes[$0]) })
            return html(
                pages.page(
                    content, title: say("trace.span"), path: TracesAddress.path, live: false, script: "traces.js"))
        } catch {
            return refusal("\(error)", path: TracesAddress.path, status: .serviceUnavailable)
        }
    }

    private static func facts(
        _ span: Span, _ tree: TraceTree, _ row: TraceTree.Row, _ selfTime: Int64
    ) -> TraceSpanContent.SpanFacts {
        let parent = row.parent.map { tree.span(tree.rows[$0]) }
        var facts = [
            Fact(
                say("trace.begins"),
                say(
                    "trace.after",
                    [
                        "moment": .text(Shown.dateTime(span.start / 1_000_000)),
                        "offset": .text(SpanDuration.text(span.start - tree.start)),
                    ])),
            Fact(say("trace.takes"), SpanDuration.text(span.duration)),
        ]
        if row.children > 0 { facts.append(Fact(say("trace.itself"), SpanDuration.text(selfTime))) }
        if span.kind != .unspecified { facts.append(Fact(say("trace.kind"), span.kind.name)) }
        facts.append(Fact(say("trace.status"), span.status == .unset ? say("trace.notSaid") : "\(span.status)"))
        if let parent {
            facts.append(
                Fact(
                    say("trace.parent"),
                    say(
                        "trace.of",
                        [
                            "name": .text(VisibleText.short(parent.name)),
                            "service": .text(VisibleText.short(parent.service)),
                        ])))
            if span.start < parent.start {
                facts.append(
                    Fact(
                        say("trace.clock"),
                        say("trace.beforeParent", ["offset": .text(SpanDuration.text(parent.start - span.start))])))
            }
        } else if !span.isRoot {
            facts.append(Fact(say("trace.parent"), say("trace.notHere", ["id": .text(span.parentID.description)])))
        }
        facts.append(Fact(say("trace.number"), span.spanID.description))
        if !span.traceState.isEmpty { facts.append(Fact("tracestate", VisibleText.short(span.traceState))) }
        let scope = span.scope
        let dropped = [
            (span.droppedAttributes, "attributes"), (span.droppedEvents, "events"), (span.droppedLinks, "links"),
        ].filter { $0.0 > 0 }.map {
            TraceSpanContent.Dropped(text: say("trace.leftOut." + $0.1, ["count": .number(Int($0.0))]))
        }
        return TraceSpanContent.SpanFacts(
            name: VisibleText.short(span.name), service: VisibleText.short(span.service),
            colour: "c\(ServiceColour.numbers(of: tree.services)[span.service] ?? 1)", isError: span.status == .error,
            message: span.statusMessage.isEmpty
                ? nil : .init(text: VisibleText(Redaction.urls(in: span.statusMessage), length: valueLength).text),
            facts: facts, attributes: attributes(span.attributes, at: span.start),
            events: span.events.prefix(eventsMax).map {
                .init(
                    offset: "+" + SpanDuration.text($0.time &- span.start), name: VisibleText.short($0.name),
                    attributes: attributes($0.attributes, at: span.start))
            },
            links: span.links.prefix(eventsMax).map {
                .init(
                    link: TracesAddress.link($0.traceID),
                    name: say(
                        "trace.spanOfTrace",
                        ["span": .text($0.spanID.description), "trace": .text($0.traceID.description)]),
                    attributes: attributes($0.attributes, at: span.start))
            },
            resource: attributes(span.resource.attributes, at: span.start),
            scope: (scope.name.isEmpty
                ? [] : [attribute(say("trace.library"), "\(scope.name) \(scope.version)".trimmed)])
                + attributes(scope.attributes, at: span.start),
            dropped: (tree.warnings[row.span] ?? []).map { .init(text: "◆ \($0)") } + dropped)
    }

    private static func attribute(_ name: String, _ value: String) -> TraceSpanContent.Attribute {
        .init(name: name, value: VisibleText.short(value), filter: nil, target: nil)
    }

    private static func attributes(_ list: [SpanAttribute], at time: Int64) -> [TraceSpanContent.Attribute] {
        list.prefix(attributesMax).map { attribute in
            let text = attribute.value.text
            let harmless = Redaction.urls(in: text)
            let shown = VisibleText(harmless, length: valueLength)
            let term = TraceQueryText.text(.init(.attribute(attribute.key), .equals(text)))
            let isCamera = SpanAttributeNames.camera.contains(attribute.key) && !text.isEmpty
            let time = time / 1_000_000
            let around = TimeRange(around: time)
            let address = TracesAddress().with(term).from(around.start, to: around.end)
            return .init(
                name: VisibleText.short(attribute.key), value: shown.isCut ? shown.text + "…" : shown.text,
                filter: harmless == text && text.utf8.count <= LogFieldFilter.longest
                    ? .init(name: VisibleText.short(term), link: address.link()) : nil,
                target: isCamera ? .init(link: Links.camera(text, at: time)) : nil)
        }
    }

    // MARK: Logs

    /// What was logged in a trace, and of its camera meanwhile.
    func traceLogsPage(_ text: String, _ fields: FormFields) async -> Response {
        guard let id = TraceID(text), !id.isZero, let start = fields["start"].flatMap({ Int64($0) }),
            let end = fields["end"].flatMap({ Int64($0) }), start <= end,
            max(start.magnitude, end.magnitude) < LogsAddress.farthest
        else {
            return refusal(say("trace.noTraceNamed"), path: TracesAddress.path)
        }
        var lists = [
            await list(
                say("trace.logsOf"), Self.logs(of: id, from: start, to: end),
                nothing: say("trace.noLogs"))
        ]
        if let camera = fields["camera"], !camera.isEmpty {
            var address = LogsAddress()
            address.query = Links.query(ofCamera: camera)
            lists.append(
                await list(
                    say("trace.logsMeanwhile", ["camera": .text(VisibleText.short(camera))]),
                    address.from(start - 1_000, to: end + 1_000),
                    nothing: say("trace.noCameraLogs")))
        }
        let content = TraceLogsContent(trace: TracesAddress.link(id), lists: lists)
        return html(
            pages.page(
                content, title: say("trace.logsTitle"), path: TracesAddress.path, live: false, script: "traces.js"))
    }

    private func list(_ heading: String, _ address: LogsAddress, nothing: String) async -> TraceLogsContent.List {
        var search = address.request(now: 0, limit: Self.logsMax)
        search.timeout = 10_000
        var events: [LogEventView] = []
        var problem: String?
        do { events = try await view.searchLogs(search).events } catch { problem = "\(error)" }
        let rows = pages.part(LogRowsContent(rows: events.map { LogRow($0, address) }))
        return .init(
            heading: heading, link: address.link(), rows: rows, names: address.columns.map { .init(text: $0) },
            nothing: events.isEmpty ? .init(text: problem ?? nothing) : nil)
    }
}

import Foundation
import Model
import SiteView
import Testing
import TraceSearch

@testable import WebUI

/// Templates are text: what a tag names must be there, or nothing is shown in its place.
@Suite("Templates")
struct TemplateTests {
    private static let camera = CameraRow(
        id: "", key: "", node: "", link: "", logsLink: "", state: "", words: "", style: "", shape: "", reason: "",
        since: "", fps: "", bitrate: "",
        lastFrame: "", lastFrameStyle: "", recorded: "", recordedSeconds: "", stake: "")
    private static let alert = AlertRow(
        name: "", state: "", severity: "", summary: "", description: "", since: "", page: "", style: "",
        suppressed: "", camera: CameraLink(id: "", link: ""), fingerprint: "", lookedAfter: "", plan: "", key: "")
    private static let maintenanceRow = MaintenanceContent.Row(
        state: "", stateText: "", start: ShownMoment(0), startText: "", end: ShownMoment(0), endText: "", eachWeek: "",
        sentence: "", work: "", matchers: "", notes: [""], held: "", ends: "", endName: "", deletes: "")
    private static let firingRow = AlertHistory.Row(
        .init(
            name: "", fingerprint: "", severity: "", summary: "", labels: ["camera_id": "c", "instance": "i"],
            startsAt: 0, endsAt: 1, told: []), now: 0)
    private static let event = EventRow(
        style: "", level: "", moment: ShownMoment(0), message: "", link: "", context: .init(link: ""),
        isExplaining: true)
    private static let head = CameraHead(
        id: "", link: "", node: "", style: "", state: "", words: "", shape: "", sentence: "", since: ShownMoment(0),
        recordLink: "",
        facts: [fact], moreFacts: [fact])
    private static let part = CameraBandContent.Part(style: "", x: 0, width: 1, words: "", isGap: true)
    private static let spanLink = SpanLink(name: "", link: "", isShown: true)
    private static let counted = LogsAddress(.init("facet=a"))
    private static let found = LogEventView(
        LogEvent(
            timestamp: 0,
            fields: [
                "camera_id": .string(String(repeating: "x", count: 2_000)), "message": .string(""),
                "log.file.path": .string("/x"), "log.offset": .integer(0),
            ]))
    private static let message = MessageRow(
        id: "", time: "", machine: "", utc: "", kind: "", to: "", subject: "", body: "")
    private static let finding = FindingRow(severity: "", part: "", text: "")
    private static let fault = FaultRow(
        key: "", style: "", shape: "", state: "", title: "", link: "", node: "",
        since: .init(moment: ShownMoment(0), clock: "", age: ""), sentence: "",
        lost: .init(text: "", moment: ShownMoment(0)), picture: .init(text: "", moment: ShownMoment(0)),
        told: [.init(text: "", moment: ShownMoment(0))], nobody: "", held: [""],
        inHand: .init(sentence: "", comment: "", since: ShownMoment(0)),
        opened: .init(
            summary: "", members: [.init(id: "", link: "", reason: "")], more: "",
            alerts: [.init(name: "", link: "", state: "", text: "")], notes: [""], plan: ""),
        probe: .init(action: "", camera: ""), unprobed: "", logs: "", traces: "", chart: "",
        silence: .init(value: ""), acknowledge: .init(value: ""), report: "")
    private static let fact = Fact("", "")
    private static let span = SpanText(span: "")
    private static let offer = SilenceSpan(minutes: 60, text: "")

    private static let record = RecordRow(
        name: "", link: "", up: "", upUnknown: "", reconnects: "", restarts: "", footage: "", missing: "", gaps: "",
        footageUnknown: "", note: "")
    private static let gap = GapRow(start: "", end: "", length: "")

    private static let attribute = TraceSpanContent.Attribute(
        name: "", value: "", filter: .init(name: "", link: ""), target: .init(link: ""))
    private static let hit: SpanHit = {
        var span = Span(traceID: TraceID(high: 0, low: 1), spanID: SpanID(1), start: 0, end: 1)
        span.status = .error
        return SpanHit(span)
    }()
    private static let traceRow = TraceRow(
        link: "", moment: ShownMoment(0), service: "", name: "", duration: "", spans: "", errors: .init(text: ""),
        services: "", cameras: [CameraLink(id: "", link: "")], matches: .init(text: ""), style: "")
    private static let cameraTraces = CameraTraces(
        marks: .init(all: [.init(x: "", y: "", link: "", words: "", isError: true)]), rows: [traceRow],
        nothing: .init(text: ""))
    private static let storyLine = StoryLine(time: 0, text: "", path: "")
    private static let mapAddress = ServiceMapAddress(range: TimeRange(start: 0, end: 1_000))
    private static let graph = ServiceGraph(
        range: mapAddress.range,
        links: [.init(client: "a", server: "b", connection: .direct, figures: .init(calls: 1))])

    private static let choice = CameraListContent.Choice(value: "", name: "", selected: true)
    private static let link = CameraListContent.Link(link: "", name: "", current: true)

    /// One of each, with all that it can have.
    private static let contents: [any PageContent] = [
        PageFrame(
            title: "", site: "", version: "", now: "", zone: "", zoneCode: "", language: "", content: "",
            navigation: [.init(path: "", name: "", current: true)], story: StoryStrip([storyLine]), live: "", quick: "",
            build: "", script: "", charts: ""),
        RangeContent(ShownRange(FormFields("from=x"), now: 0, standard: "1h"), hidden: [fact]),
        RefusalContent(heading: "", text: ""),
        OverviewContent(
            headline: "", subline: "", faults: "", cameras: "", storage: "", isDemo: true, messages: [message]),
        FaultsContent(calm: "", faults: [fault], reader: "", more: ""),
        CameraListContent(
            isPart: true, path: "", query: "", view: "", states: [choice], nodes: [choice], hasNodes: true,
            labels: [choice],
            hasLabels: true, groupings: [choice], orders: [choice], views: [link], saved: [link], keep: "", count: "",
            total: "", isEmpty: true, nothing: "", groups: [.init(heading: "", cameras: [camera])], moves: [link]),
        CamerasContent(wall: .init(headline: "", subline: "", faults: ""), list: ""),
        CameraViewsContent(
            refusal: "", address: "", hasAddress: true, name: "", rows: [.init(name: "", id: "", link: "", query: "")],
            hasRows: true),
        StorageContent(mounts: [.init(mountPoint: "", used: "", width: "", style: "", free: "", total: "", outlook: "")]
        ),
        CameraContent(
            head: head, logsLink: "", range: "", standardRange: "", longest: "", spans: [spanLink], band: "",
            days: .init(
                days: [
                    .init(number: "", link: "", hours: "", words: "", style: "", parts: [part])
                ], note: ""),
            panels: [""], alerts: [alert],
            past: .init(firings: [firingRow], hasFirings: true, all: "", problem: ""),
            logs: .init(
                first: .init(
                    key: "", style: "", level: "", moment: ShownMoment(0), message: "", link: "",
                    context: .init(link: ""), since: ""), events: [event]),
            traces: .init(first: traceRow, list: cameraTraces), tracesLink: "",
            picture: .init(link: "", camera: "", note: ""), beside: .init(action: "", hidden: [fact], names: [""])),
        CameraBandContent(
            key: "", name: "", rangeStart: "", rangeEnd: "", columns: 1,
            lanes: [.init(name: "", words: "", parts: [part], isAlert: true, moments: "")],
            ticks: [.init(moment: ShownMoment(0), text: "")],
            summary: "", problem: "", note: "",
            rows: [
                .init(
                    what: "", style: "", start: ShownMoment(0), end: ShownMoment(0), length: "", link: .init(link: ""))
            ], leftOut: ""),
        CameraCompareContent(
            title: "", cameras: [.init(head: head, key: "", band: "")], range: "", standardRange: "", longest: "",
            spans: [spanLink],
            panels: [""], problem: "", choices: [CameraLink(id: "", link: "")]),
        CameraChoiceContent(id: "", choices: [CameraLink(id: "", link: "")]),
        PanelContent(
            json: "", x: "", y: "", width: "", height: "", title: "", about: "", isChart: false, text: "", notDrawn: ""),
        DashboardContent(
            title: "", description: "", problem: "", range: "", from: "", to: "", variables: "", links: "",
            annotations: "", refresh: "",
            sections: [.init(heading: .init(title: "", isOpen: true), repeats: "", panels: [""])]),
        DashboardsContent(folders: [
            .init(name: "", dashboards: [.init(link: "", title: "", description: "", isBroken: false)])
        ]),
        AlertsContent(
            tabs: [.init(link: "", name: "", count: "", current: true)],
            filter: .init(tab: "", alert: "", camera: "", node: ""),
            sections: [.init(title: "", count: "", empty: "", alerts: [alert], hasAlerts: true, more: "")],
            history: .init(
                choices: [.init(name: "", selected: true)], camera: "", node: "", weekdays: [""],
                weeks: [
                    .init(
                        name: "",
                        days: [
                            .init(
                                day: .init(
                                    link: "", words: "", number: "", count: "", span: "", level: "", current: true))
                        ])
                ], spans: [.init(link: "", name: "", count: "", current: true)], day: .init(link: ""), dayName: "",
                title: "", rows: [firingRow], hasRows: true, newer: .init(link: ""), older: .init(link: ""),
                problem: ""),
            log: .init(
                deliveries: [
                    .init(
                        time: "", moment: ShownMoment(0), receiver: "", integration: "", status: "", resolved: true,
                        notification: "", error: "", answer: "", route: "", repeated: .init(times: ""))
                ], hasDeliveries: true)),
        LogsContent(
            query: "", isKQL: true, spans: [.init(value: "", name: "", selected: true)], start: "", end: "",
            filters: [.init(text: "", remove: "")], hidden: [.init(name: "", value: "")],
            searches: [.init(name: "", link: "")],
            problem: QueryProblem(LogSearchRefused("", offset: 0), query: "("), timeProblem: "", count: "",
            histogram: LogHistogramView(
                LogHistogram(interval: 1, columns: [.init(start: 0, count: 1)]), LogsAddress(), range: .all),
            moves: [.init(name: "", link: "")],
            facets: [LogFacet("a", LogTerms(values: [.init(value: "", count: 1)], others: 1), counted)],
            fields: LogFieldChoices(of: [found], LogsAddress()).all, names: [""], live: .init(link: "", next: ""),
            rows: "", hasRows: true, older: .init(link: ""), newest: .init(link: ""), nothing: ""),
        PipelineTrialContent(
            refusal: "", choices: [.init(id: "", name: "", chosen: true)], filters: "", lines: "", json: true,
            problems: [""], results: [.init(line: "", dropped: true, events: [""])], cut: ""),
        LogSearchesContent(
            refusal: "", address: "", query: "", name: "", own: [.init(name: "", id: "", link: "", query: "")],
            hasOwn: true, ready: [.init(name: "", id: "", link: "", query: "")], json: ""),
        LogRowsContent(rows: [LogRow(found, LogsAddress(.init("columns=camera_id")))]),
        LogArrivalsContent(next: "", isGap: true, isCut: true, rows: ""),
        LogEventContent(
            moment: ShownMoment(0), style: "", list: "", line: "", lineRest: .init(link: "", size: ""),
            links: [.init(name: "", link: "")], context: .init(link: ""),
            fields: [
                .init(
                    name: "", value: "", filter: .init(name: "", link: ""), exclude: .init(name: "", link: ""),
                    trace: .init(link: ""), traceLogs: .init(link: ""), rest: .init(link: "", size: ""))
            ], leftOut: ""),
        LogContextContent(
            title: "", list: "",
            lines: [
                .init(
                    isHit: true, style: "", moment: ShownMoment(0), link: "", message: "",
                    rest: .init(link: "", size: ""))
            ], more: .init(link: ""), note: ""),
        TracesContent(
            query: "", camera: "", cameras: [.init(value: "")], spans: [.init(value: "", name: "", selected: true)],
            start: "", end: "", problem: QueryProblem(words: "", offset: 0, query: "("), timeProblem: "",
            ready: [.init(name: "", link: "")], count: "",
            charts: TraceCharts([hit], TracesAddress(), range: .init(start: 0, end: 1), hasOthers: true),
            moves: [.init(name: "", link: "")],
            facets: [
                .init(
                    name: "", values: [.init(text: "", count: "", share: 1, link: "", exclude: "", isOn: true)])
            ], attributes: [.init(name: "", link: "")], rows: [traceRow], hasRows: true, older: .init(link: ""),
            newest: .init(link: ""), nothing: "", help: .init(host: "")),
        TraceContent(
            id: "", service: "", name: "", moment: ShownMoment(0), duration: "", spans: "", errors: .init(text: ""),
            error: .init(text: ""), cameras: [CameraLink(id: "", link: "")], notes: [.init(text: "")],
            services: [.init(name: "", colour: "", spans: "", errors: "", selfTime: "", share: 1, link: "")],
            gaps: [.init(link: "", row: 1, offset: "", words: "")], query: "",
            problem: QueryProblem(words: "", offset: 0, query: "("),
            found: .init(words: "", rows: [.init(link: "", name: "")]), ticks: [.init(text: "")],
            rows: [
                WaterfallRow(
                    number: 0, index: 1, level: 1, indent: 0, link: "", service: "", name: "", colour: "", x: "",
                    width: "", critical: [.init(x: "", width: "")], duration: "", isError: true,
                    oddity: .init(text: ""), isHit: true)
            ], count: 1, rest: .init(text: ""), table: "", json: "", logsPart: "", logs: "",
            neighbours: .init(link: "")),
        TraceSpanContent(
            trace: "",
            spans: [
                .init(
                    name: "", service: "", colour: "", isError: true, message: .init(text: ""), facts: [fact],
                    attributes: [attribute], events: [.init(offset: "", name: "", attributes: [attribute])],
                    links: [.init(link: "", name: "", attributes: [attribute])], resource: [attribute],
                    scope: [attribute], dropped: [.init(text: "")])
            ]),
        TraceLogsContent(
            trace: "",
            lists: [
                .init(heading: "", link: "", rows: "", names: [.init(text: "")], nothing: .init(text: ""))
            ]),
        MessagesContent(messages: [message], story: [StoryRow(storyLine)], hasStory: true),
        StatusContent(
            facts: [fact], findings: [finding],
            targets: [.init(job: "", url: "", health: "", lastScrape: "", lastError: "")],
            collectors: [.init(name: "", duration: "", error: "")],
            inputs: [.init(input: "", path: "", events: "", note: "")]),
        AlertContent(
            name: "", state: "", summary: "", description: "", because: "",
            lookedAfter: .init(.init(key: "", by: "", comment: "x", since: 0, alerts: [])),
            look: .init(key: "", by: ""), fingerprint: "", from: "", to: "", range: "", chart: "", expression: "",
            side: "",
            runbook: CameraLink(id: "", link: ""), todo: "", marks: [.init(x: "", width: "")], past: [firingRow],
            hasPast: true, history: "", since: .init(time: "", span: ""), fires: span,
            camera: CameraLink(id: "", link: ""), traces: .init(link: ""), holding: [""],
            routes: [
                .init(
                    path: "", receiver: "", group: "", wait: "", interval: "", repeat: "", next: span,
                    muted: .init(by: ""), told: [.init(integration: "", destination: "", when: "")])
            ], token: "", plan: "", labels: [fact], annotations: [fact]),
        SilenceContent(labels: [fact], token: "", spans: [offer]),
        SilencedContent(id: "", span: "", until: ShownMoment(0)),
        SilencesContent(
            refusal: "",
            silences: [.init(id: "", state: "", matchers: "", ends: "", by: "", comment: "")], hasSilences: true,
            spans: [offer], matchers: "", who: "", comment: ""),
        MaintenanceContent(
            refusal: "", planned: "", windows: [maintenanceRow], hasWindows: true, more: "", zone: "", camera: "",
            node: "", site: "", matchers: "", from: "", until: "", weekly: true, by: "", comment: ""),
        ExploreContent(
            queries: [.init(number: 0, letter: "A", expression: "", isTable: true, panel: "")], range: "", from: "",
            to: ""),
        ServiceMapContent(
            spans: [.init(value: "", name: "", selected: true)], from: "", to: "", timeProblem: "",
            begin: ShownMoment(0), end: ShownMoment(0), problem: "",
            map: ServiceMapView(graph, mapAddress), note: "",
            calls: [
                .init(
                    client: "", server: "", kind: "", cells: .init(graph.links[0].figures, mapAddress), traces: "",
                    failures: "", chart: "")
            ],
            services: [
                .init(
                    name: "", cells: .init(graph.links[0].figures, mapAddress), traces: "", failures: "", chart: "")
            ], hasCalls: true, hasServices: true, isEmpty: true),
        RecordContent(
            camera: CameraLink(id: "", link: ""), report: "", print: "", table: "", error: "", from: "", to: "",
            zone: "", records: [record], range: "", gaps: [gap], leftOut: ""),
        ReportContent(
            range: "", from: "", to: "", zone: "", print: "", table: "", gapTable: "", error: "", records: [record]),
        ReportDocument(
            site: "", version: "", range: "", zone: "", madeAt: "", records: [record],
            cameras: [.init(name: "", gaps: [gap], leftOut: "")]),
    ]

    /// The tags of a template that name nothing: neither of the content, nor of what a section around them is about.
    private static func strayTags(of text: String, in content: any PageContent) -> [String] {
        var around: [Any] = [content]
        var stray: [String] = []
        for tag in text.matches(of: /\{\{([#^\/{]?)\s*([^}\s]+)\s*\}\}/) {
            if tag.1 == "/" {
                around.removeLast()
                continue
            }
            let name = String(tag.2)
            let found = name == "." ? around.last : around.reversed().lazy.compactMap { value(name, of: $0) }.first
            if found == nil { stray.append(name) }
            if tag.1 == "#" || tag.1 == "^" { around.append(found ?? "") }
        }
        if around.count != 1 { stray.append("an end of a section") }
        return stray
    }

    /// What a section of that name is about: the first of a list, and what an optional holds.
    private static func value(_ name: String, of whole: Any) -> Any? {
        let properties = Mirror(reflecting: whole).children
        guard let found = properties.first(where: { $0.label == name })?.value else { return nil }
        let mirror = Mirror(reflecting: found)
        return mirror.displayStyle == .collection || mirror.displayStyle == .optional
            ? mirror.children.first?.value : found
    }

    @Test("each template has its content, and each of its tags a property of it", arguments: PageTemplate.allCases)
    func tags(template: PageTemplate) throws {
        let own = Self.contents.filter { type(of: $0).template == template }
        try #require(own.count == 1)
        let text = Words.standard.filled(Assets.text(of: "templates/\(template.rawValue).mustache"))
        #expect(!text.isEmpty, "it is not part of the binary")
        #expect(Self.strayTags(of: text, in: own[0]) == [])
    }

    @Test(
        "a tag that is misspelt is found wherever it stands",
        arguments: [
            ("{{matchers}}{{#silences}}{{by}}{{who}}{{/silences}}", []),
            ("{{matcher}}", ["matcher"]), ("{{#silence}}{{by}}{{/silence}}", ["silence", "by"]),
            ("{{#silences}}{{bye}}{{/silences}}{{by}}", ["bye", "by"]), ("{{^silencs}}{{/silencs}}", ["silencs"]),
            ("{{{comments}}}", ["comments"]), ("{{#silences}}", ["an end of a section"]),
        ])
    func misspelt(text: String, stray: [String]) throws {
        let silences = try #require(Self.contents.first { $0 is SilencesContent })
        #expect(Self.strayTags(of: text, in: silences) == stray)
    }
}

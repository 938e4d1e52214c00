/// A template below `Assets/templates`.
enum PageTemplate: String, CaseIterable, Sendable {
    case page, overview, camera, range, panel, dashboard, dashboards, alerts, logs, messages, status, alert, silence,
        silences, silenced, explore, refusal, record, report, traces, trace
    case faults, storage, maintenance
    case cameras
    case cameraList = "camera-list"
    case cameraViews = "camera-views"
    case traceSpan = "trace-span"
    case traceLogs = "trace-logs"
    case cameraChoice = "camera-choice"
    case cameraBand = "camera-band"
    case cameraCompare = "camera-compare"
    case logRows = "log-rows"
    case logArrivals = "log-arrivals"
    case logEvent = "log-event"
    case logContext = "log-context"
    case logSearches = "log-searches"
    case pipelineTrial = "pipeline-trial"
    case reportDocument = "report-document"
    case serviceMap = "service-map"
}

/// What a template shows. Its tags bear the names of stored properties: of the content, or of what the section is about
/// in which they stand.
protocol PageContent: Sendable {
    static var template: PageTemplate { get }
}

/// The frame of every page.
struct PageFrame: PageContent {
    static let template = PageTemplate.page

    struct Link: Sendable {
        let path: String
        let name: String
        let current: Bool
    }

    let title: String
    let site: String
    let version: String
    /// When the page was made.
    let now: String
    /// The time zone of all times on it.
    let zone: String
    /// Its code, for scripts.
    let zoneCode: String
    /// The language's code.
    let language: String
    /// The rendered template in it.
    let content: String
    let navigation: [Link]
    /// What the demo did last; `nil` elsewhere.
    let story: StoryStrip?
    /// Seconds between two looks for what has changed; `nil`: none.
    let live: String?
    /// Which looks leave out the search of the logs: those `between` others, or `always`.
    let quick: String?
    /// The folder of this binary's files.
    let build: String
    /// With its folder.
    let script: String?
    /// The folder of the charts' library, where the page has any.
    let charts: String?
}

/// The choice of a time range, which a script fills.
struct RangeContent: PageContent {
    static let template = PageTemplate.range

    struct Span: Sendable {
        /// As an address has it in `from`.
        let value: String
        /// And in `to`.
        let to: String
        let name: String
        let selected: Bool
    }

    let spans: [Span]
    /// Of the moments in its fields.
    let zone: String
    /// What else the address says.
    let hidden: [Fact]
    /// Why another time is shown than the one that was asked for.
    let problem: String?

    /// - Parameter shown: what is shown; the script fills the fields where it is `nil`.
    init(_ shown: ShownRange? = nil, hidden: [Fact] = []) {
        let end = shown.map { $0.to ?? ($0.from.contains("/") ? $0.from : "now") }
        spans = Self.offered.map { span in
            let to = span == "now-1d/d" ? span : "now"
            return Span(
                value: span, to: to, name: ShownRange.name(ofSpan: span),
                selected: shown?.from == span && (end == to || end == span))
        }
        zone = Shown.zoneHead
        self.hidden = hidden
        problem = shown?.problem
    }

    private static let offered = [
        "now-5m", "now-15m", "now-1h", "now-6h", "now-1d", "now-7d", "now-30d", "now/d", "now-1d/d", "now/w",
    ]
}

/// Why there is no other page.
struct RefusalContent: PageContent {
    static let template = PageTemplate.refusal

    let heading: String
    let text: String
    /// Where to go on.
    var link = "/"
    var name = say("page.overview")
}

/// A name and a value of a list.
struct Fact: Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Texts in the order of their names.
    static func all(_ texts: [String: String]) -> [Fact] {
        texts.sorted { $0.key < $1.key }.map { Fact($0.key, $0.value) }
    }
}

/// A camera and the address of its page.
struct CameraLink: Sendable {
    let id: String
    let link: String
}

/// How long something is still, or has been.
struct SpanText: Sendable {
    let span: String
}

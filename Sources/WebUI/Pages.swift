internal import Foundation
internal import LocalTime
internal import Mustache
internal import SiteView

/// Renders templates into whole pages.
struct Pages: Sendable {
    /// By language.
    private let libraries: [String: MustacheLibrary]
    let siteName: String
    let version: String
    let isDemo: Bool
    /// What the demo did; `nil` elsewhere.
    let story: (@Sendable () -> [StoryLine])?

    init(
        siteName: String, version: String, isDemo: Bool, story: (@Sendable () -> [StoryLine])? = nil
    ) throws {
        libraries = try Words.all.mapValues { words in
            var templates: [String: MustacheTemplate] = [:]
            for name in PageTemplate.allCases.map(\.rawValue) {
                let text = words.filled(Assets.text(of: "templates/\(name).mustache"))
                templates[name] = try MustacheTemplate(string: text)
            }
            return MustacheLibrary(templates: templates)
        }
        self.siteName = siteName
        self.version = version
        self.isDemo = isDemo
        self.story = story
    }

    /// A part of a page.
    func part<Content: PageContent>(_ content: Content) -> String {
        libraries[Reader.current.words.code]?.render(content, withTemplate: Content.template.rawValue) ?? ""
    }

    /// Seconds between two looks of a page that the live stream tells when to look.
    static let calmPace = "10"

    /// Scripts of pages that have no charts.
    private static let withoutCharts: Set<String> = [
        "overview.js", "cameras.js", "faults.js", "logs.js", "logs-searches.js", "traces.js", "trace.js",
    ]

    /// A whole page around `content`.
    /// - Parameters:
    ///   - live: whether the page asks for itself again when something changed.
    ///   - pace: seconds between two looks for what the live stream does not tell.
    func page(
        _ content: some PageContent, title: String, path: String, live: Bool = true, pace: String? = nil,
        script: String? = nil
    ) -> String {
        var names = ["", "cameras", "alerts", "logs", "traces", "dashboards", "graph", "report"]
        if isDemo { names.append("messages") }
        names.append("status")
        let navigation = names.map { name in
            PageFrame.Link(
                path: "/" + name, name: say("page." + (name.isEmpty ? "overview" : name)),
                current: name.isEmpty ? path == "/" : path.hasPrefix("/" + name))
        }
        return part(
            PageFrame(
                title: title, site: siteName, version: version, now: Shown.dateTime(Date()),
                zone: Shown.zoneName, zoneCode: ZoneText(Reader.current.zone).code, language: Reader.current.words.code,
                content: part(content),
                navigation: navigation, story: story.map { StoryStrip($0()) },
                // Pages with a log search look less often.
                live: live ? pace ?? (path == "/cameras" || path == LogsAddress.path ? "5" : "2") : nil,
                // The log search is not done again by itself: what comes is added to it.
                quick: pace != nil ? nil : path == LogsAddress.path ? "always" : path == "/cameras" ? "between" : nil,
                build: Assets.build, script: script.map { "\(Assets.build)/\($0)" },
                charts: script.map { !Self.withoutCharts.contains($0) } == true ? Assets.build : nil))
    }
}

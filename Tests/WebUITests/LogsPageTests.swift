import Foundation
import HTTPTestSupport
import Hummingbird
import Model
import SiteView
import Testing

@testable import WebUI

@Suite("The page of logs")
struct LogsPageTests {
    private func pages() throws -> WebUI {
        try WebUI(view: FixedSite(), dashboards: { [] }, siteName: "HCM site", version: "test", isDemo: false)
    }

    private func event(_ fields: LogFields, at time: Int64 = 1_000_000) -> LogEventView {
        LogEventView(LogEvent(timestamp: time, fields: fields))
    }

    @Test(
        "what an address says comes back in its links",
        arguments: [
            "", "query=level%3AERROR", "query=a&language=kql&filter=NOT%20b%3A%22c%26d%22&filter=e%3A%22f%22",
            "since=6h", "start=1000&end=2000", "columns=a%2Cb", "facet=a&facet=b", "query=x&since=15m&cursor=d1.2.3",
        ])
    func address(text: String) {
        #expect(FormFields.text(LogsAddress(FormFields(text)).parameters) == text)
    }

    @Test(
        "what cannot be read of an address is told",
        arguments: [
            ("since=soon", "time range"), ("start=yesterday", "\"yesterday\""),
            ("start=2000&end=1000", "before it begins"),
            ("end=99999999999999999", "\"99999999999999999\""),
            ("query=" + String(repeating: "%C3%A4", count: 2_000), "longer than an address"), ("since=1h&start=x", nil),
            ("since=0", "time range"),
        ] as [(String, String?)])
    func unreadable(text: String, word: String?) async throws {
        let problem = LogsAddress(FormFields(text)).problem
        #expect(problem?.contains(word ?? "") == (word == nil ? nil : true), "\(problem ?? "")")
        let html = try await pages().logsPage(FormFields(text))
        #expect(html.contains("class=\"error\"") == (word != nil))
    }

    @Test("an event of any time is shown", arguments: [Int64.min, .max, 0, 253_402_300_800_000])
    func extremes(time: Int64) {
        let found = event(["camera_id": .string("c"), "message": .string("m")], at: time)
        #expect(LogRow(found, LogsAddress()).cells[2].target?.link.hasPrefix("/cameras/c?from=") == true)
        let column = LogHistogram.Column(start: time, count: 1)
        let histogram = LogHistogram(interval: 60_000, columns: [column])
        #expect(LogHistogramView(histogram, LogsAddress(), range: .all)?.columns.count == 1)
    }

    @Test("a range ends where its numbers do")
    func range() {
        #expect(LogsAddress(.init("since=1000000y")).range(now: 1_000).start == 0)
        #expect(
            LogsAddress(.init("end=5000")).range(now: 10_000_000) == TimeRange(start: 5_000 - 3_600_000, end: 5_000))
        #expect(LogsAddress(.init("start=5000")).range(now: 1) == TimeRange(start: 5_000, end: .max))
    }

    @Test(
        "a filter is a condition in Lucene's language, whatever the field and the value are called",
        arguments: [
            ("level", "ERROR", "level:\"ERROR\""), ("a b:c", "x\"y\\z", "a\\ b\\:c:\"x\\\"y\\\\z\""),
            ("log.file.path", "/var/log/a b.log", "log.file.path:\"/var/log/a b.log\""),
        ])
    func filter(name: String, value: String, text: String) {
        let filter = LogFieldFilter(name: name, value: value)
        #expect(filter.text == text && filter.opposite == "NOT " + text)
        var address = LogsAddress().filtered(filter)
        #expect(address.filters == [text])
        address = address.filtered(LogFieldFilter(name: name, value: value, isExcluded: true))
        #expect(address.filters == ["NOT " + text], "one takes the other's place")
        #expect(address.without("NOT " + text).filters.isEmpty)
    }

    @Test(
        "text from outside is shown and does nothing",
        arguments: [
            ("plain\ttext", "plain\ttext"), ("\u{1B}[31mred\u{1B}[0m", "⟨ESC⟩[31mred⟨ESC⟩[0m"),
            ("a\u{0}\u{8}\r", "a⟨U+00⟩⟨U+08⟩⟨U+0D⟩"),
            ("\u{7F}\u{9B}31m", "⟨U+7F⟩⟨U+9B⟩31m"), ("\u{202E}gnp.exe", "⟨U+202E⟩gnp.exe"),
            ("\u{200B}\u{FEFF}", "⟨U+200B⟩⟨U+FEFF⟩"),
            ("\u{2028}", "⟨U+2028⟩"), ("مرحبا é 日本", "مرحبا é 日本"), ("\u{E0041}", "⟨U+E0041⟩"),
            ("क्\u{200D}ष", "क्\u{200D}ष"),
        ])
    func visible(text: String, shown: String) {
        let visible = VisibleText(text, length: 100)
        #expect(visible.text == shown && !visible.isCut)
    }

    @Test("a long text is cut, by what it shows and by lines")
    func cut() {
        #expect(VisibleText(String(repeating: "x", count: 11), length: 10).text == "xxxxxxxxxx")
        #expect(VisibleText(String(repeating: "x", count: 10), length: 10).isCut == false)
        #expect(VisibleText(String(repeating: "\u{202E}", count: 1_000), length: 100).text.utf8.count < 130)
        let lines = VisibleText("a\nb\nc", length: 100, lines: 2)
        #expect(lines.text == "a\nb" && lines.isCut)
    }

    @Test("columns of a histogram are links to their time, and one error shows among many events")
    func histogram() throws {
        let columns: [LogHistogram.Column] = [
            .init(start: 0, count: 1_000_000, parts: ["INFO": 999_998, "ERROR": 1]), .init(start: 1_000, count: 0),
            .init(start: 2_000, count: 5, parts: ["info": 5]),
        ]
        let view = try #require(
            LogHistogramView(
                LogHistogram(interval: 1_000, columns: columns), LogsAddress(), range: TimeRange(start: 400, end: 2_500)
            ))
        #expect(
            view.columns.map(\.link) == [
                "/logs?start=400&end=999", "/logs?start=1000&end=1999", "/logs?start=2000&end=2500",
            ])
        #expect(view.columns[0].parts.map(\.style) == ["level-ERROR", "level-INFO", "level-other"])
        #expect(view.columns[0].parts.allSatisfy { (Double($0.height) ?? 0) > 1.5 })
        #expect(view.columns[1].parts.isEmpty && view.columns[1].words == "none")
        #expect(view.columns[0].words == "1,000,000 events: 1 ERROR, 999,998 INFO, 1 other")
        #expect(view.legend.map(\.count) == ["1", "1,000,003", "1"] && view.highest == "1,000,000 in 1s")
    }

    @Test("fields that tell events apart are counted beside the usual ones")
    func choices() {
        let events = (0..<60).map { number in
            event([
                "level": .string("INFO"), "fields.module": .string("m\(number % 3)"), "id": .string("id-\(number)"),
                "agent.name": .string("a\(number % 2)"), "same": .string("x"),
                "status": .integer(Int64(200 + number % 2)),
                "log.offset": .integer(Int64(number % 4)),
                "path": .string(String(repeating: "p", count: 90 + number % 2)),
            ])
        }
        let choices = LogFieldChoices(of: events, LogsAddress(.init("facet=id")))
        #expect(choices.facets == ["id", "level", "component", "camera_id", "module", "status"])
        #expect(choices.all.map(\.name).contains("module") && choices.all.count == 8)
        let status = choices.all.first { $0.name == "status" }
        #expect(status?.column == "/logs?columns=level%2Ccomponent%2Ccamera_id%2Cstatus%2Cmessage&facet=id")
    }

    @Test("a row shows the columns that were chosen, cuts what is long, and leads to its event and its neighbours")
    func row() {
        let found = event([
            "message": .string(String(repeating: "<b>", count: 500)), "level": .string("error"),
            "fields.status": .integer(500), "log.file.path": .string("/var/log/a.log"), "log.offset": .integer(7),
        ])
        let row = LogRow(found, LogsAddress(.init("query=x&columns=status,message,none")))
        #expect(row.cells.map(\.text.utf8.count) == [3, 1_000, 0] && row.style == "level-ERROR")
        #expect(row.cells[1].rest?.size == "1.5 kB" && row.cells[1].rest?.link == row.link)
        #expect(row.link.hasPrefix("/logs/event?query=x&columns=status%2Cmessage%2Cnone&time=1000000&key="))
        #expect(row.context?.link.contains("path=%2Fvar%2Flog%2Fa.log&offset=7") == true)
        #expect(LogRow(event(["message": .string("")]), LogsAddress()).context == nil)
        #expect(row.key != LogRow(event(["message": .string("")]), LogsAddress()).key)
    }

    @Test(
        "the place of a mistake in a query is marked",
        arguments: [
            ("a:(", 2, "a:", "(", ""), ("", 0, "", "⏎", ""), ("abc", 99, "abc", "⏎", ""),
            ("a\u{202E}b", 2, "a⟨U+202E⟩", "b", ""),
        ])
    func place(query: String, offset: Int, before: String, at: String, behind: String) throws {
        let place = try #require(QueryProblem(LogSearchRefused("no", offset: offset), query: query).place)
        #expect(place.before == before && place.at == at && place.behind == behind)
        #expect(QueryProblem(LogSearchRefused("no"), query: query).place == nil)
    }

    @Test("the page has what was found, when, and with which values")
    func page() async throws {
        let html = try await pages().logsPage(.init("query=connection&since=6h"))
        for part in [
            "value=\"connection\"", "<option value=\"6h\" selected>", "connection failed: 401 Unauthorized",
            "class=\"level-ERROR\"", "<svg viewBox=\"0 0 10 100\"", "1 event, newest first",
            "href=\"/cameras/cam-2?from=",
            "filter=level%3A%22x%22", "filter=NOT%20level%3A%22x%22", "data-next=\"after\"", "errors of recorders",
        ] { #expect(html.contains(part), "\(part) in \(html)") }
        #expect(!html.contains("style="), "the policy allows no styles in a page")
        #expect(try await pages().logsPage(.init("quick=1")).contains("data-event") == false)
        let paged = try await pages().logsPage(.init("cursor=d1.2.3&filter=a%3A%22%3Cb%3E%22"))
        #expect(paged.contains("cursor=d1.2.3") && !paged.contains("data-next"), "an older page does not change")
        #expect(paged.contains("a:&quot;&lt;b&gt;&quot;") && paged.contains("name=\"filter\""))
    }

    @Test("an event has its page with each field to filter by, and is told to be gone where it is")
    func eventPage() async throws {
        let view = FixedSite()
        let pages = try WebUI(view: view, dashboards: { [] }, siteName: "", version: "", isDemo: false)
        let search = LogSearchRequest(query: "", language: .lucene, range: .all, limit: 1)
        let found = try #require(try await view.searchLogs(search).events.first)
        let link = LogRow(found, LogsAddress(.init("query=q"))).link
        let fields = FormFields(try #require(link.split(separator: "?").last))
        let html = try await pages.logEventPage(fields).text()
        for part in [
            "<pre class=\"line level-ERROR\">connection failed: 401 Unauthorized</pre>", "<th>tags</th><td>a/b, 1</td>",
            "/logs?query=q&amp;filter=attempt%3A%223%22", "filter=NOT%20attempt%3A%223%22",
            "/graph?g0.expr=ALERTS%7Bcamera_id",
            "/cameras/cam-2?from=", "<a href=\"/logs?query=q\">Back",
        ] { #expect(html.contains(part), "\(part) in \(html)") }
        #expect(await pages.logEventPage(.init("time=1&key=x")).status == .notFound)
        #expect(await pages.logEventPage(.init("time=x")).status == .badRequest)
        #expect(await pages.logContextPage(.init("time=1&key=x")).status == .notFound)
        #expect(await pages.logArrivals(.init("query=(&after=x")).status == .badRequest)
        let arrivals = try await pages.logArrivals(.init("after=old")).text()
        #expect(
            arrivals.contains("data-gap") && arrivals.contains("data-next=\"after\"")
                && arrivals.contains("data-event="))
    }
}

import Foundation
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Model
import SiteView
import Testing
import TraceSearch

@testable import WebUI

@Suite("The service map")
struct ServiceMapTests {
    private struct Unreadable: Error, CustomStringConvertible {
        var description: String { "the disk does not answer" }
    }

    private static func link(
        _ client: String, _ server: String, _ connection: ServiceLink.Connection = .direct, calls: Double = 60,
        failed: Double = 0, p99: Double? = 0.2
    ) -> ServiceLink {
        ServiceLink(
            client: client, server: server, connection: connection,
            figures: CallFigures(calls: calls, failed: failed, p50: 0.004, p95: 0.1, p99: p99))
    }

    private func page(
        _ links: [ServiceLink], services: [String: CallFigures] = [:], _ query: String = "",
        error: Unreadable? = nil
    ) async throws -> (status: HTTPResponse.Status, html: String) {
        let pages = try WebUI(
            view: FixedSite(), dashboards: { [] }, siteName: "", version: "", isDemo: false,
            serviceGraph: { range in
                if let error { throw error }
                return ServiceGraph(range: range, links: links, services: services)
            })
        let response = await pages.serviceMapPage(FormFields(query))
        return (response.status, try await response.text())
    }

    @Test("calls stand in a table, worst first, and lead to their traces, failures and charts")
    func table() async throws {
        let html = try await page(
            [
                Self.link("web", "api", calls: 7_200),
                Self.link("api", "vms", .database, calls: 3_600, failed: 72, p99: 0.5),
                Self.link("api", "sms.example.org", .virtualNode, calls: 36, failed: 18, p99: 2),
                Self.link("recorder", "indexer", .messaging, calls: 360, p99: 9),
            ], services: ["api": CallFigures(calls: 7_200, failed: 36, p50: 0.003, p95: 0.09, p99: 0.2)],
            "from=0&to=3600000"
        ).html
        let rows = html.components(separatedBy: "<tr>").dropFirst().prefix(4)
        #expect(
            zip(rows, ["sms.example.org", "vms", "indexer", "web"]).allSatisfy {
                $0.contains("<td class=\"text\">\($1)")
            })
        let worst = try #require(rows.first)
        #expect(worst.contains("36.0/h") && worst.contains("50 %") && worst.contains("2 s") && worst.contains("100 ms"))
        #expect(worst.contains("td class=\"num bad\""))
        let query =
            "/traces?q=" + FormFields.encoded("service=\"api\" kind=client status=error")
            + "&amp;start=0&amp;end=3600000"
        #expect(worst.contains(query))
        #expect(html.contains(FormFields.encoded("service=\"indexer\" kind=consumer")))
        #expect(
            html.contains(
                FormFields.encoded("traces_service_graph_request_client_seconds_bucket{client=\"api\", server=\"vms\""))
        )
        #expect(html.contains("2.0/s · 0.5 % fail · 90 ms"))
        #expect(!html.contains("style=") && !html.contains("<script>"))
    }

    @Test("names from outside do no harm")
    func names() async throws {
        let odd = "<script>\"'&\u{202e}\n\\"
        let html = try await page([Self.link(odd, odd, .messaging), Self.link("a", odd, .virtualNode)]).html
        #expect(!html.contains("<script>\""))
        #expect(!html.contains("\u{202e}"))
        #expect(html.contains("&lt;script&gt;"))
    }

    @Test("without spans the page says how to send some, and a store that fails is told")
    func nothing() async throws {
        #expect(try await page([]).html.contains("No service has told of any call"))
        let failed = try await page([], error: Unreadable())
        #expect(failed.status == .serviceUnavailable)
        #expect(failed.html.contains("the disk does not answer"))
        #expect(!failed.html.contains("No service has told of any call"))
    }

    @Test(
        "any time in the address is answered", arguments: ["from=x&to=y", "from=-1", "from=9999999999999999", "to=0"])
    func times(_ query: String) async throws {
        #expect(try await page([Self.link("a", "b")], query).status == .ok)
    }

    // MARK: Drawing

    private static func isApart(_ boxes: [ServiceMapLayout.Place]) -> Bool {
        for (index, box) in boxes.enumerated() {
            for other in boxes[..<index]
            where abs(box.x - other.x) < ServiceMapLayout.boxWidth && abs(box.y - other.y) < ServiceMapLayout.boxHeight
            {
                return false
            }
        }
        return true
    }

    @Test(
        "callers stand left of whom they call, and no box upon another",
        arguments: [
            (2, [(0, 1)]), (3, [(0, 1), (1, 2), (0, 2)]), (4, [(0, 2), (1, 2), (2, 3)]), (1, []),
            (60, (1..<60).map { ($0 / 3, $0) }), (60, (1..<60).map { (0, $0) }), (60, (1..<60).map { ($0 - 1, $0) }),
        ] as [(Int, [(Int, Int)])])
    func layers(count: Int, calls: [(Int, Int)]) {
        let layout = ServiceMapLayout(count: count, calls: calls.map { (from: $0.0, to: $0.1) })
        for (from, to) in calls { #expect(layout.boxes[from].x < layout.boxes[to].x) }
        #expect(Self.isApart(layout.boxes))
        for (call, line) in zip(calls, layout.lines) {
            #expect(line.first?.x == layout.boxes[call.0].x + ServiceMapLayout.boxWidth)
            #expect(line.last?.x == layout.boxes[call.1].x)
            #expect(zip(line, line.dropFirst()).allSatisfy { $0.x < $1.x })
        }
        #expect(layout.boxes.allSatisfy { (0..<layout.width).contains($0.x) && (0..<layout.height).contains($0.y) })
    }

    @Test("circles are drawn too, and services that call themselves")
    func circles() {
        let calls = [(0, 1), (1, 2), (2, 0), (1, 1), (3, 3), (1, 0)].map { (from: $0.0, to: $0.1) }
        let layout = ServiceMapLayout(count: 4, calls: calls)
        #expect(Self.isApart(layout.boxes))
        #expect(layout.boxes[0].x < layout.boxes[1].x && layout.boxes[1].x < layout.boxes[2].x)
        // What closes the circle goes back, from the left side to the right one.
        #expect(layout.lines[2].first?.x == layout.boxes[2].x)
        #expect(layout.lines[2].last?.x == layout.boxes[0].x + ServiceMapLayout.boxWidth)
        #expect(layout.lines[3].isEmpty && layout.lines[4].isEmpty)
        // A call and the one back do not lie on each other.
        #expect(layout.lines[0].first?.y != layout.lines[5].last?.y)
    }

    @Test("lines are put in order so that they do not cross without need")
    func crossings() {
        // Three pairs whose second halves are named the other way around.
        let layout = ServiceMapLayout(count: 6, calls: [(0, 5), (1, 4), (2, 3)].map { (from: $0.0, to: $0.1) })
        let lines = layout.lines.compactMap { line in line.first.flatMap { first in line.last.map { (first.y, $0.y) } }
        }
        for (first, second) in zip(lines, lines.dropFirst()) { #expect((first.0 < second.0) == (first.1 < second.1)) }
    }

    @Test("a crowd of services that all call each other is shown in part", .timeLimit(.minutes(2)))
    func crowd() async throws {
        let links = (0..<60).flatMap { from in (0..<60).map { Self.link("s\(from)", "s\($0)", calls: Double(from)) } }
        let html = try await page(links).html
        #expect(html.contains("The busiest 300 of 3,600 calls are drawn; the worst 500 are listed."))
        #expect(html.components(separatedBy: "class=\"drawn\"").count == 301)
        #expect(html.components(separatedBy: "<tr><td").count == 501)
    }
}

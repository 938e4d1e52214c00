import CameraRecords
import Foundation
import HTTPKit
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import SiteView
import Testing

@testable import WebUI

@Suite("Records of cameras")
struct RecordPageTests {
    private static func client(_ site: FixedSite = FixedSite()) throws -> RouterClient {
        let router = Routers.make()
        try WebUI(view: site, dashboards: { [] }, siteName: "HCM site", version: "test", isDemo: false)
            .addRoutes(to: router)
        return RouterClient(router)
    }

    private static let hour = "from=2026-11-01T08:00&to=2026-11-01T09:00"

    @Test("a camera's page has its last day, week and month, and the gaps with their lengths")
    func record() async throws {
        let page = try await Self.client().get("/cameras/cam-1/record")
        #expect(page.status == 200)
        for text in ["last 24 hours", "last 7 days", "last 30 days", "99.92 %", "1.2 s", "1 min 00 s"] {
            #expect(page.text.contains(text), "\(text)")
        }
        #expect(try await Self.client().get("/cameras/cam-1").text.contains("href=\"/cameras/cam-1/record\""))
    }

    @Test("a span that the address names is shown in its time zone")
    func zone() async throws {
        let page = try await Self.client().get("/cameras/cam-1/record?\(Self.hour)&zone=Europe%2FBerlin")
        #expect(page.text.contains("2026-11-01 08:00:00 +01:00"), "\(page.text)")
        #expect(page.text.contains("98.29 %") && page.text.contains("98.33 %"))
    }

    @Test(
        "a time that is told from now on backwards needs no end",
        arguments: ["from=now-30d", "from=now-1d/d", "from=now/d", "from=6h&to=", "from=now-1M/M"])
    func relative(address: String) async throws {
        let page = try await Self.client().get("/report?\(address)")
        #expect(page.status == 200 && !page.text.contains("class=\"error\""), "\(page.text)")
        #expect(!page.text.contains("<p class=\"sub\">last 7 days"))
    }

    @Test(
        "what cannot be shown says why",
        arguments: [
            ("/cameras/nobody/record", "no camera has the id"), ("/report?from=x&to=y", "cannot read from"),
            ("/cameras/cam-1/record?from=2026-11-02&to=2026-11-01", "is not before"),
            ("/report.csv?from=2026-11-01", "cannot read to"), ("/report/print?zone=Mars", "no time zone"),
            ("/report?from=%3Cscript%3E&to=1", "&lt;script&gt;"),
        ])
    func refused(path: String, words: String) async throws {
        let page = try await Self.client().get(path)
        #expect(page.status == 400 && page.text.contains(words), "\(page.text)")
        #expect(!page.text.contains("<script>"))
    }

    @Test("the report has a line for each camera, and hours instead of a share on motion")
    func report() async throws {
        let page = try await Self.client().get("/report?\(Self.hour)")
        #expect(page.status == 200 && page.text.components(separatedBy: "98.29 %").count == 6)
        #expect(page.text.contains("hours, none was due") && page.text.contains("58 min 59 s"))
        #expect(page.text.contains("/cameras/cam-6/record?from=2026-11-01T08%3A00%3A00.000Z"))
    }

    @Test("the document to print needs nothing beside it, has no script, and escapes names")
    func document() async throws {
        let site = FixedSite(namePrefix: "<script>alert(1)</script>&\"")
        let page = try await Self.client(site).get("/report/print?\(Self.hour)")
        #expect(page.status == 200 && page.text.hasPrefix("<!doctype html>") && page.text.contains("@media print"))
        for word in ["<script", "src=", "href=", "url("] { #expect(!page.text.contains(word), "\(word)") }
        #expect(page.text.contains("&lt;script&gt;alert(1)"))
        #expect(page.headers[.contentSecurityPolicy]?.contains("script-src") == false)
        #expect(
            page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; style-src 'unsafe-inline'") == true)
    }

    @Test("a spreadsheet gets numbers, moments, and no formulas")
    func table() async throws {
        let page = try await Self.client(FixedSite(cameraCount: 1, namePrefix: "=cmd|' /C calc'!A")).get(
            "/report.csv?\(Self.hour)&zone=Asia/Ho_Chi_Minh")
        let lines = page.text.components(separatedBy: "\r\n")
        #expect(lines.count == 3 && page.headers[.contentType]?.hasPrefix("text/csv") == true)
        #expect(
            lines[1].hasPrefix(
                "\"'=HCM, \"\"site\"\"\",'=cmd|' /C calc'!A1,2026-11-01T08:00:00.000+07:00,2026-11-01T09:00:00.000+07:00,"
            ),
            "\(lines[1])")
        #expect(lines[1].hasSuffix(",98.299,3538.750,3600.000,61.250,0.000,0.000,2"), "\(lines[1])")
        let gaps = try await Self.client(FixedSite(cameraCount: 1)).get("/report.csv?\(Self.hour)&list=gaps")
        #expect(
            gaps.text.components(separatedBy: "\r\n")[2].hasSuffix(
                ",cam-1,2026-11-01T08:02:00.000Z,2026-11-01T08:02:01.250Z,1.250"), "\(gaps.text)")
    }

    @Test(
        "a cell that a spreadsheet would compute is made a text",
        arguments: [
            ("gate", "gate"), ("=1+1", "'=1+1"), (" =1", "' =1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"),
            ("\t=1", "'\t=1"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\r\n=1", "\"'\r\n=1\""), ("", ""),
        ])
    func cells(text: String, cell: String) {
        #expect(RecordTable.cell(text) == cell)
    }

    @Test(
        "less than all is not told as all",
        arguments: [(100, "100 %"), (99.9999, "99.99 %"), (0.0001, "0.01 %"), (0, "0 %"), (50.005, "50.00 %")])
    func percent(value: Double, text: String) {
        #expect(RecordText.percent(value) == text)
    }

    @Test(
        "a length is told in its units",
        arguments: [
            (0, "0 s"), (0.25, "0.2 s"), (59.99, "59.9 s"), (60, "1 min 00 s"), (3_599.6, "1 h 00 min 00 s"),
            (86_400, "1 d 00 h 00 min"), (.infinity, "11574074 d 01 h 46 min"),
        ])
    func lengths(seconds: Double, text: String) {
        #expect(RecordText.span(seconds: seconds) == text)
    }
}

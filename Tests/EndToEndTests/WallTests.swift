import Foundation
import TestSupport
import Testing

/// The page for a screen that nobody sits at, in a real browser.
@Suite("The wall", .serialized, .enabled(if: Peers.has("chromium"), "needs chromium"))
struct WallTests {
    private struct Sight: Decodable {
        let hidden: [String]?
        let width: Double?
        let headline: String?
        let told: String?
        let notices: [[String]]?
        let heard: Int?
        let path: String?
        let taken: String?
        let sound: Bool?
        let away: String?
        let errors: [String]?
    }

    @Test(
        "has no head, says aloud what is new and that its server is gone, takes a name, and returns",
        .timeLimit(.minutes(4)))
    func wall() async throws {
        let site = try await ManyCameras.serve(30)
        let browser = try Peers.browser(script: "wall.py", site.server.url)
        func step(_ name: String) async throws {
            _ = try await browser.line(matching: Regex("now (\(name))"), within: .seconds(60))
        }
        try await step("down 7")
        try site.set(7, isDown: true)
        try await step("down 8")
        try site.set(8, isDown: true)
        try await step("stop")
        site.server.process.signal(SIGSTOP)
        try await step("go on")
        site.server.process.signal(SIGCONT)
        try await browser.end(within: .seconds(60))

        let sights: [Sight] = browser.messages("saw")
        let first = try #require(sights.first { $0.hidden != nil }, "\(browser.printed)")
        #expect(first.hidden == [".bar", "footer", ".cameras-form"] && first.width == 1_920)
        let told = sights.filter { $0.told != nil }
        try #require(told.count == 3, "\(browser.printed)")
        // The click that allowed it was heard once.
        #expect(told[0].heard == 2 && told[1].heard == 3 && told[0].notices?.count == 1)
        #expect(told[0].told?.contains("cam-7") == true && told[1].told?.contains("cam-7") == false)
        #expect(told[1].notices?.last?.last?.contains("cam-8") == true)
        #expect(told.allSatisfy { $0.path == "?view=wall&sort=worst&return=0.1" })
        let taken = try #require(sights.first { $0.taken != nil })
        #expect(taken.taken?.contains("Lan Anh") == true && taken.sound == true)
        #expect(sights.first { $0.away != nil }?.sound == true)
        #expect(told[2].notices?.last?.last?.hasPrefix("No contact") == true)
        let headlines = sights.compactMap(\.headline)
        #expect(headlines.count == 3 && headlines[1].hasPrefix("No contact for ") && !headlines[2].contains("contact"))
        try await site.end()
    }
}

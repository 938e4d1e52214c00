import TestSupport
import Testing

/// What access.py tells of a page: what axe-core finds there, and whether it scrolls sideways.
struct AccessSight: Decodable {
    let path: String?
    let theme: String?
    let width: Int?
    let version: String?
    /// Rule, element, its HTML, what is wrong.
    let problems: [[String]]?
    let sideways: [String]?

    /// Of the wheel axe-playwright-python 0.1.8, which has axe-core 4.12.1.
    private static var axe: String { Peers.client("axe") + "/axe_playwright_python/axe.min.js" }

    static func look(at paths: [String], of server: Server) throws -> RunningProcess {
        try RunningProcess(Peers.python, [Peers.part("access.py"), server.url, axe] + paths)
    }

    /// Nothing is wrong with any of the pages, in three looks each.
    static func judge(_ browser: RunningProcess, pages count: Int) {
        let sights: [AccessSight] = browser.messages("saw")
        let pages = sights.filter { $0.problems != nil }
        #expect(pages.count == 3 * count, "\(browser.printed.suffix(1_000))")
        #expect(pages.allSatisfy { $0.version?.hasPrefix("4.12") == true })
        for page in pages {
            for problem in page.problems ?? [] {
                Issue.record("\(page.path ?? "") \(page.theme ?? "") \(page.width ?? 0): \(problem)")
            }
        }
        for page in sights { #expect(page.sideways ?? [] == [], "\(page.path ?? "") scrolls sideways") }
    }
}

import Foundation
import TestSupport
import Testing

/// How the pages of a site that never changes look, and what who listens hears of them: as it was found good.
/// `scripts/pictures` makes anew what they are compared with.
@Suite("How pages look", .serialized, .enabled(if: Peers.has("chromium"), "chromium is not installed"))
struct PictureTests {
    private static let isMaking = ProcessInfo.processInfo.environment["WATCHPOST_PICTURES"] == "make"

    private struct Sight: Decodable {
        /// Of a picture or a tree.
        let name: String
        /// Where the picture differs, and by which element; how the tree does. Empty where it is as it was.
        let differs: [String]
        /// Where the picture was left that differs.
        let left: String?
    }

    private static func look(_ what: String) async throws -> [Sight] {
        #expect(
            !isMaking || ProcessInfo.processInfo.environment["CI"] == nil, "a machine does not judge how pages look")
        let (calm, broken) = (try await FixedPages.calm(), try await FixedPages.broken())
        defer {
            calm.stop()
            broken.stop()
        }
        let left = Peers.root.appending(path: ".build/pictures").path()
        let browser = try RunningProcess(
            Peers.python, [Peers.part("pictures.py"), what, calm.url, broken.url, left] + (isMaking ? ["make"] : []))
        try await browser.end(within: .seconds(120))
        let sights: [Sight] = browser.messages("saw")
        #expect(browser.printed.contains("all was seen"), "\(browser.printed.suffix(2_000))")
        return sights
    }

    @Test(
        "360, 1280 and 3840 px wide, in both themes, calm and broken: as the pictures have it",
        .timeLimit(.minutes(3)))
    func pictures() async throws {
        let sights = try await Self.look("pictures")
        #expect(sights.count == 42)
        for picture in sights where !picture.differs.isEmpty {
            Issue.record("\(picture.name) differs; see \(picture.left ?? ""): \(picture.differs)")
        }
    }

    @Test("what a screen reader is told of the pages is as the trees have it", .timeLimit(.minutes(2)))
    func trees() async throws {
        let sights = try await Self.look("trees")
        #expect(sights.count == 9)
        for tree in sights where !tree.differs.isEmpty {
            Issue.record("\(tree.name) differs:\n\(tree.differs.joined(separator: "\n"))")
        }
    }
}
